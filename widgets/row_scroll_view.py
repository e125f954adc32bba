"""Scrolling through rows that nobody has counted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from textual import events
from textual.geometry import Size
from textual.reactive import Reactive
from textual.scroll_view import ScrollView

from widgets.scroll_thumb import ScrollThumb


class RowScrollView(ScrollView, can_focus=True):
    """Keys and wheel move it by rows. The scroll bar counts something else: lines, of one or more rows each.

    Nothing is animated: a place that moves with every frame cannot be approached by degrees.
    Abstract, though not by `abc`: Textual's widgets have a metaclass of their own.
    """

    # The one of Textual lays the whole screen out at every change.
    virtual_size = Reactive(Size(0, 0), repaint=False)

    _moving = False

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002  # Textual's
        super().__init__(id=id, classes=classes)
        self._thumb = ScrollThumb()

    def move_by(self, rows: int) -> bool:
        """Move down by rows, or up if negative; False if that was not possible."""
        raise NotImplementedError

    def scrolled(self, old_value: float, new_value: float) -> None:
        """The person has moved the scroll bar to another line."""
        raise NotImplementedError

    def scrolled_sideways(self) -> None:
        """Other columns have come into view."""
        raise NotImplementedError

    def place_bar(self, line: int, last: int, width: int) -> None:
        """Say what is in view.

        Args:
            line: The line at the top.
            last: The line at the top when the end is in view.
            width: Cells of the widest line.
        """
        height = self.scrollable_content_region.height
        size = Size(width, last + height)
        with self._own_move():
            self.virtual_size = size
            self.scroll_to(y=line)
            if self._thumb.moves(height, size.height, line, last):
                self.vertical_scrollbar.position = line
                self._scroll_update(size)

    def to_left_edge(self) -> None:
        """Show the first column."""
        with self._own_move():
            self.scroll_to(x=0)

    def watch_scroll_x(self, old_value: float, new_value: float) -> None:
        """Tell, if it was the person."""
        super().watch_scroll_x(old_value, new_value)
        if not self._moving:
            self.scrolled_sideways()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Tell, if it was the person. Unlike the inherited watcher this repaints nothing."""
        if not self._moving:
            self.scrolled(old_value, new_value)

    def scroll_to(
        self,
        x: float | None = None,
        y: float | None = None,
        **options: Any,  # Textual's options, passed on
    ) -> None:
        """Scroll at once."""
        super().scroll_to(x, y, **{**options, "animate": False})

    def scroll_up(self, **_options: Any) -> None:  # Textual's options, all of them on animation
        """Go up by a row."""
        self.move_by(-1)

    def scroll_down(self, **_options: Any) -> None:  # as above
        """Go down by a row."""
        self.move_by(1)

    def scroll_page_up(self, **_options: Any) -> None:  # as above
        """Go up by as many rows as are in view."""
        self.move_by(-self.size.height)

    def scroll_page_down(self, **_options: Any) -> None:  # as above
        """Go down by as many rows as are in view."""
        self.move_by(self.size.height)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Go up by some rows."""
        self._turn_wheel(event, -1)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Go down by some rows."""
        self._turn_wheel(event, 1)

    def _turn_wheel(self, event: events.MouseEvent, direction: int) -> None:
        if not (event.ctrl or event.shift):  # with these it goes sideways
            event.prevent_default()
            if self.move_by(direction * round(self.app.scroll_sensitivity_y)):
                event.stop()

    @contextmanager
    def _own_move(self) -> Iterator[None]:
        """We, not the person, change the position."""
        moving, self._moving = self._moving, True
        try:
            yield
        finally:
            self._moving = moving
