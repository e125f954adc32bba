"""Opening a replay, from wherever a run is looked at."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any  # an app of any result

from textual.app import App

from app.terminal.text import safe_line
from app.trajectory.formats.contract import UnreadableError


def open_replay(app: App[Any], path: Path) -> None:
    """Show a run again; what is wrong with it is said."""

    async def show() -> None:
        from app.screens.replay import ReplayScreen  # draws as the session screen does: loaded when wanted
        from app.trajectory.runs.run import Run

        try:
            run = await asyncio.to_thread(Run.open, path)
        except UnreadableError as error:
            app.notify(safe_line(str(error)), severity="warning", markup=False)
        else:
            app.push_screen(ReplayScreen(run))

    app.run_worker(show(), exclusive=True, group="replay")
