"""What a replay gives out of a run."""

from __future__ import annotations

from pathlib import Path

from app.screens.replayed import ReplayedRun
from app.trajectory.events import Event, JobStarted, Record, ToolFinished, ToolStarted
from app.trajectory.runs.playback import Playback
from app.trajectory.runs.run import Run
from tests.screens.viewed import lines, recording


def test_outputs_are_those_in_the_folder_of_the_run_and_of_nobody_else(tmp_path: Path) -> None:
    own = str(tmp_path / "outputs" / "1.out")
    told: tuple[Event, ...] = (
        ToolStarted("c1", own),
        ToolFinished("c1", "done", "said", output=own),
        ToolStarted("c2", "/etc/passwd"),
        ToolFinished("c2", "done", "said", output="/etc/passwd"),
        JobStarted("j1", "c2", "ls", "/etc/passwd"),
    )
    run = Run.open(recording(tmp_path, lines([(0.0, "", event) for event in told])), follow=False)
    run.wait(len(told))
    playback = Playback(run.rows.ts, lambda: len(run), lambda: 0.0)
    replayed = ReplayedRun(run, playback, lambda: None)
    playback.seek(len(told))
    events = [item.event for item in replayed.take() if isinstance(item, Record)]
    outputs = [getattr(event, "output", None) for event in events]
    before = [getattr(record.event, "output", None) for record in replayed.records.records(0, len(told))]
    run.close()
    assert outputs == before == [own, own, "", "", ""]
