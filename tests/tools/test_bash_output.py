"""What a model is told of a background command."""

from __future__ import annotations

import asyncio
import re

import pytest

from app.tools.bash_output import BashOutputArguments, BashOutputTool
from app.tools.contract import ToolError
from app.trajectory.effects import Effects
from app.workspace.paths import Workspace
from tests.execution.observing import alive, becomes, long_time, open_files
from tests.tools.bash_rig import BashRig

RUNS = re.compile(r"\[job-1 runs, for \d+ s in the background\]\n$")


async def start(rig: BashRig, command: str) -> None:
    """Start job-1, of whose output nothing is told yet; it takes a step each time `step` is called."""
    await rig.bash(f"step() {{ until [ -e $1 ]; do sleep 0.01; done; }}; step 0; {command}", background=True)
    (rig.root / "0").touch()


async def has_said(rig: BashRig, text: bytes) -> None:
    """Wait until job-1 has said something, and it counts as kept."""
    job = rig.shell.jobs.get("job-1")
    await becomes(lambda: text in job.spool.read_bytes()[: job.running.output_bytes])


async def step(rig: BashRig, name: str, text: bytes) -> None:
    """Let job-1 go on, and wait until it has said something."""
    (rig.root / name).touch()
    await has_said(rig, text)


async def has_ended(rig: BashRig) -> None:
    await becomes(lambda: rig.shell.jobs.get("job-1").outcome is not None)


async def test_each_part_of_the_output_is_given_once(rig: BashRig) -> None:
    await start(rig, "step 1; echo one; step 2; echo two; step 3; exit 3")
    await step(rig, "1", b"one")
    first = await rig.output("job-1")
    assert first.startswith("one\n[")
    assert RUNS.search(first)
    assert RUNS.fullmatch(await rig.output("job-1"))
    await step(rig, "2", b"two")
    (rig.root / "3").touch()
    await has_ended(rig)
    assert await rig.output("job-1") == "two\n[job-1 ended with exit code 3]\n"
    assert await rig.output("job-1") == "[job-1 ended with exit code 3]\n"


async def test_calls_at_the_same_time_do_not_give_the_same(rig: BashRig) -> None:
    await start(rig, "seq 5")
    await has_ended(rig)
    told = await asyncio.gather(*(rig.output("job-1") for _ in range(8)))
    assert sum(content.startswith("1\n2\n3\n4\n5\n[") for content in told) == 1
    assert sum(content.startswith("[job-1") for content in told) == 7


async def test_a_character_is_not_given_in_halves(rig: BashRig) -> None:
    await start(rig, r"printf 'a\xe2\x82'; step 1; printf '\xac b'; step 2; printf '\xf0\x9f\x98'")
    await has_said(rig, b"a\xe2\x82")
    assert (await rig.output("job-1")).startswith("a\n[")
    await step(rig, "1", b" b")
    assert (await rig.output("job-1")).startswith("€ b\n[")
    (rig.root / "2").touch()
    await has_ended(rig)
    assert (await rig.output("job-1")).startswith("\ufffd")


async def test_a_question_without_a_line_end_is_given(rig: BashRig) -> None:
    await start(rig, "printf 'Name? '; step 1")
    await has_said(rig, b"?")
    assert (await rig.output("job-1")).startswith("Name? \n[job-1 runs")


async def test_long_output_is_cut_and_its_whole_is_named(tmp_path_factory: pytest.TempPathFactory) -> None:
    rig = BashRig(tmp_path_factory.mktemp("rig"), model_limit=600)
    await start(rig, "seq 1000")
    await has_ended(rig)
    content = await rig.output("job-1")
    assert content.startswith("1\n2\n")
    assert content.endswith("999\n1000\n[job-1 ended with exit code 0]\n")
    assert str(rig.shell.jobs.get("job-1").spool) in content
    assert len(content) <= 700
    await rig.close()


async def test_only_lines_that_match_are_given_and_the_others_are_skipped(rig: BashRig) -> None:
    await start(rig, "seq 100; step 1; echo 'an error: 7'")
    await has_said(rig, b"100\n")
    assert (await rig.output("job-1", "^[12]0$")).startswith("10\n20\n[job-1 runs")
    assert RUNS.fullmatch(await rig.output("job-1", "."))
    (rig.root / "1").touch()
    await has_ended(rig)
    assert await rig.output("job-1", "error|warning") == "an error: 7\n[job-1 ended with exit code 0]\n"


async def test_a_line_is_not_matched_in_halves(rig: BashRig) -> None:
    await start(rig, "printf 'one\nER'; step 1; echo ROR; step 2; printf 'ERROR again'")
    await has_said(rig, b"ER")
    assert RUNS.fullmatch(await rig.output("job-1", "ERROR"))
    await step(rig, "1", b"ROR\n")
    assert (await rig.output("job-1", "ERROR")).startswith("ERROR\n[")
    (rig.root / "2").touch()
    await has_ended(rig)
    assert (await rig.output("job-1", "ERROR")).startswith("ERROR again\n[")


async def test_a_line_without_end_is_matched_in_parts(rig: BashRig) -> None:
    await start(rig, "head -c 200000 /dev/zero | tr '\\0' x; step 1")
    job = rig.shell.jobs.get("job-1")
    await becomes(lambda: job.running.output_bytes == 200_000)
    assert (await rig.output("job-1", "x")).startswith("xxx")


async def test_output_that_is_no_text_can_be_matched(rig: BashRig) -> None:
    await start(rig, r"printf 'caf\xe9 one\n\0two\n'")
    await has_ended(rig)
    assert await rig.output("job-1", "one|two") == "caf\ufffd one\ntwo\n[job-1 ended with exit code 0]\n"


@pytest.mark.parametrize("pattern", ["$(touch ran)", "'; touch ran; '", "-f/etc/passwd", "`touch ran`\n"])
async def test_a_pattern_is_a_pattern_and_nothing_else(rig: BashRig, pattern: str) -> None:
    await start(rig, "echo quiet")
    await has_ended(rig)
    await rig.output("job-1", pattern)
    assert not list(rig.root.parent.rglob("ran"))


async def test_a_wrong_pattern_is_said_and_nothing_is_lost(rig: BashRig) -> None:
    await start(rig, "echo one")
    await has_ended(rig)
    for wrong in ("(", "a\0b"):
        with pytest.raises(ToolError, match="filter: "):
            await rig.output("job-1", wrong)
    assert (await rig.output("job-1")).startswith("one\n")


async def test_a_pattern_that_takes_for_ever_is_given_up_and_nothing_of_it_goes_on(
    rig: BashRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.tools.bash_output._MATCHING", 0.2)
    slow = rf"^(.*)(.*)(.*)\3\2\1$|{long_time()}"
    await start(rig, "head -c 30000 /dev/urandom | base64 -w 0; echo")
    await has_ended(rig)
    with pytest.raises(ToolError, match=r"took longer than 0\.2 s; use a simpler pattern"):
        await rig.output("job-1", slow)
    assert alive(slow) == []
    assert len(await rig.output("job-1")) > 1000


async def test_cancelling_a_search_ends_it_and_nothing_is_lost(rig: BashRig) -> None:
    slow = rf"^(.*)(.*)(.*)\3\2\1$|{long_time()}"
    await start(rig, "head -c 30000 /dev/urandom | base64 -w 0; echo")
    await has_ended(rig)
    before = open_files()
    call = asyncio.ensure_future(rig.output("job-1", slow))
    await becomes(lambda: bool(alive(slow)))
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert alive(slow) == []
    await becomes(lambda: open_files() <= before)
    assert len(await rig.output("job-1")) > 1000


async def test_a_job_that_is_not_there_is_said(rig: BashRig) -> None:
    with pytest.raises(ToolError, match="no background job 'job-1'; the jobs are: none was started"):
        await rig.output("job-1")


def test_it_does_nothing_that_must_be_asked_for(rig: BashRig) -> None:
    effects = BashOutputTool().effects(BashOutputArguments(job="job-1", filter="x"), Workspace(rig.root))
    assert effects.title == "job-1 x"
    assert effects == Effects(title=effects.title)
