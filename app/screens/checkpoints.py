"""Going back to before a turn: what that takes away is seen first, and can be done again."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.screen import Screen
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from app.screens.clipboard import copy
from app.screens.failure import told
from app.workspace.checkpoint_log import Turn
from app.workspace.checkpoints import Checkpoints
from app.workspace.rewind import Plan, Rewound
from widgets.bars import Bar
from widgets.copied import Copied
from widgets.diff.parse import parse_diff
from widgets.diff.view import DiffView
from widgets.text_view import revealed

_NOTHING = "No turn has changed anything yet."
_LONGEST = 300  # characters of a label; no terminal is wider


class CheckpointsScreen(Screen[None]):
    """The turns that had side effects, newest first, and what has changed since each of them began.

    Args:
        checkpoints: Those of the session, for the loop of the screen.
        is_busy: Whether a task runs: nothing is taken from under its feet.
    """

    CSS_PATH = Path(__file__).parents[2] / "styles" / "checkpoints.tcss"
    HELP = (
        "The turns that changed files. The diff is what going back to before the turn would take away: "
        "changes by commands count, too. What is now is kept first, so that it can be done again."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("u", "rewind", "Go back to before this turn", id="checkpoints.rewind"),
        Binding("a", "all", "Take files that others have changed, too, or not", id="checkpoints.all"),
        Binding("r", "redo", "Do again what was undone", id="checkpoints.redo"),
        Binding("escape,q,f7", "dismiss", "Back", id="checkpoints.back"),
    ]

    def __init__(self, checkpoints: Checkpoints, is_busy: Callable[[], bool]) -> None:
        super().__init__()
        self._checkpoints = checkpoints
        self._is_busy = is_busy
        self._turns: list[Turn] = []
        self._plan: Plan | None = None
        self._number = 0
        self._with_others = False
        self._asked = False
        self._list = OptionList(id="turns")
        self._diff = DiffView(id="diff")

    def compose(self) -> ComposeResult:
        """What going back would do; the turns, and the diff; the keys."""
        yield Bar(id="top")
        with Horizontal():
            yield self._list
            yield self._diff
        yield Bar(id="bottom")

    def on_mount(self) -> None:
        """Take the keys, and look."""
        self._list.focus()
        self._tell("looking at the workspace …")
        self._do(self._load())

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Another turn: what would go?"""
        event.stop()
        self._asked = False
        self._plan = None
        self._do(self._look(self._turns[event.option_index]))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Read the diff."""
        event.stop()
        self._diff.focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002  # Textual calls it so
        """Only what can be done now is offered."""
        if action in ("rewind", "all"):
            return self._plan is not None
        return True

    def action_rewind(self) -> None:
        """Go back; asked twice."""
        if self._plan is None:
            return
        if self._is_busy():
            self.notify("A task runs. Interrupt it first, then go back.")
        elif not self._plan.changes and not self._with_others:
            self.notify("Nothing would change.")
        elif not self._asked:
            self._asked = True
            self._say_plan()
        else:
            self._asked = False
            paths = (
                [change.path for change in self._plan.changes] + self._others() if self._with_others else None
            )
            self._do(self._carry_out(self._checkpoints.rewind(self._plan.to, paths)))

    def action_all(self) -> None:
        """Take what others have changed, too, or leave it alone again."""
        self._with_others, self._asked = not self._with_others, False
        self._say_plan()

    def action_redo(self) -> None:
        """Take the last undo back."""
        if self._is_busy():
            self.notify("A task runs. Interrupt it first.")
        else:
            self._do(self._carry_out(self._checkpoints.redo()))

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
        self._plan = None
        if self._turns:
            self._list.highlighted = 0
        else:
            self._tell(_NOTHING)

    async def _look(self, turn: Turn) -> None:
        self._plan, self._number = await self._checkpoints.plan(turn.before), turn.number
        diff = await self._checkpoints.diff(turn.before)
        self._diff.show(parse_diff(diff))
        self._with_others = False
        self._say_plan()
        self.refresh_bindings()

    async def _carry_out(self, work: Awaitable[Rewound]) -> None:
        rewound = await work
        left = f", {len(rewound.refused)} left alone" if rewound.refused else ""
        self.notify(f"{_files(len(rewound.changes))} changed{left}. r does it again, or takes it back.")
        await self._load()

    def _say_plan(self) -> None:
        plan = self._plan
        if plan is None:
            return
        others = self._others()
        count = len(plan.changes) + (len(others) if self._with_others else 0)
        parts = [f"to before turn {self._number}: {_files(count)} would change"]
        if others and not self._with_others:
            parts.append(f"{len(others):,} of others stay: a takes them")
        if lost := [refused for refused in plan.refused if not refused.by_name]:
            parts.append(f"{revealed(lost[0].path)} stays: {revealed(lost[0].reason)}")
        if not plan.changes and not plan.refused:
            parts = ["nothing would change: all is as it was before this turn"]
        elif self._asked:
            parts.append("press u once more")
        self._tell(" · ".join(parts), "$text-warning" if self._asked else "")

    def _others(self) -> list[str]:
        plan = self._plan
        return [refused.path for refused in plan.refused if refused.by_name] if plan is not None else []

    def _tell(self, text: str, style: str = "") -> None:
        self.query_one("#top", Bar).show(Content.styled(text, style) if style else Content(text))
        keys = (
            ("↑↓", "turn"),
            ("enter", "read"),
            ("u", "go back"),
            ("a", "others too"),
            ("r", "redo"),
            ("esc", "close"),
        )
        shown = Content("  ").join(Content.assemble((key, "bold"), f" {what}") for key, what in keys)
        self.query_one("#bottom", Bar).show(Content(""), shown)


def _line(turn: Turn, *, stands: bool) -> Content:
    after = turn.after
    figures = f"{_files(after.files)}  +{after.added} -{after.removed}" if after else "not over"
    label = revealed(turn.label[:_LONGEST])
    style = "" if stands else "dim strike"
    return Content.assemble(
        (f"{turn.number:>3}  ", "$text-muted"), (label, style), "\n     ", (figures, "$text-muted")
    )


def _files(count: int) -> str:
    return f"{count:,} file{'' if count == 1 else 's'}"
