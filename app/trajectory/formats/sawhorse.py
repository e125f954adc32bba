"""Our own trajectories, as the recorder writes them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from app.trajectory.blobs import Blobs
from app.trajectory.codec import DamagedLineError, decode
from app.trajectory.events import Event, ModelResponse, ToolFinished, ToolRequested, UserMessage
from app.trajectory.formats.contract import Entry
from app.trajectory.formats.counts import Counts
from app.trajectory.formats.source import Pause, Source
from app.trajectory.formats.values import mapping

_FAILED = ("failed", "timeout")


class Sawhorse:
    """Lines of events with a checksum each."""

    name = "sawhorse"

    def recognise(self, source: Source) -> str | None:
        """Whether its lines have what every line of ours has."""
        first = mapping(source.sample[0]) if source.sample else {}
        return "" if {"v", "seq", "ts", "kind", "crc"} <= first.keys() else None

    def read(self, source: Source, counts: Counts) -> Iterator[Entry]:
        """The events as they were recorded; a line that is damaged is told and passed over."""
        get = Blobs.of(source.path).get
        for line in source.lines():
            if isinstance(line, Pause):
                continue
            counts.records += 1
            try:
                record = decode(line.data, get)
            except DamagedLineError as error:
                counts.bad_records += 1
                source.problem(f"the line at byte {line.place[1:].partition('+')[0]} is damaged: {error}")
                continue
            count(record.event, counts)
            if record.ts:
                counts.time(record.ts, datetime.fromtimestamp(record.ts, UTC).isoformat())
            yield Entry(record.event, record.ts, line.place, record.agent)


def count(event: Event, counts: Counts) -> None:
    """Count one of our events."""
    match event:
        case ModelResponse(model=model, usage=usage, cost=cost):
            counts.answer(model)
            counts.tokens.add(
                usage.input_tokens,
                usage.output_tokens,
                usage.cache_read_tokens,
                usage.cache_write_tokens,
                cost_usd=cost,
            )
        case ToolRequested(name=name):
            counts.call(name)
        case ToolFinished(status=status):
            counts.result(failed=status in _FAILED)
        case UserMessage():
            counts.said()
        case _:
            pass
