"""What a person could use at once: keys in the environment, and servers on this machine."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from app.providers.errors import decoded, one_line
from app.providers.resolve import KNOWN

if TYPE_CHECKING:
    import httpx

_SECONDS = 0.7
_BODY_LIMIT = 1024 * 1024
_MODEL_LIMIT = 200
_NAME_LIMIT = 120

LOCAL_SERVERS: Mapping[str, str] = {
    name: known.base_url for name, known in KNOWN.items() if urlsplit(known.base_url).hostname == "127.0.0.1"
}
"""Address by name of provider: literal loopback addresses, so that no name is looked up."""


@dataclass(frozen=True, slots=True)
class Found:
    """A provider that could be used.

    Args:
        provider: Its name.
        source: The variable that holds its key, or the address of its server. Never a key.
        models: What its server offers; empty for a key.
    """

    provider: str
    source: str
    models: tuple[str, ...] = ()


async def discover(environ: Mapping[str, str], servers: Mapping[str, str] = LOCAL_SERVERS) -> list[Found]:
    """Look for keys and local servers, without telling anybody a key. Never raises.

    Args:
        environ: The environment.
        servers: Address by name of provider, each on this machine.
    """
    found = [
        Found(name, known.key_variable)
        for name, known in KNOWN.items()
        if known.key_variable and environ.get(known.key_variable, "").strip()
    ]
    try:
        client = await asyncio.to_thread(_open_client)
    except Exception:  # without an HTTP client there are still the keys
        return found
    async with client:
        offers = await asyncio.gather(*(_models(client, address) for address in servers.values()))
    for (name, address), models in zip(servers.items(), offers, strict=True):
        if models:
            found.append(Found(name, address, models))
    return found


def _open_client() -> httpx.AsyncClient:
    import httpx

    # No proxy and no settings of the environment: these servers are on this machine.
    return httpx.AsyncClient(trust_env=False, timeout=_SECONDS, follow_redirects=False)


async def _models(client: httpx.AsyncClient, address: str) -> tuple[str, ...]:
    """The models a server offers; empty where there is no server, or it is something else."""
    body = bytearray()
    try:
        async with asyncio.timeout(_SECONDS), client.stream("GET", f"{address}/models") as response:
            if response.status_code != 200:
                return ()
            async for piece in response.aiter_bytes():
                body += piece
                if len(body) > _BODY_LIMIT:
                    return ()
    except Exception:  # whatever listens there, it is no model server
        return ()
    match decoded(bytes(body)):
        case {"data": [*entries]}:
            names = (entry.get("id") for entry in entries if isinstance(entry, dict))
            clean = (one_line(name, limit=_NAME_LIMIT) for name in names if isinstance(name, str))
            return tuple(name for name in clean if name)[:_MODEL_LIMIT]
        case _:
            return ()
