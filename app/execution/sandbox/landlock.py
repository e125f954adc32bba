"""Commands that have given up rights for good, by Landlock and seccomp: for where there is no bubblewrap.

What it leaves open, beside what bubblewrap does: what is protected within the workspace can be changed and
made; the mode, owner and times of any file of ours can be changed; sockets with a path can be connected to;
before Linux 6.12, any process of ours gets signals. Servers on the machine itself cannot be used either, nor
can terminals be made. `/tmp` is that of the machine and cannot be written: `TMPDIR` names another.
"""

from __future__ import annotations

import ctypes
import errno
import marshal
import os
import platform
import struct
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from app.execution.descriptors import file_in_memory
from app.execution.sandbox.blame import failed_by_sandbox
from app.execution.sandbox.confinement import Confinement, Launch, holding
from app.execution.sandbox.places import Places, within
from app.execution.sandbox.repository import repository
from app.execution.sandbox.seccomp import seccomp_filter
from app.execution.sandbox.stand_ins import StandIns
from app.execution.sandbox.ways_out import inner_environment

_CREATE_RULESET, _GET_VERSION = 444, 1
# Rights on files by the version that brought them: landlock(7).
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_REMOVE_AND_MAKE = sum(1 << bit for bit in range(4, 13))
_MAKE_DEVICES = 1 << 6 | 1 << 11
_REFER, _TRUNCATE, _IOCTL = 1 << 13, 1 << 14, 1 << 15
_SINCE = {2: _REFER, 3: _TRUNCATE, 5: _IOCTL}
_TCP = 3  # bind and connect, since 4
_OTHERS = 3  # sockets without a path, and signals, since 6
_READ = _EXECUTE | _READ_FILE | _READ_DIR
_ON_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL
_DEVICES = ("null", "zero", "full", "random", "urandom", "tty")
_MAY_OVERRIDE_MODES = 1 << 1  # CAP_DAC_OVERRIDE
_LONGEST_WORD = 1 << 17  # bytes of one argument: execve(2)
_SOURCE = Path(__file__).with_name("confine.py")


def landlock_version() -> int:
    """Which version of Landlock the kernel has; 0 if none, or if it is turned off."""
    if sys.platform != "linux":
        return 0
    libc = ctypes.CDLL(None, use_errno=True)
    arguments = (ctypes.c_ulong(each) for each in (_CREATE_RULESET, 0, 0, _GET_VERSION))
    return max(0, int(libc.syscall(*arguments)))


class Landlock:
    """Starts commands by a small program that gives up rights, then becomes the command.

    Args:
        version: Of the kernel's Landlock.
        places: What is special.
        stand_ins: Takes the folder for what is temporary away.
        network: Every command has the network.
        notes: What else is to be said of it.
    """

    def __init__(
        self, version: int, places: Places, stand_ins: StandIns, *, network: bool, notes: Sequence[str]
    ) -> None:
        gaps = "git hooks, file modes and sockets are not guarded" + (", nor signals" if version < 6 else "")
        self.confinement = Confinement("landlock", "; ".join([f"Landlock: {holding(network)}", gaps, *notes]))
        self._network = network
        self._version = version
        self._places = places
        self._stand_ins = stand_ins
        # Read once: what lies in the workspace may be changed by a command before the next one starts.
        self._source = _SOURCE.read_text()
        # Not by a link in a virtual environment, which may lie in the workspace.
        self._python = os.path.realpath(sys.executable)
        self._capabilities: int | None = None
        if os.geteuid() == 0:
            own = places.workspace.stat().st_uid == 0
            self._capabilities = 0 if own else _MAY_OVERRIDE_MODES

    def environment(self, base: Mapping[str, str]) -> dict[str, str]:
        """The environment of a command, without what leads to programs outside."""
        return inner_environment(base, str(self._places.scratch), self._places.roots)

    def launch(
        self,
        argv: Sequence[str],
        environment: Mapping[str, str],
        *,
        cwd: Path,  # noqa: ARG002 - the same as outside
        network: bool = False,
        terminal: str = "",
    ) -> Launch:
        """How to start a command."""
        network = network or self._network
        words = [os.fsencode(each) for each in argv]
        if any(b"\0" in each for each in words):
            raise ValueError("embedded null byte")
        if any(len(each) >= _LONGEST_WORD for each in words):
            raise OSError(errno.E2BIG, os.strerror(errno.E2BIG))
        plan = {
            "argv": words,
            "environment": {os.fsencode(name): os.fsencode(value) for name, value in environment.items()},
            "capabilities": self._capabilities,
            "ruleset": struct.pack(
                "=QQQ",
                self._handled,
                _TCP if self._version >= 4 and not network else 0,
                _OTHERS if self._version >= 6 else 0,
            ),
            "rules": [
                (os.fsencode(path), struct.pack("=Q", rights & self._handled))
                for path, rights in self._rules(terminal)
            ],
            "filter": seccomp_filter(platform.machine(), network=network),
        }
        content = file_in_memory(marshal.dumps(plan))
        return Launch(
            (self._python, "-I", "-S", "-c", self._source, str(content)), {"PATH": os.defpath}, (content,)
        )

    def blame(self, output: str, exit_code: int) -> str:
        """Why the sandbox seems to be what made a command fail; empty if it does not."""
        roots = (*self._places.roots, self._places.scratch)
        return failed_by_sandbox(output, exit_code, roots, writing_is_denied=True)

    async def close(self) -> None:
        """Take its temporary folder away."""
        self._stand_ins.remove()

    @property
    def _handled(self) -> int:
        """The rights that are given up but where a rule gives them back."""
        newer = sum(right for since, right in _SINCE.items() if self._version >= since)
        return _READ | _WRITE_FILE | _REMOVE_AND_MAKE | newer

    def _rules(self, terminal: str) -> Iterator[tuple[Path, int]]:
        """Paths with the rights on them and all that is in them."""
        everything = _READ | _WRITE_FILE | (_REMOVE_AND_MAKE & ~_MAKE_DEVICES) | _REFER | _TRUNCATE
        writable = repository(self._places.workspace).writable
        for path in (*self._places.roots, *writable, self._places.scratch, Path("/dev/shm")):  # noqa: S108 - its own
            yield path, everything
        for device in (*(f"/dev/{name}" for name in _DEVICES), *([terminal] if terminal else [])):
            yield Path(device), _READ_FILE | _WRITE_FILE | _IOCTL
        # A list of what may be read, for the terminals of the person are not on it.
        hidden = (Path("/dev"), *self._places.hidden)
        yield Path("/"), _READ_DIR
        for path, is_folder in _all_but(Path("/"), hidden):
            yield path, _READ if is_folder else _READ & _ON_FILES
        for path in self._places.shown:
            yield path, _READ if path.is_dir() else _READ & _ON_FILES


def _all_but(folder: Path, without: Sequence[Path]) -> Iterator[tuple[Path, bool]]:
    """What is in a folder, in as few paths as can be, but for some; and whether it is a folder itself.

    No more is looked at than names: of those there may be thousands beside what is left out.
    """
    leads_out = {each.relative_to(folder).parts[0] for each in without if folder in each.parents}
    try:
        entries = [entry for entry in os.scandir(folder) if not entry.is_symlink()]
    except OSError:  # it cannot be read anyway
        return
    for entry in entries:
        path = folder / entry.name
        if entry.name not in leads_out:
            yield path, entry.is_dir(follow_symlinks=False)
        elif not within(path, without):
            yield from _all_but(path, without)
