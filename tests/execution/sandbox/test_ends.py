"""However a command ends, in every sandbox it ends as it does outside."""

from __future__ import annotations

import os

import pytest

from tests.execution.observing import alive, becomes, long_time
from tests.execution.shell_rig import ShellRig


@pytest.mark.usefixtures("from_first_word")
async def test_time_up_lets_a_command_clean_up(rig: ShellRig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rig.runner, "_grace", 30.0)
    command = "trap 'echo cleaned; exit 7' TERM; echo ready; while :; do sleep 0.01; done"
    outcome = await rig.run(command, timeout=0.2)
    assert (outcome.timed_out, outcome.exit_code) == (True, 7)
    assert outcome.spool.read_text().endswith("cleaned\n")


@pytest.mark.usefixtures("from_first_word")
async def test_time_up_kills_what_does_not_listen_grandchildren_included(rig: ShellRig) -> None:
    lasts = long_time()
    stubborn = (
        f"trap '' TERM; (trap '' TERM; echo; while :; do sleep {lasts}; done) & "
        f"while :; do sleep {lasts}; done"
    )
    outcome = await rig.run(stubborn, timeout=0.3)
    assert (outcome.timed_out, outcome.exit_code) == (True, -9)
    assert alive(lasts) == []


async def test_a_stopped_command_is_ended_too(rig: ShellRig) -> None:
    outcome = await rig.run("kill -STOP $$", timeout=1)
    assert (outcome.timed_out, outcome.exit_code) == (True, -9)


@pytest.mark.parametrize(
    ("command", "exit_code"),
    [
        ("true", 0),
        ("exit 3", 3),
        ("kill -9 $$", -9),
        ("kill -TERM $$; sleep 60", -15),
        ("kill -TERM 0; sleep 60", -15),
        ("trap '' TERM; kill -TERM 0; exit 4", 4),
        ("exit 137", 137),
        ("(kill -9 $BASHPID)", 137),
        ("git --no-such-option || exit 129", 129),
        ("exec false", 1),
        ("no-such-program", 127),
    ],
)
async def test_the_exit_code_is_the_same(rig: ShellRig, command: str, exit_code: int) -> None:
    assert (await rig.run(command)).exit_code == exit_code


async def test_a_command_that_is_told_to_end_as_soon_as_it_began_is_ended(rig: ShellRig) -> None:
    lasts = long_time()
    for _ in range(5):
        command = rig.command(f"sleep {lasts}")
        running = rig.runner.start(
            command.text, state=command.state, spool=command.spool, sandbox=rig.shell.sandbox
        )
        assert (await rig.runner.finish(running)).exit_code < 0
    await becomes(lambda: alive(f"sleep {lasts}") == [])


async def test_the_number_of_a_group_reaches_all_of_it(rig: ShellRig) -> None:
    """A person who kept a command is told to end it by that number."""
    lasts = long_time()
    job = await rig.background(f"sleep {lasts} & sleep {lasts}")
    await becomes(lambda: sum(row.split()[2] == "sleep" for row in alive(lasts)) == 2)
    os.killpg(job.running.pid, 15)
    await becomes(lambda: job.outcome is not None)
    assert alive(f"sleep {lasts}") == []


async def test_many_at_once_keep_apart(rig: ShellRig) -> None:
    outcomes = await rig.turn(*(f"echo {n}; exit {n}" for n in range(20)))
    assert [outcome.exit_code for outcome in outcomes] == list(range(20))
    assert [outcome.spool.read_text() for outcome in outcomes] == [f"{n}\n" for n in range(20)]
