"""The programs that search: ripgrep where the machine has it, else our own; both write the same JSON."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import cache
from pathlib import Path

from app.workspace.globs import Glob
from app.workspace.names import PROTECTED_GLOBS
from app.workspace.opening import open_folder
from app.workspace.request import ScanRequest

# No settings file and no global rules: the same on every machine. Sorted: a cut is always the same.
_RIPGREP_FLAGS = [
    *("--no-config", "--no-messages", "--color=never", "--sort=path", "--no-mmap", "--hidden", "--no-follow"),
    *("--no-ignore-global", "--no-ignore-exclude", "--no-ignore-dot"),
]
_HAS_PROC = os.path.isdir("/proc/self/fd")
_LONGEST_RECORD = 4 * 2**20
_LONGEST_COMPLAINT = 8_192


@cache
def find_program(name: str, root: Path) -> str | None:
    """A program of the machine; never one that lies in the workspace, whatever PATH says.

    Args:
        name: Its name.
        root: Real path of the workspace.
    """
    found = shutil.which(name)
    if found is None or not os.path.isabs(found) or Path(found).resolve().is_relative_to(root):
        return None
    return found


def ripgrep_command(program: str, request: ScanRequest) -> list[str]:
    """The command line for ripgrep. It may look at more files than the request includes, never at fewer."""
    command = [program, *_RIPGREP_FLAGS]
    if not request.inherit:
        command.append("--no-ignore-parent")
    if not request.repository:
        # Only where it is needed: with it, newer versions overlook repositories further down.
        command.append("--no-require-git")
    names = Glob(request.include).names if request.include else {"*"}
    if "*" not in names:
        # A glob of ripgrep's would bring back what .gitignore leaves out; a file type does not.
        command += [f"--type-add=included:{name}" for name in sorted(names)]
        command.append("--type=included")
    command += [f"--iglob=!{glob}" for glob in PROTECTED_GLOBS]
    if request.pattern is None:
        command += ["--files", "--null"]
    else:
        command += ["--json", f"--context={request.context}"]
        if request.ignore_case:
            command.append("--ignore-case")
        command.append(f"--regexp={request.pattern}")
    return [*command, "--", f"./{request.file or ''}"]


def own_command(request: ScanRequest) -> list[str]:
    """The command line for our own program; isolated, so that it loads nothing from the workspace."""
    return [sys.executable, "-I", "-X", "utf8", "-m", "app.workspace.scan", request.to_json()]


@asynccontextmanager
async def running(command: list[str], folder: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """A search under way in a folder; killed when the block ends, however it ends.

    Args:
        command: The program and its arguments. It gets none of our environment.
        folder: Real path of the folder; it is not entered if a link has taken its place.

    Raises:
        OSError: The folder cannot be entered, or the program cannot be started.
    """
    descriptor = open_folder(folder)  # a few microseconds, beside those of starting a process
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            # By descriptor, where the system can: the path could be changed under us once more.
            cwd=f"/proc/self/fd/{descriptor}" if _HAS_PROC else folder,
            stdin=DEVNULL,
            stdout=PIPE,
            stderr=PIPE,
            env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"},
            start_new_session=True,
        )
    finally:
        os.close(descriptor)
    try:
        yield process
    finally:
        if process.returncode is None:
            # Not `process.kill`: it may reap the program before the thread that waits for its end does.
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        await process.communicate()  # what is left in the pipes would keep them open


async def records(process: asyncio.subprocess.Process, end: bytes) -> AsyncGenerator[list[bytes], None]:
    """What the program writes: at a time, the records that have come. One longer than 4 MiB is cut there.

    Args:
        process: The program.
        end: The byte that ends a record.
    """
    assert process.stdout is not None
    begun = bytearray()
    while piece := await process.stdout.read(2**16):
        first, *rest = piece.split(end)
        begun += first[: _LONGEST_RECORD - len(begun)]
        if rest:
            found = [bytes(begun), *rest]
            begun = bytearray(found.pop())
            yield found


async def complaint(process: asyncio.subprocess.Process) -> str:
    """What a program that has ended had to say about its request; empty if it was content."""
    assert process.stderr is not None
    said = (await process.stderr.read(_LONGEST_COMPLAINT)).decode("utf-8", "replace").strip()
    match await process.wait():
        case 0 | 1:
            return ""
        case 2:
            return said
        case code:
            return said or f"the search program ended with {code}"
