"""The card of a call: what was asked for, who allowed it, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator

from app.terminal.text import safe_line
from app.trajectory.events import (
    ApprovalAsked,
    ApprovalDecided,
    JobStarted,
    OutputCut,
    Record,
    ToolFinished,
    ToolRequested,
)
from app.trajectory.export.amounts import duration
from app.trajectory.export.card import Card, Part, part, place_of, told
from app.trajectory.export.json_pieces import dumped
from app.trajectory.export.steps import Call

_LONG = 100  # characters of an argument that has a line to itself
_COMMANDS = ("command", "cmd", "script", "code")
_SHOWN_AS_DIFF = (
    *("old_string", "old_str", "oldText", "oldString", "new_string", "new_str", "newText", "newString"),
    *("file_text", "content", "contents", "patchText", "patch", "diff", "input", "edits"),
)


def call_card(call: Call) -> Card:
    """The card of a call with all that happened to it."""
    requested = call.requested
    facts: list[str] = []
    parts: list[Part] = []
    asked = ""
    for record in call.happened:
        match record.event:
            case ApprovalAsked(diff=diff, reason=reason, plan=plan):
                asked = diff
                parts += part("text", plan, "plan")
                facts += told(safe_line(f"asked: {reason}" if reason else ""))
            case ApprovalDecided(allowed=allowed, by=by, reason=reason, feedback=feedback):
                if by == "person" and allowed:
                    facts.append("allowed by the person")
                elif not allowed:
                    facts.append(safe_line(f"denied by {by}: {reason}"))
                parts += part("text", feedback if by == "person" else "", "the person said")
            case OutputCut(reason=reason):
                facts.append(safe_line(f"output cut: {reason}"))
            case JobStarted(job=job):
                facts.append(safe_line(f"goes on in the background as {job}"))
            case _:
                pass
    has_diff = bool(asked) or any(result.diff for result in call.results)
    parts = [*_arguments(requested, call.invalid, has_diff=has_diff), *parts]
    if not any(result.diff for result in call.results):
        parts += part("diff", asked, "what it would change")
    failed = False
    for result in call.results:
        more, wrong = _result(result)
        parts += more
        facts += _outcome(result)
        failed = failed or wrong
    for agent in call.agents:
        facts.append(safe_line(f"sub-agent {agent.name}"))
    if not call.results:
        facts.append("no result")
    return Card(
        "call",
        safe_line(requested.name),
        place_of(call.record),
        safe_line(requested.effects.title),
        tuple(dict.fromkeys(facts)),
        tuple(parts),
        failed=failed,
    )


def result_card(record: Record, result: ToolFinished) -> Card:
    """The card of a result whose call is not known."""
    parts, failed = _result(result)
    return Card(
        "call", "Result", place_of(record), safe_line(result.call), _outcome(result), parts, failed=failed
    )


def _outcome(result: ToolFinished) -> tuple[str, ...]:
    return told(
        "" if result.status == "done" else result.status,
        f"exit {result.exit_code}" if result.exit_code else "",
        duration(result.duration),
    )


def _result(result: ToolFinished) -> tuple[tuple[Part, ...], bool]:
    failed = result.status in ("failed", "timeout")
    diff = part("diff", result.diff)
    return (*diff, *part("error" if failed else "output", result.content)), failed


def _arguments(requested: ToolRequested, invalid: str, *, has_diff: bool) -> Iterator[Part]:
    """The arguments of a call that its title does not tell: what is long in a part of its own."""
    facts: list[str] = []
    for name, value in requested.arguments.items():
        if value == requested.effects.title or (has_diff and name in _SHOWN_AS_DIFF):
            continue
        text = value if isinstance(value, str) else dumped(value).decode()
        if name in _COMMANDS and isinstance(value, str) and len(requested.arguments) == 1:
            yield from part("code", text)
        elif len(text) > _LONG or "\n" in text:
            shown = text if isinstance(value, str) else dumped(value, indented=True).decode()
            yield from part("code", shown, safe_line(name))
        else:
            facts.append(f"{safe_line(name)}: {safe_line(text)}")
    yield from part("facts", "\n".join(facts))
    yield from part("code", invalid, "arguments that could not be read")
