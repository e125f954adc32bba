"""Commands that go on after their call was answered."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from app.execution.jobs import JobError
from app.execution.shell import JobEnded, JobKept
from tests.execution.observing import alive, appears, becomes, long_time, resources, returned_to, threads
from tests.execution.shell_rig import ShellRig


async def test_a_job_says_what_it_is_and_how_it_ended(rig: ShellRig) -> None:
    job = await rig.background("echo one; exit 3")
    assert rig.shell.jobs.get("job-1") is job
    await becomes(lambda: job.outcome is not None)
    assert job.outcome is not None
    assert (job.name, job.call, job.command) == ("job-1", "call-1", "echo one; exit 3")
    assert (job.outcome.exit_code, job.outcome.output_bytes) == (3, 4)
    assert job.spool.read_text() == "one\n"
    assert rig.told(JobEnded) == [JobEnded(job, job.outcome)]


async def test_jobs_are_numbered_and_a_wrong_name_is_told_which_there_are(rig: ShellRig) -> None:
    with pytest.raises(JobError, match="the jobs are: none was started"):
        rig.shell.jobs.get("job-1")
    names = [(await rig.background("sleep 60")).name for _ in range(2)]
    assert names == ["job-1", "job-2"]
    for ask in (rig.shell.jobs.get, rig.shell.jobs.keep):
        with pytest.raises(JobError, match="no background job 'job-9'; the jobs are: job-1, job-2"):
            ask("job-9")
    with pytest.raises(JobError):
        await rig.shell.jobs.kill("")


@pytest.mark.parametrize("terminal", [False, True], ids=["pipe", "terminal"])
async def test_its_output_grows_while_it_runs(rig: ShellRig, terminal: bool) -> None:
    job = await rig.background(
        "echo one; until [ -e go ]; do sleep 0.01; done; echo two; sleep 60", terminal=terminal
    )
    await appears(job.spool, b"one")
    await becomes(lambda: job.running.output_bytes == job.spool.stat().st_size)
    (rig.root / "go").touch()
    await appears(job.spool, b"two")


async def test_killing_one_leaves_nothing_of_it_and_no_other_is_touched(rig: ShellRig) -> None:
    first, second = long_time(), long_time()
    job = await rig.background(
        f"trap '' TERM; setsid sleep {first} & echo ready; while :; do sleep {first}; done"
    )
    await rig.background(f"sleep {second}")
    await appears(job.spool, b"ready")
    assert await rig.shell.jobs.kill(job.name) is job
    assert job.outcome is not None
    assert (job.outcome.exit_code, job.outcome.timed_out) == (-9, False)
    assert alive(first) == []
    assert alive(second)
    again = await rig.shell.jobs.kill(job.name)
    assert again.outcome is job.outcome
    assert len(rig.told(JobEnded)) == 1


async def test_killing_one_twice_at_once_is_killing_it_once(rig: ShellRig) -> None:
    job = await rig.background("trap '' TERM; echo ready; while :; do sleep 60; done")
    await appears(job.spool, b"ready")
    await asyncio.gather(*(rig.shell.jobs.kill(job.name) for _ in range(3)))
    assert job.outcome is not None
    assert job.outcome.exit_code == -9
    assert rig.told(JobEnded) == [JobEnded(job, job.outcome)]


async def test_one_that_is_killed_before_it_was_followed_is_ended(rig: ShellRig) -> None:
    command = rig.command("sleep 60")
    running = rig.runner.start(command.text, state=command.state, spool=command.spool)
    job = rig.shell.jobs.adopt(command.call, command.text, command.spool, running)
    await rig.shell.jobs.kill(job.name)
    assert job.outcome is not None
    assert job.outcome.exit_code in {-15, -9}, "asked; or killed, if it had no time to hear it"


async def test_who_waits_for_a_kill_may_stop_waiting_and_it_is_ended_all_the_same(rig: ShellRig) -> None:
    job = await rig.background("trap '' TERM; echo ready; while :; do sleep 60; done")
    await appears(job.spool, b"ready")
    kill = asyncio.ensure_future(rig.shell.jobs.kill(job.name))
    await asyncio.sleep(0)
    kill.cancel()
    await becomes(lambda: job.outcome is not None)


async def test_closing_ends_all_but_those_that_are_kept(tmp_path: Path) -> None:
    rig, ends, stays = ShellRig(tmp_path), long_time(), long_time()
    for command in (f"sleep {ends}", f"sleep {stays}", "true"):
        await rig.background(command)
    job = rig.shell.jobs.get("job-2")
    rig.shell.keep("job-2")
    try:
        assert await rig.close() == [job]
        assert alive(ends) == []
        assert alive(stays)
    finally:
        os.killpg(job.running.pid, signal.SIGKILL)


async def test_a_runner_that_is_closed_alone_ends_the_jobs(rig: ShellRig) -> None:
    job = await rig.background("sleep 60")
    await rig.runner.close()
    await becomes(lambda: job.outcome is not None)


async def test_keeping_is_told_once_and_only_of_what_runs(rig: ShellRig) -> None:
    ended = await rig.background("true")
    await becomes(lambda: ended.outcome is not None)
    job = await rig.background("sleep 60")
    for name in (ended.name, job.name, job.name, "nobody"):
        rig.shell.keep(name)
    assert rig.told(JobKept) == [JobKept(job)]
    await rig.shell.jobs.kill(job.name)


@pytest.mark.parametrize("terminal", [False, True], ids=["pipe", "terminal"])
async def test_one_that_is_kept_goes_on_here_as_before(rig: ShellRig, terminal: bool) -> None:
    job = await rig.background(
        "step() { until [ -e $1 ]; do sleep 0.01; done; }; echo one; step go; echo two; step end; exit 3",
        terminal=terminal,
    )
    await appears(job.spool, b"one")
    rig.shell.keep(job.name)
    (rig.root / "go").touch()
    await appears(job.spool, b"two")
    await becomes(lambda: job.running.output_bytes == job.spool.stat().st_size)
    rig.shell.type(job.call, b"x" * 100_000)  # would hold us up if it were written
    (rig.root / "end").touch()
    await becomes(lambda: job.outcome is not None)
    assert job.outcome is not None
    assert job.outcome.exit_code == 3
    assert rig.told(JobEnded) == [JobEnded(job, job.outcome)]


@pytest.mark.parametrize("terminal", [False, True], ids=["pipe", "terminal"])
async def test_one_that_is_kept_can_be_killed(rig: ShellRig, terminal: bool) -> None:
    lasts = long_time()
    job = await rig.background(f"echo ready; sleep {lasts}", terminal=terminal)
    await appears(job.spool, b"ready")
    rig.shell.keep(job.name)
    await rig.shell.jobs.kill(job.name)
    assert job.outcome is not None
    assert job.outcome.exit_code < 0
    assert alive(lasts) == []


async def test_the_quota_holds_for_one_that_is_kept(tmp_path: Path) -> None:
    rig = ShellRig(tmp_path, quota=1 << 16)
    job = await rig.background(
        "seq 1000; until [ -e go ]; do sleep 0.01; done; seq 100000; echo went on >went-on; sleep 60"
    )
    await appears(job.spool, b"1000\n")
    rig.shell.keep(job.name)
    (rig.root / "go").touch()
    await becomes((rig.root / "went-on").exists)
    await becomes(lambda: job.spool.stat().st_size == 1 << 16)
    expected = "".join(f"{n}\n" for n in [*range(1, 1001), *range(1, 100_001)])
    assert job.spool.read_text() == expected[: 1 << 16]
    await rig.shell.jobs.kill(job.name)
    await rig.close()


async def test_jobs_leave_neither_files_nor_threads(rig: ShellRig) -> None:
    at_rest = threads()
    await rig.run("true")
    await becomes(lambda: threads() <= at_rest)
    before = resources()
    for terminal in (False, True):
        for keep in (False, True):
            job = await rig.background("echo ready; sleep 60", terminal=terminal)
            await appears(job.spool, b"ready")
            if keep:
                rig.shell.keep(job.name)
            await rig.shell.jobs.kill(job.name)
    await becomes(lambda: returned_to(before))


PARENT = """
import asyncio, sys
from pathlib import Path
from app.execution.shell import JobKept
from tests.execution.observing import appears
from tests.execution.shell_rig import ShellRig

async def main():
    folder, command, terminal, way = sys.argv[1:]
    rig = ShellRig(Path(folder), quota=1 << 16)
    job = await rig.background(command, terminal=terminal == "True")
    await appears(job.spool, b"one")
    rig.shell.keep(job.name)
    if way == "exits":
        await rig.close()
    else:
        await job.running.handed_over()
    print(job.spool, flush=True)
    if way == "is killed":
        await asyncio.sleep(60)

asyncio.run(main())
"""


@pytest.fixture
def kept_command() -> Iterator[tuple[str, str]]:
    """A command that writes on when it may, and the words by which its processes are known; ended at last."""
    words = long_time()
    steps = "echo one; until [ -e go ]; do sleep 0.01; done; echo two; seq 100000; touch written"
    yield f"{steps}; while :; do sleep {words}; done", words
    for process in alive(words):
        with suppress(ProcessLookupError):
            os.killpg(os.getpgid(int(process.split()[0])), signal.SIGKILL)


@pytest.mark.parametrize("terminal", [False, True], ids=["pipe", "terminal"])
@pytest.mark.parametrize("way", ["exits", "is killed"])
async def test_one_that_is_kept_outlives_us_and_its_output_is_whole(
    tmp_path: Path, kept_command: tuple[str, str], terminal: bool, way: str
) -> None:
    command, words = kept_command
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, tmp_path, command, str(terminal), way],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as parent:
        assert parent.stdout is not None
        spool = Path((await asyncio.to_thread(parent.stdout.readline)).strip())
        if way == "is killed":
            parent.send_signal(signal.SIGKILL)
        parent.wait(10)
    (tmp_path / "workspace" / "go").touch()
    await becomes((tmp_path / "workspace" / "written").exists)
    await becomes(lambda: spool.stat().st_size == 1 << 16)
    expected = "one\ntwo\n" + "".join(f"{n}\n" for n in range(1, 100_001))
    said = spool.read_bytes().replace(b"\r\n", b"\n").decode()
    assert said == expected[: len(said)]
    await becomes(lambda: bool(alive(f"sleep {words}")))
