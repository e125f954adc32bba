"""Git with a folder of its own: it obeys nothing that the person, the machine or the workspace has set up."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from app.workspace.atomic import StoppedError
from app.workspace.errors import WorkspaceError
from app.workspace.names import printable

_SETTINGS = {
    # Content is kept to the byte, and names as the file system has them.
    "core.autocrlf": "false",
    "core.safecrlf": "false",
    "core.fileMode": "true",
    "core.symlinks": "true",
    "core.precomposeUnicode": "false",
    "core.protectHFS": "false",
    "core.protectNTFS": "false",
    # Nothing is run, and nothing outside the workspace is read.
    "core.hooksPath": os.devnull,
    "core.fsmonitor": "false",
    "core.excludesFile": os.devnull,
    "core.attributesFile": os.devnull,
    "commit.gpgSign": "false",
    "submodule.recurse": "false",
    "gc.auto": "0",
    "maintenance.auto": "false",
    "core.logAllRefUpdates": "false",
    # A work tree is given by the environment; compressed a little, for it must be quick.
    "core.bare": "false",
    "core.untrackedCache": "false",
    "core.splitIndex": "false",
    "core.compression": "1",
    "core.looseCompression": "1",
}
# The attributes of highest rank: whatever a .gitattributes says, no filter runs and no byte is changed.
_ATTRIBUTES = "* -text -ident -filter !working-tree-encoding !diff\n"
_LONGEST = 30.0  # seconds of one command
_PATIENCE = 0.05  # seconds between two looks at whether to stop


class CheckpointError(WorkspaceError):
    """A checkpoint cannot be taken or used. The message is one line that says why."""


class UnusableError(CheckpointError):
    """Checkpoints cannot be had at all: on this machine, or of this workspace."""


class Git:
    """Runs git commands on one store, in one work tree. Its methods block.

    Args:
        program: Path of git.
        store: The folder that git keeps everything in; it lies outside the work tree.
        tree: The work tree.
        folder: Where in the work tree the commands run.
        stop: Set to end what runs.
    """

    def __init__(self, program: str, store: Path, tree: Path, folder: Path, stop: threading.Event) -> None:
        self._stop = stop
        self._program = program
        self._store = store
        self._folder = folder
        self._environment = {
            "PATH": os.defpath,
            "LC_ALL": "C",
            "HOME": os.devnull,
            "GIT_DIR": str(store),
            "GIT_WORK_TREE": str(tree),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_ATTR_NOSYSTEM": "1",
            "GIT_NO_REPLACE_OBJECTS": "1",
            "GIT_LITERAL_PATHSPECS": "1",
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_DEFAULT_HASH": "sha1",
            "GIT_DEFAULT_REF_FORMAT": "files",
            **{
                f"GIT_{who}_{what}": value
                for who in ("AUTHOR", "COMMITTER")
                for what, value in (("NAME", "sawhorse"), ("EMAIL", "sawhorse@localhost"))
            },
        }

    def create(self, left_out: str) -> None:
        """Make the store.

        Args:
            left_out: Rules, as in a .gitignore, beyond those of the work tree.

        Raises:
            CheckpointError: Git cannot make it.
            OSError: The folder cannot be written.
        """
        self.run("init", "--quiet", "--template=")
        (self._store / "info").mkdir(exist_ok=True)
        (self._store / "info" / "exclude").write_bytes(os.fsencode(left_out))
        (self._store / "info" / "attributes").write_text(_ATTRIBUTES, encoding="utf-8")

    def run(self, *arguments: str, given: bytes = b"", **settings: str) -> bytes:
        """What a command writes.

        Args:
            arguments: The command and its arguments.
            given: What it reads.
            settings: Settings of the section `core` for this command.

        Raises:
            CheckpointError: It fails, or cannot be started.
            UnusableError: It takes longer than 30 seconds.
            StoppedError: `stop` was set.
        """
        deadline = time.monotonic() + _LONGEST
        with TemporaryFile() as file:  # not a pipe: a second `communicate` would not go on writing to it
            file.write(given)
            file.seek(0)
            with self._started(arguments, settings, file) as process:
                while True:
                    if self._stop.is_set():
                        raise StoppedError
                    if time.monotonic() > deadline:
                        raise UnusableError(f"a snapshot of the workspace takes longer than {_LONGEST:.0f} s")
                    with suppress(subprocess.TimeoutExpired):
                        output, complaint = process.communicate(timeout=_PATIENCE)
                        break
        if process.returncode:
            said = complaint.decode("utf-8", "replace").strip().partition("\n")[0]
            raise CheckpointError(f"git {arguments[0]} failed: {printable(said) or process.returncode}")
        return output

    def beginning(self, *arguments: str, most: int) -> bytes:
        """The first bytes of what a command writes.

        Args:
            arguments: The command and its arguments.
            most: How many bytes at most.

        Raises:
            CheckpointError: It cannot be started.
        """
        with self._started(arguments, {}, subprocess.DEVNULL) as process:
            assert process.stdout is not None
            return process.stdout.read(most)

    @contextmanager
    def conversing(self, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
        """A command that reads and writes while the block lasts.

        Raises:
            CheckpointError: It cannot be started.
        """
        with self._started(arguments, {}, subprocess.PIPE) as process:
            yield process

    @contextmanager
    def _started(
        self, arguments: tuple[str, ...], settings: dict[str, str], given: int | IO[bytes]
    ) -> Iterator[subprocess.Popen[bytes]]:
        chosen = _SETTINGS | {f"core.{name}": value for name, value in settings.items()}
        flags = [word for name, value in chosen.items() for word in ("-c", f"{name}={value}")]
        try:
            process = subprocess.Popen(
                [self._program, *flags, *arguments],
                cwd=self._folder,
                env=self._environment,
                stdin=given,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
            )
        except OSError as error:
            raise CheckpointError(f"git cannot be started: {error.strerror}") from None
        try:
            yield process
        finally:
            if process.poll() is None:
                process.terminate()  # not killed: git then takes its locks away
            with suppress(OSError, ValueError):
                process.communicate()
