"""The SDK's client, as Sawhorse uses it. Imports the SDK, so it is imported late."""

from __future__ import annotations

from collections.abc import AsyncIterator

import anthropic
import httpx2

from app import __version__
from app.providers.connection import CONNECT_SECONDS, KEEP_SECONDS, WRITE_SECONDS, Connection
from app.providers.errors import ERROR_BODY_LIMIT

_NO_KEY = "none"


class _CutStream(httpx2.AsyncByteStream):
    """The beginning of a body."""

    def __init__(self, whole: httpx2.AsyncByteStream, limit: int) -> None:
        self._whole = whole
        self._left = limit

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self._whole:
            yield piece[: self._left]
            self._left -= len(piece)
            if self._left <= 0:
                return

    async def aclose(self) -> None:
        await self._whole.aclose()


async def _cut_error(response: httpx2.Response) -> None:
    """The SDK reads the body of an error whole."""
    if response.is_error and isinstance(response.stream, httpx2.AsyncByteStream):
        response.stream = _CutStream(response.stream, ERROR_BODY_LIMIT)


def open_client(connection: Connection) -> anthropic.AsyncAnthropic:
    """A client for one server, with one connection pool."""
    http_client = anthropic.DefaultAsyncHttpxClient(
        # Between two events anything may pass: silence is judged by the retries.
        timeout=httpx2.Timeout(None, connect=CONNECT_SECONDS, write=WRITE_SECONDS),
        limits=httpx2.Limits(keepalive_expiry=KEEP_SECONDS),
        # The key goes to the configured server and to no other.
        follow_redirects=False,
        event_hooks={"response": [_cut_error]},
    )
    return anthropic.AsyncAnthropic(
        base_url=connection.base_url,
        # Without a key of ours the SDK would look for one in profiles and identity tokens, and send that.
        api_key=connection.key or _NO_KEY,
        max_retries=0,
        timeout=http_client.timeout,
        open_telemetry=False,
        default_headers={"User-Agent": f"sawhorse/{__version__}"},
        http_client=http_client,
    )
