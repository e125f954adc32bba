"""The results of tools, as Claude Code writes them: for the model, and once more for its own screen."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from app.trajectory.events import Status
from app.trajectory.formats.edit_diff import bounded_diff
from app.trajectory.formats.parts import flat_text
from app.trajectory.formats.values import items, mapping, number, text, whole

_DENIED = (
    "The user doesn't want to",
    "Permission to use",
    "Claude requested permissions",
)
_INTERRUPTED = ("[Request interrupted by user", "The user interrupted", "Interrupted by user")
_EXIT_CODE = re.compile(r"\s*(?:Error: )?(?:Command failed with )?[Ee]xit code:? (\d{1,9})\b")


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a call; figures that the file does not tell are None, texts are empty.

    Args:
        status: As that of the event.
        content: What the model was told.
        exit_code: Of a command.
        diff: What an edit changed.
        duration: Seconds.
    """

    status: Status
    content: str
    exit_code: int | None
    diff: str
    duration: float | None


def result(block: Mapping[str, object], record: object) -> Result:
    """Read one.

    Args:
        block: The part of the message, of type `tool_result`.
        record: The tool's own record beside the message; may be anything.
    """
    content = flat_text(block.get("content"))
    told = mapping(record)
    status = _status(content, told, failed=block.get("is_error") is True)
    return Result(status, content, _exit_code(content, told, status), _diff(told), _duration(told))


def _status(content: str, told: Mapping[str, object], *, failed: bool) -> Status:
    if told.get("interrupted") is True or content.startswith(_INTERRUPTED):
        return "interrupted"
    if not failed:
        return "done"
    if content.startswith(_DENIED):
        return "denied"
    return "timeout" if content.startswith("Command timed out") else "failed"


def _exit_code(content: str, told: Mapping[str, object], status: Status) -> int | None:
    """That of a command: told, in the words of a failure, or 0 where only a success is recorded like this."""
    code = number(told.get("exitCode"))
    if code is not None:
        return int(code)
    if status == "failed" and (found := _EXIT_CODE.match(content)):
        return int(found[1])
    runs_on = told.get("backgroundTaskId") or told.get("returnCodeInterpretation")
    return 0 if status == "done" and "stdout" in told and "interrupted" in told and not runs_on else None


def _duration(told: Mapping[str, object]) -> float | None:
    for name in ("totalDurationMs", "durationMs"):
        if (milliseconds := number(told.get(name))) is not None and milliseconds >= 0:
            return milliseconds / 1000
    return None


def _diff(told: Mapping[str, object]) -> str:
    """The hunks of an edit, with the lines they stand in."""
    hunks = items(told.get("structuredPatch"))
    path = text(told.get("filePath")).replace("\n", " ")
    if not hunks or not path:
        return ""
    return bounded_diff(chain((f"--- a/{path}", f"+++ b/{path}"), _lines(hunks)))


def _lines(hunks: object) -> Iterator[str]:
    for hunk in map(mapping, items(hunks)):
        old, new = (
            f"{whole(hunk.get(f'{side}Start'))},{whole(hunk.get(f'{side}Lines'))}" for side in ("old", "new")
        )
        yield f"@@ -{old} +{new} @@"
        yield from map(text, items(hunk.get("lines")))
