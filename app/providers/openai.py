"""Chat completions: OpenAI, and every server that speaks its protocol."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import TYPE_CHECKING

from app import __version__
from app.providers.assembly import drain, used_ids
from app.providers.connection import CONNECT_SECONDS, KEEP_SECONDS, WRITE_SECONDS, Connection
from app.providers.contract import Delta, Failure, ProviderError, Request, Response
from app.providers.errors import ERROR_BODY_LIMIT, ServerErrors, decoded, one_line, reason_of
from app.providers.lazy_client import LazyClient
from app.providers.openai_chunks import ChunkAssembler
from app.providers.openai_format import Dialect, Encoder

if TYPE_CHECKING:
    import httpx

_WHOLE_ANSWER_LIMIT = 32 * 1024 * 1024


class OpenAIProvider:
    """A chat completions server over one pooled HTTP client.

    The protocol has no budget for thinking: `Request.thinking_tokens` is not sent.

    Args:
        connection: The server.
    """

    def __init__(self, connection: Connection) -> None:
        self._errors = ServerErrors(connection.name, connection.host, (connection.key,))
        self._dialect = Dialect()
        self._encoder = Encoder()
        self._client = LazyClient(lambda: _open_client(connection), lambda client: client.aclose())

    async def warm(self) -> None:
        """Import the HTTP stack and build the client now, off the event loop."""
        await self._client.get()

    async def stream(self, request: Request) -> AsyncGenerator[Delta | Response]:
        """Ask the model; see `Provider.stream`."""
        client = await self._client.get()
        import httpx

        answering = False
        try:
            async with aclosing(await self._accepted(client, request)) as response:
                answering = True
                async with aclosing(self._answer(response, request)) as items:
                    async for item in items:
                        yield item
            return
        except httpx.HTTPError as error:
            reason = reason_of(error)
        # Raised out here: the client's error holds the request with its key, and is not to be chained to it.
        raise self._errors.broken(reason) if answering else self._errors.unreachable(reason)

    async def aclose(self) -> None:
        """Close pooled connections."""
        await self._client.close()

    async def _accepted(self, client: httpx.AsyncClient, request: Request) -> httpx.Response:
        """The open answer to a request; a field that the server refuses by name is left out."""
        while True:
            body = self._encoder.body_of(request, self._dialect)
            length = {"content-length": str(len(body))}  # not every server takes a body of unknown length
            posted = client.build_request("POST", "chat/completions", content=body, headers=length)
            response = await client.send(posted, stream=True)
            if response.is_success:
                return response
            async with aclosing(response):
                refusal = await _read(response, ERROR_BODY_LIMIT)
            dialect = None
            if response.status_code in (400, 422):
                dialect = self._dialect.after_refusal(refusal.decode("utf-8", "replace"))
            if dialect is None:
                raise self._errors.refused(response.status_code, decoded(refusal), response.headers)
            self._dialect = dialect

    async def _answer(self, response: httpx.Response, request: Request) -> AsyncGenerator[Delta | Response]:
        from httpx_sse import EventSource

        assembler = ChunkAssembler(self._errors, used_ids(request.messages))
        kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind == "text/event-stream":
            async with aclosing(EventSource(response).aiter_sse()) as events:
                async for event in events:
                    for delta in assembler.feed(event.data, event.event):
                        yield delta
                    if assembler.done:
                        break
                await drain(events)
        elif kind == "application/json":
            body = await _read(response, _WHOLE_ANSWER_LIMIT)
            for delta in assembler.feed(body.decode("utf-8", "replace")):
                yield delta
        else:
            raise ProviderError(
                f"{self._errors.name} at {self._errors.host} does not speak chat completions: "
                f"it answered with {one_line(kind) or 'no content type'}; its address often ends in /v1",
                Failure.REQUEST,
            )
        yield assembler.response()


async def _read(response: httpx.Response, limit: int) -> bytes:
    """At most so many bytes of a body."""
    body = bytearray()
    async for piece in response.aiter_bytes():
        body += piece
        if len(body) >= limit:
            break
    return bytes(body[:limit])


def _open_client(connection: Connection) -> httpx.AsyncClient:
    import httpx
    import httpx_sse  # noqa: F401 - here rather than while the first answer waits

    headers = {
        "accept": "text/event-stream, application/json",
        "content-type": "application/json",
        "user-agent": f"sawhorse/{__version__}",
    }
    if connection.key:
        headers["authorization"] = f"Bearer {connection.key}"
    return httpx.AsyncClient(
        base_url=f"{connection.base_url}/",
        headers=headers,
        # Between two pieces of an answer anything may pass: silence is judged by the retries.
        timeout=httpx.Timeout(None, connect=CONNECT_SECONDS, write=WRITE_SECONDS),
        limits=httpx.Limits(keepalive_expiry=KEEP_SECONDS),
        # The key goes to the configured server and to no other.
        follow_redirects=False,
    )
