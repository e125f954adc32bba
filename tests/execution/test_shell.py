"""The commands of a session: where they start, and what a person does to them."""

from __future__ import annotations

import asyncio
import os
import shutil
import time
from pathlib import Path

import pytest

from app.execution import running
from app.execution.commands import CommandError, CommandOutcome
from app.execution.jobs import Job
from app.execution.pseudo_terminal import TerminalSize
from app.execution.shell import Command, InputAwaited, JobEnded, JobStarted, Restarted
from tests.execution.observing import alive, appears, becomes, long_time, resources, returned_to, threads
from tests.execution.shell_rig import ShellRig

FOREVER = "echo ready; while :; do sleep 60; done"


def begin(rig: ShellRig, command: Command) -> asyncio.Task[CommandOutcome | Job]:
    return asyncio.create_task(rig.shell.run(command))


async def ended(call: asyncio.Task[CommandOutcome | Job]) -> CommandOutcome:
    """The outcome of a call that does not go to the background."""
    outcome = await call
    assert isinstance(outcome, CommandOutcome)
    return outcome


# Where commands start


async def test_the_folder_and_the_exports_carry_over(rig: ShellRig) -> None:
    await rig.turn("mkdir -p a/b; cd a; export KEPT='two\nlines' GONE=1; plain=1; f() { :; }")
    await rig.turn("cd b; unset GONE; export MORE=2")
    said = await rig.says('pwd; echo "$KEPT|${GONE-}|$MORE|${plain-}"; type f')
    assert said.splitlines()[:3] == [f"{rig.root}/a/b", "two", "lines||2|"]
    assert "f: not found" in said


async def test_commands_of_a_turn_start_alike_and_the_later_call_counts(rig: ShellRig) -> None:
    await rig.turn("mkdir a b; export X=0")
    slow, quick = "cd a; export X=1 SLOW=1", "pwd; echo $X; cd b; export X=2"
    first, second = await rig.turn(
        f"until [ -e b/done ]; do sleep 0.01; done; {slow}", f"{quick}; touch done"
    )
    assert first.change.cwd == rig.root / "a"
    assert second.spool.read_text() == f"{rig.root}\n0\n"
    assert await rig.says("pwd; echo $X $SLOW") == f"{rig.root}/b\n2 1\n"


async def test_a_call_that_moved_nothing_takes_nothing_back(rig: ShellRig) -> None:
    await rig.turn("mkdir a; cd a; export X=1", "true", "export Y=1")
    assert await rig.says("pwd; echo $X$Y") == f"{rig.root}/a\n11\n"


@pytest.mark.usefixtures("from_first_word")
async def test_what_fails_or_is_ended_or_goes_to_the_background_leaves_nothing(rig: ShellRig) -> None:
    leave = "export X=1; mkdir -p a; cd a"
    await rig.turn(f"{leave}; false")
    await rig.turn(f"trap 'exit 0' TERM; {leave}; echo; while :; do sleep 0.01; done", timeout=0.1)
    job = await rig.background(f"{leave}; exit 0")
    await becomes(lambda: job.outcome is not None)
    command = rig.command(f"trap 'exit 0' TERM; {leave}; echo ready; while :; do sleep 0.01; done")
    call = begin(rig, command)
    await appears(command.spool, b"ready")
    call.cancel()
    await asyncio.wait([call])
    assert await rig.says("pwd; echo [$X]") == f"{rig.root}\n[]\n"


@pytest.mark.parametrize("way", ["removed", "a link", "a file"])
async def test_a_folder_that_is_gone_is_said_once_and_nothing_is_run_elsewhere(
    rig: ShellRig, way: str
) -> None:
    await rig.turn("mkdir a other; cd a; export X=1")
    shutil.rmtree(rig.root / "a")
    if way == "a link":
        (rig.root / "a").symlink_to("other")
    if way == "a file":
        (rig.root / "a").touch()
    with pytest.raises(CommandError, match=r"a, where an earlier command left off, is gone; nothing was run"):
        await rig.run("touch ran")
    assert not list(rig.root.rglob("ran"))
    assert await rig.says("pwd; echo $X") == f"{rig.root}\n1\n"


@pytest.mark.parametrize("folder", ["/", "..", ".git", ".git/hooks", "out"])
async def test_a_folder_that_is_not_the_sessions_is_not_where_others_start(
    rig: ShellRig, folder: str
) -> None:
    (rig.root / ".git" / "hooks").mkdir(parents=True)
    (rig.root / "out").symlink_to("/usr")
    outcome = await rig.run(f"cd {folder} && export X=1")
    assert outcome.change.cwd is not None
    assert await rig.says("pwd; echo $X") == f"{rig.root}\n1\n"


async def test_a_path_that_was_destroyed_can_be_mended(rig: ShellRig) -> None:
    await rig.turn("export PATH=/nowhere")
    assert (await rig.run("ls")).exit_code == 127
    await rig.turn(f"export PATH={os.environ['PATH']}; mkdir a; cd a")
    assert (await rig.run("ls")).exit_code == 0


async def test_exports_that_grow_without_end_do_not_stop_later_commands(rig: ShellRig) -> None:
    large = "export V{0}=$(head -c 100000 /dev/zero | tr '\\0' x)"
    for turn in range(3):
        await rig.turn(*(large.format(10 * turn + n) for n in range(10)))
    await rig.turn("mkdir a; cd a; export SMALL=1")
    assert await rig.says("pwd; /usr/bin/printenv SMALL") == f"{rig.root}/a\n1\n"


# On a terminal


async def test_a_command_on_a_terminal_can_be_typed_into(rig: ShellRig) -> None:
    command = rig.command("tty; echo $TERM; read line; echo got $line", terminal=True)
    call = begin(rig, command)
    await appears(command.spool, b"xterm-256color")
    rig.shell.type(command.call, b"it\r")
    outcome = await ended(call)
    assert (outcome.exit_code, outcome.was_typed_to) == (0, True)
    assert outcome.spool.read_bytes().startswith(b"/dev/")
    assert outcome.spool.read_bytes().endswith(b"it\r\ngot it\r\n")


async def test_a_terminal_leaves_folder_and_exports_as_a_pipe_does(rig: ShellRig) -> None:
    await rig.turn("mkdir a; cd a; export X=1", terminal=True)
    assert await rig.says("pwd; echo $X $TERM") == f"{rig.root}/a\n1 dumb\n"


async def test_keys_reach_the_program_as_signals(rig: ShellRig) -> None:
    command = rig.command("echo ready; read line", terminal=True)
    call = begin(rig, command)
    await appears(command.spool, b"ready")
    rig.shell.type(command.call, b"\x03")
    assert (await ended(call)).exit_code == -2


async def test_a_terminal_takes_the_size_of_its_pane(rig: ShellRig) -> None:
    command = rig.command("stty size; read line; stty size", terminal=True)
    call = begin(rig, command)
    await appears(command.spool, b"24 80")
    rig.shell.resize(command.call, TerminalSize(132, 50))
    rig.shell.type(command.call, b"\r")
    assert (await ended(call)).spool.read_bytes().endswith(b"50 132\r\n")


async def test_nothing_is_typed_into_a_pipe_or_into_no_command(rig: ShellRig) -> None:
    command = rig.command("cat; echo ready; sleep 0.2")
    call = begin(rig, command)
    await appears(command.spool, b"ready")
    for name in (command.call, "nobody"):
        rig.shell.type(name, b"x\r")
        rig.shell.resize(name, TerminalSize(1, 1))
    outcome = await ended(call)
    assert (outcome.spool.read_text(), outcome.was_typed_to) == ("ready\n", False)


async def test_who_waits_for_a_person_is_told_and_taken_back(rig: ShellRig) -> None:
    command = rig.command(f"echo ready; read line; {FOREVER}", terminal=True)
    call = begin(rig, command)
    await appears(command.spool, b"ready")
    await becomes(lambda: rig.told(InputAwaited) == [InputAwaited(command.call, True)])
    rig.shell.type(command.call, b"\r")
    await becomes(lambda: rig.told(InputAwaited)[1:] == [InputAwaited(command.call, False)])
    call.cancel()
    await asyncio.wait([call])


async def test_a_password_is_waited_for_whoever_asks_for_it(rig: ShellRig) -> None:
    """`sudo` runs as somebody else, into whom we cannot see."""
    command = rig.command("stty -echo; echo ready; sleep 60", terminal=True)
    call = begin(rig, command)
    await appears(command.spool, b"ready")
    await becomes(lambda: rig.told(InputAwaited) == [InputAwaited(command.call, True)])
    call.cancel()
    await asyncio.wait([call])


@pytest.mark.usefixtures("from_first_word")
async def test_the_time_of_one_that_is_typed_into_begins_anew_with_each_key(rig: ShellRig) -> None:
    command = rig.command("echo ready; read line", terminal=True, timeout=1.5)
    call = begin(rig, command)
    await appears(command.spool, b"ready")
    began = asyncio.get_running_loop().time()
    while asyncio.get_running_loop().time() - began < 2:
        rig.shell.type(command.call, b"x")
        await asyncio.sleep(0.1)
    rig.shell.type(command.call, b"\n")
    outcome = await ended(call)
    assert (outcome.exit_code, outcome.timed_out) == (0, False)


@pytest.mark.usefixtures("from_first_word")
@pytest.mark.parametrize(("text", "waited"), [("read line", True), ("sleep 60", False)])
async def test_time_up_knows_whether_it_waited_for_a_person(
    rig: ShellRig, text: str, waited: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "_LOOK", 0.05)
    outcome = await rig.run(f"echo; {text}", terminal=True, timeout=1.2)
    assert (outcome.timed_out, outcome.waited_for_input) == (True, waited)


async def test_a_command_on_a_pipe_is_begun_again_on_a_terminal(rig: ShellRig) -> None:
    lasts = long_time()
    command = rig.command(f"echo ready; if [ -t 0 ]; then echo terminal; else sleep {lasts}; fi")
    call = begin(rig, command)
    await appears(command.spool, b"ready")
    rig.shell.to_terminal(command.call)
    outcome = await ended(call)
    assert outcome.exit_code == 0
    assert outcome.spool.read_bytes() == b"ready\r\nterminal\r\n"
    assert command.spool.read_bytes() == b"ready\n"
    assert rig.told(Restarted) == [Restarted(command.call, outcome.spool)]
    assert alive(lasts) == []


async def test_one_that_has_a_terminal_is_not_begun_again(rig: ShellRig) -> None:
    command = rig.command("echo ready; read line; echo got $line", terminal=True)
    call = begin(rig, command)
    await appears(command.spool, b"ready")
    rig.shell.to_terminal(command.call)
    rig.shell.to_terminal("nobody")
    rig.shell.type(command.call, b"it\r")
    assert (await ended(call)).spool == command.spool
    assert rig.told(Restarted) == []


async def test_cancelling_between_the_pipe_and_the_terminal_ends_it(rig: ShellRig) -> None:
    lasts = long_time()
    command = rig.command(f"trap '' TERM; echo ready; while :; do sleep {lasts}; done")
    call = begin(rig, command)
    await appears(command.spool, b"ready")
    rig.shell.to_terminal(command.call)
    await asyncio.sleep(0)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    await becomes(lambda: alive(lasts) == [])
    assert rig.told(Restarted) == []


# In the background


@pytest.mark.usefixtures("from_first_word")
async def test_a_command_goes_on_in_the_background_without_a_time_limit(rig: ShellRig) -> None:
    command = rig.command("echo ready; until [ -e go ]; do sleep 0.05; done; echo end; exit 7", timeout=2)
    call = begin(rig, command)
    await appears(command.spool, b"ready")
    too_late = time.monotonic() + 2.5
    rig.shell.to_background(command.call)
    job = await call
    assert isinstance(job, Job)
    assert (job.name, job.call, job.outcome) == ("job-1", command.call, None)
    assert rig.told(JobStarted) == [JobStarted(job)]
    await becomes(lambda: time.monotonic() > too_late)
    (command.state.cwd / "go").touch()
    await becomes(lambda: job.outcome is not None)
    assert job.outcome is not None
    assert (job.outcome.exit_code, job.outcome.timed_out) == (7, False)
    assert rig.told(JobEnded) == [JobEnded(job, job.outcome)]
    assert command.spool.read_text() == "ready\nend\n"


async def test_one_that_starts_in_the_background_is_answered_at_once(rig: ShellRig) -> None:
    job = await rig.background("sleep 60")
    assert job.outcome is None
    assert rig.told(JobStarted) == [JobStarted(job)]


async def test_a_command_on_a_terminal_can_be_typed_into_in_the_background(rig: ShellRig) -> None:
    job = await rig.background("stty size; read line; echo got $line; stty size", terminal=True)
    await appears(job.spool, b"24 80")
    rig.shell.resize(job.call, TerminalSize(132, 50))
    rig.shell.type(job.call, b"it\r")
    await becomes(lambda: job.outcome is not None)
    assert job.spool.read_bytes().endswith(b"got it\r\n50 132\r\n")
    rig.shell.type(job.call, b"too late\r")


# What is left of them


async def test_no_files_and_threads_are_left(rig: ShellRig) -> None:
    at_rest = threads()
    await rig.run("true")
    await becomes(lambda: threads() <= at_rest)
    before = resources()
    await rig.turn(*["echo hi; setsid sleep 60 >/dev/null 2>&1 &"] * 5, terminal=True)
    await rig.turn(*["sleep 60"] * 5, timeout=0.05)
    for each in [await rig.background("sleep 60", terminal=terminal) for terminal in (True, False)]:
        await rig.shell.jobs.kill(each.name)
    await becomes(lambda: returned_to(before))


async def test_none_is_started_once_it_is_closed(tmp_path: Path) -> None:
    rig = ShellRig(tmp_path)
    await rig.close()
    command = rig.command("touch ran")
    with pytest.raises(CommandError, match="no command can be started any more"):
        await rig.shell.run(command)
    assert not command.spool.exists()
    assert not (rig.root / "ran").exists()
