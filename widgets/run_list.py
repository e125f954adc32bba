"""Runs, one below the other: any number of them, of which only those in view are looked at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.strip import Strip

from widgets.component_style import own_style
from widgets.row_scroll_view import RowScrollView
from widgets.run_line import ROLES, Look, RunLine, first_row, heading, second_row
from widgets.typed_order import act_in_order

_MARGIN = 2  # cells beside what is said where there are no runs


class RunList(RowScrollView):
    """Shows runs under a heading, and the one that is looked at.

    Args:
        id: The widget's id.

    Attributes:
        cursor: The place of the one that is looked at.
    """

    HELP = "The runs, newest first. ● is live, ✓ ended, ✗ crashed, … unfinished."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "move(1)", "Next run", id="runs.next"),
        Binding("up,k", "move(-1)", "Run before", id="runs.previous"),
        Binding("pagedown,space", "page(1)", "A page down", id="runs.page_down"),
        Binding("pageup,b", "page(-1)", "A page up", id="runs.page_up"),
        Binding("home,g", "scroll_home", "First run", id="runs.first"),
        Binding("end,G", "scroll_end", "Last run", id="runs.last"),
        Binding("enter", "choose", "Open the run", id="runs.open"),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "run-list--cursor",
        "run-list--cursor-unfocused",
        *(f"run-list--{role}" for role in ROLES),
    }
    DEFAULT_CSS = (
        """
    RunList {
        height: 1fr; background: $background; color: $foreground;
        overflow-x: hidden; overflow-y: scroll; scrollbar-size-vertical: 1;
        & > .run-list--cursor { background: $panel; text-style: bold; }
        & > .run-list--cursor-unfocused { background: $surface; }
        &:nocolor > .run-list--cursor { text-style: reverse; }
        &:ansi > .run-list--cursor { text-style: reverse; }
"""
        + "\n".join(f"        & > .run-list--{role} {{ {look} }}" for role, look in ROLES.items())
        + "\n    }\n"
    )

    @dataclass
    class Moved(Message):
        """Another run is looked at: the one at a place."""

        place: int

        def can_replace(self, message: Message) -> bool:
            """Only the last one counts."""
            return isinstance(message, RunList.Moved)

    @dataclass
    class Chosen(Message):
        """The person opens the run at a place."""

        place: int

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self.cursor = 0
        self._count = 0
        self._line: Callable[[int], RunLine] = _none
        self._nothing = ""
        self._each = 1  # rows of a run
        self._top = 0  # the place of the run at the top
        self._look_of: tuple[tuple[int, bool], Look] | None = None

    def show(self, count: int, line: Callable[[int], RunLine], *, found: bool, cursor: int) -> None:
        """Show other runs.

        Args:
            count: How many there are.
            line: The one at a place; asked for those in view only.
            found: Each has a second row with what was found in it.
            cursor: The place to look at.
        """
        self._count, self._line, self._each = count, line, 2 if found else 1
        self._go(cursor)

    def tell(self, nothing: str) -> None:
        """Say this in the place of runs, while there are none."""
        if nothing != self._nothing:
            self._nothing = nothing
            self.refresh()

    def move_by(self, rows: int) -> bool:
        """Move the view, not the cursor: down by rows, or up if negative."""
        before = self._top
        self._top = max(0, min(before + rows, self._last_top))
        self._place()
        return self._top != before

    def scrolled(self, old_value: float, new_value: float) -> None:  # noqa: ARG002  # the other widgets need it
        """The person has moved the bar."""
        self._top = round(new_value)
        self.refresh()

    def scrolled_sideways(self) -> None:
        """A row fits in always."""

    async def on_key(self, event: events.Key) -> None:
        """Act on it before the next key is looked at."""
        await act_in_order(self, event)

    def on_click(self, event: events.Click) -> None:
        """Look at a run; open the one that is looked at."""
        place = self._top + (event.y - 1) // self._each
        if event.y > 0 and place < self._count:
            if place == self.cursor and self.has_focus:
                self.post_message(self.Chosen(place))
            else:
                self._go(place)

    def on_resize(self) -> None:
        """Keep the cursor in view."""
        self._go(self.cursor)

    def on_focus(self) -> None:
        """Show that keys come here."""
        self.refresh()

    def on_blur(self) -> None:
        """Show that they do not."""
        self.refresh()

    def notify_style_update(self) -> None:
        """Draw with the new theme."""
        super().notify_style_update()
        self._look_of = None

    def action_move(self, step: int) -> None:
        """Look at the next run, or the one before."""
        self._go(self.cursor + step)

    def action_page(self, step: int) -> None:
        """Look at one a page away."""
        self._go(self.cursor + step * max(self._in_view - 1, 1))

    def action_scroll_home(self) -> None:
        """Look at the first run."""
        self._go(0)

    def action_scroll_end(self) -> None:
        """Look at the last run."""
        self._go(self._count - 1)

    def action_choose(self) -> None:
        """Open the run that is looked at."""
        if self._count:
            self.post_message(self.Chosen(self.cursor))

    def render_line(self, y: int) -> Strip:
        """Draw one row.

        Args:
            y: From the top of the view.
        """
        width = self.scrollable_content_region.width
        if not self.is_attached:
            return Strip.blank(width, self.rich_style)
        look = self._look(width)
        if not self._count:
            rows = Content(self._nothing).wrap(max(width - 2 * _MARGIN, 1))
            text = rows[y - 1].plain if 0 < y <= len(rows) else ""
            dim = look.style("dim")
            return Strip([Segment(" " * _MARGIN + text, dim)]).crop_extend(0, width, dim)
        if y == 0:
            return heading(look)
        down, row = divmod(y - 1, self._each)
        place = self._top + down
        if place >= self._count:
            return Strip.blank(width, self.rich_style)
        draw = second_row if row else first_row
        return draw(self._line(place), look, cursor=place == self.cursor)

    @property
    def _in_view(self) -> int:
        """Runs that the view has room for."""
        return max((self.size.height - 1) // self._each, 1)

    @property
    def _last_top(self) -> int:
        return max(self._count - self._in_view, 0)

    def _go(self, place: int) -> None:
        self.cursor = max(0, min(place, self._count - 1))
        self._top = max(self.cursor - self._in_view + 1, min(self._top, self.cursor), 0)
        self._place()
        self.post_message(self.Moved(self.cursor))

    def _place(self) -> None:
        self._top = max(0, min(self._top, self._last_top))
        self.place_bar(self._top, self._last_top, self.scrollable_content_region.width)
        self.refresh()

    def _look(self, width: int) -> Look:
        """What rows are drawn with; made anew where that has changed: it is dear."""
        shape = width, self.has_focus
        if self._look_of is None or self._look_of[0] != shape:
            cursor = "run-list--cursor" if self.has_focus else "run-list--cursor-unfocused"
            roles = {role: own_style(self, f"run-list--{role}") for role in ROLES}
            self._look_of = shape, Look(width, self.rich_style, own_style(self, cursor), roles)
        return self._look_of[1]


def _none(_place: int) -> RunLine:
    raise IndexError("nothing is shown yet")
