"""Sessions of Gemini CLI: one document of JSON, or, as newer versions write them, a line for each change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from app.trajectory.events import SessionImported
from app.trajectory.formats.contract import Entry
from app.trajectory.formats.counts import Counts
from app.trajectory.formats.gemini_messages import GeminiMessages, said
from app.trajectory.formats.parts import first_line
from app.trajectory.formats.source import Pause, Source
from app.trajectory.formats.values import items, mapping, seconds, text

_FACTS = ("projectHash", "kind", "startTime", "lastUpdated", "summary", "directories")


class Gemini:
    """Messages of a person and of the model; the calls of an answer, and their results, stand in it."""

    name = "gemini"

    def recognise(self, source: Source) -> str | None:
        """Whether it begins with what a session is called and the project it is about."""
        head = _head(source)
        if not (text(head.get("sessionId")) and text(head.get("projectHash"))):
            return None
        return "" if source.shape == "document" and "messages" in head else "jsonl"

    def read(self, source: Source, counts: Counts) -> Iterator[Entry]:
        """Its messages, in their order."""
        head, variant = _head(source), self.recognise(source) or ""
        messages = GeminiMessages(counts, repeated=variant == "jsonl")
        if not variant:
            found = items(head.get("messages"))
            yield _imported(head, found, variant)
            for number, message in enumerate(found):
                yield from messages.events(mapping(message), f"/messages/{number}")
        else:
            yield _imported(head, source.sample, variant)
            yield from _lines(source, messages, counts)


def _head(source: Source) -> Mapping[str, object]:
    return mapping(source.sample[0]) if source.sample else {}


def _imported(head: Mapping[str, object], values: Sequence[object], variant: str) -> Entry:
    messages = [mapping(value) for value in values]
    asked = next((message for message in messages if message.get("type") == "user"), {})
    event = SessionImported(
        "gemini",
        variant,
        program="Gemini CLI",
        session=text(head.get("sessionId")),
        workspace=next(map(text, items(head.get("directories"))), ""),
        model=next(filter(None, (text(message.get("model")) for message in messages)), ""),
        title=first_line(said(asked)),
        facts={name: head[name] for name in _FACTS if name in head},
    )
    return Entry(event, seconds(head.get("startTime")))


def _lines(source: Source, messages: GeminiMessages, counts: Counts) -> Iterator[Entry]:
    """A message is written again whenever something is added to it: it is held until another one comes."""
    held: tuple[Mapping[str, object], str] | None = None
    for line in source.lines():
        if isinstance(line, Pause):
            if held and _is_complete(held[0]):
                yield from messages.events(*held)
                held = None
            continue
        record = mapping(line.value)
        if not record:
            counts.bad_records += 1
        if not record or "$set" in record or "projectHash" in record:
            continue
        if held and record.get("id") != held[0].get("id"):
            yield from messages.events(*held)
        held = None
        if "$rewindTo" in record:
            yield messages.rewound(record["$rewindTo"], line.place)
        else:
            held = (record, line.place)
    if held:
        yield from messages.events(*held)


def _is_complete(message: Mapping[str, object]) -> bool:
    """Whether only calls and results can be added: an answer is written before its tokens are known."""
    return message.get("type") != "gemini" or bool(message.get("tokens"))
