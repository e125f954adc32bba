"""Everything that has changed, of real files under real checkpoints, is kept or taken back with keys."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import threading
from pathlib import Path
from typing import Any  # the arguments are passed on

import pytest
from textual.app import App

from app.screens import review, reviewed
from app.screens.review import ReviewScreen
from app.screens.themes import DARK
from app.workspace.checkpoint_log import Checkpoint
from app.workspace.checkpoints import Checkpoints
from app.workspace.editor import Editor
from app.workspace.files import Files
from app.workspace.paths import Workspace
from app.workspace.rewind import Rewound
from tests.screens.played import ROOT, SIZE, shown
from tests.widgets.terminal import press, until
from widgets.diff.parse import FileDiff, parse_diff
from widgets.diff.review import HunkReview

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")

LINES = "".join(f"line {number}\n" for number in range(40))


class Desk(App[None]):
    """A folder in which a command is at work, and the screen that shows what it did."""

    CSS_PATH = ROOT / "styles" / "theme.tcss"

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.busy = False
        self.root = (folder / "workspace").resolve()
        self.root.mkdir()
        self.checkpoints = Checkpoints.in_session(self.root, folder / "session", largest=10)
        self.editor = Editor(Workspace(self.root), Files())

    def on_mount(self) -> None:
        self.register_theme(DARK)
        self.theme = DARK.name

    async def work(self, command: str) -> Checkpoint:
        """A turn in which a command runs; the checkpoint before it."""
        before = await self.checkpoints.before(1, command)
        self.shell(command)
        await self.checkpoints.after(1, command)
        return before

    def shell(self, command: str) -> None:
        """Run a command, by whoever."""
        subprocess.run(["bash", "-ec", command], cwd=self.root, check=True)

    def review(self) -> ReviewScreen:
        return ReviewScreen(self.checkpoints, self.editor, lambda: self.busy)

    @property
    def names(self) -> list[str]:
        return sorted(path.name for path in self.root.iterdir())

    @property
    def rows(self) -> list[str]:
        """What the terminal shows, between the bars."""
        return [row.strip() for row in shown(self).split("\n")[1:-1] if row.strip()]

    @property
    def said(self) -> list[str]:
        return [notice.message for notice in self._notifications]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


async def test_a_file_without_hunks_is_one_row_to_keep_or_to_take_back(desk: Desk) -> None:
    async with desk.run_test(size=SIZE) as pilot:
        desk.shell("printf '\\0\\1' > image; echo 1 > tool; : > empty; ln -s tool link; echo 1 > text")
        await desk.work(
            "printf '\\0\\2' > image; chmod +x tool; rm empty; ln -sf text link; : > made; echo 2 > text"
        )
        desk.push_screen(desk.review())
        await until(pilot, lambda: "6 files have changed" in shown(desk))
        assert desk.rows[:10] == [
            *("empty", "▌✓ whole file  deleted, empty"),
            *("image", "✓ whole file  changed, binary"),
            *("link", "✓ whole file  changed, a link"),
            *("made", "✓ whole file  created, empty"),
            *("text" + " " * 109 + "+1 -1", "✓ @@ -1,1 +1,1 @@"),
        ]
        assert desk.rows[-2:] == ["tool", "✓ whole file  changed, now executable"]
        await press(pilot, "x", "j", "x", "j", "x", "j", "j", "j", "x")
        assert "4 of 6 to be taken back" in shown(desk)
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: "2 files have changed" in shown(desk))
        assert desk.said == ["4 files taken back."]
        assert (desk.root / "image").read_bytes() == b"\0\1"
        assert (desk.root / "link").readlink() == Path("tool")
        assert (desk.root / "tool").stat().st_mode & 0o100 == 0
        assert desk.names == ["empty", "image", "link", "made", "text", "tool"]
        assert (desk.root / "text").read_text() == "2\n"


async def test_hunks_and_whole_files_go_back_together_and_come_again_together(desk: Desk) -> None:
    async with desk.run_test(size=SIZE) as pilot:
        (desk.root / "a.txt").write_text(LINES)
        before = await desk.work(
            "sed -i 's/line 3$/3/; s/line 30/30/' a.txt; printf '\\0' > image; chmod +x a.txt"
        )
        desk.push_screen(desk.review())
        await until(pilot, lambda: "2 files have changed" in shown(desk))
        await press(pilot, "j", "x", "j", "x", "ctrl+s")
        await until(pilot, lambda: "1 file has changed" in shown(desk))
        assert desk.said == ["1 hunk and 1 file taken back."]
        assert (desk.root / "a.txt").read_text() == LINES.replace("line 3\n", "3\n")
        assert (desk.root / "a.txt").stat().st_mode & 0o100
        plan = await desk.checkpoints.plan(before)
        assert [change.path for change in plan.changes] == ["a.txt"]
        assert not plan.refused
        await desk.checkpoints.redo()
        assert desk.names == ["a.txt", "image"]
        assert (desk.root / "a.txt").read_text().endswith("\n30\n" + LINES.partition("line 30\n")[2])


async def test_a_file_of_which_every_hunk_is_rejected_is_as_it_was_with_its_permissions(desk: Desk) -> None:
    async with desk.run_test(size=SIZE) as pilot:
        (desk.root / "latin").write_bytes(b"\xe4\n" + LINES.encode())
        await desk.work("sed -i 's/line 1$/one/; s/line 30/30/' latin; chmod +x latin")
        desk.push_screen(desk.review())
        await until(pilot, lambda: "1 file has changed" in shown(desk))
        await press(pilot, "X", "ctrl+s")
        await until(pilot, lambda: "Nothing has changed since the session began." in shown(desk))
        assert (desk.root / "latin").read_bytes() == b"\xe4\n" + LINES.encode()
        assert not (desk.root / "latin").stat().st_mode & 0o100


async def test_files_beyond_a_diff_that_is_too_long_can_be_taken_back(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(review, "_LONGEST", 2_000)
    async with desk.run_test(size=SIZE) as pilot:
        await desk.work("echo 1 > a; seq 1 3000 > b; echo 3 > c")
        desk.push_screen(desk.review())
        await until(pilot, lambda: "3 files have changed" in shown(desk))
        assert "✓ whole file  created, too long to show: +3,000 -0" in desk.rows
        await press(pilot, "j", "x", "j", "x", "ctrl+s")
        await until(pilot, lambda: "1 file has changed" in shown(desk))
        assert desk.names == ["a"]


async def test_what_has_changed_since_it_was_shown_is_left_alone(desk: Desk) -> None:
    async with desk.run_test(size=SIZE) as pilot:
        await desk.work("printf '\\0' > image; echo 1 > text")
        desk.push_screen(desk.review())
        await until(pilot, lambda: "2 files have changed" in shown(desk))
        (desk.root / "image").write_bytes(b"\0mine")
        await press(pilot, "X", "ctrl+s")
        await until(pilot, lambda: "1 file has changed" in shown(desk))
        assert desk.said == ["1 file taken back.", "1 file left alone: image: has changed meanwhile"]
        assert (desk.root / "image").read_bytes() == b"\0mine"


async def test_a_hunk_that_no_longer_fits_takes_nothing_back_and_the_decisions_stay(desk: Desk) -> None:
    async with desk.run_test(size=SIZE) as pilot:
        (desk.root / "a.txt").write_text(LINES)
        await desk.work("sed -i 's/line 3$/3/; s/line 30/30/' a.txt; printf '\\0' > image")
        desk.push_screen(desk.review())
        await until(pilot, lambda: "2 files have changed" in shown(desk))
        desk.shell("sed -i 's/^30/mine/' a.txt")
        await press(pilot, "j", "x", "j", "x", "ctrl+s")
        await until(pilot, lambda: "a.txt: hunk 2 does not fit" in shown(desk))
        assert "2 of 3 to be taken back" in shown(desk)
        assert desk.names == ["a.txt", "image"]


async def test_nothing_is_taken_from_under_a_task_that_runs(desk: Desk) -> None:
    async with desk.run_test(size=SIZE) as pilot:
        await desk.work("echo 1 > made")
        desk.busy = True
        desk.push_screen(desk.review())
        await until(pilot, lambda: "1 file has changed" in shown(desk))
        await press(pilot, "x", "ctrl+s")
        assert desk.said == ["A task runs. Interrupt it first."]
        assert desk.names == ["made"]


async def test_who_leaves_takes_nothing_back(desk: Desk) -> None:
    async with desk.run_test(size=SIZE) as pilot:
        await desk.work("echo 1 > made")
        for last in ("escape", "ctrl+s"):
            desk.push_screen(desk.review())
            await until(pilot, lambda: "1 file has changed" in shown(desk))
            await press(pilot, "x", *(["a"] if last == "ctrl+s" else []), last)
            assert not isinstance(desk.screen, ReviewScreen)
        assert desk.names == ["made"]


async def test_what_is_being_taken_back_is_not_left_half_done(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk, taken_back = asyncio.Event(), Checkpoints.take_back

    async def slow(checkpoints: Checkpoints, *of: Any) -> Rewound:
        await disk.wait()
        return await taken_back(checkpoints, *of)

    monkeypatch.setattr(Checkpoints, "take_back", slow)
    async with desk.run_test(size=SIZE) as pilot:
        await desk.work("echo 1 > made")
        desk.push_screen(desk.review())
        await until(pilot, lambda: "1 file has changed" in shown(desk))
        await press(pilot, "x", "ctrl+s", "escape")
        assert "taking it back …" in shown(desk)
        disk.set()
        await until(pilot, lambda: "Nothing has changed" in shown(desk))
        assert desk.names == []
        await press(pilot, "escape")
        assert not isinstance(desk.screen, ReviewScreen)


async def test_who_goes_on_deciding_stays_where_he_was(desk: Desk) -> None:
    async with desk.run_test(size=SIZE) as pilot:
        await desk.work("for name in $(seq 10 59); do seq 1 20 > $name; done")
        desk.push_screen(desk.review())
        await until(pilot, lambda: "50 files have changed" in shown(desk))
        await press(pilot, "x", *"j" * 30, "x", "ctrl+s")
        await until(pilot, lambda: "48 files have changed" in shown(desk))
        current = desk.screen.query_one(HunkReview).view.current_hunk
        assert desk.screen.query_one(HunkReview).files[current].name == "41"
        assert "41" + " " * 109 + "+20 -0" in desk.rows


async def test_a_diff_of_fifty_thousand_lines_is_read_beside_the_loop(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[threading.Thread] = []

    def parse(text: str) -> list[FileDiff]:
        threads.append(threading.current_thread())
        return parse_diff(text)

    monkeypatch.setattr(reviewed, "parse_diff", parse)
    async with desk.run_test(size=SIZE) as pilot:
        await desk.work("seq 1 50000 > numbers; echo last > z")
        desk.push_screen(desk.review())
        await until(pilot, lambda: "2 files have changed" in shown(desk))
        assert len(threads) == 2
        assert threading.main_thread() not in threads
        assert "+50,000 -0" in desk.rows[0]
        await press(pilot, "end")
        assert desk.rows[-1].endswith("+ last")
        await press(pilot, "j", "x", "ctrl+s")
        await until(pilot, lambda: "1 file has changed" in shown(desk))
        assert desk.names == ["numbers"]
