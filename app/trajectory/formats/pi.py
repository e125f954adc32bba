"""Sessions of pi, as it keeps them below `~/.pi/agent/sessions`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from app.trajectory.events import SessionImported
from app.trajectory.formats.contract import Entry
from app.trajectory.formats.counts import Counts
from app.trajectory.formats.parts import first_line, flat_text
from app.trajectory.formats.pi_session import PiSession
from app.trajectory.formats.source import Pause, Source
from app.trajectory.formats.unmapped import damaged
from app.trajectory.formats.values import first_text, mapping, seconds, text

_FACTS = {"provider": "provider", "thinkingLevel": "thinking_level"}
_PARENTS = ("parentSession", "branchedFrom")


class Pi:
    """Entries that are a tree, in the order they were written; a message each."""

    name = "pi"

    def recognise(self, source: Source) -> str | None:
        """Whether it begins with a session in a folder, and goes on with entries of it, if at all."""
        records = [mapping(value) for value in source.sample[:2]]
        if not records or records[0].get("type") != "session":
            return None
        has_head = bool({"id", "cwd"} <= records[0].keys() and "timestamp" in records[0])
        return "" if has_head and all(text(record.get("type")) for record in records) else None

    def read(self, source: Source, counts: Counts) -> Iterator[Entry]:
        """Its entries, in their order."""
        yield _imported([mapping(value) for value in source.sample])
        session = PiSession(counts)
        for line in source.lines():
            if isinstance(line, Pause):
                continue
            counts.records += 1
            if line.value is None:
                counts.bad_records += 1
                yield Entry(damaged(line.data), source=line.place)
                continue
            record = mapping(line.value)
            stamp = text(record.get("timestamp"))
            ts = seconds(stamp)
            counts.time(ts, stamp)
            for event in session.events(record, ts, line.place):
                yield Entry(event, ts, line.place)


def _imported(head: list[Mapping[str, object]]) -> Entry:
    begun = head[0] if head else {}
    messages = [mapping(record.get("message")) for record in head]
    said = (flat_text(message.get("content")) for message in messages if message.get("role") == "user")
    named = next((text(record.get("name")) for record in head if record.get("type") == "session_info"), "")
    models = (text(message.get("model")) for message in messages)
    asked = next((prompt for prompt in said if not prompt.startswith("/")), "")
    event = SessionImported(
        "pi",
        program="pi",
        session=text(begun.get("id")),
        parent=first_text(begun, _PARENTS),
        workspace=text(begun.get("cwd")),
        model=text(begun.get("modelId")) or next(filter(None, models), ""),
        title=first_line(named or asked),
        facts={name: begun[key] for key, name in _FACTS.items() if begun.get(key)},
    )
    return Entry(event, seconds(begun.get("timestamp")))
