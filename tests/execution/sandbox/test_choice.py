"""The first sandbox that holds is chosen, and it is always said which one and why."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from app.execution.sandbox import bubblewrap, choice
from app.execution.sandbox.canary import flaw
from app.execution.sandbox.choice import Wish, choose
from app.execution.sandbox.confinement import NO_SANDBOX, Confinement
from app.execution.sandbox.landlock import landlock_version
from app.execution.sandbox.places import Places
from tests.execution.observing import open_files, wait_until

needs_landlock = pytest.mark.skipif(
    landlock_version() == 0, reason="NOT TESTED: this kernel has no Landlock, or it is turned off"
)
# Starts the command as it is, as one would that does not understand its options.
HOLDS_NOTHING = """#!/bin/sh
while [ "$1" != -- ]; do shift; done
shift
exec "$@"
"""
FAILS_AT_LENGTH = """#!/bin/sh
printf 'Traceback (most recent call last):\\n  File x, line 9\\nOSError: [Errno 30] Read-only\\n' >&2
exit 1
"""
NEEDS_MORE = """#!/bin/sh
echo 'bwrap: setting up uid map: Permission denied' >&2
exit 1
"""


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    return workspace


@pytest.fixture
def no_landlock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choice, "landlock_version", lambda: 0)


def install(monkeypatch: pytest.MonkeyPatch, path: Path, script: str | None) -> None:
    """Put a program in the place of bubblewrap, or nothing."""
    if script is not None:
        path.write_text(script)
        path.chmod(0o755)
    monkeypatch.setattr(bubblewrap, "PROGRAMS", (str(path),))


@needs_landlock
@pytest.mark.parametrize(
    ("script", "reason"),
    [
        (None, "bubblewrap is not installed"),
        (HOLDS_NOTHING, "bubblewrap: it lets commands write outside the workspace"),
        (FAILS_AT_LENGTH, "bubblewrap: commands cannot run in it: OSError: [Errno 30] Read-only"),
        (NEEDS_MORE, "bubblewrap: commands cannot run in it: bwrap: setting up uid map: Permission denied"),
    ],
    ids=["missing", "without walls", "at length", "not allowed"],
)
async def test_what_does_not_hold_is_followed_by_the_next(
    workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str | None, reason: str
) -> None:
    install(monkeypatch, tmp_path / "bwrap", script)
    sandbox = await choose(workspace, Wish())
    await sandbox.close()
    if sandbox.confinement.kind == "none":
        pytest.skip(f"NOT TESTED: {sandbox.confinement.reason}")
    assert sandbox.confinement.kind == "landlock"
    assert reason in sandbox.confinement.reason


async def test_with_none_that_holds_all_reasons_are_said(
    workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_landlock: None
) -> None:
    install(monkeypatch, tmp_path / "bwrap", None)
    sandbox = await choose(workspace, Wish())
    assert sandbox.confinement == Confinement(
        "none", "bubblewrap is not installed; Landlock needs Linux 5.13, and to be turned on there"
    )
    assert not sandbox.confinement.holds


async def test_what_a_person_asks_for_is_not_replaced_by_another(
    workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(monkeypatch, tmp_path / "bwrap", None)
    sandbox = await choose(workspace, Wish("bwrap"))
    assert sandbox.confinement == Confinement("none", "bubblewrap is not installed")


async def test_what_is_turned_off_says_so(workspace: Path) -> None:
    sandbox = await choose(workspace, Wish("off"))
    assert sandbox.confinement == Confinement("off", "the sandbox is turned off (sandbox.kind)")


async def test_a_workspace_that_is_everything_has_none() -> None:
    sandbox = await choose(Path("/"), Wish())
    assert sandbox.confinement == Confinement("none", "the workspace is everything there is")


async def test_trying_out_leaves_nothing_behind(workspace: Path, tmp_path: Path) -> None:
    await (await choose(workspace, Wish())).close()  # what is loaded once stays open
    before = open_files()
    places = [workspace, workspace.parent, Path.home()]
    await (await choose(workspace, Wish())).close()
    wait_until(lambda: not [each for folder in places for each in folder.glob(".sawhorse-probe-*")])
    wait_until(lambda: list(workspace.iterdir()) == [])
    assert open_files() <= before


async def test_a_workspace_that_nobody_may_write_has_its_sandbox_all_the_same(workspace: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    workspace.chmod(0o555)
    sandbox = await choose(workspace, Wish())
    await sandbox.close()
    assert "cannot run" not in sandbox.confinement.reason


@pytest.mark.parametrize(
    ("folder", "reason"),
    [
        ("", "is no absolute path"),
        ("~/cache", "~/cache is no absolute path"),
        ("relative", "relative is no absolute path"),
        ("/", "/ is everything"),
        ("/..", "/.. is everything"),
        ("HOME", "holds the home folder"),
        ("HOME/..", "holds the home folder"),
        ("LINK", "holds the home folder"),
        ("/no/such/folder", "/no/such/folder is no folder"),
    ],
)
async def test_folders_that_would_open_too_much_are_left_out_and_named(
    workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str, reason: str
) -> None:
    home = tmp_path / "home" / "me"
    home.mkdir(parents=True)
    (tmp_path / "link").symlink_to(home)
    monkeypatch.setenv("HOME", str(home))
    seen: list[Places] = []

    async def nothing_wrong(_: object, places: Places, **__: object) -> str:
        seen.append(places)
        return ""

    monkeypatch.setattr(choice, "flaw", nothing_wrong)
    folder = folder.replace("HOME", str(home)).replace("LINK", str(tmp_path / "link"))
    sandbox = await choose(workspace, Wish(write=[folder]))
    await sandbox.close()
    assert "sandbox.write: " in sandbox.confinement.reason
    assert reason in sandbox.confinement.reason
    assert all(places.writable == () for places in seen)


async def test_nothing_at_all_is_seen_through(workspace: Path, tmp_path: Path) -> None:
    """The canary itself finds out that there are no walls."""
    places = Places(workspace, tmp_path)
    assert await flaw(NO_SANDBOX, places, network=True) == "it lets commands write outside the workspace"
    assert not list(workspace.iterdir())


async def test_a_network_that_is_there_is_noticed(
    workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)  # there is nowhere to write
    assert await flaw(NO_SANDBOX, Places(workspace, tmp_path), network=False) == (
        "it lets commands reach the network"
    )


@needs_landlock
async def test_a_python_that_commands_could_replace_confines_nobody(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", str(workspace / "bin" / "python"))
    sandbox = await choose(workspace, Wish("landlock"))
    assert sandbox.confinement == Confinement("none", "Landlock needs a Python outside of the workspace")


@needs_landlock
async def test_a_processor_whose_system_calls_are_not_known_has_no_landlock(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("platform.machine", lambda: "riscv64")
    sandbox = await choose(workspace, Wish("landlock"))
    assert sandbox.confinement == Confinement("none", "the system calls of riscv64 are not known")


async def test_landlock_is_not_chosen_where_it_could_not_hide_what_is_ours(workspace: Path) -> None:
    sandbox = await choose(workspace, Wish("landlock", hidden=[workspace / ".config/sawhorse"]))
    await sandbox.close()
    assert sandbox.confinement.kind == "none"
    assert sandbox.confinement.reason.startswith("Landlock ")
