"""What a sandbox is to those who run commands in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

Kind = Literal["bwrap", "landlock", "none", "off"]


@dataclass(frozen=True, slots=True)
class Confinement:
    """Which sandbox commands run in, and why that one.

    Args:
        kind: `none` if there is no way to have one here, `off` if a person does not want any.
        reason: In words, for a status line.
    """

    kind: Kind
    reason: str

    @property
    def holds(self) -> bool:
        """Whether there is a sandbox."""
        return self.kind in ("bwrap", "landlock")


def holding(network: bool) -> str:
    """What a sandbox does, in words."""
    return "commands write in the workspace only" + (
        ", and have the network" if network else ", without network"
    )


def _nothing() -> None:
    """There is nothing to give back."""


@dataclass(frozen=True, slots=True)
class Launch:
    """How a command is started so that it ends up in the sandbox.

    Args:
        argv: What to run instead of it.
        environment: For what confines it, which is not confined itself. What earlier commands exported must
            not be in it: `LD_PRELOAD` would put their program in the place of ours.
        descriptors: What it must inherit; closed by who starts it.
        has_init: The command becomes a child of the first process of a namespace, which talks to us.
        give_back: Called once, in any thread, when nothing of it is left, or when it could not be started.
    """

    argv: tuple[str, ...]
    environment: Mapping[str, str]
    descriptors: tuple[int, ...] = ()
    has_init: bool = False
    give_back: Callable[[], object] = _nothing


class Sandbox(Protocol):
    """Starts commands so that they are confined. Its methods are cheap enough for an event loop."""

    @property
    def confinement(self) -> Confinement:
        """Which one it is."""
        ...

    def environment(self, base: Mapping[str, str]) -> dict[str, str]:
        """The environment of a command, without what leads to programs outside.

        Args:
            base: What it would get elsewhere.
        """
        ...

    def launch(
        self,
        argv: Sequence[str],
        environment: Mapping[str, str],
        *,
        cwd: Path,
        network: bool = False,
        terminal: str = "",
    ) -> Launch:
        """How to start a command.

        Args:
            argv: The command; its program by an absolute path.
            environment: Its whole environment.
            cwd: Where it runs.
            network: It may reach the network.
            terminal: Path of the terminal it runs on; empty for none.

        Raises:
            OSError: It cannot be started.
        """
        ...

    def blame(self, output: str, exit_code: int) -> str:
        """Why the sandbox seems to be what made a command fail; empty if it does not.

        Args:
            output: What it said, or the end of it.
            exit_code: How it ended.
        """
        ...

    async def close(self) -> None:
        """Take away what it has put into the file system, once no command of it runs."""
        ...


@dataclass(frozen=True, slots=True)
class NoSandbox:
    """Starts commands as they are, and says why."""

    confinement: Confinement

    def environment(self, base: Mapping[str, str]) -> dict[str, str]:
        """The same."""
        return dict(base)

    def launch(
        self,
        argv: Sequence[str],
        environment: Mapping[str, str],
        *,
        cwd: Path,  # noqa: ARG002 - as every sandbox
        network: bool = False,  # noqa: ARG002 - nothing is confined
        terminal: str = "",  # noqa: ARG002 - as above
    ) -> Launch:
        """The command itself."""
        return Launch(tuple(argv), environment)

    def blame(self, output: str, exit_code: int) -> str:  # noqa: ARG002 - as above
        """Nothing."""
        return ""

    async def close(self) -> None:
        """Nothing to take away."""


NO_SANDBOX = NoSandbox(Confinement("off", "no sandbox was asked for"))
"""For a command that may run outside, and where nobody chose."""
