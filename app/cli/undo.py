"""`sawhorse undo`: take back what turns did to the files of a workspace."""

from __future__ import annotations

import asyncio
import os
import sys
from argparse import Namespace
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from app.cli.parser import UsageError
from app.cli.undo_report import show_left_alone, show_plan, show_turns
from app.settings.load import load
from app.settings.places import sessions_directory
from app.terminal.text import safe_text
from app.trajectory.events import SessionStarted
from app.trajectory.reader import read
from app.workspace.checkpoint_log import Checkpoint, Timeline
from app.workspace.checkpoints import Checkpoints
from app.workspace.snapshot_git import CheckpointError

_FAILED = 1
_NOT_CONFIRMED = 2


@dataclass(frozen=True, slots=True)
class _Recorded:
    """A session that has checkpoints: its folder, and the real path of its workspace."""

    folder: Path
    root: Path


@dataclass(frozen=True, slots=True)
class _Goal:
    """Where to go back to, in what words, and the command that goes there too."""

    to: Checkpoint
    words: str
    command: str


def undo(chosen: Namespace, environ: Mapping[str, str]) -> int:
    """Show what going back would change, ask, and do it."""
    largest = load(environ).settings.checkpoints.largest_file
    session = _session(sessions_directory(environ), chosen.session)
    checkpoints = Checkpoints.in_session(session.root, session.folder, largest=largest)
    try:
        return asyncio.run(_undo(chosen, session, checkpoints))
    except CheckpointError as error:
        raise UsageError(f"cannot undo: {error}") from None


async def _undo(chosen: Namespace, session: _Recorded, checkpoints: Checkpoints) -> int:
    timeline = await checkpoints.timeline()
    if chosen.list:
        show_turns(session.folder.name, session.root, timeline)
        return 0
    if chosen.redo and chosen.to is not None:
        raise UsageError("give either --redo or --to, not both")
    paths = [_relative(path, session.root) for path in chosen.paths] or None
    goal = _goal(chosen, timeline)
    plan = await checkpoints.plan(goal.to, paths)
    if not plan.changes:
        print("nothing is changed" if plan.refused else "nothing to do: the files are as they were")
        show_left_alone(plan.refused, session.root, goal.command)
        return _FAILED if plan.refused else 0
    if not chosen.yes:
        diff = await checkpoints.preview(plan) if chosen.diff or sys.stdout.isatty() else ""
        if diff:
            print(safe_text(diff))
        show_plan(goal.words, plan)
        show_left_alone(plan.refused, session.root, goal.command)
        if not _confirmed():
            return _NOT_CONFIRMED
    done = await (checkpoints.redo(paths) if chosen.redo else checkpoints.rewind(goal.to, paths))
    files = "1 file" if len(done.changes) == 1 else f"{len(done.changes)} files"
    other = "sawhorse undo" if chosen.redo else "sawhorse undo --redo"
    print(f"{files} brought {goal.words}; `{other}` takes that back")
    if chosen.yes or done.refused != plan.refused:  # else it has been said
        show_left_alone(done.refused, session.root, goal.command)
    return _FAILED if done.refused else 0


def _goal(chosen: Namespace, timeline: Timeline) -> _Goal:
    if chosen.redo:
        if timeline.redo is None:
            raise UsageError("there is nothing to redo; `sawhorse undo --list` shows the turns")
        return _Goal(timeline.redo, "back to before the last undo", "sawhorse undo --redo")
    if chosen.to is not None:
        found = [turn for turn in timeline.turns if turn.number == chosen.to]
        if not found:
            raise UsageError(f"turn {chosen.to} changed no file; `sawhorse undo --list` shows those that did")
    else:
        found = list(timeline.standing)
        if not found:
            raise UsageError("there is nothing to undo; `sawhorse undo --list` shows the turns")
    number = found[-1].number
    return _Goal(found[-1].before, f"back to before turn {number}", f"sawhorse undo --to {number}")


def _session(sessions: Path, identity: str | None) -> _Recorded:
    """The session that is named, else the last one in this folder that has checkpoints."""
    if identity is not None:
        named = sessions / identity
        if Path(identity).name != identity or (found := _recorded(named)) is None:
            raise UsageError(f"session {identity} has no checkpoints; they are kept in {sessions}")
        return found
    here = Path.cwd()
    folders = sorted(sessions.iterdir(), reverse=True) if sessions.is_dir() else []
    for folder in folders:
        if (found := _recorded(folder)) is not None and here.is_relative_to(found.root):
            return found
    raise UsageError(f"no session in {here} has checkpoints; go to its folder, or name one with --session ID")


def _recorded(folder: Path) -> _Recorded | None:
    try:
        if not Checkpoints.any_in(folder):
            return None
        first = next(read(folder / "trajectory.jsonl", 0, 1), None)
    except OSError:
        return None
    if first is None or not isinstance(first.event, SessionStarted):
        return None
    root = Path(first.event.workspace)
    return _Recorded(folder, root) if root.is_dir() else None


def _relative(path: str, root: Path) -> str:
    """A path that a person gave, relative to the workspace; a link at its end is not followed."""
    folder, name = os.path.split(os.path.abspath(path))
    real = os.path.join(os.path.realpath(folder), name)
    relative = os.path.relpath(real, root)
    if relative == ".." or relative.startswith("../"):
        raise UsageError(f"{path} is not in the workspace {root}")
    return relative


def _confirmed() -> bool:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        print("sawhorse: nothing was changed; give --yes to do it", file=sys.stderr)
        return False
    try:
        return input("Do it? [y/N] ").strip().lower() in ("y", "yes")
    except EOFError:
        return False
