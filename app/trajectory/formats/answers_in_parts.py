"""Answers of the model that stand in several records: put together, and followed by what they led to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from app.trajectory.content import Block, ToolCall, Usage
from app.trajectory.events import ContextCompacted, Event, ModelResponse, ToolFinished, UserMessage
from app.trajectory.formats.calls import Calls
from app.trajectory.formats.contract import Entry

_MOST_HELD = 500  # parts of an answer, and as many entries between them
_MOST_KNOWN = 256  # answers of which more parts may come
_LONGEST = 86_400.0  # seconds; a person took a break if it was more


@dataclass(frozen=True, slots=True)
class Where:
    """When something happened, where it stands in the file, and to which agent it happened.

    Args:
        ts: As that of an `Entry`.
        source: As that of an `Entry`, of a line.
        agent: As that of an `Entry`.
    """

    ts: float
    source: str
    agent: str = ""

    def entry(self, event: Event) -> Entry:
        """An event that stands here."""
        return Entry(event, self.ts, self.source, self.agent)


def elapsed(start: float, end: float) -> float:
    """Seconds between two times, 0 if one is missing or they are in no order.

    Args:
        start: Seconds since the epoch, 0 if it is not known.
        end: The same.
    """
    return end - start if 0 < start < end < start + _LONGEST else 0.0


@dataclass(slots=True)
class _Answer:
    """An answer of which more parts may come: where it began, and where the lines end that follow at once."""

    key: str
    asked: float
    where: Where
    end: str
    ts: float
    model: str = ""
    stop: str = ""
    parts: list[tuple[Block, Where]] = field(default_factory=list)
    usage: Usage = field(default_factory=Usage)

    def takes(self, key: str, agent: str) -> bool:
        """Whether a part is of this answer, and there is room for it."""
        return (key, agent) == (self.key, self.where.agent) and len(self.parts) < _MOST_HELD


class AnswersInParts:
    """Puts answers together, one at a time.

    What stands between the parts of an answer, such as the result of a call while the next call is not asked
    for yet, is held back until the answer is whole. An answer is given out when another one begins, or when
    `given_out` is called: further parts of it are an answer of the same turn, with what tokens came to it.

    Args:
        calls: Those that are asked for in the answers.

    Attributes:
        turn: How many answers were given out.
    """

    def __init__(self, calls: Calls) -> None:
        self.turn = 0
        self._calls = calls
        self._open: _Answer | None = None
        self._held: list[Entry] = []
        self._asked: dict[str, float] = {}
        self._known: dict[str, tuple[int, Usage]] = {}

    def part(
        self,
        key: str,
        where: Where,
        blocks: Sequence[Block] = (),
        *,
        model: str = "",
        stop: str = "",
        usage: Usage | None = None,
    ) -> list[Entry]:
        """A part of an answer; returns what is given out before it.

        Args:
            key: Which answer it is of.
            where: It stands.
            blocks: What it says and asks for.
            model: That answers; empty if this part does not say.
            stop: Why it stopped, as events have it; empty if this part does not say.
            usage: Tokens of the answer so far.
        """
        before: list[Entry] = []
        answer = self._open
        if answer is None or not answer.takes(key, where.agent):
            before = self.given_out()
            asked = self._asked.get(where.agent, 0.0)
            answer = self._open = _Answer(key, asked, where, where.source, where.ts)
        if blocks:
            answer.ts = where.ts or answer.ts
            answer.end = answer.end if self._held else where.source
        answer.model = model or answer.model
        answer.stop = stop or answer.stop
        answer.parts.extend((block, where) for block in blocks)
        answer.usage = larger(answer.usage, usage or answer.usage)
        return before

    def after(self, entry: Entry) -> list[Entry]:
        """Something that stands after the parts so far; returns what is given out, it or nothing yet."""
        if isinstance(entry.event, UserMessage | ToolFinished | ContextCompacted) and entry.ts:
            self._asked[entry.agent] = entry.ts
        if self._open is None:
            return [entry]
        self._held.append(entry)
        of_another = entry.agent != self._open.where.agent
        ends = of_another or isinstance(entry.event, UserMessage) or len(self._held) > _MOST_HELD
        return self.given_out() if ends else []

    def given_out(self) -> list[Entry]:
        """The answer as far as it came, the calls that it asks for, and what was held back."""
        answer, self._open = self._open, None
        held, self._held = self._held, []
        if answer is None:
            return []
        known = self._known.pop(answer.key, None)
        if known is None:
            self.turn += 1
        turn, told = known or (self.turn, Usage())
        self._known[answer.key] = (turn, larger(answer.usage, told))
        if len(self._known) > _MOST_KNOWN:
            del self._known[next(iter(self._known))]
        usage = difference(answer.usage, told)
        answer.parts.sort(key=lambda part: _offset(part[1].source))
        if known is not None and not answer.parts and usage == Usage():
            return held
        requested = [
            where.entry(self._calls.requested(block, turn))
            for block, where in answer.parts
            if isinstance(block, ToolCall)
        ]
        response = ModelResponse(
            turn,
            answer.model,
            tuple(block for block, _ in answer.parts),
            answer.stop or ("tools" if requested else "end"),
            usage,
            None,
            None,
            elapsed(answer.asked, answer.ts),
            1,
        )
        all_lines = _span(answer.where.source, answer.end)
        return [Entry(response, answer.ts, all_lines, answer.where.agent), *requested, *held]


def larger(one: Usage, other: Usage) -> Usage:
    """Of each figure the larger one: an answer's tokens are told again with each of its parts."""
    return Usage(
        max(one.input_tokens, other.input_tokens),
        max(one.output_tokens, other.output_tokens),
        max(one.cache_read_tokens, other.cache_read_tokens),
        max(one.cache_write_tokens, other.cache_write_tokens),
    )


def difference(now: Usage, told: Usage) -> Usage:
    """What came to tokens that were told before."""
    return Usage(
        max(now.input_tokens - told.input_tokens, 0),
        max(now.output_tokens - told.output_tokens, 0),
        max(now.cache_read_tokens - told.cache_read_tokens, 0),
        max(now.cache_write_tokens - told.cache_write_tokens, 0),
    )


def _offset(source: str) -> int:
    """Where a line begins; 0 for what is no line but a part of a document."""
    return int(source[1:].partition("+")[0]) if source.startswith("@") else 0


def _span(first: str, last: str) -> str:
    """The place of all lines from one to another; of the first one where they are none."""
    start, end = _offset(first), _offset(last)
    return f"@{start}+{end - start + int(last.partition('+')[2])}" if start < end else first
