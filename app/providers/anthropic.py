"""Anthropic's Messages API, over its official SDK."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from app.providers.anthropic_format import parameters_of, signatures
from app.providers.assembly import drain, used_ids
from app.providers.connection import Connection
from app.providers.contract import Delta, ProviderError, Request, Response
from app.providers.errors import ServerErrors, reason_of
from app.providers.lazy_client import LazyClient

if TYPE_CHECKING:
    import anthropic
    from anthropic.types import RawMessageStreamEvent


class AnthropicProvider:
    """A Messages API server. Reads the raw events of a stream: the SDK's accumulating helper is quadratic.

    Args:
        connection: The server.
    """

    def __init__(self, connection: Connection) -> None:
        self._errors = ServerErrors(connection.name, connection.host, (connection.key,))
        self._unreadable: set[str] = set()  # signatures of thinking that the server does not take back
        self._client = LazyClient(lambda: _open_client(connection), lambda client: client.close())

    async def warm(self) -> None:
        """Import the SDK and build the client now, off the event loop."""
        await self._client.get()

    async def stream(self, request: Request) -> AsyncGenerator[Delta | Response]:
        """Ask the model; see `Provider.stream`."""
        client = await self._client.get()
        import anthropic
        import httpx2

        answering = False
        try:
            async with await self._accepted(client, request) as events:
                answering = True
                async with aclosing(self._answer(events, request)) as items:
                    async for item in items:
                        yield item
            return
        except anthropic.APIStatusError as error:
            # A status of success with this error: an error event inside the answer.
            failure = self._errors.reported(error.body) if answering else self._refused(error)
        except anthropic.APIConnectionError as error:
            failure = self._errors.unreachable(reason_of(error))
        except httpx2.HTTPError as error:
            failure = self._errors.broken(reason_of(error))
        except ValueError:
            failure = self._errors.broken("the server sent an event that makes no sense")
        # Raised out here: the SDK's errors hold the request with its key, and are not to be chained to it.
        raise failure

    async def aclose(self) -> None:
        """Close pooled connections."""
        await self._client.close()

    async def _accepted(
        self, client: anthropic.AsyncAnthropic, request: Request
    ) -> anthropic.AsyncStream[RawMessageStreamEvent]:
        """The open answer to a request; thinking that the server does not take back is left out."""
        import anthropic

        while True:
            # Any: JSON of the wire protocol, where the SDK has a TypedDict for every part.
            parameters: dict[str, Any] = parameters_of(request, self._unreadable)
            try:
                events: anthropic.AsyncStream[RawMessageStreamEvent]
                events = await client.messages.create(**parameters, stream=True)
                return events
            except anthropic.BadRequestError as error:
                # Newer models refuse thinking of a conversation whose beginning has changed since.
                said = str(error.body).lower()
                sent = signatures(request.messages) - self._unreadable
                if not sent or "thinking" not in said or not ("signature" in said or "block" in said):
                    raise
                self._unreadable |= sent

    async def _answer(
        self, events: anthropic.AsyncStream[RawMessageStreamEvent], request: Request
    ) -> AsyncGenerator[Delta | Response]:
        from app.providers.anthropic_events import EventAssembler

        assembler = EventAssembler(self._errors, used_ids(request.messages))
        iterator = aiter(events)
        async for event in iterator:
            for delta in assembler.feed(event):
                yield delta
            if assembler.done:
                break
        await drain(iterator)
        yield assembler.response()

    def _refused(self, error: anthropic.APIStatusError) -> ProviderError:
        return self._errors.refused(error.status_code, error.body, error.response.headers)


def _open_client(connection: Connection) -> anthropic.AsyncAnthropic:
    from app.providers import anthropic_events  # noqa: F401 - here rather than while the first answer waits
    from app.providers.anthropic_client import open_client

    client = open_client(connection)
    assert client.messages  # its module loads here too, not on the event loop
    return client
