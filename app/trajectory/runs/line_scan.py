"""Rows from lines, without decoding them: what is needed stands near the beginning, or near the end."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import repeat
from operator import add

import orjson

from app.trajectory.events import AgentStarted, JobStarted, ModelRetry, Note, ToolFinished, ToolRequested
from app.trajectory.runs.call_numbers import CallNumbers
from app.trajectory.runs.rows import KIND_NUMBERS, UNMAPPED, Columns, Rows

_PIECE = 2**19  # bytes; other threads wait while one is taken apart
_FIRST_PIECE = 2**16  # is shown at once
_END = 2**12  # bytes at either end of a line longer than a piece that are looked at

_TEXT = rb'"([^"\\\n]*+(?:\\.[^"\\\n]*+)*+)"'
_HEAD = re.compile(  # alternatives with an empty one are quicker than what is optional
    rb'\{"v":\d+,"seq":\d+,"ts":"([-0-9T:]{16}):(\d\d\.\d{6})Z","kind":"([^"\n]+)",'
    rb'"(?:call":'
    + _TEXT
    + rb',"|)(?:turn":(\d{1,9}),"|)(?:name":'
    + _TEXT
    + rb'|)(?:(?:status|outcome)":"([a-z]+)|)'
)
_NO_HEAD = (b"", b"00.0", b"", b"", b"", b"", b"failed")
_SECOND_IS_CALL = re.compile(rb'[^\n]{,80}"kind":"[^"\n]+","(?:job|name)":' + _TEXT + rb',"call":' + _TEXT)
_AGENT = b',"agent":"'
_AGENT_AT_END = re.compile(
    rb',"agent":' + _TEXT + rb'(?:,"source":' + _TEXT + rb')?(?:,"blobs":\{[^{}\n]*\})?,"crc":\d+\}\Z'
)
_ERROR = b',"level":"error"'
_FAILED = frozenset((b"failed", b"timeout"))
_CLOSING = ord("}")
_MOST_MINUTES = 1_000
_TOO_MANY = 100


def _marks(*kinds: str) -> bytes:
    """Maps the numbers of some kinds to 1, and all others to 0."""
    numbers = {KIND_NUMBERS[kind] for kind in kinds}
    return bytes(number in numbers for number in range(256))


_REQUESTED = KIND_NUMBERS[ToolRequested.kind]
_REQUESTED_OR_ANSWERED = _marks(ToolRequested.kind, ToolFinished.kind)
_WITH_LATER_CALL = _marks(JobStarted.kind, AgentStarted.kind)
_RETRY = _marks(ModelRetry.kind)
_NOTE = _marks(Note.kind)
_KINDS = {kind.encode(): number for kind, number in KIND_NUMBERS.items()}


class LineScan:
    """Adds rows as a file of lines grows. A line without its newline is none yet.

    Args:
        rows: Added to.
        read: Gives so many bytes from an offset on, fewer at the end of the file.
        problem: Told which lines are damaged.
    """

    def __init__(self, rows: Rows, read: Callable[[int, int], bytes], problem: Callable[[str], None]) -> None:
        self._rows = rows
        self._problem = problem
        self._read = read
        self._end = 0  # of the last row
        self._seen = 0  # no line ends between there and here
        self._minutes = _Minutes()
        self._calls = CallNumbers()
        self._turn_of: defaultdict[int, int] = defaultdict(int)  # by number of the agent

    @property
    def torn(self) -> int:
        """Bytes at the end of the file that are no whole line."""
        return self._seen - self._end

    def step(self) -> bool:
        """Read on by a piece; False at the end of the file.

        Raises:
            OSError: The file cannot be read.
        """
        if self._seen > self._end:
            return self._go_on_with_line()
        size = _PIECE if self._end else _FIRST_PIECE
        piece = self._read(self._end, size)
        taken = self._take(piece)
        at_end = len(piece) < size
        self._seen = self._end + (len(piece) - taken if at_end or not taken else 0)
        return not at_end

    def _go_on_with_line(self) -> bool:
        """Look for the end of a line that did not end so far."""
        piece = self._read(self._seen, _PIECE)
        stop = piece.find(b"\n") + 1
        if not stop:
            self._seen += len(piece)
            return len(piece) == _PIECE
        length = self._seen + stop - self._end
        if length <= max(_PIECE, 2 * _END):
            self._take(self._read(self._end, length))
        else:
            line = self._read(self._end, _END) + self._read(self._end + length - _END, _END)
            self._take(line, length)
        self._seen = self._end
        return True

    def _take(self, lines: bytes, length: int = 0) -> int:
        """Add the lines that end.

        Args:
            lines: From the end of the last row on.
            length: How long a line is of which this is only the beginning and the end.

        Returns:
            Bytes that are in rows now.
        """
        heads: list[tuple[bytes, ...]] = []
        stops: list[int] = []
        match, find = _HEAD.match, lines.find
        start = 0
        while (stop := find(b"\n", start)) >= 0:
            head = match(lines, start)
            heads.append(
                head.groups(b"") if head and lines[stop - 1] == _CLOSING else self._no_head(len(heads))
            )
            stops.append(stop)
            start = stop + 1
        if heads:
            self._rows.extend(self._columns(lines, heads, stops, length))
        self._end += length or start
        return length or start

    def _columns(
        self, lines: bytes, heads: list[tuple[bytes, ...]], stops: list[int], length: int
    ) -> Columns:
        minutes, seconds, kind_names, call_ids, turn_numbers, names, states = zip(*heads, strict=True)
        kinds = bytes(map(_KINDS.get, kind_names, repeat(UNMAPPED)))
        calls = list(map(self._calls.__getitem__, call_ids))
        for row in _marked(kinds, _WITH_LATER_CALL):
            if found := _SECOND_IS_CALL.match(lines, stops[row - 1] + 1 if row else 0):
                calls[row] = self._calls[found[2]]
        for row in _marked(kinds, _REQUESTED_OR_ANSWERED):
            if kinds[row] == _REQUESTED:
                self._calls.ask(call_ids[row], self._rows.tool_names[names[row]])
            else:
                self._calls.answer(call_ids[row])
        agents = self._agents(lines, stops) if _AGENT in lines else [0] * len(heads)
        failed = bytearray(map(_FAILED.__contains__, states))
        for row in _marked(kinds, _RETRY):
            failed[row] = True
        for row in _marked(kinds, _NOTE):
            failed[row] = lines.find(_ERROR, stops[row - 1] + 1 if row else 0, stops[row]) > 0
        first = self._end + 1
        return Columns(
            ends=[self._end + length] if length else [first + stop for stop in stops],
            times=list(map(add, map(self._minutes.__getitem__, minutes), _numbers(seconds))),
            kinds=kinds,
            calls=calls,
            tools=list(map(self._calls.tools.__getitem__, calls)),
            agents=agents,
            turns=self._turns(agents, turn_numbers),
            failed=bytes(failed),
        )

    def _no_head(self, row: int) -> tuple[bytes, ...]:
        self._problem(f"line {len(self._rows) + row + 1:,} is damaged")
        return _NO_HEAD

    def _agents(self, lines: bytes, stops: list[int]) -> list[int]:
        agents = []
        start = 0
        for stop in stops:
            at = lines.rfind(_AGENT, start, stop)
            found = _AGENT_AT_END.match(lines, at, stop) if at > 0 else None
            agents.append(self._rows.agent_names[found[1]] if found else 0)
            start = stop + 1
        return agents

    def _turns(self, agents: list[int], numbers: Sequence[bytes]) -> list[int]:
        """The turn of each row: that which it names, or else the last one of its agent."""
        turns: list[int] = []
        turn_of = self._turn_of
        if not any(agents):
            for row, number in enumerate(numbers):
                if number:
                    turns.extend(repeat(turn_of[0], row - len(turns)))
                    turn_of[0] = int(number)
            turns.extend(repeat(turn_of[0], len(agents) - len(turns)))
            return turns
        for agent, number in zip(agents, numbers, strict=True):
            if number:
                turn_of[agent] = int(number)
            turns.append(turn_of[agent])
        return turns


class _Minutes(dict[bytes, float]):
    """The seconds since the epoch of a minute, as it stands in a line, less what `_numbers` has too many."""

    def __missing__(self, minute: bytes) -> float:
        if len(self) > _MOST_MINUTES:
            self.clear()
        try:
            seconds = datetime.fromisoformat(minute.decode("ascii")).replace(tzinfo=UTC).timestamp()
        except ValueError:
            seconds = 0.0
        self[minute] = seconds - _TOO_MANY
        return seconds - _TOO_MANY


def _numbers(seconds: Sequence[bytes]) -> list[float]:
    """Each as a number, with a digit before it, as JSON has it: that is much quicker than to convert each."""
    return orjson.loads(b"[1%b]" % b",1".join(seconds))  # type: ignore[no-any-return]  # of numbers


def _marked(kinds: bytes, marks: bytes) -> Iterator[int]:
    """The rows of some kinds."""
    marked = kinds.translate(marks)
    row = marked.find(1)
    while row >= 0:
        yield row
        row = marked.find(1, row + 1)
