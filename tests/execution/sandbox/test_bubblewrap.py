"""What bubblewrap keeps commands from beside what every sandbox does, and that it leaves no trace."""

from __future__ import annotations

import asyncio
import errno
import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from app.execution.commands import CommandError
from app.execution.pseudo_terminal import TerminalSize
from app.execution.sandbox import mounts
from app.execution.sandbox.choice import Wish, choose
from tests.execution.observing import alive, appears, becomes, long_time, resources, wait_until
from tests.execution.sandbox.jail import NOBODY, ROOT, Jail
from tests.execution.shell_rig import ShellRig

PROTECTED = [".sawhorse", ".mcp.json", ".vscode", "no/such/place"]


def names(folder: Path) -> list[str]:
    """What is in a folder and its folders, some of which may be going just now."""
    found = ((Path(place), each) for place, folders, files in os.walk(folder) for each in (*folders, *files))
    return sorted(str((place / each).relative_to(folder)) for place, each in found)


# Sockets

CONNECT = """/usr/bin/python3 -ISc "
import socket
socket.socket(socket.AF_UNIX).connect(PATH)
print('reached')
" """


@pytest.mark.parametrize("place", ["beside", "in the temporary folder"])
def test_programs_outside_that_listen_on_a_path_are_out_of_reach(bubble: Jail, place: str) -> None:
    path = bubble.folder / "agent.sock" if place == "beside" else Path(f"/tmp/sawhorse-{os.getpid()}.sock")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        path.chmod(0o777)
        listener.listen()
        bubble.own()
        try:
            assert "reached" not in bubble.says(CONNECT.replace("PATH", f"'{path}'"))
        finally:
            path.unlink()


def test_programs_outside_that_listen_without_a_path_are_out_of_reach(bubble: Jail) -> None:
    name = f"sawhorse-{os.getpid()}"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(f"\0{name}")
        listener.listen()
        assert "reached" not in bubble.says(CONNECT.replace("PATH", f"chr(0) + '{name}'"))


def test_where_programs_outside_have_their_sockets_is_empty(bubble: Jail) -> None:
    assert bubble.says("find /run -mindepth 1") == ""


def test_names_are_found_though_they_lie_there(bubble: Jail) -> None:
    """Where the system keeps `resolv.conf`, what is needed of it with the network is put back."""
    said = bubble.says("head -c 1 /etc/resolv.conf >/dev/null && echo there", network=True)
    assert (said == "there\n") is Path("/etc/resolv.conf").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="NOT TESTED: only root makes files of others")
def test_where_only_somebody_else_enters_nothing_is_in_the_way(bubble: Jail) -> None:
    folder = bubble.folder / "others"
    bubble.says("true")  # it was tried out before
    with socket.socket(socket.AF_UNIX) as listener:
        folder.mkdir(0o700)
        listener.bind(str(folder / "agent.sock"))
        (folder / "agent.sock").chmod(0o777)
        os.chown(folder, NOBODY + 1, NOBODY + 1)
        assert bubble.says("echo ran") == "ran\n"


GONE = Path("/usr/sawhorse-gone.sock")  # nothing can be mounted over it


@pytest.mark.parametrize("terminal", [None, TerminalSize(80, 24)], ids=["on a pipe", "on a terminal"])
async def test_a_socket_that_goes_away_as_a_command_begins_does_not_end_it(
    confined: ShellRig, monkeypatch: pytest.MonkeyPatch, terminal: TerminalSize | None
) -> None:
    found = iter([[GONE], [GONE]])
    monkeypatch.setattr(mounts, "sockets", lambda *_, **__: next(found, []))
    before = resources()
    outcome = await confined.run("echo $((40 + 2)); exit 3", terminal=terminal)
    assert (outcome.exit_code, outcome.complaint, outcome.spool.read_text().strip()) == (3, "", "42")
    await becomes(lambda: resources() == before)
    await confined.close()


async def test_what_cannot_be_begun_in_the_sandbox_at_all_says_why(
    confined: ShellRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[list[Path]] = []

    def sockets(*_: object, **__: object) -> list[Path]:
        tries.append([GONE])
        return tries[-1]

    monkeypatch.setattr(mounts, "sockets", sockets)
    before = resources()
    outcome = await confined.run("touch made")
    assert outcome.exit_code != 0
    assert str(GONE) in outcome.complaint
    assert len(tries) == 3
    await becomes(lambda: resources() == before)
    assert names(confined.root) == []
    await confined.close()


# Names that must not be made


def test_names_that_a_program_would_obey_cannot_be_made_and_leave_no_trace(bubble: Jail) -> None:
    said = bubble.run(
        "echo '{}' >.mcp.json",
        "mkdir -p .sawhorse && touch .sawhorse/rules.toml",
        "rm -rf .sawhorse; ln -s /tmp .sawhorse",
        "mv .vscode v; mkdir .vscode && touch .vscode/tasks.json",
        "mkdir -p no/such/place",
        "touch file",
        protected=PROTECTED,
    )
    assert [each.code != 0 for each in said] == [True] * 5 + [False]
    assert names(bubble.workspace) == ["file"]


def test_they_are_taken_only_while_a_command_runs(bubble: Jail) -> None:
    said = bubble.run("ls -A", "ls -A | wc -l", protected=PROTECTED)
    assert [each.text for each in said] == [".git\n.mcp.json\n.sawhorse\n.vscode\nno\n", "5\n"]
    assert bubble.there == []


def test_what_is_there_already_cannot_be_changed(bubble: Jail) -> None:
    (bubble.workspace / ".vscode").mkdir()
    (bubble.workspace / ".vscode/tasks.json").write_text("{}")
    (bubble.workspace / ".mcp.json").write_text("{}")
    bubble.own()
    said = bubble.run(
        "echo evil >.mcp.json",
        "rm .mcp.json; echo evil >.mcp.json",
        "echo evil >.vscode/tasks.json",
        "mv .vscode v; mkdir .vscode",
        "cat .mcp.json .vscode/tasks.json",
        protected=PROTECTED,
    )
    assert [each.code != 0 for each in said] == [True] * 4 + [False]
    assert said[4].text == "{}{}"
    wait_until(lambda: names(bubble.workspace) == [".mcp.json", ".vscode", ".vscode/tasks.json"])


@pytest.fixture
async def confined(tmp_path: Path) -> ShellRig:
    """A shell whose commands run in bubblewrap, in a workspace where some names must not be made."""
    rig = ShellRig(tmp_path)
    await rig.confine("bwrap")
    await rig.shell.sandbox.close()
    rig.shell.sandbox = await choose(rig.root, Wish("bwrap", protected=PROTECTED))
    return rig


@pytest.mark.parametrize("sandbox_goes_first", [False, True], ids=["by us", "by who tidies up for us"])
async def test_what_a_person_makes_in_place_of_a_stand_in_stays(
    confined: ShellRig, sandbox_goes_first: bool
) -> None:
    job = await confined.background("echo one; until [ -e go ]; do sleep 0.01; done")
    await appears(job.spool, b"one")
    (confined.root / ".vscode/tasks.json").write_text("{}")
    (confined.root / ".sawhorse").rmdir()
    (confined.root / ".sawhorse").write_text("mine")
    if sandbox_goes_first:
        await confined.shell.sandbox.close()
    (confined.root / "go").touch()
    await becomes(lambda: job.outcome is not None)
    await confined.close()
    theirs = [".sawhorse", ".vscode", ".vscode/tasks.json", "go"]
    await becomes(lambda: names(confined.root) == theirs)
    await becomes(lambda: (confined.root / ".vscode").stat().st_mode & 0o7777 == 0o700)


async def test_a_link_that_a_person_makes_in_place_of_a_stand_in_is_not_followed(
    confined: ShellRig, tmp_path: Path
) -> None:
    sticky = tmp_path / "sticky"
    sticky.mkdir()
    sticky.chmod(0o1777)
    job = await confined.background("echo one; sleep 60")
    await appears(job.spool, b"one")
    (confined.root / ".vscode").rmdir()
    (confined.root / ".vscode").symlink_to(sticky)
    await confined.shell.sandbox.close()
    await confined.close()
    await becomes(lambda: names(confined.root) == [".vscode"])
    await asyncio.sleep(0.3)  # in which it would be followed
    assert sticky.stat().st_mode & 0o7777 == 0o1777


async def test_while_several_commands_run_the_names_stay_taken_until_the_last_has_ended(
    confined: ShellRig,
) -> None:
    first = await confined.background("echo one; until [ -e first ]; do sleep 0.01; done")
    await appears(first.spool, b"one")
    second = await confined.background(
        "until [ -e go ]; do sleep 0.01; done; mkdir .sawhorse/x; mkdir .vscode/x"
    )
    (confined.root / "first").touch()
    await becomes(lambda: first.outcome is not None)
    (confined.root / "go").touch()
    await becomes(lambda: second.outcome is not None)
    assert second.spool.read_text().count("cannot") == 2
    assert names(confined.root) == ["first", "go"]
    await confined.close()


async def test_a_command_that_cannot_be_started_gives_the_names_back(
    confined: ShellRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EAGAIN, "none left")

    with monkeypatch.context() as patch:
        patch.setattr(subprocess, "Popen", refuse)
        with pytest.raises(CommandError):
            await confined.run("true")
    assert names(confined.root) == []
    await confined.close()


async def test_two_sessions_in_one_workspace_do_not_take_each_others_stand_ins_away(
    confined: ShellRig,
) -> None:
    other = await choose(confined.root, Wish("bwrap", protected=PROTECTED))
    job = await confined.background(
        "until [ -e go ]; do sleep 0.01; done; mkdir .sawhorse/x; mv .mcp.json x; ls -A"
    )
    await becomes((confined.root / ".sawhorse").is_dir)
    await becomes(lambda: bool(alive("until [ -e go ]")))
    spool = confined.root.parent / "other.out"
    await confined.runner.run("true", cwd=confined.root, spool=spool, timeout=30, sandbox=other)
    await other.close()
    await asyncio.sleep(0.5)  # the time in which it would take them away
    (confined.root / "go").touch()
    await becomes(lambda: job.outcome is not None)
    assert job.spool.read_text().count("cannot") == 2
    await confined.close()
    await becomes(lambda: names(confined.root) == ["go"])


async def test_what_was_left_when_the_power_went_is_taken_away_with_the_next_session(tmp_path: Path) -> None:
    for name in (".vscode", ".mcp.json"):
        (tmp_path / name).mkdir()
        (tmp_path / name).chmod(0o1700)
    sandbox = await choose(tmp_path, Wish("bwrap", protected=PROTECTED))
    assert names(tmp_path) == []
    await sandbox.close()


PARENT = """
import asyncio, sys
from pathlib import Path
from app.execution.sandbox.choice import Wish, choose
from tests.execution.observing import appears
from tests.execution.shell_rig import ShellRig

async def main():
    folder, command, way = sys.argv[1:]
    rig = ShellRig(Path(folder))
    rig.shell.sandbox = await choose(rig.root, Wish("bwrap", protected=[".sawhorse", ".mcp.json"]))
    job = await rig.background(command)
    await appears(job.spool, b"one")
    if way != "is killed":
        rig.shell.keep(job.name)
        await rig.close()
    print(job.running.pid, flush=True)
    if way == "is killed":
        await asyncio.sleep(60)

asyncio.run(main())
"""


def start_parent(folder: Path, command: str, way: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", PARENT, folder, command, way], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )


async def test_nothing_is_left_when_we_are_killed(confined: ShellRig, tmp_path: Path) -> None:
    await confined.close()
    folder, lasts = tmp_path / "killed", long_time()
    folder.mkdir()
    command = f"trap '' TERM; setsid env -i sleep {lasts} & echo one; echo x >$TMPDIR/x; sleep {lasts}"
    with start_parent(folder, command, "is killed") as parent:
        assert parent.stdout is not None
        await asyncio.to_thread(parent.stdout.readline)
        assert names(folder / "workspace") == [".git", ".mcp.json", ".sawhorse"]
        scratch = {each for each in Path("/tmp").glob("sawhorse-commands-*") if os.path.exists(each / "x")}
        parent.send_signal(signal.SIGKILL)
    await becomes(lambda: alive(f"sleep {lasts}") == [])
    await becomes(lambda: names(folder / "workspace") == [])
    await becomes(lambda: not any(each.exists() for each in scratch))


async def test_a_job_that_is_kept_stays_in_its_sandbox_until_a_person_ends_it(
    confined: ShellRig, tmp_path: Path
) -> None:
    await confined.close()
    folder, lasts = tmp_path / "kept", long_time()
    folder.mkdir()
    command = (
        f"echo one; until [ -e go ]; do sleep 0.01; done; mkdir .sawhorse/x || touch held; sleep {lasts}"
    )
    with start_parent(folder, command, "exits") as parent:
        assert parent.stdout is not None
        group = int(await asyncio.to_thread(parent.stdout.readline))
        assert parent.wait(20) == 0
    workspace = folder / "workspace"
    (workspace / "go").touch()
    await becomes((workspace / "held").exists)
    await becomes(lambda: bool(alive(f"sleep {lasts}")))
    os.killpg(group, signal.SIGTERM)
    await becomes(lambda: alive(f"sleep {lasts}") == [])
    sandbox = await choose(workspace, Wish("bwrap", protected=[".sawhorse", ".mcp.json"]))
    spool = tmp_path / "next.out"
    runner = confined.runner.__class__()
    await runner.run("true", cwd=workspace, spool=spool, timeout=30, sandbox=sandbox)
    await runner.close()
    await sandbox.close()
    await becomes(lambda: names(workspace) == ["go", "held"])


# What bubblewrap itself says and takes


async def test_a_sandbox_that_cannot_be_made_says_why(confined: ShellRig) -> None:
    command = confined.command("true")
    shutil.rmtree(confined.root)
    running = confined.runner.start(
        command.text,
        state=command.state.__class__(Path("/")),
        spool=command.spool,
        sandbox=confined.shell.sandbox,
    )
    await running.exits(30)
    outcome = await confined.runner.finish(running)
    assert outcome.exit_code != 0
    assert outcome.complaint.startswith("bwrap: ")
    await confined.close()


async def test_one_that_is_ended_before_its_namespace_is_there_never_begins(confined: ShellRig) -> None:
    for _ in range(10):
        command = confined.command("touch ran; sleep 60")
        call = asyncio.create_task(confined.shell.run(command))
        await asyncio.sleep(0)
        call.cancel()
        await asyncio.wait([call])
    await confined.run("true")
    assert alive("touch ran") == []
    await confined.close()


async def test_a_command_may_run_outside_if_a_person_has_allowed_it(
    confined: ShellRig, tmp_path: Path
) -> None:
    inside = await confined.run(f"touch {tmp_path}/spools/new")
    outside = await confined.run(f"touch {tmp_path}/spools/new; export LEFT=over", confined=False)
    assert (inside.exit_code != 0, outside.exit_code) == (True, 0)
    assert await confined.says("echo $LEFT") == "over\n"
    await confined.close()
