from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.tools.bash_rig import BashRig


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[BashRig]:
    """The tools that run commands, in a workspace of their own."""
    rig = BashRig(tmp_path)
    yield rig
    await rig.close()
