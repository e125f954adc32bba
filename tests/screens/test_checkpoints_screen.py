"""The way back: real checkpoints of a real folder, with keys."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from textual.app import App
from textual.screen import Screen

from app.screens.checkpoints import CheckpointsScreen
from app.screens.review import ReviewScreen
from app.screens.themes import DARK
from app.workspace.checkpoints import Checkpoints
from app.workspace.editor import Editor
from app.workspace.files import Files
from app.workspace.paths import Workspace
from tests.screens.played import ROOT, SIZE, shown
from tests.widgets.terminal import until

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


class Desk(App[None]):
    """A folder in which two turns were at work, and the screens that show what they did."""

    CSS_PATH = ROOT / "styles" / "theme.tcss"

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.root = (folder / "workspace").resolve()
        self.root.mkdir()
        self.busy = False
        self.checkpoints = Checkpoints.in_session(self.root, folder / "session", largest=10)

    def on_mount(self) -> None:
        self.register_theme(DARK)
        self.theme = DARK.name

    async def work(self) -> None:
        """Two turns: one edits a file, in the other a command deletes one and makes another."""
        (self.root / "a.txt").write_text("one\n" + "line\n" * 20 + "two\n")
        (self.root / "gone.txt").write_text("gone\n")
        await self.checkpoints.before(1, "edit a.txt")
        (self.root / "a.txt").write_text("1\n" + "line\n" * 20 + "2\n")
        await self.checkpoints.after(1, "edit a.txt")
        await self.checkpoints.before(2, "rm gone.txt")
        subprocess.run(["sh", "-c", "rm gone.txt; echo new > made.txt"], cwd=self.root, check=True)
        await self.checkpoints.after(2, "rm gone.txt")

    def ways_back(self) -> Screen[None]:
        return CheckpointsScreen(self.checkpoints, lambda: self.busy)

    def review(self) -> Screen[None]:
        return ReviewScreen(self.checkpoints, Editor(Workspace(self.root), Files()), lambda: self.busy)

    @property
    def names(self) -> list[str]:
        return sorted(path.name for path in self.root.iterdir())


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


async def test_u_twice_goes_back_to_before_a_turn_and_r_does_it_again(desk: Desk) -> None:
    async with desk.run_test(size=SIZE) as pilot:
        await desk.work()
        desk.push_screen(desk.ways_back())
        await until(pilot, lambda: "to before turn 2: 2 files would change" in shown(desk))
        assert "rm gone.txt" in shown(desk)
        await pilot.press("u")
        assert "press u once more" in shown(desk)
        assert desk.names == ["a.txt", "made.txt"]
        await pilot.press("u")
        await until(pilot, lambda: desk.names == ["a.txt", "gone.txt"])
        assert (desk.root / "gone.txt").read_text() == "gone\n"
        await until(pilot, lambda: "nothing would change" in shown(desk))
        await pilot.press("r")
        await until(pilot, lambda: desk.names == ["a.txt", "made.txt"])


async def test_a_file_that_somebody_else_changed_stays_unless_it_is_taken_too(desk: Desk) -> None:
    async with desk.run_test(size=SIZE) as pilot:
        await desk.work()
        (desk.root / "a.txt").write_text("mine\n")
        desk.push_screen(desk.ways_back())
        await until(pilot, lambda: "to before turn 2" in shown(desk))
        await pilot.press("down")
        await until(pilot, lambda: "1 of others stay" in shown(desk))
        await pilot.press("u", "u")
        await until(pilot, lambda: desk.names == ["a.txt", "gone.txt"])
        assert (desk.root / "a.txt").read_text() == "mine\n"
        await until(pilot, lambda: "to before turn" in shown(desk) or "nothing" in shown(desk))
        await pilot.press("down")
        await until(pilot, lambda: "0 files would change · 1 of others stay: a takes them" in shown(desk))
        await pilot.press("u")
        assert [notice.message for notice in desk._notifications][-1] == "Nothing would change."
        await pilot.press("a", "u", "u")
        await until(pilot, lambda: (desk.root / "a.txt").read_text().startswith("one\n"))


async def test_nothing_is_taken_from_under_a_task_that_runs(desk: Desk) -> None:
    async with desk.run_test(size=SIZE) as pilot:
        await desk.work()
        desk.busy = True
        desk.push_screen(desk.ways_back())
        await until(pilot, lambda: "to before turn 2" in shown(desk))
        await pilot.press("u", "u")
        assert desk.names == ["a.txt", "made.txt"]
        assert "A task runs" in next(iter(desk._notifications)).message


async def test_before_any_turn_there_is_nothing_to_show(desk: Desk) -> None:
    async with desk.run_test(size=SIZE) as pilot:
        desk.push_screen(desk.ways_back())
        await until(pilot, lambda: "No turn has changed anything yet." in shown(desk))
        desk.push_screen(desk.review())
        await until(pilot, lambda: "Nothing has changed since the session began." in shown(desk))


async def test_of_all_that_has_changed_each_hunk_is_kept_or_taken_back(desk: Desk) -> None:
    async with desk.run_test(size=SIZE) as pilot:
        await desk.work()
        desk.push_screen(desk.review())
        await until(pilot, lambda: "3 files have changed" in shown(desk))
        await pilot.press("x", "right_square_bracket", "right_square_bracket", "x", "ctrl+s")
        await until(pilot, (desk.root / "gone.txt").exists)
        assert (desk.root / "a.txt").read_text() == "one\n" + "line\n" * 20 + "2\n"
        await until(pilot, lambda: "2 files have changed" in shown(desk))
        await pilot.press("e")
        await pilot.press("escape")
        assert not isinstance(desk.screen, ReviewScreen)
