"""How a run stands is told by its end, and by who writes it now."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from app.trajectory.content import Text, Usage
from app.trajectory.effects import Effects
from app.trajectory.events import Event, ModelResponse, SessionImported, TaskEnded, ToolRequested, UserMessage
from app.trajectory.library import liveness
from app.trajectory.library.digest import Ending
from app.trajectory.library.liveness import Liveness

ASKED = UserMessage("go")
ANSWERED = ModelResponse(1, "m", (Text("yes"),), "end", Usage(), None, None, 0.0, 1)
CALLED = ToolRequested("c", 1, "bash", {}, Effects("a call"))
LONG_AGO = 1_600_000_000.0


@pytest.mark.parametrize(
    ("events", "closed"),
    [
        ([ASKED, ANSWERED], True),
        ([ASKED], False),
        ([ASKED, ANSWERED, CALLED], False),
        ([ASKED, ANSWERED, CALLED, TaskEnded("done", 1)], True),
        ([ASKED, ANSWERED, CALLED, TaskEnded("interrupted", 1)], False),
        ([ASKED, ANSWERED, UserMessage("a patch", synthetic=True)], True),
        ([SessionImported("claude")], True),
    ],
)
def test_a_run_of_another_agent_is_over_when_nothing_waits_for_an_answer(
    events: list[Event], closed: bool
) -> None:
    ending = Ending()
    for event in events:
        ending.add(event)
    assert ending.is_closed(ours=False) is closed


def test_a_file_of_another_agent_is_live_as_long_as_it_changes() -> None:
    now = time.time()
    states = [
        Liveness().state(ours=False, closed=closed, inode=1, changed=changed)
        for closed, changed in ((True, now), (True, LONG_AGO), (False, LONG_AGO))
    ]
    assert states == ["live", "ended", "unfinished"]


def test_where_the_system_does_not_tell_of_locks_a_session_is_live_as_long_as_it_changes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(liveness, "_LOCKS", tmp_path / "none")
    now = time.time()
    states = [
        Liveness().state(ours=True, closed=closed, inode=1, changed=changed)
        for closed, changed in ((False, now), (False, LONG_AGO), (True, now))
    ]
    assert states == ["live", "crashed", "ended"]
