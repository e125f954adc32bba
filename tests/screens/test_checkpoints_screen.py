"""The way back: real checkpoints of a real folder, with keys."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any  # arguments that are passed on

import pytest
from textual.app import App
from textual.pilot import Pilot
from textual.screen import Screen

from app.screens.checkpoints import CheckpointsScreen
from app.screens.review import ReviewScreen
from app.screens.themes import DARK
from app.workspace.checkpoints import Checkpoints
from app.workspace.editor import Editor
from app.workspace.files import Files
from app.workspace.paths import Workspace
from app.workspace.rewind import Rewound
from tests.screens.played import ROOT, SIZE, shown
from tests.widgets.terminal import until
from widgets.diff.view import DiffView

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


class Desk(App[None]):
    """A folder in which two turns were at work, and the screens that show what they did."""

    CSS_PATH = ROOT / "styles" / "theme.tcss"

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.root = (folder / "workspace").resolve()
        self.root.mkdir()
        self.busy = False
        self.forgotten: list[int] = []
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
        return CheckpointsScreen(self.checkpoints, self.forgotten.append, lambda: self.busy)

    def review(self) -> Screen[None]:
        return ReviewScreen(self.checkpoints, Editor(Workspace(self.root), Files()), lambda: self.busy)

    @property
    def said(self) -> str:
        """The last notification."""
        return [notice.message for notice in self._notifications][-1]

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
        assert [turn.number for turn in (await desk.checkpoints.timeline()).standing] == [1]
        await pilot.press("r")
        await until(pilot, lambda: desk.names == ["a.txt", "made.txt"])


async def back_to_turn_1(desk: Desk, pilot: Pilot[None]) -> None:
    """Two turns have been; the way back to before the first one is on the screen."""
    desk.push_screen(desk.ways_back())
    await until(pilot, lambda: "to before turn 2" in shown(desk))
    await pilot.press("down")
    await until(pilot, lambda: "to before turn 1" in shown(desk))


def row(desk: Desk, start: str) -> str:
    """The row of the screen that begins so, as far as the left column goes."""
    return next((line[:35].rstrip() for line in shown(desk).split("\n") if line.startswith(start)), "")


async def test_the_files_of_a_turn_are_listed_with_what_becomes_of_them(desk: Desk) -> None:
    async with desk.run_test(size=SIZE) as pilot:
        await desk.work()
        (desk.root / "a.txt").write_text("mine\n")
        (desk.root / "gone.txt").write_bytes(b"z" * (11 << 20))
        await back_to_turn_1(desk, pilot)
        assert "1 file would change · 1 of others stay · 1 cannot go back" in shown(desk)
        assert row(desk, "○ a.txt").endswith("+1 -22")
        assert row(desk, "⊘ gone.txt").endswith("+0 -1")
        assert row(desk, "● made.txt").endswith("+1 -0")
        assert "changed by somebody else since" in shown(desk)
        assert "  larger than 10 MB\n" in "\n".join(line[:35].rstrip() for line in shown(desk).split("\n"))
        await pilot.press("tab", "down", "space")
        assert row(desk, "⊘ gone.txt"), "it cannot be chosen"
        assert desk.said.startswith("It stays: what it holds now is not kept: larger than 10 MB")
        assert "1 file would change" in shown(desk)


async def test_files_that_others_have_changed_are_taken_one_by_one(desk: Desk) -> None:
    async with desk.run_test(size=SIZE) as pilot:
        await desk.work()
        (desk.root / "a.txt").write_text("mine\n")
        (desk.root / "made.txt").write_text("mine\n")
        await back_to_turn_1(desk, pilot)
        await until(pilot, lambda: "1 file would change · 2 of others stay" in shown(desk))
        await pilot.press("tab", "space")
        assert "2 files would change · 1 of others stay" in shown(desk)
        assert row(desk, "● a.txt")
        await pilot.press("u", "u")
        await until(pilot, lambda: desk.names == ["a.txt", "gone.txt", "made.txt"])
        assert (desk.root / "a.txt").read_text().startswith("one\n")
        assert (desk.root / "made.txt").read_text() == "mine\n"


async def test_a_file_of_the_session_can_be_left_as_it_is(desk: Desk) -> None:
    async with desk.run_test(size=SIZE) as pilot:
        await desk.work()
        await back_to_turn_1(desk, pilot)
        await pilot.press("tab", "space", "u", "u")
        await until(pilot, lambda: desk.names == ["a.txt", "gone.txt"])
        assert (desk.root / "a.txt").read_text().startswith("1\n")
        await until(pilot, lambda: "to before turn 2" in shown(desk) or "nothing" in shown(desk))
        timeline = await desk.checkpoints.timeline()
        assert [turn.number for turn in timeline.standing] == [1, 2], "part of it is not the whole"


async def test_all_files_of_others_are_taken_and_left_by_one_key(desk: Desk) -> None:
    async with desk.run_test(size=SIZE) as pilot:
        await desk.work()
        for name in ("a.txt", "made.txt"):
            (desk.root / name).write_text("mine\n")
        await back_to_turn_1(desk, pilot)
        await pilot.press("tab", "space", "a")
        assert "3 files would change" in shown(desk)
        assert "of others" not in shown(desk)
        await pilot.press("a")
        assert "1 file would change · 2 of others stay" in shown(desk)
        await pilot.press("a", "u", "u")
        await until(pilot, lambda: desk.names == ["a.txt", "gone.txt"])
        assert (desk.root / "a.txt").read_text().startswith("one\n")


async def test_what_nobody_chose_is_not_taken_when_others_are_quicker(desk: Desk) -> None:
    async with desk.run_test(size=SIZE) as pilot:
        await desk.work()
        (desk.root / "made.txt").write_text("mine\n")
        await back_to_turn_1(desk, pilot)
        await pilot.press("a", "u")
        (desk.root / "a.txt").write_text("mine, too\n")
        await pilot.press("u")
        await until(pilot, lambda: bool(desk._notifications))
        assert desk.said == "Others have changed files meanwhile. Look again, then go back."
        assert (desk.root / "a.txt").read_text() == "mine, too\n"
        assert desk.names == ["a.txt", "made.txt"]


async def test_where_no_file_is_chosen_nothing_is_done(desk: Desk) -> None:
    async with desk.run_test(size=SIZE) as pilot:
        await desk.work()
        desk.push_screen(desk.ways_back())
        await until(pilot, lambda: "to before turn 2" in shown(desk))
        await pilot.press("tab", "space", "down", "space")
        assert "0 files would change" in shown(desk)
        await pilot.press("u")
        assert desk.said == "Nothing would change."


async def test_the_diff_goes_to_the_file_that_is_looked_at(desk: Desk) -> None:
    async with desk.run_test(size=(80, 24)) as pilot:
        for name in ("b.txt", "z.txt"):
            (desk.root / name).write_text("line\n")
        await desk.checkpoints.before(1, "sed")
        (desk.root / "b.txt").unlink()
        (desk.root / "b.txt").symlink_to("a.txt")
        (desk.root / "c.bin").write_bytes(b"\0")
        (desk.root / "d.txt").write_text("x\n" * 100)
        (desk.root / "z.txt").write_text("last\n")
        await desk.checkpoints.after(1, "sed")
        desk.push_screen(desk.ways_back())
        await until(pilot, lambda: "4 files would change" in shown(desk))
        assert "last" not in shown(desk)
        diff = desk.screen.query_one(DiffView)
        hunks = {}
        await pilot.press("tab")
        for name in ("b.txt", "c.bin", "d.txt", "z.txt"):
            await pilot.pause()
            hunks[name] = diff.current_hunk
            await pilot.press("down")
        assert hunks == {"b.txt": 0, "c.bin": 0, "d.txt": 2, "z.txt": 3}
        await pilot.press("end")
        await until(pilot, lambda: "last" in shown(desk))
        assert desk.screen.focused is desk.screen.query_one("#files")


@pytest.mark.parametrize("size", [(80, 24), (200, 50)])
async def test_names_of_files_are_text_whatever_they_are(desk: Desk, size: tuple[int, int]) -> None:
    async with desk.run_test(size=size) as pilot:
        await desk.checkpoints.before(1, "make")
        for name in ("[red]x[", "\x1b[31mred", "ü" * 60, b"\xff.bin"):
            (desk.root / (name if isinstance(name, str) else os.fsdecode(name))).write_text("x\n")
        await desk.checkpoints.after(1, "make")
        desk.push_screen(desk.ways_back())
        await until(pilot, lambda: "4 files would change" in shown(desk))
        assert "● [red]x[ " in shown(desk)
        assert "● \\x1b[31mred " in shown(desk)
        assert "● \\udcff.bin " in shown(desk)
        assert row(desk, "● …ü").rstrip("│ ").endswith("ü +1 -0")


async def test_the_conversation_goes_back_with_the_files_if_wanted(desk: Desk) -> None:
    async with desk.run_test(size=SIZE) as pilot:
        await desk.work()
        await back_to_turn_1(desk, pilot)
        await pilot.press("u", "c")
        assert "to before turn 1: 3 files and the conversation would change" in shown(desk)
        await pilot.press("u")
        assert "press u once more to take 3 files and the conversation back to before turn 1" in shown(desk)
        assert desk.forgotten == []
        await pilot.press("u")
        await until(pilot, lambda: desk.forgotten == [1])
        await until(pilot, lambda: "to before turn 2: 1 file would change" in shown(desk))
        assert desk.names == ["a.txt", "gone.txt"]
        assert desk.said == (
            "3 files changed. r brings them back. The model no longer sees turn 1, nor what came after it."
        )
        await pilot.press("r")
        await until(pilot, lambda: desk.names == ["a.txt", "made.txt"])
        await until(pilot, lambda: desk.said == "3 files changed. The conversation stays as it is.")
        assert desk.forgotten == [1]


async def test_the_conversation_can_go_back_alone(desk: Desk) -> None:
    async with desk.run_test(size=SIZE) as pilot:
        await desk.work()
        desk.push_screen(desk.ways_back())
        await until(pilot, lambda: "to before turn 2" in shown(desk))
        await pilot.press("c", "tab", "space", "down", "space", "u", "u")
        await until(pilot, lambda: desk.forgotten == [2])
        assert desk.names == ["a.txt", "made.txt"]
        assert desk.said == "The model no longer sees turn 2, nor what came after it."


async def test_where_files_cannot_go_back_the_conversation_stays(desk: Desk, tmp_path: Path) -> None:
    async with desk.run_test(size=SIZE) as pilot:
        await desk.work()
        desk.push_screen(desk.ways_back())
        await until(pilot, lambda: "to before turn 2" in shown(desk))
        (tmp_path / "session" / "checkpoints" / "HEAD").write_text("nonsense")
        await pilot.press("c", "u", "u")
        await until(pilot, lambda: "git status failed" in shown(desk))
        assert desk.names == ["a.txt", "made.txt"]
        assert desk.forgotten == []


async def test_nothing_comes_between_the_files_and_the_conversation(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_go = asyncio.Event()
    rewind = Checkpoints.rewind

    async def slow(*arguments: Any) -> Rewound:
        rewound = await rewind(*arguments)
        await let_go.wait()
        return rewound

    monkeypatch.setattr(Checkpoints, "rewind", slow)
    async with desk.run_test(size=SIZE) as pilot:
        await desk.work()
        await back_to_turn_1(desk, pilot)
        await pilot.press("c", "u", "u")
        await until(pilot, lambda: desk.names == ["a.txt", "gone.txt"])
        assert "at work …" in shown(desk)
        await pilot.press("escape", "up", "r", "u", "c", "space")
        assert isinstance(desk.screen, CheckpointsScreen)
        let_go.set()
        await until(pilot, lambda: desk.forgotten == [1])
        await until(pilot, lambda: "to before turn 2" in shown(desk))
        await pilot.press("escape")
        assert not isinstance(desk.screen, CheckpointsScreen)


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
