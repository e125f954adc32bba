"""The commands that start a session: the workbench, `run` and `demo`."""

from __future__ import annotations

import os
import shutil
import sys
from argparse import Namespace
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli.parser import COMMANDS, UsageError
from app.cli.terminal import need_terminal
from app.cli.typed_ahead import typed_ahead
from app.cli.workspace import workspace_of
from app.settings.live import LiveSettings
from app.settings.places import data_directory, expanded
from app.settings.schema import Settings
from app.terminal.text import safe_line

if TYPE_CHECKING:
    from app.approval.rule import Rule
    from app.cli.resumed import Resumed
    from app.headless import Output
    from app.session.rehearsal import Rehearsal
    from app.trajectory.fork import Fork


def workbench(chosen: Namespace, environ: Mapping[str, str]) -> int:
    """Open the workbench in a folder."""
    blank = any(character.isspace() for character in chosen.path or "")
    workspace = workspace_of(
        chosen.path or ".",
        'for a task use `sawhorse run "TASK"`'
        if blank
        else f"give the folder to work in (or a command: {', '.join(COMMANDS)})",
    )
    need_terminal('use `sawhorse run "TASK"` in a pipe or script')
    past = _past(chosen, environ, workspace, given=chosen.path is not None)
    workspace = past.workspace if past is not None else workspace
    live = _settings(environ, _overrides(chosen, past), workspace)
    return _open(
        workspace,
        live,
        environ,
        rules=_rules(chosen.approve_from),
        past=past,
    )


def run(chosen: Namespace, environ: Mapping[str, str]) -> int:
    """Carry out one task without a screen."""
    task = _task(chosen.task, chosen.file)
    workspace = workspace_of(chosen.workspace or ".", "give the folder to work in with --workspace")
    past = _past(chosen, environ, workspace, given=chosen.workspace is not None)
    workspace = past.workspace if past is not None else workspace
    live = _settings(environ, _overrides(chosen, past), workspace)
    settings = live.settings
    if not settings.model.name:
        raise UsageError("no model is chosen; give --model PROVIDER/MODEL or set model.name")
    rules = _rules(chosen.approve_from)
    if live.loaded.notice:
        print(f"sawhorse: {safe_line(live.loaded.notice)}", file=sys.stderr)
    return _carry_out(
        task,
        workspace,
        settings,
        environ,
        chosen.output,
        rules,
        past,
    )


def demo(chosen: Namespace, environ: Mapping[str, str]) -> int:
    """Let a scripted model repair a copy of the sample project."""
    from app.demo import SCENARIO, TASK, copy_project

    if not chosen.headless:
        need_terminal("use `sawhorse demo --headless` in a pipe or script")
    live = _settings(environ, {"model.name": f"scripted/{SCENARIO}", "approval.mode": "auto"})
    workspace = copy_project()
    try:
        if chosen.headless:
            return _carry_out(TASK, workspace, live.settings, environ, chosen.output, _demo_rules())
        return _open(workspace, live, environ, TASK)
    finally:
        shutil.rmtree(workspace.parent, ignore_errors=True)


def branch(fork: Fork, environ: Mapping[str, str]) -> int:
    """Open the workbench with a session that branches off from a run."""
    from app.cli.resumed import at_fork

    past = at_fork(fork, workspace_of(".", "go to a folder that is there"))
    overrides = {"model.name": past.model} if past.model else {}
    return _open(past.workspace, _settings(environ, overrides, past.workspace), environ, past=past)


def open_with(copy: Path, live: LiveSettings, environ: Mapping[str, str], rehearsal: Rehearsal) -> int:
    """Carry out a recorded run in the workbench."""
    return _open(copy, live, environ, rehearsal=rehearsal)


def _demo_rules() -> tuple[Rule, ...]:
    """What lets the commands of the demo run where there is no sandbox and nobody to ask: all are known."""
    from app.approval.rule import parse

    return (parse("allow tool bash"),)


def _past(chosen: Namespace, environ: Mapping[str, str], workspace: Path, *, given: bool) -> Resumed | None:
    """The session to go on with, if one is meant. What reads recordings is loaded only then."""
    if chosen.at is not None and chosen.fork is None:
        raise UsageError("--at says where a run branches off; give the run with --fork FILE")
    if chosen.resume is None and not chosen.go_on and chosen.fork is None:
        return None
    from app.cli.resumed import branched, resumed

    return (branched if chosen.fork is not None else resumed)(chosen, environ, workspace, given=given)


def _open(
    workspace: Path,
    live: LiveSettings,
    environ: Mapping[str, str],
    task: str = "",
    rules: Sequence[Rule] = (),
    past: Resumed | None = None,
    rehearsal: Rehearsal | None = None,
) -> int:
    # read when Textual is imported; frames come from a clock of our own, so this only makes keys quicker
    os.environ.setdefault("TEXTUAL_FPS", "1000")
    os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")
    with typed_ahead():
        from app.workbench import open_workbench

        return open_workbench(
            workspace,
            live.settings,
            environ,
            task=task,
            rules=rules,
            live=live,
            resume=past.trajectory if past is not None else None,
            fork=past.fork if past is not None else None,
            rehearsal=rehearsal,
        )


def _carry_out(
    task: str,
    workspace: Path,
    settings: Settings,
    environ: Mapping[str, str],
    output: Output,
    rules: Sequence[Rule] = (),
    past: Resumed | None = None,
) -> int:
    from app import headless  # loads the engine
    from app.session.options import Options
    from app.session.session import SessionError

    try:
        options = Options(
            workspace,
            settings,
            environ,
            attended=False,
            rules=rules,
            resume=past.trajectory if past is not None else None,
            fork=past.fork if past is not None else None,
        )
        return headless.run(task, options, output)
    except SessionError as error:
        raise UsageError(str(error)) from None


def _task(task: str | None, file: str | None) -> str:
    if task is not None and file is not None:
        raise UsageError("give the task either as an argument or with -f, not both")
    if task is None and (file is None or file == "-"):
        if file is None and sys.stdin.isatty():
            raise UsageError(
                'there is no task; give one: sawhorse run "TASK", or -f FILE, or on standard input'
            )
        task = sys.stdin.buffer.read().decode("utf-8", "replace")
    elif task is None:
        try:
            task = expanded(str(file)).read_bytes().decode("utf-8", "replace")
        except OSError as error:
            raise UsageError(f"cannot read the task from {file}: {error.strerror}") from None
    else:
        task = os.fsencode(task).decode("utf-8", "replace")
    if not task.strip():
        raise UsageError("the task is empty; say what to do")
    return task


def _rules(file: str | None) -> tuple[Rule, ...]:
    """The rules of a file, as they are now: what is done in the session must not change them."""
    if file is None:
        return ()
    from app.approval.rule_file import RuleFile

    rules = RuleFile(expanded(file).absolute())
    rules.refresh()
    if rules.error or rules.content is None:
        raise UsageError(rules.error or f"there is no file of rules {file}; give one with --approve-from")
    return rules.rules


def _settings(
    environ: Mapping[str, str], overrides: Mapping[str, str], workspace: Path | None = None
) -> LiveSettings:
    live = LiveSettings(environ, overrides, workspace)
    data_directory(environ)  # a wrong one is said before anything is loaded or painted
    return live


def _overrides(chosen: Namespace, past: Resumed | None = None) -> dict[str, str]:
    overrides = {"model.name": past.model} if past is not None and past.model else {}
    for item in chosen.overrides:
        name, equals, value = item.partition("=")
        if not equals:
            raise UsageError(f"--set takes NAME=VALUE, such as tools.parallel=false, not {item}")
        overrides[name] = value
    given = {
        "model.name": chosen.model,
        "approval.mode": chosen.mode,
        "model.max_turns": getattr(chosen, "max_turns", None),
    }
    return {**overrides, **{name: value for name, value in given.items() if value is not None}}
