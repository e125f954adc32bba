"""The pictures of runs that were recorded: the library, the viewer, a comparison, figures, a replay."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from textual.app import App
from textual.pilot import Pilot

from app.demo import SCENARIO, copy_project
from app.screens.viewer.doors import open_replay, show_comparison
from app.screens.viewer.screen import ViewerScreen
from app.settings.live import LiveSettings
from app.trajectory.library.folders import add
from app.trajectory.runs.run import Run
from app.viewing import Viewing

Save = Callable[[App[None], str], None]
_SIZE = (140, 40)
_FIXTURES = Path(__file__).parents[1] / "tests" / "data" / "trajectories"


async def pictures(environ: Mapping[str, str], save: Save) -> None:
    """Record two runs of the demo, one of which takes another way, and look at them.

    Args:
        environ: Says where they are recorded.
        save: Keeps a picture of an app under a name.
    """
    first, second = _record(environ, SCENARIO.read_text()), _record(environ, _another_way())
    for folder in sorted(path for path in _FIXTURES.iterdir() if path.is_dir()):
        add(str(folder), environ)
    with patch.dict("os.environ", environ):
        live = LiveSettings(environ)
        app = Viewing(live, environ)
        async with app.run_test(size=_SIZE) as pilot:
            await pilot.pause(4)
            save(app, "library")
        run = Run.open(first, follow=False)
        run.wait(sys.maxsize, 10)
        app = Viewing(live, environ, ViewerScreen(run))
        async with app.run_test(size=_SIZE) as pilot:
            await pilot.pause(1)
            await _press(pilot, *"tttttttt")
            save(app, "viewer")
            await _press(pilot, "s")
            save(app, "statistics")
            await _press(pilot, "escape")
            show_comparison(app, first, second)
            await pilot.pause(1.5)
            await _press(pilot, "n", "n")
            save(app, "comparison")
            await _press(pilot, "escape")
            open_replay(app, first)
            await pilot.pause(1)
            await _press(pilot, "space", "g", *"+2", "enter")  # while a command runs
            save(app, "replay")


async def _press(pilot: Pilot[None], *keys: str) -> None:
    for key in keys:
        await pilot.press(key)
        await pilot.pause(0.3)
    await pilot.pause(0.5)


def _another_way() -> str:
    """The demo, in which the model looks at less, and repairs one of the two mistakes otherwise."""
    scenario = json.loads(SCENARIO.read_text())
    first, second = scenario["turns"][0]["steps"], scenario["turns"][1]["steps"]
    del first[4]
    second[-1]["arguments"]["new_str"] = "round(price * (100 - percent) / 100)"
    return json.dumps(scenario)


def _record(environ: Mapping[str, str], scenario: str) -> Path:
    """Carry out the task of the demo.

    Returns:
        Its trajectory.
    """
    sessions = Path(environ["SAWHORSE_DATA"]) / "sessions"
    before = set(sessions.glob("*/trajectory.jsonl"))
    with TemporaryDirectory() as folder:
        script = Path(folder, "scenario.json")
        script.write_text(scenario)
        words = ["run", "One test fails. Find out why, and repair it.", "--model", f"scripted/{script}"]
        subprocess.run(
            [sys.executable, "-m", "app", *words, "--mode", "auto", "--workspace", str(copy_project())],
            env=dict(environ),
            check=False,
            capture_output=True,
        )
    (recorded,) = set(sessions.glob("*/trajectory.jsonl")) - before
    return recorded
