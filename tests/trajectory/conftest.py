"""Recorders and runs for tests: closed when a test ends; recorders are quick to try again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any  # the settings of a recorder

import pytest

from app.settings.schema import RecorderSettings
from app.trajectory.recording.recorder import Recorder
from app.trajectory.runs.run import Run
from tests.trajectory.written import FOREVER, Opened

NewRecorder = Callable[..., Recorder]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a recording goes."""
    return tmp_path / "t.jsonl"


@pytest.fixture
def new_recorder(path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[NewRecorder]:
    """Opens recorders on that path."""
    monkeypatch.setattr(Recorder, "RETRY", 0.01)
    opened: list[Recorder] = []

    def new(*, clock: Callable[[], float] = lambda: 1_700_000_000.0, **given: Any) -> Recorder:
        own = {name: given.pop(name) for name in ("disk", "redact", "resumed") if name in given}
        opened.append(Recorder(path, RecorderSettings(**given), clock, **own))
        return opened[-1]

    yield new
    for recorder in opened:
        recorder.close()


@pytest.fixture
def opened() -> Iterator[Opened]:
    """Opens runs; one that is not followed is read before it is given."""
    runs: list[Run] = []

    def one(path: Path, *, follow: bool = False) -> Run:
        runs.append(Run.open(path, follow=follow))
        if not follow:
            runs[-1].wait(FOREVER)
        return runs[-1]

    yield one
    for run in runs:
        run.close()
