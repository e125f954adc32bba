"""A scroll view over rows that follows its end until a person scrolls away."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from textual.geometry import Size
from textual.reactive import Reactive, reactive
from textual.scroll_view import ScrollView

from widgets.scroll_thumb import ScrollThumb


class FollowingView(ScrollView):
    """Scrolls by rows, without animation. While `follow` is true its end is kept in view."""

    DEFAULT_CSS = """
    FollowingView { overflow-x: hidden; overflow-y: scroll; scrollbar-size-vertical: 1; }
    """

    # That of Widget lays out the whole screen at every change.
    virtual_size = Reactive(Size(0, 0), repaint=False)
    follow: reactive[bool] = reactive(True, repaint=False)

    _moving = False

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002  # Textual's
        super().__init__(id=id, classes=classes)
        self._thumb = ScrollThumb()

    def scrolled(self) -> None:
        """A person has scrolled to another row."""

    def move_to(self, y: int) -> None:
        """Scroll on behalf of the program: it does not count as the person's wish."""
        with self._own_move():
            self.scroll_to(y=y, animate=False, immediate=True)

    def set_rows(self, width: int, rows: int) -> None:
        """Say how large the content is."""
        size = Size(width, rows)
        if size != self.virtual_size:
            with self._own_move():
                self.virtual_size = size
                self.scroll_y = self.validate_scroll_y(self.scroll_y)

    @contextmanager
    def _own_move(self) -> Iterator[None]:
        before, self._moving = self._moving, True
        try:
            yield
        finally:
            self._moving = before

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Unlike the inherited watcher this draws nothing: that is up to `scrolled`, and to `place_bar`."""
        if not self._moving and round(old_value) != round(new_value):
            self.follow = new_value >= self.max_scroll_y
            self.scrolled()

    def action_scroll_home(self) -> None:
        """Go to the first row."""
        self._go_to(0)

    def action_scroll_end(self) -> None:
        """Go to the last row, and follow it."""
        self.follow = True
        self._go_to(self.max_scroll_y)

    def action_page_up(self) -> None:
        """Go up by a page, of which one row stays in view."""
        self._go_to(self.scroll_y - self.size.height + 1)

    def action_page_down(self) -> None:
        """Go down by a page, of which one row stays in view."""
        self._go_to(self.scroll_y + self.size.height - 1)

    def action_scroll_up(self) -> None:
        """Go up by a row."""
        self._go_to(self.scroll_y - 1)

    def action_scroll_down(self) -> None:
        """Go down by a row."""
        self._go_to(self.scroll_y + 1)

    def place_bar(self) -> None:
        """Let the scroll bar show what is in view; to be called when all is in its place."""
        height, rows = self.size.height, self.virtual_size.height
        if self.show_vertical_scrollbar and self._thumb.moves(height, rows, self.scroll_y, self.max_scroll_y):
            self.vertical_scrollbar.position = self.scroll_y
            self._scroll_update(self.virtual_size)

    def _go_to(self, y: float) -> None:
        self.scroll_to(y=y, animate=False, immediate=True)
