"""What the viewer opens beside itself: the raw record, the pager, figures, another run to compare with."""

from __future__ import annotations

import asyncio
import os
import shlex
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any  # a screen, or an app, of any result

from textual.app import App
from textual.screen import Screen

from app.screens.output import OutputScreen
from app.screens.pager import open_pager
from app.screens.viewer.detail import in_plain_text
from app.terminal.text import safe_line
from app.trajectory.formats.contract import UnreadableError
from app.trajectory.own_files import is_own_file
from app.trajectory.sessions import TRAJECTORY
from widgets.run_detail import Detail
from widgets.status import size
from widgets.text_view import TextView, plain

if TYPE_CHECKING:
    from app.screens.viewer.run_view import RunView
    from app.trajectory.runs.run import Run

_MOST = 2_000_000  # characters of a record that are shown as it was written


def name_of(path: Path) -> str:
    """A run in a word: the id of a session of ours, or the name of its file."""
    is_ours = path.name.removesuffix(".zst") == TRAJECTORY
    return safe_line(path.parent.name if is_ours else path.name)


def raw(screen: Screen[Any], run: Run, row: int) -> None:
    """Show a record as it was written. To find it in a large document takes a while."""

    async def show() -> None:
        try:
            text = await asyncio.to_thread(run.raw, row)
        except (OSError, ValueError) as error:
            _refuse(screen, f"The record cannot be read: {error}")
            return
        rest = len(text) - _MOST
        lines = plain(text[:_MOST])
        if rest > 0:
            lines.append((f"… {rest:,} characters more", "dim"))
        figures = f"{size(len(text.encode(errors='replace')))} · y copies"
        screen.app.push_screen(
            OutputScreen(
                f"{name_of(run.path)}  event {row}", figures, TextView(lines, wrap=True, copies=True)
            )
        )

    screen.run_worker(show(), exclusive=True, group="raw")


def pager(screen: Screen[Any], detail: Detail) -> None:
    """Read what is shown of an event in the person's own pager: all of it."""
    data = in_plain_text(detail).encode(errors="replace")
    open_pager(screen.app, lambda count, offset: data[offset : offset + count], os.environ)


def statistics(screen: Screen[Any], run: Run, view: RunView) -> None:
    """Show what a run comes to, and go to what is chosen there."""
    from app.screens.statistics import StatisticsScreen

    def chosen(row: int | None) -> None:
        if row is not None:
            view.go_to(row)

    screen.app.push_screen(StatisticsScreen(run), chosen)


def export(screen: Screen[Any], run: Run) -> None:
    """Ask for a format and a file, and write it."""
    from app.screens.run_export import ExportScreen

    screen.app.push_screen(ExportScreen(run.path))


def compare(screen: Screen[Any], run: Run, name: str) -> None:
    """Compare with the run that is named.

    Args:
        screen: The screen it is done from.
        run: The one at the left.
        name: What the other is called on the command line.
    """
    from app.trajectory.library.naming import find

    try:
        other = find(name.strip(), os.environ)
    except LookupError as error:
        _refuse(screen, str(error))
    else:
        show_comparison(screen.app, run.path, other)


def show_comparison(app: App[Any], left: Path, right: Path) -> None:
    """Show two runs beside each other."""
    from app.screens.comparison import ComparisonScreen

    app.push_screen(ComparisonScreen(left, right))


def library(app: App[Any]) -> None:
    """Show all runs."""
    from app.screens.library import LibraryScreen

    app.push_screen(LibraryScreen(os.environ))


def chosen_in_library(app: App[Any], path: Path, at: int = 0) -> None:
    """Open what was chosen there; beside the run of a viewer that asked for another one.

    Keys are quicker than the choice: where the library was left meanwhile, nothing is opened.

    Args:
        app: Shows it.
        path: Of the run that was chosen.
        at: The number of the event to begin with.
    """
    from app.screens.library import LibraryScreen
    from app.screens.viewer.screen import ViewerScreen

    if not isinstance(app.screen, LibraryScreen):
        return
    below = app.screen_stack[-2]
    if isinstance(below, ViewerScreen) and below.chooses_other:
        app.pop_screen()
        show_comparison(app, below.viewed.path, path)
    else:
        open_run(app, path, at)


def agents(screen: Screen[Any], run: Run, view: RunView) -> None:
    """Choose a sub-agent: list only what is its, or open its own file."""
    from app.screens.viewer.agent_tree import AgentTreeScreen, Chosen

    def chosen(choice: Chosen | None) -> None:
        match choice:
            case None:
                pass
            case Chosen(agent=agent, opens=True) if agent is not None:
                _open_beside(screen, run.path.parent, agent.trajectory)
            case Chosen(names=names):
                view.choose(replace(view.rows.filter, agents=names))

    screen.app.push_screen(AgentTreeScreen(view.rows.agents), chosen)


def _open_beside(screen: Screen[Any], folder: Path, name: str) -> None:
    """Open a file that a run names, if it is in the folder of the run."""
    if is_own_file(name, folder):
        open_run(screen.app, folder / name)
    else:
        command = f"sawhorse view {shlex.quote(str(folder / name))}"
        _refuse(screen, f"Its file is not in the folder of this run. To open it all the same: {command}")


def open_replay(app: App[Any], path: Path) -> None:
    """Show a run again; what is wrong with it is said."""
    from app.screens.replay import ReplayScreen  # draws as the session screen does: loaded when wanted

    _open(app, path, ReplayScreen, holds_back=False)


def open_run(app: App[Any], path: Path, at: int = 0) -> None:
    """Open a run in a viewer of its own; what is wrong with it is said."""
    from app.screens.viewer.screen import ViewerScreen

    _open(app, path, lambda run: ViewerScreen(run, at), holds_back=True)


def _open(app: App[Any], path: Path, screen_of: Callable[[Run], Screen[None]], *, holds_back: bool) -> None:
    from app.trajectory.runs.run import Run

    async def show() -> None:
        try:
            run = await asyncio.to_thread(Run.open, path, holds_back=holds_back)
        except UnreadableError as error:
            app.notify(safe_line(str(error)), severity="warning", markup=False)
        else:
            app.push_screen(screen_of(run))

    app.run_worker(show(), exclusive=True, group="viewer")


def reopen(screen: Screen[Any], run: Run, row: int) -> None:
    """Open a file again in the place of the screen."""
    from app.screens.viewer.screen import ViewerScreen
    from app.trajectory.runs.run import Run

    try:
        again = Run.open(run.path, holds_back=True)
    except UnreadableError as error:
        _refuse(screen, str(error))
    else:
        screen.app.switch_screen(ViewerScreen(again, row))


def _refuse(screen: Screen[Any], line: str) -> None:
    screen.notify(safe_line(line), severity="warning", markup=False)
