"""All that has changed since the session began, to be kept or taken back by file and hunk."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

from textual.app import ComposeResult
from textual.content import Content
from textual.screen import Screen

from app.screens.clipboard import copy
from app.screens.failure import told
from app.screens.left_cleanly import LeftCleanly
from app.screens.reviewed import Rejected, Reviewed, counted
from app.workspace.checkpoint_log import Checkpoint
from app.workspace.checkpoints import Checkpoints
from app.workspace.editor import Editor
from app.workspace.reverting import revert
from app.workspace.rewind import Rewound
from widgets.bars import Bar
from widgets.copied import Copied
from widgets.diff.review import HunkReview
from widgets.text_view import revealed

_NOTHING = "Nothing has changed since the session began."
_LONGEST = 8_000_000  # bytes of the diff


class KeepOrRevert(HunkReview):
    """What is accepted stays, what is rejected is taken back."""

    HELP = "What has changed since the session began. What you reject is taken back; escape leaves it."

    @property
    def kept_above(self) -> int:
        """How many of the hunks above the current one stay."""
        return sum(decision.accepted for decision in self.decisions[: max(self.view.current_hunk, 0)])

    def summary(self) -> str:
        """How much of it goes."""
        back = sum(not decision.accepted for decision in self.decisions)
        return f"{back:,} of {len(self.decisions):,} to be taken back" if self.decisions else ""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What is there is kept or taken back: there is nothing to write, and nobody to tell why."""
        return action not in ("edit", "undo_edit", "explain") and super().check_action(action, parameters)


class ReviewScreen(LeftCleanly, Screen[None]):
    """Changes by tools and by commands, and those of others since the first turn with a side effect.

    A file whose diff has no hunks, or is too long, is decided about as a whole. So is one of which everything
    is rejected: then its permissions come back, too.

    Args:
        checkpoints: Those of the session, for the loop of the screen.
        editor: Takes hunks back.
        is_busy: Whether a task runs: nothing is taken from under its feet.
    """

    CSS_PATH = Path(__file__).parents[2] / "styles" / "review.tcss"
    HELP = (
        "Everything changed since the session began, by file and hunk. x takes a hunk back, or a whole file "
        "where no hunks are shown; ctrl+s does it. What is now is kept first: f7, then r, brings it back."
    )

    def __init__(self, checkpoints: Checkpoints, editor: Editor, is_busy: Callable[[], bool]) -> None:
        super().__init__()
        self._checkpoints = checkpoints
        self._editor = editor
        self._is_busy = is_busy
        self._is_working = False
        self._first: Checkpoint | None = None
        self._shown = Reviewed()
        self._review = KeepOrRevert()

    def compose(self) -> ComposeResult:
        """A line, and the changes."""
        yield Bar(id="top")
        yield self._review

    def on_mount(self) -> None:
        """Take the keys, and look."""
        self._review.view.focus()
        self._tell("looking at the workspace …")
        self._do(self._load())

    def on_hunk_review_decided(self, event: HunkReview.Decided) -> None:
        """Take back what is rejected."""
        event.stop()
        if self._is_working:
            return
        if self._first is None or all(decision.accepted for decision in event.decisions):
            self.dismiss()
        elif self._is_busy():
            self.notify("A task runs. Interrupt it first.")
        else:
            self._do(self._take_back(self._first, self._shown.rejected(event.decisions)))

    def on_hunk_review_left(self, event: HunkReview.Left) -> None:
        """All stays, unless some of it is being taken back right now."""
        event.stop()
        if not self._is_working:
            self.dismiss()

    def on_copied(self, event: Copied) -> None:
        """Put it on the clipboard, and say so."""
        event.stop()
        copy(self.app, event.text, os.environ)
        self.notify(event.note, markup=False)

    def _do(self, work: Awaitable[None]) -> None:
        self.run_worker(told(work, lambda line: self._tell(line, "$text-error")), exclusive=True)

    async def _load(self) -> None:
        self._first = next(iter(await self._checkpoints.list()), None)
        files = await self._checkpoints.changed_files(self._first, _LONGEST) if self._first else ()
        self._shown = await asyncio.to_thread(Reviewed.of, files)
        self._review.show(self._shown.diffs)
        count = len(files)
        self._tell(f"{count:,} {'file has' if count == 1 else 'files have'} changed" if files else _NOTHING)

    async def _take_back(self, first: Checkpoint, rejected: Rejected) -> None:
        self._is_working = True
        self._tell("taking it back …")
        place = self._review.kept_above
        try:
            edit = partial(revert, self._editor, rejected.diff, rejected.hunks)
            self._report(rejected, await self._checkpoints.take_back(first, rejected.whole, edit))
            await self._load()
            if left := self._review.decisions:
                self._review.view.go_to_hunk(min(place, len(left) - 1))
        finally:
            self._is_working = False

    def _report(self, rejected: Rejected, done: Rewound) -> None:
        if taken := counted(len(rejected.hunks), len(done.changes)):
            self.notify(f"{taken} taken back.")
        if left := done.refused:
            said = f"{counted(0, len(left))} left alone: {revealed(left[0].path)}: {revealed(left[0].reason)}"
            self.notify(said, severity="warning", markup=False)

    def _tell(self, text: str, style: str = "") -> None:
        self.query_one("#top", Bar).show(Content.styled(text, style) if style else Content(text))
