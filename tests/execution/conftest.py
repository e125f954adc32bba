from __future__ import annotations

import subprocess
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from tests.execution.observing import count_from_first_word
from tests.execution.shell_rig import ShellRig


@pytest.fixture
def members() -> Callable[[int], list[str]]:
    """The processes of a group that are alive: a zombie that nobody has collected yet is not."""

    def of(group: int) -> list[str]:
        table = subprocess.run(
            ["ps", "-A", "-o", "pgid=,stat=,args="], capture_output=True, text=True, check=True
        ).stdout
        rows = (line.split(None, 2) for line in table.splitlines())
        return [row[-1] for row in rows if int(row[0]) == group and not row[1].startswith("Z")]

    return of


@pytest.fixture
def from_first_word(monkeypatch: pytest.MonkeyPatch) -> None:
    """The time of a command begins once it says something."""
    count_from_first_word(monkeypatch)


@pytest.fixture(params=["no sandbox", "bwrap", "landlock"])
async def rig(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[ShellRig]:
    """A shell in a workspace of its own: all that it does, it does in every sandbox."""
    rig = ShellRig(tmp_path)
    if request.param != "no sandbox":
        await rig.confine(request.param)
    yield rig
    await rig.close()
