"""What the loopback model server says: turns, calls and faults."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Fault(StrEnum):
    """What goes wrong with the first attempt at a turn; asked again, the turn plays."""

    RATE_LIMITED = "429"  # with the turn's `retry_after`
    OVERLOADED = "529"
    SERVER_ERROR = "500"
    RESET = "reset"  # half of the answer, then a TCP reset
    EARLY_EOF = "early_eof"  # half of the answer, then a proper end of the body
    STALL = "stall"  # half of the answer, then nothing until the client goes away
    MALFORMED = "malformed"  # half of the answer, then half an event
    CUT_ARGUMENTS = "cut_arguments"  # a complete answer, the arguments of its last call cut
    ERROR_EVENT = "error_event"  # half of the answer, then an error in the stream
    LONG_TEXT = "long_text"  # no failure: 5 MB of text in deltas of 64 characters, then the turn's calls


STATUS_FAULTS: Mapping[Fault, int] = {
    Fault.RATE_LIMITED: 429,
    Fault.OVERLOADED: 529,
    Fault.SERVER_ERROR: 500,
}
LONG_TEXT = ("All work and no play makes Jack a dull boy. 0123456789 abcdefgh\n" * 78_125)[:5_000_000]


@dataclass(frozen=True, slots=True)
class Call:
    """A tool call; arguments given as text are sent as they are, whatever they are."""

    name: str
    arguments: Mapping[str, object] | str
    id: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """One answer.

    Args:
        text: Words.
        thinking: Reasoning, sent before the words.
        calls: Tool calls, sent after them.
        fault: What goes wrong the first time.
        retry_after: Seconds, for a rate limit.
        delta: Characters of one delta.
        pause: Seconds between two deltas.
        status: An HTTP error status makes the whole turn that error.
        error: Its message; with a stall its body never ends.
        location: Where a redirecting status points.
        raw: Sent as the body in place of all this.
        input_tokens: Reported as used, as are the next three.
        output_tokens: Tokens of the answer.
        cache_read_tokens: Tokens of the prompt read from the cache.
        cache_write_tokens: Tokens of the prompt written to it; Anthropic only.
    """

    text: str = ""
    thinking: str = ""
    calls: Sequence[Call] = ()
    fault: Fault | None = None
    retry_after: float | None = None
    delta: int = 16
    pause: float = 0.0
    status: int = 200
    error: str = ""
    location: str = ""
    raw: bytes | None = None
    input_tokens: int = 10
    output_tokens: int = 5
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0
