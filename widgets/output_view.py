"""A command's output while it grows: only the rows on the screen are read, however much there is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from math import ceil
from typing import Any, ClassVar, NamedTuple

from rich.cells import cell_len
from textual import events
from textual.geometry import Region, Size
from textual.reactive import Reactive, reactive
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip
from textual.timer import Timer

from widgets.drawn_line import LinePainter, Shape, drawn_text
from widgets.highlight import Span, highlighted
from widgets.output_source import OutputSource
from widgets.output_window import OutputWindow, Spot, ViewRow

_CHASE = 1 << 20  # bytes in one tick, beyond which nobody needs line numbers while following
_SELECTED = 1_000_000  # characters of a selection, beyond which its start is left out
_STEP = 500  # lines that are read at once for it


class Mark(NamedTuple):
    """A text that stands out wherever it is in view, and one place of it that does so more."""

    text: str
    byte: int
    spot: Spot


class OutputView(ScrollView, can_focus=True):
    """Follows the end of an output until a person scrolls up, and again once they are back at the end.

    The cost of a frame is that of the rows on the screen. The scroll bar counts lines: the number of a line
    never changes, however many rows it takes.

    Args:
        source: What to show.
        id: The widget's id.
        classes: The widget's classes.
    """

    DEFAULT_CSS = """
    OutputView {
        height: 1fr;
        overflow-x: scroll;
        overflow-y: scroll;
        scrollbar-size-horizontal: 0;
        & .output-view--match { text-style: underline; background: $warning-muted; }
        & .output-view--match-current { text-style: bold reverse; color: $warning; background: $background; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"output-view--match", "output-view--match-current"}

    FOCUSED_RATE: ClassVar[int] = 30
    """Looks a second for more output, while it has the focus."""
    BACKGROUND_RATE: ClassVar[int] = 8
    """Looks a second otherwise."""

    # The widget's own lays the whole screen out at every change.
    virtual_size = Reactive(Size(0, 0), repaint=False)
    follow: reactive[bool] = reactive(True, repaint=False)
    """The end is kept in view."""
    wrap: reactive[bool] = reactive(False, repaint=False, init=False)
    """Lines wider than the view go on in further rows."""

    def __init__(self, source: OutputSource, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, classes=classes)
        self._source = source
        self._painter = LinePainter()
        self._window = OutputWindow(source, self._painter)
        self._mark: Mark | None = None
        self._strips: list[Strip] = []
        self._widest = 0
        self._thumb = (0, 0)  # eighths of a cell
        self._finished = False
        self._exact = True
        self._moving = False
        self._ticks: dict[bool, Timer] = {}

    def finish(self) -> None:
        """The output has ended: show the rest of it, then look no more."""
        self._finished = True
        self.look()

    def look(self) -> None:
        """Show what there is now."""
        self._source.poll()
        if self.is_attached:
            self._sync()

    def show_match(self, text: str, byte: int) -> None:
        """Show a place of a text, and mark the text wherever it is in view.

        Args:
            text: What was searched for.
            byte: Where it was found.
        """
        self.follow = False
        self._mark = Mark(text, byte, self._window.find(byte))
        self._window.bring_into_view(self._mark.spot, self.size.height)
        self._pull()
        self._show_column(self._mark)

    def clear_match(self) -> None:
        """Mark nothing any more."""
        self._mark = None
        self._pull()

    @property
    def top(self) -> int:
        """Where in the output the first line in view starts, in bytes."""
        return self._window.offset

    def on_mount(self) -> None:
        """Start looking."""
        self._ticks = {
            focused: self.set_interval(1 / rate, self._tick, pause=focused != self.has_focus)
            for focused, rate in ((True, self.FOCUSED_RATE), (False, self.BACKGROUND_RATE))
        }
        self.set_timer(
            1 / self.FOCUSED_RATE, self._tick
        )  # what a short command says comes right after its start

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
        self.look()

    def watch_wrap(self) -> None:
        """Keep the line at the top there, and a match in view."""
        if not self.is_attached:
            return
        mark = self._mark if self._mark and self._window.shows(self._mark.spot) else None
        self._window.go_to_line(self._window.place[0])
        with self._own_move():
            self.scroll_to(x=0)
        self._pull()
        if mark and not self.follow:
            self.show_match(mark.text, mark.byte)

    def watch_scroll_x(self, old_value: float, new_value: float) -> None:
        """Other columns come into view."""
        super().watch_scroll_x(old_value, new_value)
        if not self._moving:
            self._pull()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Whatever moves the scroll bar to its end resumes following; moving it up ends that."""
        # The inherited watcher repaints everything.
        if not self._moving:
            if new_value >= self.max_scroll_y:  # also where a taller view has moved it up to there
                self.follow = True
            elif new_value < old_value:
                self.follow = False
            self._window.go_to_line(round(new_value))
            self._pull()

    def scroll_to(
        self,
        x: float | None = None,
        y: float | None = None,
        **options: Any,  # Textual's options, passed on
    ) -> None:
        """Scroll at once: a target that moves with every tick cannot be animated to."""
        super().scroll_to(x, y, **{**options, "animate": False})

    def scroll_up(self, **_options: Any) -> None:  # Textual's options: nothing is animated
        """Go up by a row."""
        self._move(-1)

    def scroll_down(self, **_options: Any) -> None:  # as above
        """Go down by a row."""
        self._move(1)

    def scroll_page_up(self, **_options: Any) -> None:  # as above
        """Go up by as many rows as are in view."""
        self._move(-self.size.height)

    def scroll_page_down(self, **_options: Any) -> None:  # as above
        """Go down by as many rows as are in view."""
        self._move(self.size.height)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Go up by some rows."""
        self._turn_wheel(event, -1)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Go down by some rows."""
        self._turn_wheel(event, 1)

    def action_scroll_home(self) -> None:
        """Show the first line."""
        self.follow = False
        self._window.go_to_line(0)
        with self._own_move():
            self.scroll_to(x=0)
        self._pull()

    def action_scroll_end(self) -> None:
        """Show the last line, and follow."""
        self.follow = True
        self.look()

    def notify_style_update(self) -> None:
        """Draw with the new theme."""
        super().notify_style_update()
        if self.is_attached:
            self.call_later(self._pull)  # component styles come after this

    def render_lines(self, crop: Region) -> list[Strip]:
        """Draw rows, past the styles cache, which copies every strip: there is no border to add."""
        if self.styles.gutter:
            return super().render_lines(crop)
        selection, background = self.text_selection, self.background_colors[1]
        strips = [self._row(y, selection) for y in range(crop.y, crop.bottom)]
        for line_filter in self.get_line_filters():
            strips = [strip.apply_filter(line_filter, background) for strip in strips]
        if crop.width == self.size.width:
            return strips
        return [strip.crop(crop.x, crop.right) for strip in strips]

    def render_line(self, y: int) -> Strip:
        """Draw one row of the view, with what the mouse needs: to add that costs more than to draw it.

        Args:
            y: From the top of the view.
        """
        strip = self._row(y, self.text_selection)
        if y >= len(self._strips):
            return strip
        number, _, (start, _, _) = self._window.rows[y]
        return strip.apply_offsets(start, number)

    def _row(self, y: int, selection: Selection | None) -> Strip:
        if y >= len(self._strips):
            return Strip.blank(self.size.width, self.rich_style)
        strip, (number, _, (start, end, _)) = self._strips[y], self._window.rows[y]
        if selection is None or (span := selection.get_span(number)) is None:
            return strip
        first, last = span
        last = end if last < 0 else min(last, end)
        style = self.screen.get_component_rich_style("screen--selection")
        return highlighted(strip, [(first - start, last - start, style)])

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The selected text, or its end if it is long. Only the lines of that are read.

        Args:
            selection: Lines and characters.
        """
        start, end = selection
        first = start.y if start else 0
        last = end.y if end else self._source.total_lines()[0] - 1
        texts: list[str] = []
        length, top = 0, last + 1
        while first < top and length < _SELECTED:
            bottom, top = top, max(first, top - _STEP)
            step = [drawn_text(line) for line in self._source.lines(top, bottom)]
            if end and bottom == end.y + 1 and len(step) == bottom - top:
                step[-1] = step[-1][: end.x]
            texts[:0] = step
            length += sum(map(len, step))
        if start and texts and top == first:
            texts[0] = texts[0][start.x :]
        return "\n".join(texts), "\n"

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
        self._exact = self._source.total_lines()[1]
        self._pull()

    def _move(self, rows: int) -> bool:
        """Move by rows, and tell whether that was possible."""
        self._window.correct()
        before = self._window.place
        self._window.move(rows)
        if self._window.place < before:
            self.follow = False
        self._pull()
        if rows > 0 and self._window.at_end:
            self.follow = True
        return self._window.place != before

    def _turn_wheel(self, event: events.MouseEvent, direction: int) -> None:
        if not (event.ctrl or event.shift):
            event.prevent_default()
            if self._move(direction * round(self.app.scroll_sensitivity_y)):
                event.stop()

    def _pull(self) -> None:
        """Read what is in view; repaint only what differs."""
        width, height = self.scrollable_content_region.size  # the scroll bar is not part of it
        if not (width and height):
            return
        left = 0 if self.wrap else self.scroll_offset.x
        self._painter.fit(Shape(width, left, self.wrap, self.rich_style))
        if self.follow or not self._window.show(height):
            self._window.show_end(height)
        self._move_scroll_bar(height)
        before, self._strips = self._strips, self._draw()
        if len(before) != len(self._strips) or self.text_selection is not None:
            self.refresh()
        elif dirty := [y for y, strip in enumerate(self._strips) if strip != before[y]]:
            self.refresh(Region(0, dirty[0], width, dirty[-1] - dirty[0] + 1))

    def _move_scroll_bar(self, height: int) -> None:
        """Let the scroll bar agree with the window. To draw it costs as much as the rows: only if it differs."""
        self._widest = max((self._widest, *(line.cells for _, line, _ in self._window.rows)))
        first, room = self._window.place[0], self._window.last_top(height)
        size = Size(0 if self.wrap else self._widest, room + height)
        length = max(height * height / size.height, 1)
        thumb = int((height - length) * first / max(room, 1) * 8), ceil(length * 8)
        with self._own_move():
            self.virtual_size = size
            self.scroll_to(y=first)
            if thumb != self._thumb:
                self._thumb = thumb
                self.vertical_scrollbar.position = first
                self._scroll_update(size)

    def _draw(self) -> list[Strip]:
        rows, mark = self._window.rows, self._mark
        if mark is None:
            return [row.strip for _, _, row in rows]
        number = self._source.line_at(mark.byte)
        mark = mark if number is None else mark._replace(spot=mark.spot._replace(number=number))
        return [self._marked(row, mark) for row in rows]

    def _marked(self, view_row: ViewRow, mark: Mark) -> Strip:
        """A row with every match in it."""
        number, line, (start, end, strip) = view_row
        spans: list[Span] = []
        place = line.text.find(mark.text)
        while 0 <= place < end:
            is_current = (number, place) == (mark.spot.number, mark.spot.character)
            style = self.get_component_rich_style(f"output-view--match{'-current' if is_current else ''}")
            spans.append((place - start, min(place + len(mark.text), end) - start, style))
            place = line.text.find(mark.text, place + len(mark.text))
        return highlighted(strip, spans) if spans else strip

    def _show_column(self, mark: Mark) -> None:
        """Scroll sideways to a match."""
        width, left = self.scrollable_content_region.width, self.scroll_offset.x
        for number, line, _ in self._window.rows:
            if number == mark.spot.number and mark.spot.character is not None and not self.wrap:
                start = cell_len(line.text[: mark.spot.character])
                end = start + cell_len(mark.text)
                if start < left or end > left + width:
                    self.scroll_to(x=0 if end <= width else start - width // 3)

    @contextmanager
    def _own_move(self) -> Iterator[None]:
        """We, not the person, change the position."""
        moving, self._moving = self._moving, True
        try:
            yield
        finally:
            self._moving = moving
