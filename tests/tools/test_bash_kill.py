"""Ending a background command."""

from __future__ import annotations

import pytest

from app.tools.bash_kill import BashKillArguments, BashKillTool
from app.tools.contract import ToolError
from app.trajectory.effects import Effects
from app.workspace.paths import Workspace
from tests.execution.observing import alive, appears, becomes, long_time
from tests.tools.bash_rig import BashRig


@pytest.mark.parametrize(
    ("command", "how"),
    [("sleep {}", "signal 15"), ("trap '' TERM; setsid sleep {0} & while :; do sleep {0}; done", "signal 9")],
)
async def test_nothing_of_it_is_left_when_it_returns(rig: BashRig, command: str, how: str) -> None:
    lasts = long_time()
    await rig.bash("echo ready; " + command.format(lasts), background=True)
    await appears(rig.shell.jobs.get("job-1").spool, b"ready")
    await becomes(lambda: bool(alive(f"sleep {lasts}")))
    assert await rig.kill("job-1") == f"[job-1 ended by {how}]\n"
    assert alive(lasts) == []


async def test_its_last_output_can_still_be_read(rig: BashRig) -> None:
    await rig.bash("trap 'echo last words; exit 5' TERM; echo ready; while :; do :; done", background=True)
    await appears(rig.shell.jobs.get("job-1").spool, b"ready")
    assert await rig.kill("job-1") == "[job-1 ended with exit code 5]\n"
    assert (await rig.output("job-1")).endswith("last words\n[job-1 ended with exit code 5]\n")


async def test_one_that_has_ended_is_said_to_have(rig: BashRig) -> None:
    await rig.bash("exit 4", background=True)
    await becomes(lambda: rig.shell.jobs.get("job-1").outcome is not None)
    assert await rig.kill("job-1") == "[job-1 ended with exit code 4]\n"


async def test_a_job_that_is_not_there_is_said(rig: BashRig) -> None:
    with pytest.raises(ToolError, match="no background job 'all'; the jobs are: none was started"):
        await rig.kill("all")


def test_it_does_nothing_that_must_be_asked_for(rig: BashRig) -> None:
    effects = BashKillTool().effects(BashKillArguments(job="job-1"), Workspace(rig.root))
    assert effects.title == "job-1"
    assert effects == Effects(title=effects.title)
