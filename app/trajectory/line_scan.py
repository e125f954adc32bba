"""Rows from lines, without decoding them: what is needed stands near the beginning, or near the end."""

from __future__ import annotations

import re
from array import array
from datetime import UTC, datetime

from app.trajectory.rows import KIND_NUMBERS, UNMAPPED, Columns, Rows

_TEXT = rb'"((?:[^"\\]|\\.)*)"'
_HEAD = re.compile(
    rb'\{"v":\d+,"seq":\d{1,18},"ts":"(\d{4}-\d\d-\d\dT\d\d:\d\d):(\d\d\.?\d*)Z","kind":"([a-z.]+)"'
    rb'(?:,"call":' + _TEXT + rb')?(?:,"turn":(\d{1,9}))?(?:,"(?:name|status|outcome)":' + _TEXT + rb")?"
)
_BACKGROUND = re.compile(rb',"(?:job|name)":' + _TEXT + rb',"call":' + _TEXT)
_AGENT = re.compile(
    rb',"agent":' + _TEXT + rb'(?:,"source":' + _TEXT + rb')?(?:,"blobs":\{[^{}]*\})?,"crc":\d+\}$'
)
_ENDS = re.compile(rb'"crc":\d+\}$')
_CRC = 20  # bytes at the end of a line that hold its checksum

_NOTE = KIND_NUMBERS[b"note"]
_REQUESTED = KIND_NUMBERS[b"tool.requested"]
_RETRY = KIND_NUMBERS[b"model.retry"]
_WITH_CALL_LATER = (KIND_NUMBERS[b"job.started"], KIND_NUMBERS[b"agent.started"])
_FAILED = (b"failed", b"timeout")


class LineScan:
    """Adds the rows of a file of lines, as the pieces of it come.

    Args:
        rows: Added to.
    """

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._end = 0  # offset of the first byte that is in no row
        self._rest: list[bytes] = []  # of a line that has not ended
        self._minutes: dict[bytes, float] = {}
        self._tools = array("I", [0])  # of each call
        self._turns: dict[int, int] = {}  # of each agent

    @property
    def torn(self) -> int:
        """Bytes at the end that are no whole line, or not yet."""
        return sum(map(len, self._rest))

    def feed(self, piece: bytes) -> None:
        """Take the bytes that follow those before."""
        whole, newline, rest = piece.rpartition(b"\n")
        if not newline:
            self._rest.append(rest)
            return
        if self._rest:
            whole = b"".join((*self._rest, whole))
        self._rest = [rest] if rest else []
        self._rows.extend(self._columns(whole.split(b"\n")))

    def _columns(self, lines: list[bytes]) -> Columns:
        columns = Columns()
        for line in lines:
            self._add(line, columns)
        return columns

    def _add(self, line: bytes, columns: Columns) -> None:
        self._end += len(line) + 1
        columns.ends.append(self._end)
        found = _HEAD.match(line)
        kind = (
            KIND_NUMBERS.get(found[3]) if found is not None and _ENDS.search(line, len(line) - _CRC) else None
        )
        agent = 0
        if b',"agent":"' in line and (tail := _AGENT.match(line, line.rfind(b',"agent":"'))):
            agent = self._rows.agent_names.number(tail[1])
        if found is None or kind is None:
            columns.times.append(0.0)
            columns.kinds.append(UNMAPPED)
            columns.calls.append(0)
            columns.tools.append(0)
            columns.agents.append(agent)
            columns.turns.append(self._turns.get(agent, 0))
            columns.failed.append(True)
            return
        minute, second, _, call, turn, name = found.groups()
        if kind in _WITH_CALL_LATER and (later := _BACKGROUND.match(line, found.end(3) + 1)):
            call = later[2]
        number = self._rows.call_names.number(call) if call else 0
        if number == len(self._tools):
            self._tools.append(0)
        if kind == _REQUESTED and name:
            self._tools[number] = self._rows.tool_names.number(name)
        if turn:
            self._turns[agent] = int(turn)
        columns.times.append(self._seconds(minute) + float(second))
        columns.kinds.append(kind)
        columns.calls.append(number)
        columns.tools.append(self._tools[number])
        columns.agents.append(agent)
        columns.turns.append(self._turns.get(agent, 0))
        columns.failed.append(
            (kind != _REQUESTED and name in _FAILED)
            or kind == _RETRY
            or (kind == _NOTE and b',"level":"error"' in line)
        )

    def _seconds(self, minute: bytes) -> float:
        found = self._minutes.get(minute)
        if found is None:
            try:
                found = datetime.fromisoformat(minute.decode()).replace(tzinfo=UTC).timestamp()
            except ValueError:
                found = 0.0
            self._minutes = {minute: found}
        return found
