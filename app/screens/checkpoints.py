"""Going back to before a turn: what that takes away is seen first, and files can be brought back again."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from app.screens.clipboard import copy
from app.screens.failure import told
from app.screens.left_cleanly import LeftCleanly
from app.screens.rewind_files import RewindFiles
from app.workspace.checkpoint_log import Checkpoint, Turn
from app.workspace.checkpoints import Checkpoints
from app.workspace.rewind import Plan, Rewound
from widgets.bars import SEPARATOR, Bar
from widgets.copied import Copied
from widgets.diff.parse import parse_diff
from widgets.diff.view import DiffView
from widgets.text_view import revealed

_NOTHING = "No turn has changed anything yet."
_LONGEST = 300  # characters of a label; no terminal is wider
_KEYS = (
    ("tab", "files"),
    ("space", "take"),
    ("a", "others"),
    ("c", "conversation"),
    ("u", "go back"),
    ("r", "redo"),
    ("esc", "close"),
)


class CheckpointsScreen(LeftCleanly, Screen[None]):
    """The turns that had side effects, newest first, and what has changed since each of them began.

    Args:
        checkpoints: Those of the session, for the loop of the screen.
        rewind_conversation: Lets the model forget a turn, and what came after it.
        is_busy: Whether a task runs: nothing is taken from under its feet.
    """

    CSS_PATH = Path(__file__).parents[2] / "styles" / "checkpoints.tcss"
    HELP = (
        "The turns that changed files, and the files of one: ● goes back, ○ stays, ⊘ cannot go back. "
        "The diff is what going back takes away: changes by commands count, too. "
        "What is now is kept first, so that r can bring the files back. "
        "With c the conversation goes back, too: the model no longer sees the turn, nor what came after it. "
        "That cannot be undone. What was said and spent stays recorded; shell and jobs stay as they are."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("u", "rewind", "Go back to before this turn", id="checkpoints.rewind"),
        Binding("space", "file", "In the files: take this one, or not", id="checkpoints.file"),
        Binding("a", "others", "Take all files that others have changed, or none", id="checkpoints.all"),
        Binding(
            "c", "conversation", "Take the conversation back, too, or not", id="checkpoints.conversation"
        ),
        Binding("r", "redo", "Bring the files back that were undone", id="checkpoints.redo"),
        Binding("escape,q,f7", "dismiss", "Back", id="checkpoints.back"),
    ]

    def __init__(
        self,
        checkpoints: Checkpoints,
        rewind_conversation: Callable[[int], object],
        is_busy: Callable[[], bool],
    ) -> None:
        super().__init__()
        self._checkpoints = checkpoints
        self._rewind_conversation = rewind_conversation
        self._is_busy = is_busy
        self._turns: list[Turn] = []
        self._plan: Plan | None = None
        self._number = 0
        self._with_conversation = False
        self._asked = False
        self._is_going = False
        self._list = OptionList(id="turns")
        self._files = RewindFiles(id="files")
        self._diff = DiffView(id="diff")

    def compose(self) -> ComposeResult:
        """What going back would do; the turns, their files, and the diff; the keys."""
        yield Bar(id="top")
        with Horizontal():
            with Vertical():
                yield self._list
                yield self._files
            yield self._diff
        yield Bar(id="bottom")

    def on_mount(self) -> None:
        """Take the keys, and look."""
        self._list.focus()
        keys = Content("  ").join(Content.assemble((key, "bold"), f" {what}") for key, what in _KEYS)
        self.query_one("#bottom", Bar).show(Content(""), keys)
        self._tell("looking at the workspace …")
        self._do(self._load())

    @on(OptionList.OptionHighlighted, "#turns")
    def _show_turn(self, event: OptionList.OptionHighlighted) -> None:
        """Another turn: what would go?"""
        event.stop()
        if not self._is_going:
            self._asked = False
            self._plan = None
            self._do(self._look(self._turns[event.option_index]))

    @on(OptionList.OptionHighlighted, "#files")
    def _show_file(self, event: OptionList.OptionHighlighted) -> None:
        """Another file: go to it in the diff."""
        event.stop()
        if (hunk := self._files.first_hunk) is not None:
            self._diff.go_to_hunk(hunk)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Read the diff."""
        event.stop()
        self._diff.focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what can be done now is offered; on the way back that is nothing."""
        match action:
            case "rewind" | "others" | "conversation":
                return self._plan is not None and not self._is_going
            case "file":
                return self._plan is not None and not self._is_going and self._files.has_focus
            case "redo" | "dismiss":
                return not self._is_going
            case _:
                return super().check_action(action, parameters)

    def action_rewind(self) -> None:
        """Go back; asked twice."""
        plan = self._plan
        if plan is None:
            return
        if self._is_busy():
            self.notify("A task runs. Interrupt it first, then go back.")
        elif not self._files.taken and not self._with_conversation:
            self.notify("Nothing would change.")
        elif not self._asked:
            self._asked = True
            self._say_plan()
        else:
            self._go(self._rewind(plan, self._number))

    def action_file(self) -> None:
        """Take the file, or leave it alone."""
        self._files.toggle()
        self._change_plan()

    def action_others(self) -> None:
        """Take what others have changed, too, or leave it alone again."""
        self._files.toggle_others()
        self._change_plan()

    def action_conversation(self) -> None:
        """Take the conversation back, too, or leave it alone again."""
        self._with_conversation = not self._with_conversation
        self._change_plan()

    def action_redo(self) -> None:
        """Take the last undo back."""
        if self._is_busy():
            self.notify("A task runs. Interrupt it first.")
        else:
            self._go(self._redo())

    def on_copied(self, event: Copied) -> None:
        """Put it on the clipboard, and say so."""
        event.stop()
        copy(self.app, event.text, os.environ)
        self.notify(event.note, markup=False)

    def _do(self, work: Awaitable[None]) -> None:
        self.run_worker(told(work, lambda line: self._tell(line, "$text-error")), exclusive=True)

    async def _load(self) -> None:
        timeline = await self._checkpoints.timeline()
        self._turns = list(reversed(timeline.turns))
        self._list.clear_options()
        self._list.add_options(Option(_line(turn, stands=turn in timeline.standing)) for turn in self._turns)
        self._diff.show([])
        self._files.show(None, [], [])
        self._plan = None
        if self._turns:
            self._list.highlighted = 0
        else:
            self._tell(_NOTHING)

    async def _look(self, turn: Turn) -> None:
        plan = await self._checkpoints.plan(turn.before)
        now = Checkpoint("others", turn.number, tree=plan.now)
        changes = await self._checkpoints.changed(turn.before, now)
        files = parse_diff(await self._checkpoints.diff(turn.before, now))
        self._plan, self._number = plan, turn.number
        self._diff.show(files)
        self._files.show(plan, changes, files)
        self._say_plan()
        self.refresh_bindings()

    def _go(self, work: Awaitable[str]) -> None:
        """Let nothing come in between: the files and the conversation go back together."""
        self._is_going, self._asked = True, False
        self._tell("at work …")
        self._do(self._carry_out(work))

    async def _carry_out(self, work: Awaitable[str]) -> None:
        try:
            self.notify(await work)
        finally:
            self._is_going = False
        self._with_conversation = False
        await self._load()

    async def _rewind(self, plan: Plan, turn: int) -> str:
        paths = self._files.paths
        if paths is not None and (await self._checkpoints.plan(plan.to)).refused != plan.refused:
            return "Others have changed files meanwhile. Look again, then go back."
        done = ""
        if self._files.taken:
            done = f"{_done(await self._checkpoints.rewind(plan.to, paths))} r brings them back."
        if self._with_conversation:
            self._rewind_conversation(turn)
            done += f" The model no longer sees turn {turn}, nor what came after it."
        return done.strip()

    async def _redo(self) -> str:
        return f"{_done(await self._checkpoints.redo())} The conversation stays as it is."

    def _change_plan(self) -> None:
        self._asked = False
        self._say_plan()

    def _say_plan(self) -> None:
        files = self._files
        what = _count(files.taken) + (" and the conversation" if self._with_conversation else "")
        parts = [
            f"to before turn {self._number}: {what} would change",
            f"{files.left:,} of others stay" if files.left else "",
            f"{files.lost:,} cannot go back" if files.lost else "",
        ]
        if self._asked:
            parts[0] = f"press u once more to take {what} back to before turn {self._number}"
        elif not files.option_count and not self._with_conversation:
            parts = ["nothing would change: all is as it was before this turn"]
        self._tell(SEPARATOR.join(filter(None, parts)), "$text-warning" if self._asked else "")

    def _tell(self, text: str, style: str = "") -> None:
        self.query_one("#top", Bar).show(Content.styled(text, style) if style else Content(text))


def _line(turn: Turn, *, stands: bool) -> Content:
    after = turn.after
    figures = f"{_count(after.files)}  +{after.added} -{after.removed}" if after else "not over"
    label = revealed(turn.label[:_LONGEST])
    style = "" if stands else "dim strike"
    return Content.assemble((f"{turn.number:>3}  ", "dim"), (label, style), "\n     ", (figures, "dim"))


def _done(rewound: Rewound) -> str:
    left = f", {len(rewound.refused):,} left alone" if rewound.refused else ""
    return f"{_count(len(rewound.changes))} changed{left}."


def _count(files: int) -> str:
    return f"{files:,} file{'' if files == 1 else 's'}"
