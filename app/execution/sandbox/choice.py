"""Which sandbox the commands of a session run in: the first that holds."""

from __future__ import annotations

import asyncio
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from app.execution.sandbox import bubblewrap
from app.execution.sandbox.bubblewrap import Bubblewrap
from app.execution.sandbox.canary import flaw
from app.execution.sandbox.confinement import Confinement, NoSandbox, Sandbox
from app.execution.sandbox.landlock import Landlock, landlock_version
from app.execution.sandbox.places import Places, real, unfit, within
from app.execution.sandbox.seccomp import is_known
from app.execution.sandbox.stand_ins import StandIns

Wanted = Literal["auto", "bwrap", "landlock", "off"]
_PATIENCE = 20.0  # seconds; a machine that is busy must not lose its sandbox


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person and a session want of a sandbox.

    Args:
        kind: Which one; `auto` for the best there is.
        network: Every command has the network.
        write: Further folders that commands write in.
        protected: What they can neither change nor make where they write; if relative, in the workspace.
        hidden: Files and folders that they do not see: our settings and recordings.
        shown: What they do see of that: the outputs of this session.
    """

    kind: Wanted = "auto"
    network: bool = False
    write: Sequence[str] = ()
    protected: Sequence[str] = ()
    hidden: Sequence[Path] = ()
    shown: Sequence[Path] = ()


async def choose(workspace: Path, wish: Wish) -> Sandbox:
    """The sandbox for the commands of a session, tried out. Close it after the last of them.

    Args:
        workspace: The folder that they work in.
        wish: What is wanted.
    """
    if wish.kind == "off":
        return NoSandbox(Confinement("off", "the sandbox is turned off (sandbox.kind)"))
    workspace = real(workspace)
    if workspace == Path("/"):
        return _none(["the workspace is everything there is"])
    unfit_folders = [f"{each} {why}" for each in wish.write if (why := unfit(each, Path.home()))]
    notes = [f"sandbox.write: {each}" for each in unfit_folders]
    try:
        places, stand_ins = await asyncio.to_thread(_prepare, workspace, wish)
    except OSError as error:
        return _none([f"no temporary folder can be made: {error.strerror}"])
    try:
        for make in _ways(wish.kind):
            try:
                made = await asyncio.to_thread(make, places, stand_ins, wish.network, notes)
            except (OSError, subprocess.SubprocessError) as error:
                made = str(error)
            if isinstance(made, str):
                notes.append(made)
            elif not (wrong := await flaw(made, places, network=wish.network)):
                return made
            else:
                notes.append(f"{_NAMES[made.confinement.kind]}: {wrong}")
    except BaseException:
        stand_ins.remove()
        raise
    stand_ins.remove()
    return _none(notes)


_NAMES = {"bwrap": "bubblewrap", "landlock": "Landlock"}
_Way = Callable[[Places, StandIns, bool, list[str]], Sandbox | str]


def _none(reasons: list[str]) -> NoSandbox:
    return NoSandbox(Confinement("none", "; ".join(reasons)))


def _prepare(workspace: Path, wish: Wish) -> tuple[Places, StandIns]:
    scratch = real(Path(tempfile.mkdtemp(prefix="sawhorse-commands-")))
    places = Places(
        workspace,
        scratch,
        writable=tuple(real(Path(each)) for each in wish.write if not unfit(each, Path.home())),
        protected=tuple(workspace / name for name in wish.protected),
        hidden=tuple(map(real, wish.hidden)),
        shown=tuple(map(real, wish.shown)),
    )
    return places, StandIns(scratch)


def _ways(wanted: Wanted) -> list[_Way]:
    """What to try, the best first."""
    match wanted:
        case "auto":
            return [_bubblewrap, _landlock]
        case "bwrap":
            return [_bubblewrap]
        case "landlock":
            return [_landlock]
        case "off":
            return []


def _bubblewrap(places: Places, stand_ins: StandIns, network: bool, notes: list[str]) -> Sandbox | str:
    """Commands in bubblewrap, or why that cannot be."""
    program = next((each for each in bubblewrap.PROGRAMS if os.access(each, os.X_OK)), None)
    if sys.platform != "linux" or program is None:
        return "bubblewrap is not installed"
    told = subprocess.run(
        [program, "--help"],
        capture_output=True,
        env={"PATH": os.defpath},
        timeout=_PATIENCE,
        check=False,
    ).stdout
    return Bubblewrap(
        program, places, stand_ins, nests=b"--disable-userns" in told, network=network, notes=notes
    )


def _landlock(places: Places, stand_ins: StandIns, network: bool, notes: list[str]) -> Sandbox | str:
    """Commands under Landlock, or why that cannot be."""
    version, machine = landlock_version(), platform.machine()
    if version == 0:
        return "Landlock needs Linux 5.13, and to be turned on there"
    if not is_known(machine):
        return f"the system calls of {machine} are not known"
    if within(real(Path(sys.executable)), places.roots):
        return "Landlock needs a Python outside of the workspace"
    if any(within(hidden, places.roots) for hidden in places.hidden):
        return "Landlock cannot keep commands from our settings and recordings in the workspace"
    return Landlock(version, places, stand_ins, network=network, notes=notes)
