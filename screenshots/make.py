"""Make the pictures of the README from the real app: SVG, and PNG where a Chromium is found.

python -m screenshots.make
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")

from textual.app import App
from textual.pilot import Pilot  # after the environment that it reads

from app.demo import copy_project
from app.screens.session import SessionScreen
from app.settings.schema import ApprovalSettings, Mode, ModelSettings, Settings
from app.workbench import Workbench
from screenshots.runs import pictures
from widgets.call_pane import CallPane
from widgets.status import CallStatus

FOLDER = Path(__file__).parent
SIZE = (132, 38)


def main() -> None:
    """Make all pictures."""
    with TemporaryDirectory() as home:
        environ = {
            "PATH": os.environ["PATH"],
            "SAWHORSE_CONFIG": f"{home}/config.toml",
            "SAWHORSE_DATA": f"{home}/data",
        }
        asyncio.run(_welcome(environ))
        asyncio.run(_session(environ))
        asyncio.run(_six_panes(environ))
        asyncio.run(_inbox(environ))
        asyncio.run(_review(environ))
        asyncio.run(_undo(environ))
        asyncio.run(_settings(environ))
    with TemporaryDirectory() as home:  # none but the runs that are shown
        places = {"SAWHORSE_CONFIG": f"{home}/config.toml", "SAWHORSE_DATA": home}
        asyncio.run(pictures({**environ, **places}, _save))
    for picture in sorted(FOLDER.glob("*.svg")):
        _to_png(picture)


async def _welcome(environ: dict[str, str]) -> None:
    app = Workbench(Path.home(), Settings(), environ)
    async with app.run_test(size=(100, 28)) as pilot:
        await pilot.pause(1.5)
        _save(app, "welcome")


@asynccontextmanager
async def _at_work(
    environ: dict[str, str], script: str, mode: Mode, task: str, size: tuple[int, int]
) -> AsyncIterator[tuple[Workbench, Pilot[None]]]:
    """The app with a task that a script answers, in a copy of the demo's project."""
    model = replace(ModelSettings(), name=f"scripted/{FOLDER / script}")
    workspace = copy_project()
    app = Workbench(
        workspace, Settings(model=model, approval=ApprovalSettings(mode=mode)), environ, task=task
    )
    try:
        async with app.run_test(size=size) as pilot:
            yield app, pilot
    finally:
        if app.session is not None:
            app.session.close()
        shutil.rmtree(workspace.parent, ignore_errors=True)


async def _session(environ: dict[str, str]) -> None:
    task = "find out why a test fails, and repair it"
    async with _at_work(environ, "scenario.json", "edits", task, SIZE) as (app, pilot):
        await _until(pilot, lambda: len(_panes(app, CallStatus.RUNNING)) == 0 and _asking(app) == 4)
        for _ in range(3):
            await _answer(pilot)
        await _until(pilot, lambda: len(_panes(app, CallStatus.RUNNING)) == 3)
        await pilot.pause(1.2)
        _save(app, "session")
        await pilot.press("f1")
        await pilot.pause(0.3)
        _save(app, "help")


async def _six_panes(environ: dict[str, str]) -> None:
    task = "build it, test it, and bring it to staging"
    async with _at_work(environ, "panes.json", "auto", task, (200, 50)) as (app, pilot):
        await _until(pilot, lambda: bool(_panes(app, CallStatus.INPUT)) and _asking(app) == 1)
        await _until(pilot, lambda: len(_panes(app, CallStatus.FAILED)) == 1)
        await pilot.pause(1.5)
        _save(app, "panes")


async def _inbox(environ: dict[str, str]) -> None:
    task = "check it, build it, and push it"
    async with _at_work(environ, "inbox.json", "ask", task, (132, 34)) as (app, pilot):
        await _until(pilot, lambda: _asking(app) == 4)
        for key in ("f2", "space", "j", "j"):
            await pilot.press(key)
            await pilot.pause(0.5)
        _save(app, "inbox")
        for key in ("k", "k", "p"):
            await pilot.press(key)
            await pilot.pause(0.5)
        await pilot.pause(0.5)
        _save(app, "rule")


async def _review(environ: dict[str, str]) -> None:
    task = "make the cart count quantities"
    async with _at_work(environ, "review.json", "ask", task, (120, 34)) as (app, pilot):
        await _until(pilot, lambda: _asking(app) == 1)
        for keys in (["f3"], ["v"], ["right_square_bracket", "x"]):
            await pilot.pause(0.5)
            await pilot.press(*keys)
        await pilot.pause(0.5)
        _save(app, "review")


async def _undo(environ: dict[str, str]) -> None:
    task = "make the cart count quantities"
    async with _at_work(environ, "review.json", "auto", task, (120, 34)) as (app, pilot):
        await pilot.pause(3)
        await pilot.press("f7")
        await pilot.pause(1)
        await pilot.press("u")
        await pilot.pause(0.3)
        _save(app, "undo")


async def _settings(environ: dict[str, str]) -> None:
    task = "find out why a test fails, and repair it"
    home = str(Path(environ["SAWHORSE_CONFIG"]).parent)  # so that the path of the file is the same each time
    with patch.dict(os.environ, HOME=home):
        async with _at_work(environ, "scenario.json", "edits", task, (124, 22)) as (app, pilot):
            await _until(pilot, lambda: _asking(app) == 4)
            await pilot.press("f9", "slash", *"recor", "enter", "enter", "ctrl+u", *"50")
            await pilot.pause(0.5)
            _save(app, "settings")


async def _answer(pilot: Pilot[None]) -> None:
    asking = _asking(pilot.app)
    await pilot.pause(0.4)
    await pilot.press("ctrl+a", "y")
    await _until(pilot, lambda: _asking(pilot.app) < asking)


async def _until(pilot: Pilot[None], done: object) -> None:
    assert callable(done)
    for _ in range(400):
        if done():
            return
        await pilot.pause(0.05)
    raise AssertionError("it did not come")


def _panes(app: object, status: CallStatus) -> list[CallPane]:
    assert isinstance(app, Workbench)
    screen = app.screen_stack[-1]
    assert isinstance(screen, SessionScreen)
    return [pane for pane in screen.query(CallPane) if pane.status is status]


def _asking(app: object) -> int:
    return len(_panes(app, CallStatus.ASKS))


def _save(app: App[None], name: str) -> None:
    svg = app.export_screenshot(title="sawhorse", simplify=True)
    svg = re.sub(r"terminal-\d+", "terminal", svg)  # otherwise another number each time
    (FOLDER / f"{name}.svg").write_text(svg)


def _to_png(picture: Path) -> None:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        return
    box = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', picture.read_text())
    assert box is not None
    width, height = (round(float(side)) for side in box.groups())
    with TemporaryDirectory() as profile:
        switches = [
            "headless",
            "no-sandbox",
            "disable-gpu",
            "hide-scrollbars",
            "no-first-run",
            "disable-sync",
        ]
        switches += ["disable-background-networking", "disable-component-update"]
        switches += [f"user-data-dir={profile}", f"window-size={width},{height}"]
        switches += [f"screenshot={picture.with_suffix('.png')}"]
        subprocess.run(
            [chromium, *(f"--{switch}" for switch in switches), picture.as_uri()],
            check=True,
            capture_output=True,
        )


if __name__ == "__main__":
    main()
