"""Two runs side by side: what both did, what differs, and in what."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import ClassVar

from textual import events, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from app.screens.clipboard import copy
from app.screens.comparing import Comparing
from app.screens.comparison_detail import diff_of, facts_of, total_rows
from app.screens.comparison_rows import GLYPHS, ComparisonRows
from app.screens.left_cleanly import LeftCleanly
from app.screens.output import OutputScreen
from app.screens.viewer import doors
from app.terminal.text import safe_line
from app.trajectory.comparing.compared_steps import side
from app.trajectory.comparing.comparison import Pair, compare
from widgets.bars import Bar, joined
from widgets.copied import Copied
from widgets.diff.view import DiffView
from widgets.event_list import EventList
from widgets.facts import Facts
from widgets.pair_list import PairList
from widgets.text_view import TextView
from widgets.verbs import Verb, verb_line

_KEYS = (
    Verb("j k", "move", 0), Verb("n N", "next difference", 1), Verb("d", "only differences", 2),
    Verb("enter", "read", 3), Verb("s", "totals", 4), Verb("v V", "left, right in the viewer", 5),
    Verb("esc", "back", 1),
)  # fmt: skip
_ALL_KEYS = Verb("f1", "all keys", 0)
_BESIDE = 10  # cells that a line of a diff has beside its text, or somewhat fewer
_NARROWEST = 20  # cells of that text
_SAME = "Both did this, with the same result."


class ComparisonScreen(LeftCleanly, Screen[None]):
    """Shows two runs, aligned step by step.

    Args:
        left: The file of one run, or its folder.
        right: Of the other.
    """

    CSS_PATH = Path(__file__).parents[2] / "styles" / "comparison.tcss"
    AUTO_FOCUS = ""
    HELP = (
        "Two runs, step by step: calls that are equal stand together, then those of the same tool in their "
        "order. Paths in the two workspaces count as equal. Below are the values that differ: what only the "
        "left has is removed, what only the right has is added. Times and costs always differ, and count "
        "for nothing."
    )
    EACH = 0.1  # seconds between two looks at how far it is
    NARROW = 110  # columns below which both sides are below each other
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "difference(1)", "Next difference", id="comparison.next"),
        Binding("N", "difference(-1)", "Difference before", id="comparison.previous"),
        Binding("d", "only", "List only what differs, or all", id="comparison.only"),
        Binding("enter", "read", "Read the differences", id="comparison.read"),
        Binding("s", "totals", "What both come to", id="comparison.totals"),
        Binding("v", "view('left')", "Open the left in the viewer, here", id="comparison.view_left"),
        Binding("V", "view('right')", "Open the right in the viewer, here", id="comparison.view_right"),
        Binding("escape", "back", "Back", id="comparison.back"),
        Binding("q", "dismiss", "Back to where you were", id="comparison.leave"),
    ]

    def __init__(self, left: Path, right: Path) -> None:
        super().__init__()
        self._paths = left, right
        self._comparing = Comparing(left, right)
        self._comparison = compare(side(()), side(()))
        self._rows = ComparisonRows(self._comparison)
        self._list = PairList(self._rows, id="pairs")
        self._facts = Facts(id="facts")
        self._diff = DiffView(id="diff")
        self._only = False

    def compose(self) -> ComposeResult:
        """A line, what is wrong, the pairs, what is looked at, the keys."""
        yield Bar(id="top")
        yield Static(id="problem", markup=False)
        yield Static(id="empty", markup=False)
        yield self._list
        with Vertical(id="detail"):
            yield self._facts
            yield self._diff
        yield Bar(id="bottom")

    def on_mount(self) -> None:
        """Take the keys, and look how far it is from time to time."""
        self.set_focus(self._list)
        self._timer = self.set_interval(self.EACH, self._look)
        self._look()

    def on_unmount(self) -> None:
        """Let the files go."""
        self._comparing.close()

    def on_resize(self, event: events.Resize) -> None:
        """Show the values that differ side by side where there is room."""
        self._diff.split = event.size.width >= self.NARROW
        self._show_pair()  # its lines are as long as there is room for
        self._draw_bars()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what can be done now is offered."""
        match action:
            case "difference" | "only" | "totals":
                return self._comparing.comparison is not None
            case "read":
                return len(self._rows) > 0 and not self._diff.has_focus
            case "view":
                pair, is_left = self._pair, parameters == ("left",)
                return pair is not None and (pair.left if is_left else pair.right) is not None
            case _:
                return super().check_action(action, parameters)

    def on_event_list_moved(self, event: EventList.Moved) -> None:
        """Show another pair."""
        event.stop()
        self._show_pair()

    def on_event_list_chosen(self, event: EventList.Chosen) -> None:
        """Read it."""
        event.stop()
        self.action_read()

    def on_copied(self, event: Copied) -> None:
        """Put it on the clipboard, and say so."""
        event.stop()
        copy(self.app, event.text, os.environ)
        self.notify(event.note, markup=False)

    def action_difference(self, step: int) -> None:
        """Look at the next pair that differs, or the one before."""
        place = self._rows.next_difference(self._list.cursor, step) if len(self._rows) else None
        if place is None:
            self.notify(f"Nothing differs {'after' if step > 0 else 'before'} this.")
        else:
            self._list.go_to(place)

    def action_only(self) -> None:
        """List only what differs, or all again; what is looked at stays, if it is among that."""
        number = self._rows.number(self._list.cursor) if len(self._rows) else 0
        self._only = not self._only
        self._rows = ComparisonRows(self._comparison, only_differences=self._only)
        self._list.show_pairs(self._rows, self._rows.place(number))
        self._draw_bars()

    def action_read(self) -> None:
        """Go to the values that differ."""
        self.set_focus(self._diff)

    def action_totals(self) -> None:
        """Show what both come to."""
        rows = total_rows(self._comparison)
        self.app.push_screen(OutputScreen("totals", self._names, TextView(rows, copies=True)))

    def action_view(self, which: str) -> None:
        """Open one of the runs where it did what is looked at."""
        pair = self._pair
        step = None if pair is None else pair.left if which == "left" else pair.right
        if step is not None:
            doors.open_run(self.app, self._paths[which == "right"], step.row)

    def action_back(self) -> None:
        """From the values back to the list, from there to where the person was."""
        if self._list.has_focus:
            self.dismiss()
        else:
            self.set_focus(self._list)

    @property
    def _names(self) -> str:
        return " ↔ ".join(map(doors.name_of, self._paths))

    @property
    def _pair(self) -> Pair | None:
        return self._rows.pair(self._list.cursor) if len(self._rows) else None

    def _look(self) -> None:
        """Say how far it is; once it is done, show it."""
        comparison = self._comparing.comparison
        if self._comparing.is_over:
            self._timer.stop()
        if comparison is not None:
            self._comparison = comparison
            self._rows = ComparisonRows(comparison, only_differences=self._only)
            self._list.show_pairs(self._rows, 0)
            if comparison.states and comparison.states[0] == "same" and not comparison.is_same:
                self.action_difference(1)
            self.refresh_bindings()
        self._draw_bars()

    def _show_pair(self) -> None:
        pair = self._pair
        if pair is None:
            self._facts.show(())
            self._diff.show(())
        else:
            self._facts.show(facts_of(pair))
            self._show_values(pair)

    @work(exclusive=True, group="pair")
    async def _show_values(self, pair: Pair) -> None:
        """Read the records of a pair beside the loop: one may be many megabytes."""
        sides = 2 if self._diff.split else 1
        width = max(self.size.width // sides - _BESIDE, _NARROWEST)
        try:
            diff = await asyncio.to_thread(lambda: diff_of(self._comparing.differences(pair), width))
        except (OSError, ValueError) as error:
            self._diff.show_text("", safe_line(f"The records cannot be read: {error}"))
        else:
            self._diff.show_text(diff, "" if diff else _SAME)

    def _draw_bars(self) -> None:
        comparing, counts = self._comparing, self._comparison.counts
        if comparing.problem:
            state = ""
        elif comparing.comparison is None:
            state = f"reading … {comparing.read:,} events"
        else:
            state = "  ".join(f"{GLYPHS[state]} {counts[state]:,}" for state in GLYPHS)
        top = joined("only differences" if self._only else "", state)
        names = Content.assemble(("compare", "bold $text-accent"), "  ", self._names)
        self.query_one("#top", Bar).show(names, Content(top.plain))
        problems = [comparing.problem] if comparing.problem else comparing.problems
        problem = self.query_one("#problem", Static)
        problem.display = bool(problems)
        if problems:
            more = f" (and {len(problems) - 1:,} more)" if len(problems) > 1 else ""
            problem.update(Content(f"! {safe_line(problems[0])}{more}"))
        self._tell_if_empty()
        keys = verb_line(_KEYS, self.size.width - 2, _ALL_KEYS)
        self.query_one("#bottom", Bar).show(keys)

    def _tell_if_empty(self) -> None:
        is_empty = not len(self._rows)
        self.set_class(is_empty, "-empty")
        if self._comparing.problem:
            words = "There is nothing to compare. esc goes back."
        elif self._comparing.comparison is None:
            words = "reading …"
        elif self._only:
            words = "Nothing differs. d lists all."
        else:
            words = "Neither run did anything."
        self.query_one("#empty", Static).update(words)
