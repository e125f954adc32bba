"""`sawhorse replay`: watch a run again, or carry out its calls again."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli.named_run import named_run
from app.cli.parser import UsageError
from app.cli.sessions import branch, open_with
from app.cli.terminal import need_terminal
from app.cli.typed_ahead import typed_ahead
from app.cli.view import opened_run
from app.cli.workspace import workspace_of
from app.settings.live import LiveSettings
from app.terminal.text import safe_line

if TYPE_CHECKING:
    from app.session.rehearsal import Outcome, Rehearsal
    from app.trajectory.events import Record

_DIFFERS = 1
_CALLS = ("calls", "call")
_MODEL = "recorded/run"
_ALL_TURNS = "100000"  # as many as may be set: it costs nothing, and ends where the recording ends


def replay(chosen: Namespace, environ: Mapping[str, str]) -> int:
    """Show a run as it went, or carry it out again."""
    path = named_run(chosen.file, environ)
    if not 0 < chosen.speed < float("inf"):
        raise UsageError(f"--speed takes a number greater than 0, such as 10, not {chosen.speed:g}")
    if chosen.at < 0:
        raise UsageError(f"--at takes the number of an event, from 0 on, not {chosen.at}")
    if chosen.execute:
        return _carry_out(chosen, environ, path)
    for wrong in ("workspace", "headless", "mode", "json"):
        if getattr(chosen, wrong):
            raise UsageError(f"--{wrong} goes with --execute")
    need_terminal("`sawhorse trajectory show FILE` prints a run")
    return _watch(chosen, environ)


def _watch(chosen: Namespace, environ: Mapping[str, str]) -> int:
    live = LiveSettings(environ)
    run = opened_run(chosen.file, environ)
    with typed_ahead():
        from app.screens.replay import ReplayScreen
        from app.viewing import open_viewing

        first = ReplayScreen(run, speed=chosen.speed, paused=chosen.step, at=chosen.at)
        return open_viewing(live, environ, first, partial(branch, environ=environ))


def _carry_out(chosen: Namespace, environ: Mapping[str, str], path: Path) -> int:
    for watched, wrong in (("speed", chosen.speed != 1), ("step", chosen.step), ("at", chosen.at)):
        if wrong:
            raise UsageError(f"--{watched} is for watching, without --execute: calls run from the first on")
    if chosen.json and not chosen.headless:
        raise UsageError("--json goes with --headless")
    if not chosen.headless:
        need_terminal("add --headless in a pipe or script")
    records = _records(path)
    folder = _workspace(chosen, records)
    overrides = {"model.name": _MODEL, "model.max_turns": _ALL_TURNS}
    if chosen.mode:
        overrides["approval.mode"] = chosen.mode
    live = LiveSettings(environ, overrides, folder)
    if live.settings.approval.mode == "yolo" and not chosen.mode:
        raise UsageError(
            "the settings say mode yolo, in which nothing asks: say --mode yolo for this run, or another mode"
        )
    if live.settings.sandbox.kind == "off":  # a person trusts their model, not whoever made a recording
        live.override("sandbox.kind", "auto")
    from app.session.fresh_copy import fresh_copy
    from app.session.recorded_model import tasks_of
    from app.session.rehearsal import Rehearsal

    if not tasks_of(records):
        raise UsageError(f"{path} has no answer of a model that could be given again")
    try:
        copy = fresh_copy(folder)
    except OSError as error:
        raise UsageError(f"cannot copy {folder}: {error.strerror}") from None
    rehearsal = Rehearsal(records, copy)
    if chosen.headless:
        code = _without_screen(live, environ, copy, rehearsal)
    else:
        code = open_with(copy, live, environ, rehearsal)
    _report(rehearsal, copy, as_json=chosen.json)
    return code or (_DIFFERS if any(outcome.difference for outcome in rehearsal.outcomes) else 0)


def _records(path: Path) -> list[Record]:
    from app.trajectory.formats.contract import UnreadableError
    from app.trajectory.formats.opening import opened

    try:
        return list(opened(path).records())
    except UnreadableError as error:
        raise UsageError(str(error)) from None


def _workspace(chosen: Namespace, records: list[Record]) -> Path:
    from app.trajectory.events import SessionImported, SessionStarted

    if chosen.workspace:
        return workspace_of(chosen.workspace, "give the folder to copy with --workspace")
    began = [e for e in (r.event for r in records[:10]) if isinstance(e, SessionStarted | SessionImported)]
    folder = Path(began[0].workspace) if began and began[0].workspace else None
    if folder is None:
        raise UsageError("the run does not say where it worked; give a folder to copy with --workspace")
    if not folder.is_absolute() or not folder.is_dir():
        raise UsageError(f"the run worked in {folder}, which is not here; give a folder with --workspace")
    folder = folder.resolve()
    if Path.home().resolve().is_relative_to(folder):
        raise UsageError(f"the run worked in {folder}, too much to copy; give a folder with --workspace")
    return folder


def _without_screen(live: LiveSettings, environ: Mapping[str, str], copy: Path, rehearsal: Rehearsal) -> int:
    from app import headless
    from app.session.options import Options
    from app.session.session import SessionError

    options = Options(copy, live.settings, environ, attended=False, rehearsal=rehearsal)
    first, *more = rehearsal.tasks
    try:
        return headless.run(first, options, "none", more)
    except SessionError as error:
        raise UsageError(str(error)) from None


def _report(rehearsal: Rehearsal, copy: Path, *, as_json: bool) -> None:
    """What became of the calls."""
    outcomes, missing = rehearsal.outcomes, rehearsal.missing
    if as_json:
        import orjson

        report = {
            "calls": [_as_json(outcome) for outcome in outcomes],
            "differences": sum(bool(outcome.difference) for outcome in outcomes),
            "not_reached": missing,
            "workspace": str(copy),
        }
        sys.stdout.buffer.write(orjson.dumps(report, option=orjson.OPT_INDENT_2) + b"\n")
        return
    for outcome in outcomes:
        glyph = "≠" if outcome.difference else "=" if outcome.recorded else "?"
        line = f"{glyph} {outcome.name}  {outcome.title}"
        print(safe_line(f"{line}  {outcome.difference}" if outcome.difference else line))
    differing = sum(bool(outcome.difference) for outcome in outcomes)
    print(
        f"{len(outcomes)} {_CALLS[len(outcomes) == 1]}: {len(outcomes) - differing} as recorded, "
        f"{differing} otherwise" + (f", {missing} not reached" if missing else "")
    )
    print(f"the copy it worked in: {copy}")


def _as_json(outcome: Outcome) -> dict[str, object]:
    recorded = outcome.recorded
    return {
        "call": outcome.call,
        "name": outcome.name,
        "title": outcome.title,
        "difference": outcome.difference or None,
        "recorded": recorded and {"status": recorded.status, "content": recorded.content},
        "now": {"status": outcome.now.status, "content": outcome.now.content},
    }
