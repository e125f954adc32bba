"""What came of a call, as Codex tells it to the model in words, and in events for its own screen."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from app.trajectory.events import Status
from app.trajectory.formats.edit_diff import bounded_diff
from app.trajectory.formats.json_value import parsed
from app.trajectory.formats.parts import attachment, flat_text
from app.trajectory.formats.values import mapping, number, text

_EXIT_CODE = re.compile(r"(?:exited with code|exit code:?)\s+(-?\d{1,9})\b", re.IGNORECASE)
_WALL_TIME = re.compile(r"^Wall time: (\d+(?:\.\d+)?) seconds", re.MULTILINE)
_HEAD = 300  # characters in which an output says what came of the call
_FAILED = ("apply_patch verification failed", "failed in sandbox", "failed to parse", "unsupported call")
_MOST_HELD = 200  # events whose call may be answered yet


@dataclass(frozen=True, slots=True)
class Output:
    """What came of a call; a figure that the file does not tell is None.

    Args:
        status: As that of the event.
        content: What the model was told.
        exit_code: Of a command.
        duration: Seconds.
        diff: What was changed; empty if that is not told.
        says_error: The output itself says that a command failed.
    """

    status: Status
    content: str
    exit_code: int | None = None
    duration: float | None = None
    diff: str = ""
    says_error: bool = False


@dataclass(frozen=True, slots=True)
class _Told:
    """What an event said of a call."""

    exit_code: int | None
    duration: float | None
    diff: str


@dataclass(slots=True)
class Outputs:
    """Reads outputs, with what events said of their calls before."""

    _told: dict[str, _Told] = field(default_factory=dict)

    def note(self, event: Mapping[str, object]) -> None:
        """An event that says how a call ended: its own output follows."""
        call = text(event.get("call_id"))
        if not call or not text(event.get("type")).endswith("_end"):
            return
        code = number(event.get("exit_code"))
        told = mapping(event.get("duration"))
        whole, part = number(told.get("secs")), number(told.get("nanos"))
        duration = whole + (part or 0.0) / 1e9 if whole is not None else None
        diff = _changes(mapping(event.get("changes")))
        self._told[call] = _Told(None if code is None else int(code), duration, diff)
        if len(self._told) > _MOST_HELD:
            del self._told[next(iter(self._told))]

    def read(self, payload: Mapping[str, object]) -> Output:
        """The output of a call.

        Args:
            payload: The item that has it.
        """
        told = self._told.pop(text(payload.get("call_id")), _Told(None, None, ""))
        output = payload.get("output", payload.get("tools"))
        content, fields = flat_text(output), mapping(output)
        if content.startswith('{"output"'):
            fields = mapping(parsed(content.encode("utf-8", "replace"))[0])
            content = text(fields.get("output")) or content
        metadata = mapping(fields.get("metadata"))
        head = content[:_HEAD]
        code, spent = number(metadata.get("exit_code")), number(metadata.get("duration_seconds"))
        if code is None and (found := _EXIT_CODE.search(head)):
            code = int(found[1])
        if spent is None and (wall := _WALL_TIME.search(head)):
            spent = float(wall[1])
        exit_code = told.exit_code if code is None else int(code)
        duration = told.duration if spent is None else spent
        status = _status(head, exit_code, fields.get("success"))
        return Output(status, content, exit_code, duration, told.diff, bool(code))


def at_once(payload: Mapping[str, object]) -> Output | None:
    """What came of a call that the provider ran, which has no output of its own; None for others."""
    kind, state = payload.get("type"), payload.get("status")
    if kind not in ("web_search_call", "image_generation_call") or state == "in_progress":
        return None
    status: Status = "failed" if state in ("failed", "incomplete") else "done"
    image = text(payload.get("result"))
    return Output(status, attachment(image, "image/png") if image else "")


def _status(head: str, code: int | None, success: object) -> Status:
    if "command timed out" in head:
        return "timeout"
    if head.startswith(("aborted", "Aborted")):
        return "interrupted"
    if "rejected by user" in head:
        return "denied"
    return "failed" if code or success is False or head.startswith(_FAILED) else "done"


def _changes(changes: Mapping[str, object]) -> str:
    """The diff of the files that a patch changed."""
    return bounded_diff(
        line
        for path, change in changes.items()
        for line in _changed(path.replace("\n", " "), mapping(change))
    )


def _changed(path: str, change: Mapping[str, object]) -> Iterator[str]:
    lines = text(change.get("content")).removesuffix("\n").split("\n")
    match change.get("type"):
        case "add":
            yield from ("--- /dev/null", f"+++ b/{path}", f"@@ -0,0 +1,{len(lines)} @@")
            yield from (f"+{line}" for line in lines)
        case "delete":
            yield from (f"--- a/{path}", "+++ /dev/null", f"@@ -1,{len(lines)} +0,0 @@")
            yield from (f"-{line}" for line in lines)
        case _:
            moved = text(change.get("move_path")).replace("\n", " ") or path
            yield from (f"--- a/{path}", f"+++ b/{moved}")
            yield from text(change.get("unified_diff")).removesuffix("\n").split("\n")
