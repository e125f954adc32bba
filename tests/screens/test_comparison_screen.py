"""Two runs side by side: what differs is found by keys, seen value by value, and opened in the viewer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from textual.app import App
from textual.pilot import Pilot

from app.screens.comparison import ComparisonScreen
from app.screens.comparison_rows import ComparisonRows
from app.screens.output import OutputScreen
from app.screens.themes import DARK
from app.screens.viewer.screen import ViewerScreen
from app.trajectory.comparing.compared_steps import side
from app.trajectory.comparing.comparison import compare
from tests.screens.played import ROOT, shown
from tests.screens.viewed import ViewerApp, read
from tests.trajectory.compared_runs import Did, Recording, a_run
from tests.widgets.terminal import press, until
from widgets.diff.view import DiffView
from widgets.pair_list import PairList

Compare = Callable[..., bool]

SIZES = pytest.mark.parametrize("size", [(200, 50), (80, 24)], ids=["wide", "narrow"])
LEFT = a_run(
    ("I look around.", [Did("ls"), Did("cat /home/a/repo/cart.py", "total = 1")]),
    (
        "I run the tests. They tell what is wrong with the cart, and where to look for it next.",
        [Did("pytest -x", "1 failed\nin 0.3 s", status="failed"), Did("git log")],
    ),
    ("I repair it.", [Did("sed -i s/1/2/ cart.py")]),
    workspace="/home/a/repo",
)
RIGHT = a_run(
    ("I look around.", [Did("ls"), Did("cat /tmp/copy/cart.py", "total = 1")]),
    (
        "I run the tests. They tell what is wrong with the [b]cart[/b]\x1b[2J, and more.",
        [Did("pytest -x -q", "1 failed\nin 0.4 s", status="failed")],
    ),
    ("I repair it.", [Did("sed -i s/1/2/ cart.py"), Did("pytest", "all well")]),
    workspace="/tmp/copy",
    cost=0.5,
)


class ComparisonApp(App[None]):
    """The comparison of two files."""

    CSS_PATH = ROOT / "styles" / "theme.tcss"

    def __init__(self, left: Path, right: Path) -> None:
        super().__init__()
        self._paths = left, right

    def on_mount(self) -> None:
        self.register_theme(DARK)
        self.theme = DARK.name
        self.push_screen(ComparisonScreen(*self._paths))

    @property
    def cursor(self) -> int:
        """The place of the pair that is looked at."""
        return self.screen.query_one(PairList).cursor

    @property
    def said(self) -> str:
        """All that was said in passing."""
        return "\n".join(str(each.message) for each in self._notifications)


def written(folder: Path, name: str, run: Recording) -> Path:
    """A file of a run."""
    path = folder / name
    path.write_bytes(run.lines)
    return path


@pytest.fixture
def app(tmp_path: Path) -> ComparisonApp:
    return ComparisonApp(written(tmp_path, "left.jsonl", LEFT), written(tmp_path, "right.jsonl", RIGHT))


async def test_keys_lead_from_difference_to_difference(app: ComparisonApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        # the first difference is looked at as soon as there is one
        await until(pilot, lambda: "= 6  ≠ 2  ← 1  → 1" in shown(app))
        assert app.cursor == 4
        await until(pilot, lambda: "+ They tell what is wrong with the [b]cart[/b]\\x1b[2J," in shown(app))
        assert "\x1b" not in shown(app)
        await press(pilot, "n")
        await until(pilot, lambda: "arguments.command" in shown(app) and "in 0.4 s" in shown(app))
        assert "failed · 1.0 s" in shown(app)
        await press(pilot, "n")
        await until(pilot, lambda: "only left" in shown(app))
        await press(pilot, "n")
        await until(pilot, lambda: "only right" in shown(app) and "all well" in shown(app))
        await press(pilot, "n")
        assert "Nothing differs after this." in app.said
        await press(pilot, "N", "N", "d")
        await until(pilot, lambda: "only differences" in shown(app).splitlines()[0])
        assert app.cursor == 1  # what was looked at stays
        await until(pilot, lambda: "cat cart.py" not in shown(app))
        await press(pilot, "d", "home")
        await until(pilot, lambda: "Both did this, with the same result." in shown(app))
        await until(pilot, lambda: "cat cart.py" in shown(app))


def test_an_edit_is_listed_by_what_it_did_as_in_the_viewer() -> None:
    editor = "str_replace_based_edit_tool"
    calls = [
        Did("view", tool=editor),
        Did("str_replace", tool=editor),
        Did("ls"),
        Did("undo_edit", tool=editor),
    ]
    run = side(a_run(("I edit.", calls)).records)
    rows = ComparisonRows(compare(run, run))
    assert [rows.line(place).name for place in range(len(rows))][2:] == ["view", "edit", "bash", "undo"]


async def test_totals_values_and_the_viewer_are_a_key_away(app: ComparisonApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: "≠ 2" in shown(app))
        await press(pilot, "s")
        await until(pilot, lambda: isinstance(app.screen, OutputScreen) and "$1.5000" in shown(app))
        assert "$0.7500" in shown(app)
        await press(pilot, "escape")
        await until(pilot, lambda: isinstance(app.screen, ComparisonScreen))
        await press(pilot, "n", "enter")
        assert app.screen.query_one(DiffView).has_focus
        await press(pilot, "escape")
        assert app.screen.query_one(PairList).has_focus
        await press(pilot, "V")
        await until(pilot, lambda: isinstance(app.screen, ViewerScreen) and "pytest -x -q" in shown(app))
        await press(pilot, "escape")
        await until(pilot, lambda: isinstance(app.screen, ComparisonScreen))
        await press(pilot, "escape")
        await until(pilot, lambda: not isinstance(app.screen, ComparisonScreen))


async def test_what_cannot_be_opened_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    app = ComparisonApp(written(tmp_path, "left.jsonl", LEFT), tmp_path / "empty")
    async with app.run_test(size=(160, 24)) as pilot:
        await until(pilot, lambda: "it is empty" in shown(app))
        assert "There is nothing to compare. esc goes back." in shown(app)
        assert "reading" not in shown(app)
        await press(pilot, "n", "d", "s", "enter", "escape")
        await until(pilot, lambda: not isinstance(app.screen, ComparisonScreen))


async def test_the_viewer_compares_its_run_with_one_that_is_named(tmp_path: Path) -> None:
    app = ViewerApp(written(tmp_path, "left.jsonl", LEFT))
    other = written(tmp_path, "right.jsonl", RIGHT)
    async with app.run_test(size=(120, 40)) as pilot:
        await read(pilot)
        await press(pilot, "equals_sign", *str(other), "enter")
        await until(pilot, lambda: isinstance(app.screen, ComparisonScreen) and "≠ 2" in shown(app))


@SIZES
def test_how_a_difference_looks(snap_compare: Compare, app: ComparisonApp, size: tuple[int, int]) -> None:
    async def look(pilot: Pilot[None]) -> None:
        await until(pilot, lambda: "≠ 2" in shown(app))
        await press(pilot, "n")
        await until(pilot, lambda: "arguments.command" in shown(app) and "-x -q" in shown(app))

    assert snap_compare(app, terminal_size=size, run_before=look)
