"""From a model's name to the provider that serves it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from app.providers.connection import Connection, WireProtocol
from app.providers.contract import Failure, Provider, ProviderError
from app.providers.errors import one_line


class ProviderSettings(Protocol):
    """What a person has set for one provider; empty where nothing is set."""

    @property
    def base_url(self) -> str:
        """Address of the server."""
        ...

    @property
    def api_key(self) -> str:
        """Its key."""
        ...

    @property
    def protocol(self) -> str:
        """`anthropic` or `openai`."""
        ...


@dataclass(frozen=True, slots=True)
class KnownProvider:
    """A provider that needs no settings.

    Args:
        base_url: Where it is, unless said otherwise.
        protocol: How it is spoken to.
        key_variable: Of the environment, for the key it must be given; empty where it needs none.
        address_variable: Of the environment, for another address.
    """

    base_url: str
    protocol: WireProtocol = WireProtocol.OPENAI
    key_variable: str = ""
    address_variable: str = ""


KNOWN: Mapping[str, KnownProvider] = {
    "anthropic": KnownProvider(
        "https://api.anthropic.com", WireProtocol.ANTHROPIC, "ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL"
    ),
    "openai": KnownProvider(
        "https://api.openai.com/v1", WireProtocol.OPENAI, "OPENAI_API_KEY", "OPENAI_BASE_URL"
    ),
    "openrouter": KnownProvider("https://openrouter.ai/api/v1", key_variable="OPENROUTER_API_KEY"),
    "ollama": KnownProvider("http://127.0.0.1:11434/v1"),
    "llamacpp": KnownProvider("http://127.0.0.1:8080/v1"),
    "lmstudio": KnownProvider("http://127.0.0.1:1234/v1"),
    "vllm": KnownProvider("http://127.0.0.1:8000/v1"),
}
SCRIPTED = "scripted"


def resolve(name: str, settings: Mapping[str, ProviderSettings], environ: Mapping[str, str]) -> Provider:
    """The provider of a model. Nothing is contacted yet, and nothing but its address ever is.

    Args:
        name: The model as `provider/model`; for `scripted/` the rest is the path of a scenario file.
        settings: By name of provider; they count over the environment.
        environ: The environment, for keys and addresses.

    Raises:
        ProviderError: The name, the address or the key is not usable; the message says what to do.
    """
    keys = (*(entry.api_key for entry in settings.values()), *_keys_of(environ))
    provider, slash, model = name.partition("/")
    if not slash or not provider or not model:
        raise ProviderError(
            f"a model is named provider/model, such as ollama/qwen3, not {one_line(name, keys)!r}",
            Failure.REQUEST,
        )
    if provider == SCRIPTED:
        from app.providers.scenario import load_scenario
        from app.providers.scripted import ScriptedProvider

        return ScriptedProvider(load_scenario(Path(os.path.expanduser(model))))
    connection = connection_of(provider, settings, environ)
    match connection.protocol:
        case WireProtocol.ANTHROPIC:
            from app.providers.anthropic import AnthropicProvider

            return AnthropicProvider(connection)
        case WireProtocol.OPENAI:
            from app.providers.openai import OpenAIProvider

            return OpenAIProvider(connection)


def connection_of(
    provider: str, settings: Mapping[str, ProviderSettings], environ: Mapping[str, str]
) -> Connection:
    """Where a provider is reached.

    Args:
        provider: Its name.
        settings: By name of provider; they count over the environment.
        environ: The environment, for keys and addresses.

    Raises:
        ProviderError: It is not known, or its address or key is not usable.
    """
    keys = (*(entry.api_key for entry in settings.values()), *_keys_of(environ))
    label = one_line(provider, keys, 60)
    entry = settings.get(provider)
    known = KNOWN.get(provider)
    if known is None and (entry is None or not entry.base_url):
        names = ", ".join(sorted({*KNOWN, SCRIPTED, *(one_line(each, keys, 60) for each in settings)}))
        raise ProviderError(
            f"unknown provider {label!r}: use one of {names}, or set providers.{label}.base_url",
            Failure.REQUEST,
        )
    known = known or KnownProvider("")
    given = (entry.base_url if entry else "") or environ.get(known.address_variable, "")
    key = ((entry.api_key if entry else "") or environ.get(known.key_variable, "")).strip()
    if known.key_variable and not key and not given:
        raise ProviderError(f"{label} needs a key: set {known.key_variable} in the environment", Failure.KEY)
    if not key.isascii() or not key.isprintable() or " " in key:
        raise ProviderError(f"the key of {label} holds characters that no key has: set it again", Failure.KEY)
    protocol = (entry.protocol if entry else "") or known.protocol
    if protocol not in tuple(WireProtocol):
        raise ProviderError(
            f"providers.{label}.protocol must be anthropic or openai, not {one_line(protocol, keys)!r}",
            Failure.REQUEST,
        )
    return Connection(
        _address(given or known.base_url, label, WireProtocol(protocol), keys),
        key,
        WireProtocol(protocol),
        label,
    )


def _keys_of(environ: Mapping[str, str]) -> tuple[str, ...]:
    """The keys in the environment."""
    return tuple(
        value
        for known in KNOWN.values()
        if known.key_variable and (value := environ.get(known.key_variable, ""))
    )


def _address(url: str, label: str, protocol: WireProtocol, keys: tuple[str, ...]) -> str:
    """The address, checked, without a slash at its end."""
    try:
        parts = urlsplit(url.strip())
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or any(character.isspace() or not character.isprintable() for character in url.strip()):
        raise ProviderError(
            f"the address of {label} must look like http://127.0.0.1:8080/v1, not {one_line(url, keys)!r}",
            Failure.REQUEST,
        )
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise ProviderError(
            f"the address of {label} must hold no name, password or query: give the key as its key",
            Failure.REQUEST,
        )
    address = url.strip().rstrip("/")
    # The SDK adds the version itself.
    return address.removesuffix("/v1") if protocol is WireProtocol.ANTHROPIC else address
