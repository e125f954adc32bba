"""The events of a run, a row each: any number of them, of which only those in view are looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Protocol

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip

from widgets.component_style import own_style
from widgets.event_line import ROLES, EventLine, LinePainter, Look
from widgets.row_scroll_view import RowScrollView
from widgets.typed_order import act_in_order

_ABOVE = 8
"""Rows above the one that was gone to from far away."""


class EventRows(Protocol):
    """What is listed. It may grow at its end while it is shown."""

    def __len__(self) -> int:
        """How many there are now."""
        ...

    def line(self, place: int) -> EventLine:
        """The one at a place; asked for those in view only."""
        ...

    @property
    def most(self) -> int:
        """The greatest number that a line can have now."""
        ...


class EventList(RowScrollView):
    """Shows events and the one that is looked at. The cost of a frame or a key is that of the rows in view.

    Args:
        rows: The events.
        id: The widget's id.

    Attributes:
        cursor: The place of the one that is looked at.
        follow: The cursor goes with the last event, until the person moves up.
    """

    HELP = "The events. home and end go to the first and the last; in a run that goes on, end follows."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "move(1)", "Next event", id="events.next"),
        Binding("up,k", "move(-1)", "Event before", id="events.previous"),
        Binding("pagedown,space", "page(1)", "A page down", id="events.page_down"),
        Binding("pageup,b", "page(-1)", "A page up", id="events.page_up"),
        Binding("home", "scroll_home", "First event", id="events.first"),
        Binding("end,G", "scroll_end", "Last event", id="events.last"),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "event-list--cursor",
        "event-list--cursor-unfocused",
        *(f"event-list--{role}" for role in ROLES),
    }
    DEFAULT_CSS = (
        """
    EventList {
        height: 1fr; background: $background; color: $foreground;
        overflow-x: hidden; overflow-y: scroll; scrollbar-size-vertical: 1;
        & > .event-list--cursor { background: $panel; text-style: bold; }
        & > .event-list--cursor-unfocused { background: $surface; }
        &:nocolor > .event-list--cursor { text-style: reverse; }
        &:ansi > .event-list--cursor { text-style: reverse; }
"""
        + "\n".join(f"        & > .event-list--{role} {{ {look} }}" for role, look in ROLES.items())
        + "\n    }\n"
    )

    @dataclass
    class Moved(Message):
        """Another event is looked at: the one at a place, or none if that is negative."""

        place: int

        def can_replace(self, message: Message) -> bool:
            """Only the last one counts."""
            return isinstance(message, EventList.Moved)

    @dataclass
    class Chosen(Message):
        """The person has clicked on the event that is looked at once more."""

        place: int

    class Left(Message):
        """The person has moved away from the end, or back to it: it is no longer followed, or again."""

    def __init__(self, rows: EventRows, *, id: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self.cursor = 0
        self.follow = False
        self._rows = rows
        self._top = 0
        self._count = 0
        self._shape = (0, 0, False)
        self._painter = LinePainter()

    def show(self, rows: EventRows, cursor: int) -> None:
        """List other events, or the same otherwise.

        Args:
            rows: The events.
            cursor: The place to look at.
        """
        self._rows = rows
        self._count = len(rows)
        self.go_to(cursor)
        self.renew()

    def look(self) -> None:
        """Show what has been added. Costs nothing where that is not in view."""
        before, self._count = self._count, len(self._rows)
        if self._count == before:
            return
        if self.follow or not before:
            self.go_to(self._count - 1 if self.follow else 0)
        self._place()
        if before < self._top + self.size.height:
            self.refresh()

    def renew(self) -> None:
        """Draw all rows in view again: what is said of them has changed."""
        self._place()
        self.refresh()

    def go_to(self, place: int) -> None:
        """Look at the event at a place. That of the last one does not follow what comes."""
        self._set_cursor(place)
        self._place()
        self.post_message(self.Moved(self.cursor))

    def set_follow(self, follow: bool) -> None:
        """Go with the last event from now on, or no longer."""
        if follow != self.follow:
            self.follow = follow
            self.post_message(self.Left())
        if follow:
            self.go_to(len(self._rows) - 1)

    def move_by(self, rows: int) -> bool:
        """Move the view, not the cursor: down by rows, or up if negative."""
        before = self._top
        self._top = max(0, min(self._top + rows, self._last_top))
        if rows < 0:
            self._leave_end()
        self._place_bar()
        self.refresh()
        return self._top != before

    def scrolled(self, old_value: float, new_value: float) -> None:
        """The person has moved the bar."""
        self._top = round(new_value)
        if new_value < old_value:
            self._leave_end()
        self.refresh()

    def scrolled_sideways(self) -> None:
        """A row fits in always."""

    async def on_key(self, event: events.Key) -> None:
        """Act on it before the next key is looked at."""
        await act_in_order(self, event)

    def on_click(self, event: events.Click) -> None:
        """Look at an event; at the one that is looked at, more closely."""
        place = self._top + event.y
        if place == self.cursor:
            self.post_message(self.Chosen(place))
        elif place < self._count:
            self._leave_end()
            self.go_to(place)

    def on_resize(self) -> None:
        """Keep the cursor in view."""
        self._set_cursor(self.cursor)
        self.renew()

    def on_focus(self) -> None:
        """Show that keys come here."""
        self.refresh()

    def on_blur(self) -> None:
        """Show that they do not."""
        self.refresh()

    def notify_style_update(self) -> None:
        """Draw with the new theme."""
        super().notify_style_update()
        if self.is_attached:
            self.call_later(self._restyle)  # the component styles come after this

    def action_move(self, step: int) -> None:
        """Look at the next event, or the one before."""
        self._go(self.cursor + step)

    def action_page(self, step: int) -> None:
        """Look at one a page away."""
        self._go(self.cursor + step * max(self.size.height - 1, 1))

    def action_scroll_home(self) -> None:
        """Look at the first event."""
        self._go(0)

    def action_scroll_end(self) -> None:
        """Look at the last event, and follow."""
        self.set_follow(True)

    def render_lines(self, crop: Region) -> list[Strip]:
        """Draw rows, past the styles cache, which copies every strip: there is no border to add."""
        if self.styles.gutter:
            return super().render_lines(crop)
        background = self.background_colors[1]
        strips = [self.render_line(y) for y in range(crop.y, crop.bottom)]
        for line_filter in self.get_line_filters():
            strips = [strip.apply_filter(line_filter, background) for strip in strips]
        if crop.width == self.size.width:
            return strips
        return [strip.crop(crop.x, crop.right) for strip in strips]

    def render_line(self, y: int) -> Strip:
        """Draw one row.

        Args:
            y: From the top of the view.
        """
        width = self.scrollable_content_region.width
        place = self._top + y
        if not self.is_attached or place >= min(self._count, len(self._rows)):
            return Strip.blank(width, self.rich_style)
        self._fit(width)
        return self._painter.strip(self._rows.line(place), cursor=place == self.cursor)

    @property
    def _last_top(self) -> int:
        return max(self._count - self.size.height, 0)

    def _fit(self, width: int) -> None:
        """Make the look anew where that has changed: it is dear."""
        shape = width, max(len(str(self._rows.most)), 3), self.has_focus
        if shape != self._shape:
            self._shape = shape
            self._painter.fit(self._look(width, shape[1]))

    def _look(self, width: int, digits: int) -> Look:
        cursor = "event-list--cursor" if self.has_focus else "event-list--cursor-unfocused"
        return Look(
            width,
            digits,
            self.rich_style,
            own_style(self, cursor),
            {role: own_style(self, f"event-list--{role}") for role in ROLES},
        )

    def _restyle(self) -> None:
        self._shape = (0, 0, False)
        self.refresh()

    def _go(self, place: int) -> None:
        if place < self.cursor:
            self._leave_end()
        self.go_to(place)

    def _leave_end(self) -> None:
        if self.follow:
            self.set_follow(False)

    def _set_cursor(self, place: int) -> None:
        before, top = self.cursor, self._top
        self.cursor = max(0, min(place, self._count - 1))
        height = self.size.height or 2 * _ABOVE  # it is not laid out yet
        if not self._top <= self.cursor < self._top + height:
            near = abs(self.cursor - before) == 1
            above = 0 if near else min(_ABOVE, height // 3)
            self._top = self.cursor - above if self.cursor < self._top else self.cursor - height + 1 + above
            self._top = max(0, min(self._top, self._last_top))
        if self._top != top:
            self.refresh()
        else:
            for place_of_row in {before, self.cursor}:
                self.refresh(Region(0, place_of_row - top, self.size.width, 1))

    def _place(self) -> None:
        self._top = max(0, min(self._top, self._last_top))
        self._place_bar()

    def _place_bar(self) -> None:
        self.place_bar(self._top, self._last_top, self.scrollable_content_region.width)
