"""The figures of a run: drawn from one pass over it, kept up with one that grows, and doors back into it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from textual.app import App
from textual.pilot import Pilot

from app.screens.statistics import StatisticsScreen
from app.screens.statistics_figures import call_line
from app.screens.themes import DARK
from app.screens.viewer.screen import ViewerScreen
from app.trajectory.content import Text, ToolCall, Usage
from app.trajectory.effects import Effects
from app.trajectory.events import ModelResponse, SessionImported, ToolFinished, ToolRequested, UserMessage
from app.trajectory.measuring.measures import Measures
from app.trajectory.runs.run import Run
from tests.screens.played import ROOT, shown
from tests.screens.viewed import STORY, ViewerApp, lines, read, recording
from tests.trajectory.compared_runs import Did, Recording, a_run
from tests.widgets.terminal import press, until

Compare = Callable[..., bool]

SIZES = pytest.mark.parametrize("size", [(200, 50), (80, 24)], ids=["wide", "narrow"])
RUN = a_run(
    ("I look.", [Did("ls", took=0.2), Did("cat [b]a.py[/b]\x1b[2J", took=0.1)]),
    ("I test.", [Did("make test", tool="make", status="failed", took=12.0), Did("pytest -x", took=4.0)]),
    ("I go on.", [Did("pytest", took=40.0), Did("rm -r x", status="denied")]),
    *((f"Step {number}.", [Did(f"sed {number}", tool="edit", took=number / 50)]) for number in range(1, 30)),
)


class StatisticsApp(App[None]):
    """The figures of one file."""

    CSS_PATH = ROOT / "styles" / "theme.tcss"

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._run = Run.open(path)
        self.chosen: list[int | None] = []

    def on_mount(self) -> None:
        self.register_theme(DARK)
        self.theme = DARK.name
        self.push_screen(StatisticsScreen(self._run), self.chosen.append)

    def on_unmount(self) -> None:
        self._run.close()


async def opened(pilot: Pilot[None]) -> None:
    """Wait until the last of the figures is there, in view or not."""
    await until(pilot, lambda: isinstance(pilot.app.screen, StatisticsScreen))
    screen = pilot.app.screen
    await until(pilot, lambda: screen.query_one("#dear").size.height > 1)
    await until(pilot, lambda: "calls, " in shown(pilot.app))


@pytest.fixture
def app(tmp_path: Path) -> StatisticsApp:
    return StatisticsApp(recording(tmp_path, RUN.lines))


async def test_a_slow_call_and_a_dear_turn_lead_to_their_places_in_the_run(tmp_path: Path) -> None:
    app = ViewerApp(recording(tmp_path, RUN.lines))
    async with app.run_test(size=(200, 50)) as pilot:
        await read(pilot)
        await press(pilot, "s")
        await opened(pilot)
        assert "40.0 s ✓ bash  pytest" in shown(app)
        assert "12.0 s ✗ make  make test" in shown(app)
        assert "32 · 35 calls, 1 failed" in shown(app)
        await press(pilot, "tab", "j", "enter")
        await until(pilot, lambda: isinstance(app.screen, ViewerScreen))
        event = RUN.records[app.row].event
        assert isinstance(event, ToolRequested)
        assert event.name == "make"
        await press(pilot, "s")
        await opened(pilot)
        await press(pilot, "tab", "tab", "enter")
        await until(pilot, lambda: isinstance(app.screen, ViewerScreen))
        assert isinstance(RUN.records[app.row].event, ModelResponse)


def test_a_slow_edit_is_listed_by_what_it_did_and_counted_by_its_tool() -> None:
    measures = Measures()
    run = a_run(("I look.", [Did("view", tool="str_replace_based_edit_tool", took=2.0)]))
    for row, record in enumerate(run.records):
        measures.take(row, record)
    assert call_line(measures.measured().slowest[0]).split() == ["2.0", "s", "✓", "view", "view"]
    assert measures.measured().tools[0].name == "str_replace_based_edit_tool"


async def test_all_of_it_is_reached_by_keys_and_nothing_is_chosen_by_leaving(app: StatisticsApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        assert "waiting for a person" in shown(app)
        await press(pilot, "j", "k", "pagedown", "end")
        await until(pilot, lambda: "dearest turns" in shown(app))
        assert "waiting for a person" not in shown(app)
        await press(pilot, "escape")
        await until(pilot, lambda: app.chosen == [None])


async def test_a_run_that_grows_is_measured_on(tmp_path: Path) -> None:
    path = recording(tmp_path, lines())
    app = StatisticsApp(path)
    async with app.run_test(size=(120, 50)) as pilot:
        await until(pilot, lambda: "4 calls, 1 failed" in shown(app))
        with path.open("ab") as file:
            file.write(lines([(25.0, "", ToolRequested("c9", 3, "bash", {}, Effects("more")))], len(STORY)))
        await until(pilot, lambda: "5 calls, 1 failed" in shown(app))


async def test_what_is_not_recorded_is_said_and_not_drawn(tmp_path: Path) -> None:
    run = Recording(now=0.0)
    run.add(SessionImported("mini"))
    run.add(UserMessage("go"))
    call = ToolCall("a", "bash", {})
    run.add(ModelResponse(1, "m", (Text("I look."), call), "tools", Usage(), None, None, 0.0, 1))
    run.add(ToolRequested("a", 1, "bash", {}, Effects("ls")))
    run.add(ToolFinished("a", "done", ""))
    app = StatisticsApp(recording(tmp_path, run.lines))
    async with app.run_test(size=(80, 40)) as pilot:
        await until(pilot, lambda: "bash" in shown(app))
        words = " ".join(shown(app).split())
        assert "when anything happened, how long calls took, tokens, cost" in words
        for section in (
            "waiting for a person",
            "at once",
            "slowest calls",
            "tokens it wrote",
            "dearest turns",
        ):
            assert section not in words


@SIZES
def test_how_figures_look(snap_compare: Compare, app: StatisticsApp, size: tuple[int, int]) -> None:
    assert snap_compare(app, terminal_size=size, run_before=opened)
