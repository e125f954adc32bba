"""A run on the screen: its list, what is looked at whole, and its timeline, kept in step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.message import Message
from textual.widgets import Static

from app.screens.viewer.detail import detail_of
from app.screens.viewer.rows import ShownRows, other_half, record_at
from app.screens.viewer.timeline import ViewedTimeline
from app.trajectory.events import Record, ToolRequested
from app.trajectory.runs.selection import Filter
from widgets.diff.view import DiffView
from widgets.event_list import EventList
from widgets.run_detail import Detail, RunDetail
from widgets.timeline import Timeline

if TYPE_CHECKING:
    from app.trajectory.runs.run import Run


class RunView(Vertical):
    """Shows a run, and takes in what is added to it when it is told to look.

    Args:
        run: The run.
        at: The row to look at as soon as it is there.

    Attributes:
        rows: What is listed.
        list: The list.
        text: What is looked at.
        diff: What that changed.
    """

    NARROW = 110  # columns below which the detail is below the list
    LOW, TALL = 32, 44  # rows below which the timeline has few lanes, and from which it has many

    class LookedAt(Message):
        """Another event is looked at, or there is more to it."""

    def __init__(self, run: Run, at: int = 0) -> None:
        super().__init__(id="view")
        self.rows = ShownRows(run)
        self.list = EventList(self.rows, id="events")
        self.text = RunDetail(id="text")
        self.diff = DiffView(id="diff")
        self._drawn = Timeline(id="timeline")
        self._empty = Static(id="empty", markup=False)
        self._detail = Detail()
        self._shown = -1  # the row
        self._run = run
        self._at: int | None = at
        self._timeline = ViewedTimeline(run)
        self._seen = self._laid_out = -1
        self._due = False  # what is looked at is about to be shown
        self._waits_for_answer = False

    def compose(self) -> ComposeResult:
        """The timeline above; the list, and what is looked at."""
        yield self._drawn
        with Container(id="run"):
            yield self.list
            yield self._empty
            with Vertical(id="detail"):
                yield self.text
                yield self.diff

    def on_mount(self) -> None:
        """Show what there is by now."""
        self.diff.display = False
        self.look()

    def on_unmount(self) -> None:
        """Lay nothing out any more."""
        self._timeline.close()

    def on_resize(self, event: events.Resize) -> None:
        """One column where there is no room for two."""
        self.set_class(event.size.width < self.NARROW, "-narrow")
        self.set_class(event.size.height < self.LOW, "-low")
        self.set_class(event.size.height >= self.TALL, "-tall")
        self._show_soon()

    @property
    def row(self) -> int:
        """The row that is looked at."""
        return self.rows.row(self.list.cursor) if len(self.rows) else 0

    @property
    def record(self) -> Record | None:
        """What is looked at; None while there is nothing."""
        return record_at(self._run, self.row) if len(self.rows) else None

    @property
    def is_up_to_date(self) -> bool:
        """Whether all that is known of the run by now is shown."""
        is_laid_out = self._timeline.is_up_to_date and self._laid_out == self._timeline.laid_out
        is_shown = self._shown == self.row or not len(self.rows)
        return self._seen == self._run.changed() and is_laid_out and is_shown and not self._due

    @property
    def detail(self) -> Detail:
        """What is known of the event that is looked at; it is shown by then."""
        if self._shown != self.row:
            self._show()
        return self._detail

    def look(self) -> bool:
        """Take in what is new; whether anything is."""
        changed = self._run.changed()
        if changed != self._seen:
            self._seen = changed
            self.rows.grow()
            self.list.look()
            self._timeline.look()
            self._go_to_first()
            self._tell_if_empty()
            if self._waits_for_answer:
                self._show_soon()
        elif self._laid_out == self._timeline.laid_out:
            return False
        self._laid_out = self._timeline.laid_out
        if self._shown != self.row:  # the end is followed: all of it in one frame
            self._show()
        else:
            self._draw_timeline()
        return True

    def go_to(self, row: int) -> None:
        """Look at a row, or at the next that is listed. The end is no longer followed."""
        self.list.set_follow(False)
        self.list.go_to(self.rows.place(row))

    def choose(self, wanted: Filter) -> None:
        """List only what a filter lets through; what is looked at stays, if it is among that."""
        row = self.row
        self.rows.choose(wanted)
        self.list.show(self.rows, self.rows.place(row))
        self._tell_if_empty()

    def zoom(self, factor: float) -> None:
        """Show so many times as much in the timeline; 0 shows all."""
        self._timeline.zoom(factor)
        self._draw_timeline()

    def on_event_list_moved(self, event: EventList.Moved) -> None:
        """Show what is looked at now, once the list is painted."""
        event.stop()
        if self._shown != self.row or not self.rows:
            self._show_soon()

    def on_timeline_pointed(self, event: Timeline.Pointed) -> None:
        """Look at a time."""
        event.stop()
        self.go_to(self._timeline.row_at(event.at))

    def _show_soon(self) -> None:
        if not self._due:
            self._due = True
            self.call_after_refresh(self._show)

    def _show(self) -> None:
        self._due = False
        if not self.is_attached:
            return
        record, other = self.record, None
        self._shown = self.row
        if record is not None:
            place = other_half(self._run, self.row)
            self._waits_for_answer = place is None and isinstance(record.event, ToolRequested)
            other = record_at(self._run, place) if place is not None else None
        detail = detail_of(record, self.rows.began, other) if record is not None else Detail()
        if detail != self._detail:
            if detail.diff != self._detail.diff:
                self.diff.show_text(detail.diff)
                self.diff.display = bool(detail.diff)
            self._detail = detail
            self.text.show(detail)
        self._draw_timeline()
        self.post_message(self.LookedAt())

    def _draw_timeline(self) -> None:
        self._drawn.show(self._timeline.view(self.row, self._drawn.columns))

    def _go_to_first(self) -> None:
        if self._at is not None and (self._at < len(self._run) or self._run.complete):
            if self._at:
                self.go_to(self._at)
            self._at = None

    def _tell_if_empty(self) -> None:
        is_empty = not len(self.rows)
        self.set_class(is_empty, "-empty")
        if is_empty:
            reading = "reading …" if not self._run.complete else "There is nothing in it."
            filtered = "Nothing in it is of that kind. F changes what is listed."
            self._empty.update(filtered if len(self._run) else reading)
