from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from app.providers.anthropic import AnthropicProvider
from app.providers.connection import Connection, WireProtocol
from app.providers.contract import Failure, ProviderError
from app.providers.openai import OpenAIProvider
from app.providers.resolve import ProviderSettings as Settings
from app.providers.resolve import connection_of, resolve
from app.settings.schema import ProviderSettings

KEYS = {
    "ANTHROPIC_API_KEY": "sk-ant-secret",
    "OPENAI_API_KEY": "sk-oai-secret",
    "OPENROUTER_API_KEY": "sk-or-secret",
}


@pytest.mark.parametrize(
    ("provider", "connection"),
    [
        (
            "anthropic",
            Connection("https://api.anthropic.com", "sk-ant-secret", WireProtocol.ANTHROPIC, "anthropic"),
        ),
        ("openai", Connection("https://api.openai.com/v1", "sk-oai-secret", WireProtocol.OPENAI, "openai")),
        (
            "openrouter",
            Connection("https://openrouter.ai/api/v1", "sk-or-secret", WireProtocol.OPENAI, "openrouter"),
        ),
        ("ollama", Connection("http://127.0.0.1:11434/v1", "", WireProtocol.OPENAI, "ollama")),
        ("llamacpp", Connection("http://127.0.0.1:8080/v1", "", WireProtocol.OPENAI, "llamacpp")),
        ("lmstudio", Connection("http://127.0.0.1:1234/v1", "", WireProtocol.OPENAI, "lmstudio")),
        ("vllm", Connection("http://127.0.0.1:8000/v1", "", WireProtocol.OPENAI, "vllm")),
    ],
)
def test_known_providers_need_no_settings(provider: str, connection: Connection) -> None:
    assert connection_of(provider, {}, KEYS) == connection


@pytest.mark.parametrize(
    ("settings", "environ", "address", "key"),
    [
        ({}, {"OPENAI_API_KEY": "sk-environ"}, "https://api.openai.com/v1", "sk-environ"),
        (
            {},
            {"OPENAI_API_KEY": "sk-environ", "OPENAI_BASE_URL": "http://10.0.0.1:9/v1/"},
            "http://10.0.0.1:9/v1",
            "sk-environ",
        ),
        (
            {"openai": ProviderSettings("http://10.0.0.2:9/v1", "sk-setting")},
            {"OPENAI_API_KEY": "sk-environ", "OPENAI_BASE_URL": "http://10.0.0.1:9/v1/"},
            "http://10.0.0.2:9/v1",
            "sk-setting",
        ),
        ({"openai": ProviderSettings(api_key="sk-setting")}, {}, "https://api.openai.com/v1", "sk-setting"),
        ({"openai": ProviderSettings("http://10.0.0.2:9/v1")}, {}, "http://10.0.0.2:9/v1", ""),
        ({}, {"OPENAI_API_KEY": " sk-environ\n"}, "https://api.openai.com/v1", "sk-environ"),
    ],
)
def test_settings_count_over_the_environment(
    settings: Mapping[str, ProviderSettings], environ: Mapping[str, str], address: str, key: str
) -> None:
    connection = connection_of("openai", settings, environ)
    assert (connection.base_url, connection.key) == (address, key)


def test_a_provider_of_ones_own_gets_its_own_key_and_no_other() -> None:
    settings = {
        "mine": ProviderSettings("http://10.0.0.1:9/anthropic/v1", "", "anthropic"),
        "plain": ProviderSettings("http://10.0.0.1:9/v1"),
    }
    mine = connection_of("mine", settings, KEYS)
    assert mine == Connection("http://10.0.0.1:9/anthropic", "", WireProtocol.ANTHROPIC, "mine")
    assert connection_of("plain", settings, KEYS).protocol is WireProtocol.OPENAI
    assert connection_of("plain", settings, KEYS).key == ""


def test_the_protocol_decides_on_the_provider() -> None:
    settings = {"mine": ProviderSettings("http://10.0.0.1:9", "", "anthropic")}
    assert isinstance(resolve("mine/a/b:c", settings, {}), AnthropicProvider)
    assert isinstance(resolve("ollama/qwen3:4b", {}, {}), OpenAIProvider)


@pytest.mark.parametrize(
    ("name", "failure", "said"),
    [
        ("gpt-5", Failure.REQUEST, "a model is named provider/model, such as ollama/qwen3, not 'gpt-5'"),
        ("", Failure.REQUEST, "a model is named provider/model"),
        ("/x", Failure.REQUEST, "a model is named provider/model"),
        ("ollama/", Failure.REQUEST, "a model is named provider/model"),
        (
            "olama/x",
            Failure.REQUEST,
            "one of anthropic, empty, llamacpp, lmstudio, mine, odd, ollama, openai, openrouter, ",
        ),
        (
            "olama/x",
            Failure.REQUEST,
            "or set providers.olama.base_url",
        ),
        ("empty/x", Failure.REQUEST, "unknown provider 'empty'"),
        ("anthropic/x", Failure.KEY, "anthropic needs a key: set ANTHROPIC_API_KEY in the environment"),
        ("openai/x", Failure.KEY, "openai needs a key: set OPENAI_API_KEY in the environment"),
        ("odd/x", Failure.REQUEST, "providers.odd.protocol must be anthropic or openai, not 'smoke'"),
        ("sk-setting-secret", Failure.REQUEST, "not '[key]'"),
        ("a\x1b[31m\nb/x", Failure.REQUEST, "unknown provider 'a b'"),
        ("scripted/nothing.json", Failure.REQUEST, "scenario nothing.json: No such file"),
    ],
)
def test_what_cannot_be_used_is_said_in_one_line(name: str, failure: Failure, said: str) -> None:
    @dataclass(frozen=True)
    class Odd:
        base_url: str = "http://10.0.0.1:9"
        api_key: str = ""
        protocol: str = "smoke"

    settings: dict[str, Settings] = {
        "odd": Odd(),
        "empty": ProviderSettings(),
        "mine": ProviderSettings("http://10.0.0.1:9", "sk-setting-secret"),
    }
    with pytest.raises(ProviderError) as caught:
        resolve(name, settings, {})
    assert said in str(caught.value)
    assert caught.value.failure is failure
    assert str(caught.value).isprintable()
    assert "sk-setting-secret" not in str(caught.value)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1:8080",
        "ftp://x",
        "http://",
        "http:// x",
        "http://[::1",
        "http://x:99999",
        "file:///etc/passwd",
        "http://x\x00",
    ],
)
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(ProviderError, match="the address of mine must look like"):
        connection_of("mine", {"mine": ProviderSettings(address)}, {})


@pytest.mark.parametrize("address", ["http://me:secret@x/v1", "http://x/v1?key=secret", "http://x/v1#secret"])
def test_an_address_holds_no_secret(address: str) -> None:
    with pytest.raises(ProviderError) as caught:
        connection_of("mine", {"mine": ProviderSettings(address)}, {})
    assert "give the key as its key" in str(caught.value)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("key", ["sk-a\nb", "sk ab", "sk-é", "sk-\x00"])
def test_a_key_that_cannot_be_sent_is_refused_without_showing_it(key: str) -> None:
    with pytest.raises(ProviderError) as caught:
        connection_of("mine", {"mine": ProviderSettings("http://x", key)}, {})
    assert caught.value.failure is Failure.KEY
    assert key not in str(caught.value)


def test_a_connection_does_not_show_its_key() -> None:
    connection = connection_of("openai", {}, KEYS)
    assert "sk-oai-secret" not in f"{connection!r} {connection}"
    assert connection.host == "api.openai.com"
