"""What `sawhorse undo` prints: turns, what would change, and what is left alone."""

from __future__ import annotations

import os
import shlex
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from app.terminal.text import safe_line
from app.workspace.checkpoint_log import Checkpoint, Timeline, Turn
from app.workspace.rewind import Plan, Refused

_MOST_NAMED = 5
_MOST_FILES = 200
_VERBS = {"created": "bring back", "changed": "change", "deleted": "remove"}


def show_turns(session: str, root: Path, timeline: Timeline) -> None:
    """A line a turn, the oldest first, and what their checkpoints do not keep."""
    print(f"session {session} in {safe_line(str(root))}")
    if not timeline.turns:
        print("no turn has changed a file")
        return
    print(f"{'turn':>5}  {'files':>5}  {'lines':<13}  what")
    for turn in timeline.turns:
        print(_turn(turn, undone=turn not in timeline.standing))
    last = timeline.turns[-1]
    _show_left_out((last.after or last.before).left_out)


def show_plan(words: str, plan: Plan) -> None:
    """What going back would change, a line a file."""
    files = "1 file goes" if len(plan.changes) == 1 else f"{len(plan.changes)} files go"
    print(f"{files} {words}:")
    for change in plan.changes[:_MOST_FILES]:
        lines = f"+{change.added} -{change.removed}"
        print(f"  {_VERBS[change.kind]:<10}  {lines:<13}  {safe_line(change.path)}")
    if len(plan.changes) > _MOST_FILES:
        print(f"  … and {len(plan.changes) - _MOST_FILES} more")


def show_left_alone(refused: Sequence[Refused], root: Path, command: str) -> None:
    """Files that are left as they are, why, and how to take them all the same.

    Args:
        refused: The files.
        root: The workspace.
        command: What takes them when their paths are added to it.
    """
    if not refused:
        return
    print("left alone:")
    for each in refused[:_MOST_FILES]:
        print(f"  {safe_line(each.path)}: {safe_line(each.reason)}")
    if len(refused) > _MOST_FILES:
        print(f"  … and {len(refused) - _MOST_FILES} more")
    named = [os.path.relpath(root / each.path) for each in refused if each.by_name]
    if named:
        shown = " ".join(shlex.quote(safe_line(path)) for path in named[:_MOST_NAMED])
        more = " …" if len(named) > _MOST_NAMED else ""
        print(f"to take what was changed by somebody else too, name it: {command} {shown}{more}")


def _turn(turn: Turn, *, undone: bool) -> str:
    mark = "  (undone)" if undone else "  (not over)" if turn.after is None else ""
    return f"{turn.number:>5}  {_figures(turn.after)}  {safe_line(turn.label)}{mark}"


def _figures(after: Checkpoint | None) -> str:
    if after is None:
        return f"{'?':>5}  {'?':<13}"
    return f"{after.files:>5}  {f'+{after.added} -{after.removed}':<13}"


def _show_left_out(left_out: Mapping[str, str]) -> None:
    paths: dict[str, list[str]] = defaultdict(list)
    for path, reason in left_out.items():
        paths[reason].append(path)
    for reason, named in paths.items():
        shown = ", ".join(safe_line(path) for path in named[:_MOST_NAMED])
        more = f" and {len(named) - _MOST_NAMED} more" if len(named) > _MOST_NAMED else ""
        print(f"not kept, {reason}: {shown}{more}")
