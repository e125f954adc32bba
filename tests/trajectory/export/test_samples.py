"""Real runs of every agent: converted strictly, and exported as pages that hold together."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest

from app.trajectory.events import ToolFinished, ToolRequested
from app.trajectory.export.writing import convert, export
from app.trajectory.formats.opening import opened
from app.trajectory.summary import summary
from tests.trajectory.export.atif_model import Step, Trajectory
from tests.trajectory.export.page import Page

SAMPLES = Path(os.environ.get("SAWHORSE_SAMPLES", Path(__file__).parents[4] / "shared" / "trajectories"))


def samples() -> Iterator[str]:
    """For each format, the sample in the middle by the number of its calls, of those that are small."""
    try:
        truth = json.loads((SAMPLES / "truth.json").read_text())
    except OSError:
        return
    small = {name: each for name, each in truth.items() if each["bytes"] < 300_000}
    for kind in sorted({each["format"] for each in small.values()}):
        names = [name for name, each in small.items() if each["format"] == kind]
        yield sorted(names, key=lambda name: (small[name].get("tool_calls") or 0, name))[len(names) // 2]


@pytest.fixture(params=list(samples()) or [""])
def sample(request: pytest.FixtureRequest) -> Path:
    """One real run."""
    if not request.param:
        pytest.skip(f"there are no samples of real runs in {SAMPLES}: SAWHORSE_SAMPLES names their folder")
    return SAMPLES / str(request.param)


def test_as_atif_every_call_and_result_is_in_a_step(sample: Path) -> None:
    stream = BytesIO()
    convert(sample, "atif", stream)
    trajectory = Trajectory.model_validate_json(stream.getvalue())
    kinds = Counter(type(record.event) for record in opened(sample).records())
    steps: list[Step] = [
        step for each in (trajectory, *(trajectory.subagent_trajectories or ())) for step in each.steps
    ]
    results = [result for step in steps if step.observation for result in step.observation.results]
    assert sum(len(step.tool_calls or ()) for step in steps) == kinds[ToolRequested]
    assert len(results) == kinds[ToolFinished]
    assert all(result.source_call_id for result in results)


def test_as_trae_it_has_the_same_calls_and_results(sample: Path, tmp_path: Path) -> None:
    path = tmp_path / "trajectory.json"
    with path.open("wb") as stream:
        convert(sample, "trae", stream)
    kinds = Counter(type(record.event) for record in opened(sample).records())
    found = summary(opened(path))
    assert (found["format"], found["problems"]) == ("trae", [])
    assert (found["tool_calls"], found["tool_results"]) == (kinds[ToolRequested], kinds[ToolFinished])


def test_as_a_page_it_holds_together(sample: Path) -> None:
    stream = BytesIO()
    export(sample, "html", stream)
    page = Page(stream.getvalue().decode())
    assert "script" in page.inner
    assert len(page.inner["script"]) == 1
