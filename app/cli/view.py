"""`sawhorse view`: one run, or all of them to choose from."""

from __future__ import annotations

import os
import select
import sys
import threading
from argparse import Namespace
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, BinaryIO

from app.cli.named_run import named_run
from app.cli.parser import UsageError
from app.cli.sessions import branch
from app.cli.typed_ahead import typed_ahead
from app.settings.live import LiveSettings

if TYPE_CHECKING:
    from app.trajectory.runs.run import Run

_CHUNK = 1 << 16
_QUIET = 0.5  # seconds; what is a run that goes on is shown when nothing comes for so long


def view(chosen: Namespace, environ: Mapping[str, str]) -> int:
    """Show a run: a file, a folder, the id of a session, or what comes on standard input."""
    if chosen.file != "-":
        return _show(chosen.file, chosen.at or 0, environ)
    with TemporaryDirectory(prefix="sawhorse-") as folder:
        path = Path(folder, "standard input")
        _copy_standard_input(path)
        return _show(str(path), chosen.at or 0, environ)


def _show(name: str | None, at: int, environ: Mapping[str, str]) -> int:
    if not all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        raise UsageError("the viewer needs a terminal; use `sawhorse trajectory show` in a pipe or script")
    if at < 0:
        raise UsageError(f"--at takes the number of an event, from 0 on, not {at}")
    live = LiveSettings(environ)
    # read when Textual is imported; frames come from a clock of our own, so this only makes keys quicker
    os.environ.setdefault("TEXTUAL_FPS", "1000")
    os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")
    run = opened_run(name, environ, holds_back=True) if name is not None else None
    with typed_ahead():
        from app.screens.viewer.screen import ViewerScreen
        from app.viewing import open_viewing

        first = ViewerScreen(run, at) if run is not None else None
        return open_viewing(live, environ, first, partial(branch, environ=environ))


def opened_run(name: str, environ: Mapping[str, str], *, holds_back: bool = False) -> Run:
    """The run that a person names.

    Args:
        name: A file, a folder, or the id of a session.
        environ: Says where runs are.
        holds_back: Its beginning will do until a screen is there.

    Raises:
        UsageError: There is none, or it cannot be read.
    """
    from app.trajectory.formats.contract import UnreadableError
    from app.trajectory.runs.run import Run

    try:
        return Run.open(named_run(name, environ), holds_back=holds_back)
    except UnreadableError as error:
        raise UsageError(str(error)) from None


def _copy_standard_input(path: Path) -> None:
    """Keep in a file what comes, and take keys from the terminal. Returns once there is something to show.

    Raises:
        UsageError: Nothing comes, or there is no terminal.
    """
    if sys.stdin.isatty():
        raise UsageError("- is standard input: give a run there, such as `sawhorse view - < FILE`")
    source = os.fdopen(os.dup(0), "rb", buffering=0)
    target = path.open("wb", buffering=0)
    if not _copy_beginning(source, target):
        raise UsageError("nothing came on standard input")
    try:
        terminal = os.open("/dev/tty", os.O_RDWR)
    except OSError:
        raise UsageError("the viewer needs a terminal for its keys") from None
    os.dup2(terminal, 0)
    os.close(terminal)
    threading.Thread(target=_copy, args=(source, target), name="standard input", daemon=True).start()


def _copy_beginning(source: BinaryIO, target: BinaryIO) -> bool:
    """Copy until the end, or until nothing comes for a moment and there is a line; whether anything came."""
    came = has_line = False
    while True:
        if has_line and not select.select([source], [], [], _QUIET)[0]:
            return True
        if not (data := source.read(_CHUNK)):
            return came
        target.write(data)
        came, has_line = True, has_line or b"\n" in data


def _copy(source: BinaryIO, target: BinaryIO) -> None:
    with source, target:
        while data := source.read(_CHUNK):
            target.write(data)
