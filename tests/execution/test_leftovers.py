"""Whatever a command starts ends with it, also what left its process group."""

from __future__ import annotations

import asyncio
import secrets
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.execution.commands import CommandRunner
from app.execution.leftovers import MARK, end_marked, marked
from app.execution.shell_state import ShellState
from tests.execution.observing import alive, appears, becomes, long_time
from tests.execution.shell_rig import ShellRig

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells what a process was given")

CLOSES_ALL = f"""{sys.executable} -ISc "
import os
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.closerange(0, 1000)
        os.execvp('sleep', ['sleep', 'TIME'])
";"""
DAEMONS = {
    "of a session of its own": "setsid sleep TIME >/dev/null 2>&1 &",
    "that keeps the output open": "setsid sleep TIME &",
    "that forked twice": "setsid -f sleep TIME >/dev/null 2>&1;",
    "that forks while we look": "setsid -f sleep TIME >/dev/null 2>&1 &",
    "whose parent is gone": "(sleep TIME >/dev/null 2>&1 &);",
    "that closed all descriptors": CLOSES_ALL,
    "that ignores being asked": """setsid sh -c "trap '' TERM; sleep TIME; sleep TIME" >/dev/null 2>&1 &""",
}
ALL = list(DAEMONS.values())


@pytest.mark.parametrize("daemon", ALL, ids=DAEMONS)
async def test_no_daemon_is_left_when_the_command_has_ended(rig: ShellRig, daemon: str) -> None:
    lasts = long_time()
    outcome = await rig.run(daemon.replace("TIME", lasts) + " echo done")
    assert (outcome.exit_code, outcome.left_running) == (0, True)
    assert outcome.spool.read_text() == "done\n"
    assert alive(lasts) == []


async def test_no_daemon_is_left_however_briefly_the_command_ran(rig: ShellRig) -> None:
    """A process that just becomes another program shows no environment; one that forks leaves another."""
    lasts = long_time()
    forms = ("setsid sleep {}", "setsid -f sleep {}", "setsid sh -c 'setsid -f sleep {}'")
    for _ in range(8):
        await rig.turn(*(f"{form.format(lasts)} >/dev/null 2>&1 & exit 0" for form in forms * 2))
    assert alive(f"sleep {lasts}") == []


@pytest.mark.usefixtures("from_first_word")
@pytest.mark.parametrize("way", ["cancelled", "time is up", "closed"])
async def test_no_daemon_is_left_when_the_command_is_ended(tmp_path: Path, way: str) -> None:
    lasts = long_time()
    rig = ShellRig(tmp_path)
    command = rig.command(
        "".join(daemon.replace("TIME", lasts) for daemon in ALL) + " echo ready; sleep 60",
        timeout=0.5 if way == "time is up" else 60,
    )
    call = asyncio.ensure_future(rig.shell.run(command))
    if way != "time is up":
        await appears(command.spool, b"ready")
        assert len(alive(f"sleep {lasts}")) >= 4
    if way == "cancelled":
        call.cancel()
    if way == "closed":
        await rig.close()
    await asyncio.wait([call])
    assert alive(lasts) == []
    await rig.close()


PARENT = """
import asyncio, sys
from pathlib import Path
from app.execution.commands import CommandRunner

async def main():
    await CommandRunner().run(sys.argv[1], cwd=Path("/"), spool=Path(sys.argv[2]), timeout=60)

asyncio.run(main())
"""


async def test_no_daemon_is_left_when_we_are_killed(tmp_path: Path) -> None:
    lasts, spool = long_time(), tmp_path / "out"
    command = "".join(daemon.replace("TIME", lasts) for daemon in ALL) + " echo ready; sleep 60"
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, command, spool], cwd=Path(__file__).parents[2]
    ) as parent:
        await appears(spool, b"ready")
        assert len(alive(f"sleep {lasts}")) >= 4
        parent.send_signal(signal.SIGKILL)
    await becomes(lambda: alive(lasts) == [])


async def test_what_ends_by_itself_at_once_was_not_left_running(
    rig: ShellRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "app.execution.running._DRAIN", 10
    )  # at once, as slow as this machine may be just now
    outcome = await rig.run("(sleep 0.05; echo late) & exec > >(cat); echo early")
    assert not outcome.left_running
    assert sorted(outcome.spool.read_text().split()) == ["early", "late"]


async def test_what_closes_its_output_and_then_ends_was_not_left_running(rig: ShellRig) -> None:
    """As most programs do."""
    outcome = await rig.run("(exec >/dev/null 2>&1; sleep 0.02) & echo done")
    assert not outcome.left_running


async def test_output_that_is_taken_late_is_nothing_left_running(
    rig: ShellRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a machine that is busy, our own thread comes to it after the command has long exited."""
    monkeypatch.setattr("app.execution.pump.yield_thread", lambda: time.sleep(0.4))
    outcome = await rig.run("echo whole")
    assert (outcome.spool.read_text(), outcome.left_running) == ("whole\n", False)


async def test_commands_of_others_are_not_touched(tmp_path: Path) -> None:
    first, second = CommandRunner(grace=0.2), CommandRunner(grace=0.2)
    lasts, spool = long_time(), tmp_path / "2.out"
    other = asyncio.ensure_future(
        second.run(f"setsid sleep {lasts} & echo ready; wait", cwd=tmp_path, spool=spool, timeout=60)
    )
    await appears(spool, b"ready")
    await first.run("setsid sleep 60 &", cwd=tmp_path, spool=tmp_path / "1.out", timeout=60)
    await first.close()
    assert len(alive(f"sleep {lasts}")) == 2  # the shell's own command line has these words, too
    await second.close()
    await other
    assert alive(lasts) == []


async def test_who_is_asked_to_end_just_when_it_starts_a_program_does_not_wait_to_be_killed(
    tmp_path: Path,
) -> None:
    """A shell with a trap drops what comes between its fork and the program."""
    runner, start = CommandRunner(grace=30), time.monotonic()
    for number in range(30):
        spool = tmp_path / f"{number}.out"
        running = runner.start("echo ready; sleep 60", state=ShellState(tmp_path), spool=spool)
        while not spool.stat().st_size:  # no pause: the moment is short
            pass
        assert (await runner.finish(running)).exit_code == -signal.SIGTERM
    assert time.monotonic() - start < 20
    await runner.close()


def test_only_what_carries_the_whole_mark_is_found_and_ended() -> None:
    mark = secrets.token_hex(8)
    environments: list[dict[str, str]] = [
        {MARK: mark},
        {MARK: mark + "0"},
        {MARK: mark[:-1]},
        {f"X{MARK}": mark},
        {},
    ]
    processes = [subprocess.Popen(["/bin/sleep", "60"], env=each) for each in environments]
    try:
        assert marked(mark) == [processes[0].pid]
        assert end_marked(mark, grace=5)
        assert processes[0].wait(5) == -signal.SIGTERM
        assert [process.poll() for process in processes[1:]] == [None] * 4
        assert marked(mark) == []
        assert not end_marked(mark, grace=5)
    finally:
        for process in processes:
            process.kill()
            process.wait()


async def test_what_a_command_starts_to_clean_up_is_not_asked_to_end(tmp_path: Path) -> None:
    runner = CommandRunner(grace=30)
    command = "trap 'sleep 0.3; sleep 1; echo cleaned; exit 7' TERM; echo ready; while :; do sleep 0.01; done"
    running = runner.start(command, state=ShellState(tmp_path), spool=tmp_path / "call.out")
    await appears(running.spool, b"ready")
    outcome = await runner.finish(running)
    assert outcome.exit_code == 7
    assert outcome.spool.read_text().endswith("cleaned\n")
    assert outcome.duration > 1, "the second pause was let be"
    await runner.close()
