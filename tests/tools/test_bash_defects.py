"""What goes wrong where commands share one shell, or are watched by polling, cannot go wrong here."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.execution.pump import Pump
from app.tools.bash import BashTool
from app.tools.contract import ToolError
from app.tools.registry import Registry
from tests.execution.observing import alive, appears, becomes, long_time
from tests.tools.bash_rig import BashRig


async def seconds(rig: BashRig, *commands: str) -> float:
    """How long a turn of commands takes."""
    start = time.perf_counter()
    await rig.turn(*commands)
    return time.perf_counter() - start


# One shell for all


async def test_the_first_calls_of_a_session_may_run_at_the_same_time(rig: BashRig) -> None:
    """The second call came before the one shell had started, and failed."""
    outcomes = await rig.turn(*(f"echo {n}" for n in range(8)))
    assert [outcome.content for outcome in outcomes] == [f"{n}\n" for n in range(8)]


async def test_calls_at_the_same_time_keep_their_outputs_apart(rig: BashRig) -> None:
    """The output of one held the other's, and the other waited for its own until the time was up."""
    first, second = await rig.turn("sleep 0.3; echo A", "for n in $(seq 100); do echo B; done")
    assert (first.content, second.content) == ("A\n", "B\n" * 100)


async def test_three_sleeps_at_the_same_time_take_as_long_as_one(rig: BashRig) -> None:
    """They ran one after the other."""
    one = await seconds(rig, "sleep 0.6")
    three = await seconds(rig, *["sleep 0.6"] * 3)
    assert three < 2 * one


async def test_a_command_that_prints_what_a_shell_would_be_asked_for_prints_it(rig: BashRig) -> None:
    """The end of a command was told by a line of its output."""
    banner = ",,,,bash-command-exit-0-banner,,,,"
    outcome = await rig.bash(f"echo {banner}; echo more; exit 4")
    assert outcome.content == f"{banner}\nmore\n[exit code 4]\n"


@pytest.mark.parametrize(
    "command", ["exit 3", "kill -9 $$", "kill -9 0", "exec false", "echo 'unbalanced", "set -e; false", "{"]
)
async def test_no_command_spoils_the_next(rig: BashRig, command: str) -> None:
    """A shell that had ended, or was waiting for a quote, had to be restarted by another call."""
    assert not (await rig.bash(command)).ok
    assert (await rig.bash("echo fine")).content == "fine\n"


async def test_exit_ends_only_its_own_call(rig: BashRig) -> None:
    """Calls at the same time had the same shell."""
    ended, other = await rig.turn("exit 3", "sleep 0.2; echo still here")
    assert (ended.exit_code, ended.content) == (3, "[exit code 3]\n")
    assert other.content == "still here\n"


async def test_a_command_that_kills_its_own_group_kills_nothing_else(rig: BashRig) -> None:
    """All commands, and the program that ran them, could be in one group."""
    killed, other = await rig.turn("sleep 60 & kill -9 0", "sleep 0.2; echo still here")
    assert (killed.exit_code, killed.content) == (-9, "[ended by signal 9]\n")
    assert other.content == "still here\n"


async def test_folder_and_exports_persist(rig: BashRig) -> None:
    """Each command ran in parentheses, so that nothing did, though the description said so."""
    await rig.bash("mkdir sub; cd sub; export NAME='a value'")
    assert (await rig.bash('pwd; echo "$NAME"')).content == f"{rig.root}/sub\na value\n"


# Watching by polling


async def test_a_command_that_does_nothing_costs_far_less_than_a_poll(rig: BashRig) -> None:
    """Each command took at least 0.2 seconds."""
    for _ in range(50):  # on a busy machine few are as quick as they could be; with a poll none is
        if await seconds(rig, "true") < 0.1:
            return
    pytest.fail("none took less than half a poll")


@pytest.mark.parametrize("size", [130_000, 200_000, 3_000_000])
async def test_much_output_holds_up_neither_its_command_nor_the_next(rig: BashRig, size: int) -> None:
    """More than 128 KiB filled a buffer that nobody emptied, until the time was up."""
    outcome = await rig.bash(f"head -c {size} /dev/zero | tr '\\0' x; echo; echo end", timeout=20)
    assert (outcome.ok, outcome.output_bytes) == (True, size + 5)
    assert outcome.content.endswith("end\n")
    assert (await rig.bash("echo next", timeout=20)).content == "next\n"


async def test_much_output_of_both_kinds_at_once_is_taken(rig: BashRig) -> None:
    """Standard output and error were two buffers, each of which could fill."""
    outcome = await rig.bash("seq 60000 & seq 60000 >&2; wait", timeout=20)
    assert outcome.output_bytes == 2 * sum(len(f"{n}\n") for n in range(1, 60_001))


async def test_long_output_is_cut_for_the_model_and_kept_whole_for_the_person(rig: BashRig) -> None:
    """All of it went to the model."""
    outcome = await rig.bash("seq 100000")
    assert len(outcome.content) <= 30_000
    assert outcome.output is not None
    assert outcome.output.read_text() == "".join(f"{n}\n" for n in range(1, 100_001))


async def test_output_that_is_no_text_harms_neither_this_command_nor_the_next(rig: BashRig) -> None:
    """A byte that is not UTF-8 failed the command, stayed in the buffer, and failed all that followed."""
    outcome = await rig.bash(r"printf 'caf\xe9\xff\x00\n'")
    assert (outcome.ok, outcome.content) == (True, "caf\ufffd\ufffd\n")
    assert (await rig.bash("echo next")).content == "next\n"


@pytest.mark.parametrize("command", ["cat", "read line", "cat; cat", "bash", "python3 -i", "wc -c"])
async def test_a_command_that_reads_gets_an_end_of_file_at_once(rig: BashRig, command: str) -> None:
    """It ate what the shell was to be told next, and both waited until the time was up."""
    outcome = await rig.bash(command, timeout=20)
    assert not outcome.timed_out
    assert (await rig.bash("echo next")).content == "next\n"


@pytest.mark.parametrize(
    "command", ["echo 'unbalanced", 'echo "unbalanced', "cat <<END\ntext", "if true", "("]
)
async def test_a_command_that_is_not_finished_ends_at_once(rig: BashRig, command: str) -> None:
    """The shell waited for the rest, until the time was up."""
    outcome = await rig.bash(command, timeout=20)
    assert not outcome.timed_out
    assert outcome.content


# What is left of a command


async def test_of_a_command_whose_time_was_up_nothing_is_left(rig: BashRig) -> None:
    """Only the shell was ended; what it had started went on."""
    lasts = long_time()
    outcome = await rig.bash(f"sleep {lasts} & (sleep {lasts} & sleep {lasts}); wait", timeout=0.3)
    assert outcome.timed_out
    assert alive(lasts) == []
    assert (await rig.bash("echo next")).content == "next\n"


async def test_of_a_cancelled_command_nothing_is_left_and_nothing_shows_later(rig: BashRig) -> None:
    """It went on, and its output was taken for the next command's."""
    lasts = long_time()
    call = asyncio.ensure_future(rig.bash(f"echo begun >begun; sleep {lasts}; echo late; sleep {lasts}"))
    await appears(rig.root / "begun", b"begun")
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert alive(lasts) == []
    assert (await rig.bash("echo next")).content == "next\n"


async def test_a_cancelled_command_leaves_its_siblings_alone(rig: BashRig) -> None:
    """All waited for the one shell."""
    call = asyncio.ensure_future(rig.bash("echo >begun; sleep 60"))
    sibling = asyncio.ensure_future(rig.bash("until [ -e go ]; do sleep 0.01; done; echo whole"))
    await becomes((rig.root / "begun").exists)
    call.cancel()
    await asyncio.wait([call])
    (rig.root / "go").touch()
    assert (await sibling).content == "whole\n"


async def test_a_session_that_ends_leaves_nothing_running(tmp_path: Path) -> None:
    """A program that was closed left its commands behind."""
    rig, lasts = BashRig(tmp_path), long_time()
    await rig.bash(f"sleep {lasts}", background=True)
    call = asyncio.ensure_future(rig.bash(f"echo >begun; setsid sleep {lasts} & sleep {lasts}"))
    await becomes((rig.root / "begun").exists)
    await rig.close()
    await asyncio.wait([call])
    assert alive(lasts) == []


# What can be wrong with a call


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({}, "command: Field required"),
        ({"command": ""}, "command: String should have at least 1 character"),
        ({"command": 7}, "command: Input should be a valid string"),
        ({"command": "true", "restart": True}, "restart: Extra inputs are not permitted"),
        ({"command": "true", "timeout": 0}, "timeout: Input should be greater than 0"),
        ({"command": "true", "timeout": float("nan")}, "timeout: Input should be"),
    ],
)
def test_arguments_that_are_wrong_are_said_before_anything_runs(
    arguments: dict[str, object], says: str
) -> None:
    """Nothing was checked; what was missing was found out halfway."""
    with pytest.raises(ToolError, match=f"wrong arguments for bash: {says}"):
        Registry().parse("bash", arguments)


def test_only_the_command_is_required() -> None:
    """Every argument was said to be."""
    assert BashTool.arguments.model_json_schema()["required"] == ["command"]


@pytest.mark.parametrize(
    ("command", "exit_code", "says"),
    [
        ("no-such-program --flag", 127, "no-such-program: command not found"),
        ("touch file; ./file", 126, "./file: Permission denied"),
        ("cd missing", 1, "cd: missing: No such file or directory"),
        ("mkdir gone; cd gone; rmdir ../gone; cat file", 1, "cat: file: No such file or directory"),
        ("echo 'unbalanced", 2, "unexpected EOF while looking for matching"),
    ],
)
async def test_what_cannot_be_run_is_said_with_its_code(
    rig: BashRig, command: str, exit_code: int, says: str
) -> None:
    """Some of it was a time-out."""
    outcome = await rig.bash(command)
    assert (outcome.ok, outcome.exit_code) == (False, exit_code)
    assert says in outcome.content
    assert outcome.content.endswith(f"[exit code {exit_code}]\n")


async def test_a_folder_that_was_deleted_meanwhile_is_said_and_the_next_call_runs(rig: BashRig) -> None:
    """The one shell stayed in it."""
    await rig.bash("mkdir gone; cd gone")
    (rig.root / "gone").rmdir()
    with pytest.raises(ToolError, match="gone, where an earlier command left off, is gone; nothing was run"):
        await rig.bash("pwd")
    assert (await rig.bash("pwd")).content == f"{rig.root}\n"


async def test_a_workspace_that_was_deleted_is_said(rig: BashRig) -> None:
    """No command could be told from one that failed."""
    rig.root.rmdir()
    with pytest.raises(ToolError, match=f"could not be started: No such file or directory: {rig.root}"):
        await rig.bash("pwd")


async def test_a_full_disk_is_said_and_does_not_hold_up_the_command(
    rig: BashRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There was no whole output that could be kept."""
    start = Pump.start

    def start_on_a_full_disk(pump: Pump) -> None:
        full = os.open("/dev/full", os.O_WRONLY)
        os.dup2(full, pump._target)  # the only file whose disk is always full
        os.close(full)
        start(pump)

    monkeypatch.setattr(Pump, "start", start_on_a_full_disk)
    outcome = await rig.bash("head -c 300000 /dev/zero; exit 3")
    assert outcome.exit_code == 3
    assert outcome.content == (
        "[exit code 3]\n[300,000 bytes of output were not kept: No space left on device]\n"
    )


TOO_MANY_FILES = """
import asyncio, resource, sys
from pathlib import Path
from app.tools.contract import ToolError
from tests.execution.observing import becomes, open_files
from tests.tools.bash_rig import BashRig

async def main():
    rig = BashRig(Path(sys.argv[1]))
    await rig.bash("true")
    await rig.bash("true", tty=True)
    before, told = open_files(), set()
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    for terminal in (False, True):
        for few in range(40):
            resource.setrlimit(resource.RLIMIT_NOFILE, (before - 1 + few, limits[1]))
            try:
                told.add((await rig.bash("echo fine", tty=terminal)).content.replace("\\r", ""))
            except ToolError as error:
                told.add(str(error))
            resource.setrlimit(resource.RLIMIT_NOFILE, limits)
            await becomes(lambda: open_files() <= before)
    print(*sorted(told), sep="")
    await rig.close()

asyncio.run(main())
"""


def test_too_many_open_files_are_said_and_none_is_lost(tmp_path: Path) -> None:
    """The start failed with a word of the system, or halfway."""
    ran = subprocess.run(
        [sys.executable, "-c", TOO_MANY_FILES, tmp_path],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.stderr == ""
    said = "the command could not be started: too many files are open (Too many open files)"
    assert ran.stdout == f"fine\n{said}; end some commands, then call it again\n"
