"""What every provider owes the session: one streaming call that can be cancelled."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from app.trajectory.content import Block, Message, Usage


@dataclass(frozen=True, slots=True)
class ToolSchema:
    """A tool as a model is told of it; `parameters` is a JSON Schema object."""

    name: str
    description: str
    parameters: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Request:
    """One request to a model. `model` is the provider's own name for it, without the `provider/` prefix."""

    model: str
    system: str
    messages: Sequence[Message]
    tools: Sequence[ToolSchema] = ()
    max_tokens: int = 8192
    thinking_tokens: int = 0


@dataclass(frozen=True, slots=True)
class TextDelta:
    """More words of the answer."""

    text: str


@dataclass(frozen=True, slots=True)
class ThinkingDelta:
    """More reasoning."""

    text: str


@dataclass(frozen=True, slots=True)
class CallDelta:
    """More of a tool call's arguments, as raw JSON text.

    Args:
        index: Which call of this response, from 0.
        name: The tool, on the first delta of a call; else empty.
        text: The next piece of the arguments.
    """

    index: int
    name: str
    text: str


Delta = TextDelta | ThinkingDelta | CallDelta


class StopReason(StrEnum):
    """Why the model stopped."""

    END = "end"
    TOOLS = "tools"
    LENGTH = "length"
    REFUSAL = "refusal"


@dataclass(frozen=True, slots=True)
class Response:
    """A complete answer. `model` is what the server says answered."""

    blocks: tuple[Block, ...]
    stop: StopReason
    usage: Usage = field(default_factory=Usage)
    model: str = ""


class Failure(StrEnum):
    """What went wrong with a request, as far as it decides what to do next."""

    KEY = "key"  # missing or refused key
    REQUEST = "request"  # the server refuses this request; asking again would not help
    CONTEXT = "context"  # the conversation is longer than the model takes
    BUSY = "busy"  # 408, 409, 429, 5xx, 529
    CONNECTION = "connection"  # no server, or the connection was lost before an answer began
    STREAM = "stream"  # the answer broke off, or was malformed, or stalled


class ProviderError(Exception):
    """A request failed. The message is one line for a person, says what to do, and holds no secret.

    Args:
        message: One line.
        failure: What kind of failure.
        retry_after: Seconds the server asked us to wait, where it did.
        status: HTTP status, where there was one.
    """

    def __init__(
        self, message: str, failure: Failure, *, retry_after: float | None = None, status: int | None = None
    ) -> None:
        super().__init__(message)
        self.failure = failure
        self.retry_after = retry_after
        self.status = status

    @property
    def retryable(self) -> bool:
        """Whether asking again may help."""
        return self.failure in (Failure.BUSY, Failure.CONNECTION, Failure.STREAM)


class Provider(Protocol):
    """A model behind some wire protocol. One instance serves a whole session, from one event loop."""

    def stream(self, request: Request) -> AsyncGenerator[Delta | Response, None]:
        """Ask the model. Yields deltas, then exactly one `Response`, last.

        Cancelling the consuming task, or closing the iterator, closes the connection.

        Raises:
            ProviderError: The request failed, or the answer broke off in the middle.
        """
        ...

    async def warm(self) -> None:
        """Load what the first request needs, without holding up the loop. A request does it, too."""
        ...

    async def aclose(self) -> None:
        """Close pooled connections."""
        ...
