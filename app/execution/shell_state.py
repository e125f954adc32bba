"""What one command leaves to the next: the folder it ended in, and the variables it exported.

Each command is a shell of its own, which starts from the state that earlier ones left. Only a command that
ends by itself with exit code 0 leaves anything, and none that became another program by `exec` or set a trap
on EXIT. What commands that ran at the same time leave is put together in the order in which they were asked
for, whenever they ended: where two differ, the later one counts.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from types import MappingProxyType

from app.execution.descriptors import out_of_the_way
from app.execution.environment import SURPRISES, with_variables

_PRELUDE = Path(__file__).with_name("prelude.sh")
_KEY = os.urandom(16)  # a digest in a record must not give away what it was made of
_MOST = 1 << 18  # characters; a system takes about two megabytes of arguments and environment together
_MOST_LEFT = 1 << 23  # bytes
_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)
# The shell keeps these itself, or they are ours.
_OWN = frozenset({"_", "PWD", "SHLVL", "BASH_ENV", "SAWHORSE_CALL", "SAWHORSE_STATE"}) | SURPRISES


@dataclass(frozen=True, slots=True)
class ShellChange:
    """What a command changed.

    Args:
        cwd: The folder it ended in; None if that is where it began.
        variables: Exported variables with their new values; None for one that is no longer exported.
    """

    cwd: Path | None = None
    variables: Mapping[str, str | None] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class ShellState:
    """Where the next command starts.

    Args:
        cwd: Its folder.
        variables: What differs from the environment every command gets; None for a variable taken out of it.
    """

    cwd: Path
    variables: Mapping[str, str | None] = field(default_factory=lambda: MappingProxyType({}))

    def after(self, change: ShellChange) -> ShellState:
        """The state once a command has left this, without its variables where they would be too much."""
        variables = {**self.variables, **change.variables}
        if sum(len(name) + len(value or "") for name, value in variables.items()) > _MOST:
            variables = dict(self.variables)
        return ShellState(change.cwd or self.cwd, MappingProxyType(variables))

    def environment(self, base: Mapping[str, str]) -> dict[str, str]:
        """The environment of a command.

        Args:
            base: What every command gets.
        """
        return with_variables(base, self.variables)

    @property
    def names(self) -> tuple[str, ...]:
        """The variables that earlier commands changed."""
        return tuple(sorted(self.variables))

    @property
    def digest(self) -> str:
        """Tells two sets of variables apart without saying what they hold; empty if there are none."""
        if not self.variables:
            return ""
        text = repr(sorted(self.variables.items()))
        return blake2b(text.encode("utf-8", "surrogateescape"), digest_size=8, key=_KEY).hexdigest()


class StateFile:
    """An unnamed file in which a bash leaves its state when it ends well. Close it after use.

    Attributes:
        descriptor: What the command must inherit.

    Raises:
        OSError: It cannot be made.
    """

    def __init__(self) -> None:
        self.descriptor = out_of_the_way(
            os.memfd_create("state") if sys.platform == "linux" else _unnamed_file()
        )

    @property
    def variables(self) -> dict[str, str]:
        """What makes a bash leave its state; it takes them out of its environment."""
        return {"BASH_ENV": str(_PRELUDE), "SAWHORSE_STATE": str(self.descriptor)}

    def tells_exit_code(self, code: int) -> bool:
        """Whether the shell came to its end by itself and with an exit code, so that no signal ended it."""
        return self._content().partition(b"\0")[0] == b"%d" % code

    def change(self, cwd: Path, environment: Mapping[str, str]) -> ShellChange:
        """What the command changed: nothing, if it left no whole state.

        Args:
            cwd: Where it started.
            environment: What it started with.
        """
        _, _, left_behind = self._content().partition(b"\0")
        folder, _, variables = left_behind.partition(b"\n\0")
        if not variables.endswith(b"\0\0"):
            return ShellChange()
        left: dict[str, str] = {}
        for entry in variables.split(b"\0"):
            name, equals, value = os.fsdecode(entry).partition("=")
            if equals and name not in _OWN and _NAME.fullmatch(name):
                left[name] = value
        changed: dict[str, str | None] = {
            name: value for name, value in left.items() if environment.get(name) != value
        }
        gone = (name for name in environment.keys() - left.keys() - _OWN if _NAME.fullmatch(name))
        changed |= dict.fromkeys(gone)
        ended = Path(os.fsdecode(folder))
        moved = ended.is_absolute() and ended != Path(os.path.realpath(cwd))
        return ShellChange(ended if moved else None, MappingProxyType(changed))

    def close(self) -> None:
        """Let go of it."""
        os.close(self.descriptor)

    def _content(self) -> bytes:
        return os.pread(self.descriptor, min(os.fstat(self.descriptor).st_size, _MOST_LEFT), 0)


def _unnamed_file() -> int:
    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())
