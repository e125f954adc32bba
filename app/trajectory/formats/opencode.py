"""Exports of opencode: one document of JSON, with messages that are made of parts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from app.trajectory.events import SessionImported
from app.trajectory.formats.contract import Entry
from app.trajectory.formats.counts import Counts
from app.trajectory.formats.opencode_children import OpencodeChildren
from app.trajectory.formats.opencode_messages import OpencodeMessages
from app.trajectory.formats.parts import first_line
from app.trajectory.formats.source import Source
from app.trajectory.formats.values import items, mapping, seconds, text

_FACTS = ("slug", "projectID", "summary", "share", "revert", "permission")


class Opencode:
    """Messages of a person and of the model; the calls of an answer, and their results, are parts of it."""

    name = "opencode"

    def recognise(self, source: Source) -> str | None:
        """Whether it is a session with messages of which each has parts."""
        document = mapping(source.document)
        messages = [mapping(message) for message in items(document.get("messages"))]
        session = text(mapping(document.get("info")).get("id"))
        if not session or not all("info" in message for message in messages[:5]):
            return None
        return "" if messages or session.startswith("ses_") else None

    def read(self, source: Source, counts: Counts) -> Iterator[Entry]:
        """Its messages, in their order."""
        document = mapping(source.document)
        info = mapping(document.get("info"))
        found = [mapping(message) for message in items(document.get("messages"))]
        yield Entry(_imported(info, found), seconds(mapping(info.get("time")).get("created")), "/info")
        messages = OpencodeMessages(counts, OpencodeChildren(source.path.parent))
        for number, message in enumerate(found):
            yield from messages.events(message, f"/messages/{number}")


def _imported(info: Mapping[str, object], messages: list[Mapping[str, object]]) -> SessionImported:
    answers = (mapping(message.get("info")) for message in messages)
    return SessionImported(
        "opencode",
        program="opencode",
        program_version=text(info.get("version")),
        session=text(info.get("id")),
        parent=text(info.get("parentID")),
        workspace=text(info.get("directory")),
        model=next(filter(None, (text(answer.get("modelID")) for answer in answers)), ""),
        title=first_line(text(info.get("title"))),
        facts={name: info[name] for name in _FACTS if name in info},
    )
