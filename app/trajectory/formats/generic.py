"""Any JSON, any lines of JSON and any text: shown as far as they can be understood."""

from __future__ import annotations

from collections.abc import Iterator

from app.trajectory.events import SessionImported, Unmapped
from app.trajectory.formats.contract import Entry
from app.trajectory.formats.counts import Counts
from app.trajectory.formats.generic_records import Records, first_prompt
from app.trajectory.formats.parts import first_line
from app.trajectory.formats.source import Pause, Source
from app.trajectory.formats.values import first_text, mapping

_VARIANTS = {"document": "json", "lines": "jsonl", "text": "text"}
_TITLES = ("title", "task", "prompt", "question", "name")
_SESSIONS = ("session_id", "sessionId", "run_id", "id")
_PROGRAMS = ("program", "agent_name", "tool")
_LONGEST = 2_000  # characters of a line


class Generic:
    """Takes what no other format takes: messages of a chat are shown as such, the rest record by record."""

    name = "generic"

    def recognise(self, source: Source) -> str | None:
        """What the file is made of; None if it is neither JSON nor text."""
        if source.shape == "lines" and not source.sample:
            return "text"
        return _VARIANTS.get(source.shape)

    def read(self, source: Source, counts: Counts) -> Iterator[Entry]:
        """Its records, in their order."""
        counts.assistant_messages = counts.user_messages = None
        counts.tool_calls = counts.tool_results = counts.tool_errors = None
        variant = self.recognise(source)
        yield Entry(_imported(source, variant or ""))
        match variant:
            case "json":
                yield from Records(counts).document(source.document)
            case "jsonl":
                yield from _lines(source, counts)
            case _:
                yield from _text(source, counts)


def _lines(source: Source, counts: Counts) -> Iterator[Entry]:
    records = Records(counts)
    for line in source.lines():
        if isinstance(line, Pause):
            continue
        counts.records += 1
        if line.value is not None:
            yield from records.line(line.value, line.place)
        else:
            counts.bad_records += 1
            yield Entry(_row("damaged line", line.data.decode("utf-8", "replace")), source=line.place)


def _text(source: Source, counts: Counts) -> Iterator[Entry]:
    for place, line in source.text():
        counts.records += 1
        if line.strip():
            yield Entry(_row("line", line), source=place)


def _row(kind: str, line: str) -> Unmapped:
    return Unmapped(kind, line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…")


def _imported(source: Source, variant: str) -> SessionImported:
    head = mapping(source.sample[0] if source.sample else None)
    title = first_line(first_text(head, _TITLES) or first_prompt(source.sample))
    return SessionImported(
        "generic",
        variant,
        program=first_text(head, _PROGRAMS),
        session=first_text(head, _SESSIONS),
        model=first_text(head, ("model",)),
        title=title,
    )
