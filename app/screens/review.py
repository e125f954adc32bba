"""All that has changed since the session began, to be kept or taken back hunk by hunk."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from pathlib import Path

from textual.app import ComposeResult
from textual.content import Content
from textual.screen import Screen

from app.screens.clipboard import copy
from app.screens.failure import told
from app.workspace.checkpoints import Checkpoints
from app.workspace.editor import Editor
from app.workspace.reverting import revert
from widgets.bars import Bar
from widgets.copied import Copied
from widgets.diff.parse import parse_diff
from widgets.diff.review import HunkReview

_NOTHING = "Nothing has changed since the session began."


class KeepOrRevert(HunkReview):
    """What is accepted stays, what is rejected is taken back."""

    HELP = "What has changed since the session began. What you reject is taken back; escape leaves it."

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What is there is kept or taken back: there is nothing to write, and nobody to tell why."""
        return action not in ("edit", "undo_edit", "explain") and super().check_action(action, parameters)


class ReviewScreen(Screen[None]):
    """Changes by tools and by commands, and those of others since the first turn with a side effect.

    Args:
        checkpoints: Those of the session, for the loop of the screen.
        editor: Takes hunks back.
        is_busy: Whether a task runs: nothing is taken from under its feet.
    """

    CSS_PATH = Path(__file__).parents[2] / "styles" / "review.tcss"
    HELP = (
        "Everything changed since the session began, by file and hunk. x takes a hunk back, ctrl+s does it."
    )

    def __init__(self, checkpoints: Checkpoints, editor: Editor, is_busy: Callable[[], bool]) -> None:
        super().__init__()
        self._checkpoints = checkpoints
        self._editor = editor
        self._is_busy = is_busy
        self._text = ""
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
        rejected = [number for number, decision in enumerate(event.decisions) if not decision.accepted]
        if not rejected:
            self.dismiss()
        elif self._is_busy():
            self.notify("A task runs. Interrupt it first.")
        else:
            self._do(self._revert(rejected))

    def on_hunk_review_left(self, event: HunkReview.Left) -> None:
        """All stays."""
        event.stop()
        self.dismiss()

    def on_copied(self, event: Copied) -> None:
        """Put it on the clipboard, and say so."""
        event.stop()
        copy(self.app, event.text, os.environ)
        self.notify(event.note, markup=False)

    def _do(self, work: Awaitable[None]) -> None:
        self.run_worker(told(work, lambda line: self._tell(line, "$text-error")), exclusive=True)

    async def _load(self) -> None:
        first = next(iter(await self._checkpoints.list()), None)
        self._text = await self._checkpoints.diff(first) if first is not None else ""
        files = parse_diff(self._text)
        self._review.show(files)
        count = (
            f"{len(files):,} {'file has' if len(files) == 1 else 'files have'} changed" if files else _NOTHING
        )
        self._tell(count)

    async def _revert(self, hunks: list[int]) -> None:
        await revert(self._editor, self._text, hunks)
        self.notify(f"{len(hunks):,} {'hunk' if len(hunks) == 1 else 'hunks'} taken back.")
        await self._load()

    def _tell(self, text: str, style: str = "") -> None:
        self.query_one("#top", Bar).show(Content.styled(text, style) if style else Content(text))
