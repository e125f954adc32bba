from __future__ import annotations

import asyncio
import hashlib
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from resource import RUSAGE_SELF, getrusage

import pytest

from app.execution import running
from app.execution.commands import CommandError, CommandOutcome, CommandRunner
from tests.execution.observing import appears, becomes, resources, returned_to, threads

STUBBORN = "trap '' TERM; (trap '' TERM; while :; do sleep 60; done) & echo ready; while :; do sleep 60; done"

Run = Callable[..., Awaitable[CommandOutcome]]
Members = Callable[[int], list[str]]


@pytest.fixture
async def runner() -> AsyncIterator[CommandRunner]:
    runner = CommandRunner(grace=0.2)
    yield runner
    await runner.close()


@pytest.fixture
def spool(tmp_path: Path) -> Path:
    return tmp_path / "spools" / "call.out"


@pytest.fixture
def run(runner: CommandRunner, spool: Path, tmp_path: Path) -> Run:
    async def go(
        command: str, *, timeout: float = 30, started: Callable[[int], None] | None = None
    ) -> CommandOutcome:
        return await runner.run(command, cwd=tmp_path, spool=spool, timeout=timeout, started=started)

    return go


@pytest.mark.parametrize(
    ("command", "exit_code", "output"),
    [
        ("true", 0, ""),
        ("echo out; echo err >&2; exit 3", 3, "out\nerr\n"),
        ("-x", 127, "-x: command not found"),
        ("no-such-program", 127, "not found"),
        ("echo 'unbalanced", 2, "unexpected EOF"),
        ("kill -9 $$", -9, ""),
        ("kill -TERM 0; sleep 60", -15, ""),
        ("cat; read line || echo nothing to read", 0, "nothing to read\n"),
        ("[[ abc == a* ]] && echo bash", 0, "bash\n"),
        ('printf \'%s|\' "$0" "$#" "$-"', 0, "|0|"),
    ],
)
async def test_a_command_ends_with_its_code_and_its_output(
    run: Run, spool: Path, command: str, exit_code: int, output: str
) -> None:
    outcome = await run(command)
    assert (outcome.exit_code, outcome.timed_out) == (exit_code, False)
    assert output in spool.read_text()
    assert outcome.output_bytes == spool.stat().st_size


async def test_the_spool_is_the_persons_alone_and_there_when_the_command_starts(
    run: Run, spool: Path
) -> None:
    there: list[bool] = []
    await run("echo hi", started=lambda group: there.append(spool.exists() and group > 0))
    assert there == [True]
    assert stat.S_IMODE(spool.stat().st_mode) == 0o600


async def test_each_command_is_independent(
    run: Run, runner: CommandRunner, tmp_path: Path, spool: Path
) -> None:
    await run("cd /; export LEFT=over; alias ls=false")
    second = spool.with_name("second.out")
    await runner.run('pwd; echo "[$LEFT]"', cwd=tmp_path, spool=second, timeout=30)
    assert second.read_text() == f"{tmp_path}\n[]\n"


async def test_a_command_sees_no_secret_and_no_prompt(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, spool: Path
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-very-secret-0123")
    monkeypatch.setenv("COPY", "Bearer sk-very-secret-0123")
    runner = CommandRunner()
    await runner.run("env; cat /proc/$$/environ", cwd=tmp_path, spool=spool, timeout=30)
    await runner.close()
    seen = spool.read_text()
    assert "very-secret" not in seen
    assert "TERM=dumb\n" in seen
    assert "GIT_TERMINAL_PROMPT=0\n" in seen


async def test_64_megabytes_arrive_complete(run: Run, spool: Path) -> None:
    script = "import os\nfor n in range(64): os.write(1, bytes([n, 0, 255, 10]) * 262144)"
    outcome = await run(f'{sys.executable} -c "{script}"')
    expected = hashlib.sha256(b"".join(bytes([n, 0, 255, 10]) * 262_144 for n in range(64))).hexdigest()
    with spool.open("rb") as file:
        assert hashlib.file_digest(file, "sha256").hexdigest() == expected
    assert (outcome.exit_code, outcome.output_bytes, outcome.lost_bytes) == (0, 64 << 20, 0)


async def test_one_line_of_five_megabytes_arrives_complete(run: Run, spool: Path) -> None:
    await run("head -c 5000000 /dev/zero | tr '\\0' x")
    assert spool.read_bytes() == b"x" * 5_000_000


async def test_the_quota_is_exact_and_the_command_does_not_notice(tmp_path: Path, spool: Path) -> None:
    runner = CommandRunner(quota=1_000_000)
    outcome = await runner.run(
        "head -c 3000000 /dev/zero; echo $? >&2", cwd=tmp_path, spool=spool, timeout=30
    )
    await runner.close()
    assert (outcome.exit_code, outcome.output_bytes, outcome.lost_bytes) == (0, 1_000_000, 2_000_002)
    assert spool.stat().st_size == 1_000_000
    assert outcome.loss == "the output quota was reached (tools.spool_quota)"


@pytest.mark.parametrize("output", ["", ">/dev/null 2>&1"])
async def test_what_stays_in_the_background_is_ended_and_does_not_count_as_its_time(
    run: Run, members: Members, output: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "_DRAIN", 2.0)
    groups: list[int] = []
    outcome = await run(f"sleep 100 {output} & echo done", started=groups.append)
    assert (outcome.exit_code, outcome.timed_out) == (0, False)
    assert outcome.duration < 2
    await becomes(lambda: members(groups[0]) == [])


async def test_late_output_of_a_command_that_has_exited_is_kept(
    run: Run, spool: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "_DRAIN", 30.0)
    await run("(sleep 0.1; echo late) & echo early")
    assert spool.read_text() == "early\nlate\n"


async def test_a_process_that_left_the_group_does_not_hold_up_the_outcome(run: Run, spool: Path) -> None:
    start = time.monotonic()
    outcome = await run("setsid sleep 20 & echo done")
    assert time.monotonic() - start < 15
    assert (outcome.exit_code, spool.read_text()) == (0, "done\n")


@pytest.mark.usefixtures("from_first_word")
async def test_time_up_ends_the_command(
    run: Run, runner: CommandRunner, members: Members, spool: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "_grace", 30.0)
    groups: list[int] = []
    outcome = await run("echo before; sleep 600; echo after", timeout=0.1, started=groups.append)
    assert (outcome.timed_out, outcome.exit_code) == (True, -15)
    assert spool.read_text() == "before\n"
    await becomes(lambda: members(groups[0]) == [])


@pytest.mark.usefixtures("from_first_word")
async def test_time_up_lets_a_command_clean_up(
    run: Run, runner: CommandRunner, spool: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "_grace", 30.0)
    outcome = await run(
        "trap 'echo cleaned; exit 7' TERM; echo ready; while :; do sleep 0.01; done", timeout=0.2
    )
    assert (outcome.timed_out, outcome.exit_code) == (True, 7)
    assert spool.read_text().endswith("cleaned\n")


@pytest.mark.usefixtures("from_first_word")
async def test_time_up_kills_what_does_not_listen_grandchildren_included(
    run: Run, members: Members, spool: Path
) -> None:
    groups: list[int] = []
    outcome = await run(STUBBORN, timeout=0.3, started=groups.append)
    assert (outcome.timed_out, outcome.exit_code) == (True, -9)
    assert spool.read_text() == "ready\n"
    await becomes(lambda: members(groups[0]) == [])


@pytest.mark.usefixtures("from_first_word")
async def test_a_stopped_command_is_ended_too(run: Run, members: Members) -> None:
    groups: list[int] = []
    outcome = await run("echo ready; kill -STOP $$", timeout=0.3, started=groups.append)
    assert (outcome.timed_out, outcome.exit_code) == (True, -9)
    await becomes(lambda: members(groups[0]) == [])


async def test_cancelling_ends_the_whole_group_and_stays_a_cancellation(
    run: Run, members: Members, spool: Path
) -> None:
    groups: list[int] = []
    task = asyncio.ensure_future(run(STUBBORN, started=groups.append))
    await appears(spool, b"ready")
    await becomes(lambda: len(members(groups[0])) >= 3)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await becomes(lambda: members(groups[0]) == [])


async def test_a_second_cancellation_does_not_wait_for_the_grace(
    tmp_path: Path, spool: Path, members: Members
) -> None:
    runner, groups = CommandRunner(grace=60), list[int]()
    task = asyncio.ensure_future(
        runner.run(STUBBORN, cwd=tmp_path, spool=spool, timeout=60, started=groups.append)
    )
    await appears(spool, b"ready")
    task.cancel()
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(asyncio.shield(task), 5)
    await becomes(lambda: members(groups[0]) == [])
    await runner.close()


async def test_a_sibling_is_not_touched(runner: CommandRunner, tmp_path: Path) -> None:
    spools = [tmp_path / f"{number}.out" for number in range(2)]
    first, second = (
        asyncio.ensure_future(
            runner.run(
                "echo ready; read -t 0.5 < <(sleep 0.5); echo whole", cwd=tmp_path, spool=each, timeout=30
            )
        )
        for each in spools
    )
    await appears(spools[0], b"ready")
    first.cancel()
    assert (await second).exit_code == 0
    assert spools[1].read_text() == "ready\nwhole\n"
    with pytest.raises(asyncio.CancelledError):
        await first


async def test_closing_ends_every_command_and_starts_none(tmp_path: Path, members: Members) -> None:
    runner, groups = CommandRunner(grace=0.2), list[int]()
    spools = [tmp_path / f"{number}.out" for number in range(3)]
    tasks = [
        asyncio.ensure_future(
            runner.run(STUBBORN, cwd=tmp_path, spool=each, timeout=60, started=groups.append)
        )
        for each in spools
    ]
    for each in spools:
        await appears(each, b"ready")
    await runner.close()
    await becomes(lambda: not any(members(group) for group in groups))
    outcomes = await asyncio.gather(*tasks)
    assert [(outcome.exit_code, outcome.timed_out) for outcome in outcomes] == [(-9, False)] * 3
    with pytest.raises(CommandError):
        await runner.run("true", cwd=tmp_path, spool=tmp_path / "late.out", timeout=1)
    await runner.close()


@pytest.mark.parametrize(
    ("command", "folder", "message"),
    [
        ("true", "missing", "missing"),
        ("echo a\0b", ".", "null byte"),
        ("echo " + "x" * 200_000, ".", "too long"),
        ("echo \ud83d", ".", "surrogates"),
    ],
    ids=["no folder", "NUL", "too long", "half a character"],
)
async def test_a_command_that_cannot_start_says_why_and_leaves_nothing(
    runner: CommandRunner, tmp_path: Path, spool: Path, command: str, folder: str, message: str
) -> None:
    at_rest = threads()
    await runner.run("true", cwd=tmp_path, spool=tmp_path / "first.out", timeout=30)
    await becomes(lambda: threads() <= at_rest)
    before = resources()
    with pytest.raises(CommandError, match=message):
        await runner.run(command, cwd=tmp_path / folder, spool=spool, timeout=30)
    await becomes(lambda: returned_to(before))
    assert not spool.exists()


async def test_a_callback_that_fails_leaves_nothing_running(run: Run, members: Members) -> None:
    groups: list[int] = []

    def fail(group: int) -> None:
        groups.append(group)
        raise RuntimeError("no pane")

    with pytest.raises(RuntimeError, match="no pane"):
        await run("sleep 60", started=fail)
    await becomes(lambda: members(groups[0]) == [])


async def test_time_and_memory_are_measured(run: Run) -> None:
    size = (getrusage(RUSAGE_SELF).ru_maxrss << 10) + (32 << 20)
    script = f"x = b'x' * {size}; sum(range(3_000_000))"
    outcome = await run(f'{sys.executable} -c "{script}"')
    assert outcome.duration >= outcome.cpu_time * 0.5 > 0
    assert outcome.peak_memory > size


async def test_forty_commands_at_once_leave_neither_threads_nor_files(
    runner: CommandRunner, tmp_path: Path
) -> None:
    at_rest = threads()
    await runner.run("true", cwd=tmp_path, spool=tmp_path / "first.out", timeout=30)
    await becomes(lambda: threads() <= at_rest)
    before = resources()
    outcomes = await asyncio.gather(
        *(
            runner.run(f"echo {n}; exit {n}", cwd=tmp_path, spool=tmp_path / f"{n}.out", timeout=30)
            for n in range(40)
        )
    )
    assert [outcome.exit_code for outcome in outcomes] == list(range(40))
    assert [(tmp_path / f"{n}.out").read_text() for n in range(40)] == [f"{n}\n" for n in range(40)]
    await becomes(lambda: returned_to(before))


def test_a_loop_in_another_thread_works_as_well(tmp_path: Path) -> None:
    async def main() -> CommandOutcome:
        runner = CommandRunner()
        outcome = await runner.run("exit 5", cwd=tmp_path, spool=tmp_path / "call.out", timeout=30)
        await runner.close()
        return outcome

    outcomes: list[CommandOutcome] = []
    thread = threading.Thread(target=lambda: outcomes.append(asyncio.run(main())))
    thread.start()
    thread.join(10)
    assert [outcome.exit_code for outcome in outcomes] == [5]


PARENT = """
import asyncio, sys
from pathlib import Path
from app.execution.commands import CommandRunner

async def main():
    folder = Path(sys.argv[1])
    runner = CommandRunner()
    await asyncio.gather(*(
        runner.run(command, cwd=folder, spool=folder / f"{n}.out", timeout=60, started=print)
        for n, command in enumerate(sys.argv[2:])
    ))

sys.stdout.reconfigure(line_buffering=True)
asyncio.run(main())
"""


async def test_nothing_outlives_us_even_if_we_are_killed(tmp_path: Path, members: Members) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, tmp_path, STUBBORN, "echo ready; sleep 60"],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
        text=True,
    ) as parent:
        assert parent.stdout is not None
        groups = [int(parent.stdout.readline()) for _ in range(2)]
        for number in range(2):
            await appears(tmp_path / f"{number}.out", b"ready")
        assert all(members(group) for group in groups)
        parent.send_signal(signal.SIGKILL)
    await becomes(lambda: not any(members(group) for group in groups))
