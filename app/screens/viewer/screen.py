"""One run, event by event: a list, what is looked at whole, and a timeline. Live, or long over."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Static

from app.screens.clipboard import copy
from app.screens.left_cleanly import LeftCleanly
from app.screens.viewer import doors
from app.screens.viewer.bars import problem_line, top_line
from app.screens.viewer.detail import in_plain_text
from app.screens.viewer.filter import FilterScreen
from app.screens.viewer.jumps import Jumps, Target, said_before
from app.screens.viewer.keys import BINDINGS, key_line
from app.screens.viewer.places import HINT, PlaceError, place_of
from app.screens.viewer.run_view import RunView
from app.screens.viewer.search import ViewerSearch
from app.screens.viewer.timeline import first_at
from app.trajectory.runs.row_set import RowSet
from app.trajectory.runs.selection import Filter
from widgets.bars import Bar
from widgets.between_keys import WAIT, between_keys
from widgets.conversation.pacer import Pacer
from widgets.copied import Copied, copied
from widgets.event_list import EventList
from widgets.prompt_line import PromptLine

if TYPE_CHECKING:
    from app.trajectory.runs.run import Run

_SHARE = 0.08  # of the time that may go to what is new: it must not hold up the keys
_LATEST = 0.5  # seconds, after which what is new is shown whoever types
_WORDS: dict[Target, str] = {
    "error": "error",
    "call": "call",
    "user": "message of a person",
    "turn": "answer",
}


class Replay(Message):
    """The person wants to watch a run again."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path


class Fork(Message):
    """The person wants to go on from an event of a run."""

    def __init__(self, path: Path, seq: int) -> None:
        super().__init__()
        self.path = path
        self.seq = seq


class ViewerScreen(LeftCleanly, Screen[None]):
    """Shows a run. What is added to it appears by itself.

    Args:
        run: The run; closed with the screen.
        at: The number of the event to begin with.

    Attributes:
        viewed: The run.
        view: What shows it.
        chooses_other: The library is open for a run to compare this one with.
    """

    CSS_PATH = Path(__file__).parents[3] / "styles" / "viewer.tcss"
    AUTO_FOCUS = ""
    HELP = (
        "A run, event by event. Above: who worked when, the whole run in the first row; ┄ waits, ? asks, "
        "━ runs, ✗ failed. The list is at the left; what is looked at, at the right or below: enter and tab "
        "go there."
    )
    EACH = 0.1  # seconds between two looks at the run
    BINDINGS: ClassVar[list[BindingType]] = [*BINDINGS]

    def __init__(self, run: Run, at: int = 0) -> None:
        super().__init__()
        self.viewed = run
        self.chooses_other = False
        self.view = RunView(run, at)
        self._prompt = PromptLine(id="prompt")
        self._jumps = Jumps(run)
        self._search: ViewerSearch | None = None
        self._found = -1  # rows that were found when that was shown last
        self._searching = False  # whether the search went on then
        self._pacer = Pacer(_SHARE)

    def compose(self) -> ComposeResult:
        """A line, what is wrong, the run, what is asked, the keys."""
        yield Bar(id="top")
        yield Static(id="problem", markup=False)
        yield self.view
        yield self._prompt
        yield Bar(id="bottom")

    def on_mount(self) -> None:
        """Take the keys, and look for more from time to time."""
        self.set_focus(self.view.list)
        self.set_interval(self.EACH, self._tick)
        self.call_after_refresh(self.viewed.read_on)
        self._draw_bars()

    def on_unmount(self) -> None:
        """Let the file go."""
        self._end_search()
        self.viewed.close()

    def on_screen_resume(self) -> None:
        """Nothing is chosen any more."""
        self.chooses_other = False

    def on_resize(self) -> None:
        """Name as many keys as there is room for."""
        self._draw_bars()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what can be done now is offered; while something is written, letters are text."""
        if self._prompt.is_open and action != "back":
            return False
        match action:
            case "match":
                return self._search is not None
            case "marked":
                return bool(self.view.rows.marks)
            case "unfold":
                return self.view.text.has_long_text
            case "read" | "raw" | "pager" | "copy" | "mark" | "fork":
                return len(self.view.rows) > 0
            case _:
                return super().check_action(action, parameters)

    def on_run_view_looked_at(self, event: RunView.LookedAt) -> None:
        """Say where that is."""
        event.stop()
        self._defer()
        self._draw_bars()

    def on_input_changed(self) -> None:
        """Somebody writes."""
        self._defer()

    def on_event_list_chosen(self, event: EventList.Chosen) -> None:
        """Read it."""
        event.stop()
        self.action_read()

    def on_event_list_left(self, event: EventList.Left) -> None:
        """Say whether the end is followed."""
        event.stop()
        self._draw_bars()

    def on_prompt_line_left(self, event: PromptLine.Left) -> None:
        """Go back to the list."""
        event.stop()
        self._close_prompt()

    def on_prompt_line_answered(self, event: PromptLine.Answered) -> None:
        """Do what was asked for."""
        event.stop()
        self._close_prompt()
        match event.about:
            case "search":
                self._begin_search(event.text)
            case "place":
                self._go_to_place(event.text)
            case "compare" if event.text.strip():
                doors.compare(self, self.viewed, event.text)
            case "compare":
                self.chooses_other = True
                doors.library(self.app)
            case _:
                pass

    def on_copied(self, event: Copied) -> None:
        """Put it on the clipboard, and say so."""
        event.stop()
        copy(self.app, event.text, os.environ)
        self.notify(event.note, markup=False)

    def action_read(self) -> None:
        """Go to what is looked at."""
        self.set_focus(self.view.text)

    def action_jump(self, target: Target, step: int) -> None:
        """Look at the next of a kind, or the one before."""
        row = self._jumps.next(target, self.view.row, step, self.view.rows.chosen)
        if row is None:
            listed = " in what is listed" if self.view.rows.filter != Filter() else ""
            where = listed if self.viewed.complete else " in what is read so far"
            self.notify(f"No {_WORDS[target]} {'after' if step > 0 else 'before'} this{where}.")
        else:
            self.view.go_to(row)

    def action_match(self, step: int) -> None:
        """Look at the next event that was found, or the one before."""
        if self._search is not None:
            row = self._search.next(self.view.row, step, self.view.rows.chosen)
            if row is None:
                so_far = ", as far as it is searched" if self._search.runs else ""
                self.notify(f"Nothing of what is listed has it{so_far}.")
            else:
                self.view.go_to(row)

    def action_search(self) -> None:
        """Ask what to look for."""
        words = self._search.words if self._search is not None else ""
        self._prompt.ask("search", "/", "words to find anywhere in the run; enter finds", words)

    def action_place(self) -> None:
        """Ask where to go."""
        self._prompt.ask("place", "go to", HINT)

    def action_compare(self) -> None:
        """Ask what to compare with."""
        self._prompt.ask(
            "compare",
            "compare with",
            "a file, a folder, or the id of a session; enter chooses in the library",
        )

    def action_filter(self) -> None:
        """Choose what is listed."""

        def chosen(wanted: Filter | None) -> None:
            if wanted is not None:
                self.view.choose(wanted)
                self._draw_bars()

        self.app.push_screen(FilterScreen(self.viewed, self.view.rows.filter), chosen)

    def action_agents(self) -> None:
        """Choose a sub-agent."""
        doors.agents(self, self.viewed, self.view)

    def action_follow(self) -> None:
        """Follow the end, or no longer."""
        self.view.list.set_follow(not self.view.list.follow)

    def action_mark(self) -> None:
        """Mark the event, or not."""
        self.view.rows.marks ^= {self.view.row}
        self.view.list.renew()

    def action_marked(self) -> None:
        """Look at the next mark; after the last comes the first."""
        marks = sorted(filter(self.view.rows.lists, self.view.rows.marks))
        if marks:
            self.view.go_to(next((row for row in marks if row > self.view.row), marks[0]))

    def action_unfold(self) -> None:
        """Unfold what is long, or fold it."""
        self.view.text.unfold()

    def action_zoom(self, factor: float) -> None:
        """Show more or less in the timeline."""
        self.view.zoom(factor)

    def action_raw(self) -> None:
        """Show the record as it was written."""
        doors.raw(self, self.viewed, self.view.row)

    def action_pager(self) -> None:
        """Read the event in another program."""
        doors.pager(self, self.view.detail)

    def action_copy(self) -> None:
        """Copy the event."""
        self.post_message(copied(in_plain_text(self.view.detail)))

    def action_statistics(self) -> None:
        """Show what it comes to."""
        doors.statistics(self, self.viewed, self.view)

    def action_export(self) -> None:
        """Write it to a file."""
        doors.export(self, self.viewed)

    def action_replay(self) -> None:
        """Watch it again."""
        self.post_message(Replay(self.viewed.path))

    def action_fork(self) -> None:
        """Go on from the event that is looked at."""
        if (record := self.view.record) is None:
            return
        if said_before(self.viewed.rows, record.seq):
            self.post_message(Fork(self.viewed.path, record.seq))
        else:
            self.notify("Nothing was said up to here: go on from a later event.")

    def action_reopen(self) -> None:
        """Open the file again, where the person is."""
        doors.reopen(self, self.viewed, self.view.row)

    def action_back(self) -> None:
        """From a text back to the list, then end the search, then leave."""
        if not self.view.list.has_focus:
            self._close_prompt()
        elif self._search is not None:
            self._end_search()
            self._draw_bars()
        else:
            self.dismiss()

    def _defer(self) -> None:
        """Somebody is typing: what is new comes between two keys, or in a moment."""
        self._pacer.defer(WAIT, within=_LATEST)
        between_keys(self, self._look_between_keys)

    def _look_between_keys(self) -> None:
        if self._pacer.ready_after_key(self.EACH):
            self._look()

    def _tick(self) -> None:
        if self._pacer.ready():
            self._look()

    def _look(self) -> None:
        """See what is new: of the run, and of the search."""
        with self._pacer.frame():
            self._take_in()

    def _take_in(self) -> None:
        news = self.view.look()
        search = self._search
        if search is not None:
            if news:
                search.renew()
            searched, self._searching = self._searching, search.runs  # before what was found is looked at
            if searched or self._searching or len(search.rows) != self._found:
                news = True
                self._show_found(search)
        if news:
            self._draw_bars()

    def _begin_search(self, words: str) -> None:
        self._end_search()
        if words.strip():
            self._search = ViewerSearch(self.viewed, words)
            self._found = -1
        self._draw_bars()

    def _show_found(self, search: ViewerSearch) -> None:
        """Mark what was found, and look at the first of it."""
        is_first, self._found = self._found <= 0, len(search.rows)
        self.view.rows.found = search.rows
        self.view.list.renew()
        if is_first and self._found and not self.view.rows.lists_match(self.view.row):
            self.action_match(1)

    def _end_search(self) -> None:
        if self._search is not None:
            self._search.cancel()
            self._search = None
            self.view.rows.found = RowSet()
            if self.view.is_attached:
                self.view.list.renew()

    def _go_to_place(self, text: str) -> None:
        try:
            place = place_of(text, self.view.rows.began)
        except PlaceError as error:
            self.notify(str(error), severity="warning", markup=False)
            return
        self.view.go_to(place if isinstance(place, int) else first_at(self.viewed, place))

    def _close_prompt(self) -> None:
        self.set_focus(self.view.list)
        self._prompt.close()

    def _draw_bars(self) -> None:
        self.query_one("#top", Bar).show(*top_line(self.viewed, self.view, self._search))
        self.query_one("#bottom", Bar).show(key_line(self.size.width - 2))
        text = problem_line(self.viewed.problems)
        problem = self.query_one("#problem", Static)
        problem.display = bool(text)
        problem.update(text)
