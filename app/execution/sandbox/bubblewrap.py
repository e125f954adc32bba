"""Commands in namespaces of their own, made by bubblewrap: their own mounts, processes, network and user.

What it leaves open: with the network comes all of it, sockets without a path included. So are sockets that
programs outside make while a command runs. A link of a protected name can be replaced, and a repository
within the workspace has no protection.

What does not work in it: devices such as graphics cards are not there, nor do 32-bit programs run. Each
command has a network of its own, so that it does not reach servers which another one started.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping, Sequence
from pathlib import Path

from app.execution.descriptors import file_in_memory
from app.execution.sandbox.blame import failed_by_sandbox
from app.execution.sandbox.confinement import Confinement, Launch, holding
from app.execution.sandbox.mounts import TMP, guarded, mounts
from app.execution.sandbox.places import Places
from app.execution.sandbox.repository import Repository, repository
from app.execution.sandbox.seccomp import is_known, socket_filter
from app.execution.sandbox.stand_ins import StandIns
from app.execution.sandbox.ways_out import inner_environment

PROGRAMS = ("/usr/bin/bwrap", "/bin/bwrap", "/usr/local/bin/bwrap", "/run/current-system/sw/bin/bwrap")
"""Where it may lie: never where a variable or a project says."""

_TERMINAL = "/dev/console"  # under this name: there are no others of the machine
# The first process of the namespace. It says that it is there, starts the command, gives up its own ends of
# the output, says that the command has exited, and stays until it is told to go, which ends what is left. So
# whoever waits outside gets to know what a command leaves running, and what all of it took. The terminal that
# it opens becomes that of its session.
_INIT = """
exec 5<>"$0"
echo ready >&3
exec 2>/dev/null
(exec "$@" <&5 >&4 2>&4 3>&- 4>&- 5>&-)
code=$?
exec 4>&- 5>&-
echo exited >&3
read -r _ <&3
exit "$code"
"""


class Bubblewrap:
    """Starts commands by bubblewrap.

    Args:
        program: Its path.
        places: What is special.
        stand_ins: Takes names that must not be made.
        nests: Whether it can keep commands from making user namespaces of their own.
        network: Every command has the network.
        notes: What else is to be said of it.
    """

    def __init__(
        self,
        program: str,
        places: Places,
        stand_ins: StandIns,
        *,
        nests: bool,
        network: bool,
        notes: Sequence[str],
    ) -> None:
        self.confinement = Confinement("bwrap", "; ".join([f"bubblewrap: {holding(network)}", *notes]))
        self._program = program
        self._places = places
        self._stand_ins = stand_ins
        self._network = network
        self._identity = ["--unshare-user", *(["--disable-userns"] if nests else [])]
        self._goes_anywhere = os.geteuid() == 0 and places.workspace.stat().st_uid != 0
        if self._goes_anywhere:
            # In a namespace of one user not even root could write in the folder of another.
            self._identity = ["--cap-add", "CAP_DAC_OVERRIDE"]

    def environment(self, base: Mapping[str, str]) -> dict[str, str]:
        """The environment of a command, without what leads to programs outside."""
        return inner_environment(base, str(TMP), self._places.roots)

    def launch(
        self,
        argv: Sequence[str],
        environment: Mapping[str, str],
        *,
        cwd: Path,
        network: bool = False,
        terminal: str = "",
    ) -> Launch:
        """How to start a command."""
        git = repository(self._places.workspace)
        protected = guarded(self._places, git)
        free = self._stand_ins.put(protected)

        def give_back() -> None:
            git.clean_up()
            free()

        try:
            options = self._options(git, protected, environment, cwd, terminal, network or self._network)
            descriptors = self._in_memory(options)
        except BaseException:
            give_back()
            raise
        reads = _TERMINAL if terminal else os.devnull
        return Launch(
            (self._program, "--args", str(descriptors[-1]), "--", "/bin/sh", "-c", _INIT, reads, *argv),
            {"PATH": os.defpath},
            descriptors,
            has_init=True,
            give_back=give_back,
        )

    def blame(self, output: str, exit_code: int) -> str:
        """Why the sandbox seems to be what made a command fail; empty if it does not."""
        return failed_by_sandbox(output, exit_code, (*self._places.roots, TMP))

    async def close(self) -> None:
        """Free the names that it took."""
        self._stand_ins.remove()

    def _in_memory(self, options: list[str]) -> tuple[int, ...]:
        """Files that hold the filter of system calls, if there is one for this machine, and the options."""
        descriptors: list[int] = []
        try:
            if is_known(platform.machine()):
                descriptors.append(file_in_memory(socket_filter(platform.machine())))
                options = [*options, "--seccomp", str(descriptors[0])]
            descriptors.append(file_in_memory(b"".join(os.fsencode(option) + b"\0" for option in options)))
        except BaseException:
            for descriptor in descriptors:
                os.close(descriptor)
            raise
        return tuple(descriptors)

    def _options(
        self,
        git: Repository,
        protected: Sequence[Path],
        environment: Mapping[str, str],
        cwd: Path,
        terminal: str,
        network: bool,
    ) -> list[str]:
        """What bubblewrap is told."""
        prelude = environment.get("BASH_ENV", "")
        return [
            *mounts(
                self._places,
                git,
                protected,
                network=network,
                prelude=prelude,
                goes_anywhere=self._goes_anywhere,
            ),
            *(["--dev-bind", terminal, _TERMINAL] if terminal else []),
            *("--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"),
            *([] if network else ["--unshare-net"]),
            *("--new-session", "--as-pid-1", "--cap-drop", "ALL"),
            *self._identity,
            *("--unsetenv", "PATH"),
            *(word for pair in environment.items() for word in ("--setenv", *pair)),
            *("--chdir", str(cwd)),
        ]
