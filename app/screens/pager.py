"""An output, read in the person's own pager."""

from __future__ import annotations

import shlex
import shutil
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import IO, Any  # an app of any result

from textual.app import App, SuspendNotSupported

from app.execution.environment import child_environment
from app.execution.priority import yield_thread
from app.terminal.stream import Sanitiser
from app.terminal.text import safe_line

Read = Callable[[int, int], bytes]
"""Reads up to so many bytes at an offset; none at the end. For any thread."""

_CHUNK = 1 << 18
_OWN = ("PAGER", "TERM")  # what a pager needs as the person has set it


class PagerError(Exception):
    """There is no pager; the message says what to do."""


def open_pager(app: App[Any], read: Read, environ: Mapping[str, str]) -> None:
    """Lend the terminal to a pager until the person leaves it. It gets plain text, as far as it reads.

    Args:
        app: Has the terminal.
        read: Reads the output.
        environ: Names the pager.
    """
    problem = ""
    try:
        command = pager_command(environ)
        with app.suspend():
            # an error must not leave this block, or the app would not come back
            problem = _run(command, read, environ)
    except PagerError as error:
        problem = str(error)
    except SuspendNotSupported:
        problem = "This terminal cannot be lent to a pager."
    if problem:
        app.notify(safe_line(problem), severity="warning", markup=False)


def pager_command(environ: Mapping[str, str]) -> Sequence[str]:
    """The words of the command that `$PAGER` is, or else of a pager that is there.

    Raises:
        PagerError: There is none.
    """
    chosen = environ.get("PAGER", "").strip()
    path = environ.get("PATH")
    if not chosen:
        for name in ("less", "more"):
            if shutil.which(name, path=path):
                return [name]
        raise PagerError("There is neither less nor more here; set $PAGER to a pager.")
    try:
        command = shlex.split(chosen)
    except ValueError:
        raise PagerError(f"$PAGER cannot be understood: {chosen}") from None
    if not shutil.which(command[0], path=path):
        raise PagerError(f"$PAGER is not to be found: {chosen}")
    return command


def _run(command: Sequence[str], read: Read, environ: Mapping[str, str]) -> str:
    """Run it to its end; what went wrong, if anything."""
    environment = child_environment(environ) | {name: environ[name] for name in _OWN if name in environ}
    with _interrupts_ignored():
        try:
            process = subprocess.Popen(command, stdin=subprocess.PIPE, env=environment)
        except OSError as error:
            return f"{command[0]} cannot start: {error.strerror}"
        assert process.stdin is not None
        threading.Thread(target=_feed, args=(process.stdin, read), daemon=True, name="pager").start()
        process.wait()
    return ""


def _feed(pipe: IO[bytes], read: Read) -> None:
    """Write the plain text of an output into a pipe until either ends."""
    yield_thread()
    sanitiser = Sanitiser()
    offset = 0
    with suppress(OSError), pipe:  # the person may leave before the end
        while data := read(_CHUNK, offset):
            offset += len(data)
            pipe.write(sanitiser.feed(data).encode())
        pipe.write(sanitiser.finish().encode())


@contextmanager
def _interrupts_ignored() -> Iterator[None]:
    """What is typed goes to the pager, ctrl+c too; the terminal sends that to both of us."""
    before = signal.signal(signal.SIGINT, lambda *_: None)  # unlike SIG_IGN, the pager does not inherit it
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
