"""The records of a run with no more in them than figures and steps are made of: half the work to read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import chain, repeat
from typing import Any  # fields of a decoded JSON object

from app.trajectory.codec import DamagedLineError, decode_object
from app.trajectory.content import Text, ToolCall, Usage
from app.trajectory.effects import Effects
from app.trajectory.events import (
    ApprovalAsked,
    ApprovalDecided,
    Event,
    ModelRequest,
    ModelResponse,
    Record,
    ToolFinished,
    ToolRequested,
    ToolStarted,
)
from app.trajectory.runs.rows import KIND_NUMBERS
from app.trajectory.runs.run import Run

_PIECE = 2**17  # bytes of lines that are read in one go


class BriefRecords:
    """Reads a run from its beginning on; it may grow.

    The columns of the run tell all that is needed of many records: those are not read. Of most others, only
    the fields that count are looked at. What is left is decoded whole. Each bears the number of its row.

    Args:
        run: The run.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self._calls: dict[int, str] = {}  # the id of each that is not answered, by its number

    def since(self, start: int) -> Iterator[Record]:
        """The records from a row up to the last that there is now.

        Args:
            start: Those before it were read.

        Raises:
            OSError: The file cannot be read.
        """
        rows, count = self._run.rows, len(self._run)
        while start < count:
            offset, _ = rows.place(start)
            stop = max(rows.at(offset + _PIECE, start), start + 1)
            end, length = rows.place(stop - 1)
            piece = self._run.read(offset, end + length - offset)
            lines = chain(piece.split(b"\n"), repeat(b""))  # there are fewer in a file that was cut
            columns = (column[start:stop] for column in (rows.kinds, rows.calls, rows.times, rows.agents))
            for row, line, kind, call, ts, agent in zip(range(start, stop), lines, *columns, strict=False):
                if (tell := _TOLD.get(kind)) is not None:
                    event: Event | None = tell(self._calls.get(call, ""))
                else:
                    event = _read(kind, line)
                if event is None:
                    record = next(self._run.records(row, row + 1))
                else:
                    record = Record(row, ts, event, rows.agent(row) if agent else "")
                if isinstance(record.event, ToolRequested):
                    self._calls[call] = record.event.call
                elif isinstance(record.event, ToolFinished):
                    self._calls.pop(call, None)
                yield record
            start = stop


def _read(kind: int, line: bytes) -> Event | None:
    """What counts of the event of a line; None where that has to be decoded whole."""
    if (read := _READ.get(kind)) is None:
        return None
    try:
        fields = decode_object(line)
        return read(fields) if "blobs" not in fields else None
    except (DamagedLineError, KeyError, TypeError, ValueError, AttributeError):
        return None


def _request(fields: Mapping[str, Any]) -> Event:
    effects = fields["effects"]
    return ToolRequested(
        fields["call"],
        fields["turn"],
        fields["name"],
        fields["arguments"],
        Effects(effects["title"], writes=tuple(effects.get("writes", ()))),
    )


def _answer(fields: Mapping[str, Any]) -> Event:
    blocks = tuple(_block(block) for block in fields["blocks"] if block["type"] != "thinking")
    return ModelResponse(
        fields["turn"],
        fields["model"],
        blocks,
        fields["stop"],
        Usage(**fields["usage"]),
        fields["cost"],
        None,
        fields["duration"],
        fields["attempts"],
    )


def _block(block: Mapping[str, Any]) -> Text | ToolCall:
    if block["type"] == "text":
        return Text(block["text"])
    return ToolCall(block["id"], block["name"], {}, block.get("invalid", ""))


def _result(fields: Mapping[str, Any]) -> Event:
    return ToolFinished(
        fields["call"],
        fields["status"],
        fields["content"],
        fields.get("duration", 0.0),
        diff=fields.get("diff", ""),
    )


_REQUEST = ModelRequest(0, "", 0, 0)
_TOLD: Mapping[int, Callable[[str], Event]] = {
    KIND_NUMBERS[ModelRequest.kind]: lambda _: _REQUEST,
    KIND_NUMBERS[ApprovalAsked.kind]: lambda call: ApprovalAsked(call, ""),
    KIND_NUMBERS[ApprovalDecided.kind]: lambda call: ApprovalDecided(call, True, "", ""),
    KIND_NUMBERS[ToolStarted.kind]: ToolStarted,
}
_READ: Mapping[int, Callable[[Mapping[str, Any]], Event]] = {
    KIND_NUMBERS[ModelResponse.kind]: _answer,
    KIND_NUMBERS[ToolRequested.kind]: _request,
    KIND_NUMBERS[ToolFinished.kind]: _result,
}
