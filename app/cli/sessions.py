"""The commands that start a session: the workbench, `run` and `demo`."""

from __future__ import annotations

import dataclasses
import os
import shutil
import sys
from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli.parser import UsageError
from app.cli.typed_ahead import typed_ahead
from app.settings.load import load
from app.settings.schema import Settings

if TYPE_CHECKING:
    from app.headless import Output


def workbench(chosen: Namespace, environ: Mapping[str, str]) -> int:
    """Open the workbench in a folder."""
    workspace = _workspace(chosen.path)
    _need_terminal('use `sawhorse run "TASK"` in a pipe or script')
    settings = load(environ, _overrides(chosen)).settings
    return _open(workspace, settings, environ)


def run(chosen: Namespace, environ: Mapping[str, str]) -> int:
    """Carry out one task without a screen."""
    task = _task(chosen.task, chosen.file)
    workspace = _workspace(chosen.workspace)
    settings = load(environ, _overrides(chosen)).settings
    if not settings.model.name:
        raise UsageError("no model is chosen; give --model PROVIDER/MODEL or set model.name")
    return _carry_out(task, workspace, settings, environ, chosen.output)


def demo(chosen: Namespace, environ: Mapping[str, str]) -> int:
    """Let a scripted model repair a copy of the sample project."""
    from app.demo import SCENARIO, TASK, copy_project

    if not chosen.headless:
        _need_terminal("use `sawhorse demo --headless` in a pipe or script")
    settings = load(environ).settings
    settings = dataclasses.replace(
        settings,
        model=dataclasses.replace(settings.model, name=f"scripted/{SCENARIO}"),
        approval=dataclasses.replace(settings.approval, mode="auto"),
    )
    workspace = copy_project()
    try:
        if chosen.headless:
            return _carry_out(TASK, workspace, settings, environ, chosen.output)
        return _open(workspace, settings, environ, TASK)
    finally:
        shutil.rmtree(workspace.parent, ignore_errors=True)


def _open(workspace: Path, settings: Settings, environ: Mapping[str, str], task: str = "") -> int:
    # read when Textual is imported; frames come from a clock of our own, so this only makes keys quicker
    os.environ.setdefault("TEXTUAL_FPS", "1000")
    os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")
    with typed_ahead():
        from app.workbench import open_workbench

        return open_workbench(workspace, settings, environ, task=task)


def _carry_out(
    task: str, workspace: Path, settings: Settings, environ: Mapping[str, str], output: Output
) -> int:
    from app import headless  # loads the engine
    from app.session.session import Options, SessionError

    try:
        return headless.run(task, Options(workspace, settings, environ, attended=False), output)
    except SessionError as error:
        raise UsageError(str(error)) from None


def _task(task: str | None, file: str | None) -> str:
    if task is not None and file is not None:
        raise UsageError("give the task either as an argument or with -f, not both")
    if task is None and (file is None or file == "-"):
        if sys.stdin is None or (file is None and sys.stdin.isatty()):
            raise UsageError(
                'there is no task; give one: sawhorse run "TASK", or -f FILE, or on standard input'
            )
        task = sys.stdin.buffer.read().decode("utf-8", "replace")
    elif task is None:
        try:
            task = Path(str(file)).expanduser().read_bytes().decode("utf-8", "replace")
        except OSError as error:
            raise UsageError(f"cannot read the task from {file}: {error.strerror}") from None
    if not task.strip():
        raise UsageError("the task is empty; say what to do")
    return task


def _workspace(path: str) -> Path:
    workspace = Path(path).expanduser()
    if not workspace.is_dir():
        what = "is not a folder" if workspace.exists() else "does not exist"
        raise UsageError(
            f"{path} {what}; give the folder to work in (or a command: run, demo, config, tools)"
        )
    return workspace.resolve()


def _overrides(chosen: Namespace) -> dict[str, str]:
    overrides = {}
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


def _need_terminal(instead: str) -> None:
    if not (sys.stdin and sys.stdin.isatty() and sys.stdout and sys.stdout.isatty()):
        raise UsageError(f"the workbench needs a terminal; {instead}")
