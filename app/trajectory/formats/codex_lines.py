"""The two ways in which Codex writes a line, and which lines were copied from another session."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from app.trajectory.formats.values import mapping, seconds, text

ENVELOPES = (
    "session_meta",
    "response_item",
    "event_msg",
    "turn_context",
    "compacted",
    "world_state",
)
_UUID_7 = re.compile(r"([0-9a-f]{8})-([0-9a-f]{4})-7[0-9a-f]{3}-")
_REPLAY = 2.5  # seconds within which a copied history is written


class Line(NamedTuple):
    """What a line is about, what it says, and when: in the file's own notation, and as a number."""

    kind: str
    payload: Mapping[str, object]
    stamp: str
    ts: float


def codex_line(value: object) -> Line:
    """A line as newer versions write it, or, without an envelope, older ones."""
    record = mapping(value)
    stamp = text(record.get("timestamp"))
    kind = text(record.get("type"))
    if "payload" in record:
        return Line(kind, mapping(record["payload"]), stamp, seconds(stamp))
    if kind:
        return Line("response_item", record, stamp, seconds(stamp))
    kind = text(record.get("record_type")) or ("session_meta" if "id" in record else "")
    return Line(kind, record, stamp, seconds(stamp))


def session_id(meta: Mapping[str, object]) -> str:
    """The session that a record of its begin is of; of a sub-agent, `session_id` is that of its parent."""
    return text(meta.get("id")) or text(meta.get("session_id"))


def parent_id(meta: Mapping[str, object]) -> str:
    """The session that began another one, or that it goes on from; empty if there is none."""
    spawned = mapping(mapping(mapping(meta.get("source")).get("subagent")).get("thread_spawn"))
    for found in (meta.get("forked_from_id"), meta.get("parent_thread_id"), spawned.get("parent_thread_id")):
        if text(found):
            return text(found)
    return ""


class CopiedHistory:
    """Tells the lines of a session from those of its parent, which stand before them in its file.

    A copy begins with the parent's first line, and bears the time at which it was made: only the turns
    themselves say when they were begun.
    """

    def __init__(self) -> None:
        self._own: Line | None = None
        self._within = False

    def has(self, line: Line) -> bool:
        """Whether a line is copied. To be asked of all lines, in their order."""
        if line.kind == "session_meta":
            if self._own is None:
                self._own = line
            elif parent_id(self._own.payload) and session_id(line.payload) != session_id(self._own.payload):
                self._within = True
        elif self._within and self._begins_own_turn(line):
            self._within = False
        return self._within

    def _begins_own_turn(self, line: Line) -> bool:
        if line.kind != "turn_context" and line.payload.get("type") != "task_started":
            return False
        if self._own is None:
            return True
        made = _time_of(session_id(self._own.payload)) or seconds(self._own.payload.get("timestamp"))
        begun = _time_of(text(line.payload.get("turn_id"))) or seconds(line.payload.get("started_at"))
        if begun and made:
            return begun >= (made if begun % 1 else int(made))
        return line.ts > self._own.ts + _REPLAY


def _time_of(identity: str) -> float:
    """When an id of version 7 was made, in seconds since the epoch; 0 for any other id."""
    found = _UUID_7.match(identity)
    return int(found[1] + found[2], 16) / 1000 if found else 0.0
