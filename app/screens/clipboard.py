"""To the clipboard: by way of the terminal, and of the tools that the system has for it."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any  # an app of any result

from textual.app import App

from app.execution.environment import child_environment

_PATIENCE = 3.0  # seconds that a tool gets


def copy(app: App[Any], text: str, environ: Mapping[str, str]) -> None:
    """Put a text on the clipboard, wherever there is one. Returns at once.

    Not every terminal takes what is sent to it, and none says so: hence the tools as well.

    Args:
        app: Writes to the terminal.
        text: Plain text.
        environ: Says which clipboards there are.
    """
    app.copy_to_clipboard(text)
    threading.Thread(target=_run_tools, args=(text, environ), daemon=True, name="clipboard").start()


def _run_tools(text: str, environ: Mapping[str, str]) -> None:
    environment = child_environment(environ)
    for command in _tools(environ):
        with suppress(OSError, subprocess.SubprocessError):
            subprocess.run(
                command,
                input=text.encode(errors="replace"),
                stdout=subprocess.DEVNULL,  # xclip goes on in the background, and would keep a pipe open
                stderr=subprocess.DEVNULL,
                env=environment,
                timeout=_PATIENCE,
                start_new_session=True,
                check=False,
            )


def _tools(environ: Mapping[str, str]) -> Iterator[Sequence[str]]:
    """What reaches a clipboard from here, if it is installed."""
    if environ.get("TMUX"):
        yield "tmux", "load-buffer", "-w", "-"
    if sys.platform == "darwin":
        yield ("pbcopy",)
    elif environ.get("WAYLAND_DISPLAY"):
        yield ("wl-copy",)
    elif environ.get("DISPLAY"):
        has_xclip = shutil.which("xclip", path=environ.get("PATH"))
        yield ("xclip", "-selection", "clipboard") if has_xclip else ("xsel", "--clipboard", "--input")
