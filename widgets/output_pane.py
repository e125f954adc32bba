"""A command's output while it grows: only the lines on the screen are read, however much there is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar, Protocol

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.cache import LRUCache
from textual.geometry import Size
from textual.reactive import Reactive, reactive
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip
from textual.timer import Timer

from app.terminal.line import styled_line

_CHASE = 1 << 20  # bytes in one tick, beyond which nobody needs line numbers while following
_COPIED = 20_000  # most lines that one selection copies


class OutputSource(Protocol):
    """Lines of bytes that grow, read by number."""

    @property
    def size(self) -> int:
        """Bytes at the last `poll`."""
        ...

    def poll(self) -> bool:
        """Look whether there is more. True if so. Must be quick."""
        ...

    def request_index(self) -> None:
        """Have the lines counted in the background."""
        ...

    def total_lines(self) -> tuple[int, bool]:
        """How many lines there are, and whether that is exact or a guess."""
        ...

    def line_at(self, offset: int) -> int | None:
        """The number of the line that holds a byte; None if not known yet."""
        ...

    def page(self, row: int, count: int, near: tuple[int, int]) -> tuple[int, list[bytes]]:
        """The offset of a line and that many lines from there; `near` is a known row and its offset."""
        ...

    def tail(self, count: int) -> tuple[int, list[bytes]]:
        """The offset of the first of the last lines, and those lines."""
        ...

    def lines(self, start: int, stop: int) -> list[bytes]:
        """Lines by number."""
        ...

    def close(self) -> None:
        """Let go of whatever is open, until the next `poll`."""
        ...


class OutputPane(ScrollView, can_focus=True):
    """Follows the end of an output until a person scrolls up, and again once they are back at the end.

    The cost of a frame is that of the lines on the screen. A row is the number of a line and never moves.

    Args:
        source: What to show.
        id: The widget's id.
        classes: The widget's classes.
    """

    DEFAULT_CSS = """
    OutputPane {
        height: 1fr;
        overflow-x: auto;
        overflow-y: scroll;
        scrollbar-size-horizontal: 0;
    }
    """

    FOCUSED_RATE: ClassVar[int] = 30
    """Looks a second for more output, while it has the focus."""
    BACKGROUND_RATE: ClassVar[int] = 8
    """Looks a second otherwise."""

    # The widget's own lays the whole screen out at every change.
    virtual_size = Reactive(Size(0, 0))
    follow: reactive[bool] = reactive(True, repaint=False)
    """The end is kept in view."""

    def __init__(self, source: OutputSource, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, classes=classes)
        self._source = source
        self._finished = False
        self._exact = True
        self._moving = False
        self._top = (0, 0)
        self._shown: list[bytes] = []
        self._widest = 0
        self._strips: LRUCache[bytes, Strip] = LRUCache(256)
        self._ticks: dict[bool, Timer] = {}

    def finish(self) -> None:
        """The output has ended: show the rest of it, then look no more."""
        self._source.poll()
        self._finished = True
        if self.is_attached:
            self._sync()

    def on_mount(self) -> None:
        """Start looking."""
        self._ticks = {
            focused: self.set_interval(1 / rate, self._tick, pause=focused != self.has_focus)
            for focused, rate in ((True, self.FOCUSED_RATE), (False, self.BACKGROUND_RATE))
        }

    def on_unmount(self) -> None:
        """Let go of the source."""
        self._source.close()

    def on_focus(self) -> None:
        """Look more often."""
        self._choose_timer(focused=True)

    def on_blur(self) -> None:
        """Look less often."""
        self._choose_timer(focused=False)

    def on_resize(self) -> None:
        """Fill the new size."""
        self._sync()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Whatever moves the view up (key, wheel, scroll bar) ends following; reaching the end resumes it."""
        super().watch_scroll_y(old_value, new_value)
        if not self._moving:
            if new_value >= self.max_scroll_y:  # also where a taller view has moved it up to there
                self.follow = True
            elif new_value < old_value:
                self.follow = False
            self._pull()

    def scroll_to(
        self,
        x: float | None = None,
        y: float | None = None,
        **options: Any,  # Textual's options, passed on
    ) -> None:
        """Scroll at once: a target that moves with every tick cannot be animated to."""
        super().scroll_to(x, y, **{**options, "animate": False})

    def action_scroll_home(self) -> None:
        """Show the first line."""
        self.follow = False
        self.scroll_to(x=0, y=0)
        self._pull()

    def action_scroll_end(self) -> None:
        """Show the last line, and follow."""
        self.follow = True
        self._source.poll()
        self._sync()

    def notify_style_update(self) -> None:
        """Draw with the new theme."""
        self._strips.clear()
        super().notify_style_update()

    def render_line(self, y: int) -> Strip:
        """Draw one line of the view.

        Args:
            y: From the top of the view.
        """
        width, (left, top), base = self.size.width, self.scroll_offset, self.rich_style
        if y >= len(self._shown):
            return Strip.blank(width, base)
        strip = self._strip(self._shown[y])
        if (selection := self.text_selection) is not None and (span := selection.get_span(top + y)):
            strip = _highlighted(strip, *span, self.screen.get_component_rich_style("screen--selection"))
        return strip.crop_extend(left, left + width, base).apply_offsets(left, top + y)

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The selected text. Only the selected lines are read.

        Args:
            selection: Rows and characters.
        """
        start, end = selection
        first = start.y if start else 0
        last = min(end.y if end else self.virtual_size.height, first + _COPIED)
        lines = [
            "".join(segment.text for segment in styled_line(line, Style.null()))
            for line in self._source.lines(first, last + 1)
        ]
        if lines and end and len(lines) == end.y - first + 1:
            lines[-1] = lines[-1][: end.x]
        if lines and start:
            lines[0] = lines[0][start.x :]
        return "\n".join(lines), "\n"

    def _choose_timer(self, *, focused: bool) -> None:
        for for_focus, timer in self._ticks.items():
            if for_focus == focused:
                timer.resume()
            else:
                timer.pause()

    def _tick(self) -> None:
        if self._finished and self._exact:
            for timer in self._ticks.values():
                timer.stop()
            self._ticks = {}
        elif self.is_on_screen:
            size = self._source.size
            if self._source.poll() or not self._exact:
                self._sync(self._source.size - size)

    def _sync(self, grown: int = 0) -> None:
        """Make the scroll bar, the position and the screen agree with the source."""
        if not self.follow or grown < _CHASE:
            self._source.request_index()
        was_exact = self._exact
        total, self._exact = self._source.total_lines()
        with self._own_move():
            self._set_virtual_size(total)
            if self.follow:
                self.scroll_to(y=self.max_scroll_y)
            elif not was_exact and (row := self._source.line_at(self._top[1])) is not None:
                # The row was a guess: keep the text that is shown, and correct its number.
                self._top = row, self._top[1]
                self.scroll_to(y=row)
        self._pull()

    def _pull(self) -> None:
        """Read what is visible; repaint only if it differs."""
        row, height = self.scroll_offset.y, self.size.height
        if self.follow:
            offset, lines = self._source.tail(height)
        else:
            offset, lines = self._source.page(row, height, self._top)
        self._top = row, offset
        if lines != self._shown:
            self._shown = lines
            widest = max((self._strip(line).cell_length for line in lines), default=0)
            if widest > self._widest:
                self._widest = widest
                with self._own_move():
                    self._set_virtual_size(self.virtual_size.height)
            self.refresh()

    def _set_virtual_size(self, height: int) -> None:
        size = Size(self._widest, height)
        if size != self.virtual_size:
            self.virtual_size = size
            self._scroll_update(size)

    def _strip(self, line: bytes) -> Strip:
        strip = self._strips.get(line)
        if strip is None:
            strip = self._strips[line] = Strip(styled_line(line, self.rich_style))
        return strip

    @contextmanager
    def _own_move(self) -> Iterator[None]:
        """We, not the person, change the position."""
        moving, self._moving = self._moving, True
        try:
            yield
        finally:
            self._moving = moving


def _highlighted(strip: Strip, start: int, end: int, style: Style) -> Strip:
    """A strip whose characters from `start` to `end`, or to the last if that is -1, are selected."""
    left = cell_len(strip.text[:start])
    right = strip.cell_length if end < 0 else cell_len(strip.text[:end])
    selected = strip.crop(left, right)
    return Strip.join(
        [
            strip.crop(0, left),
            Strip([Segment(text, (own or Style.null()) + style) for text, own, _ in selected]),
            strip.crop(right),
        ]
    )
