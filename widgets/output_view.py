"""A command's output while it grows: only the rows on the screen are read, however much there is."""

from __future__ import annotations

from time import monotonic
from typing import ClassVar

from rich.cells import cell_len
from textual.geometry import Region
from textual.reactive import reactive
from textual.selection import Selection
from textual.strip import Strip
from textual.timer import Timer

from widgets.between_keys import WAIT
from widgets.drawn_line import LinePainter, Shape
from widgets.match_mark import Mark
from widgets.output_source import OutputSource
from widgets.output_window import OutputWindow
from widgets.row_scroll_view import RowScrollView
from widgets.selected_lines import selected_text
from widgets.selected_row import selection_in, with_selection

_CHASE = 1 << 20  # bytes in one tick, beyond which nobody needs line numbers while following
_REST = 8  # times as long as a tick took, before the next: what is dear to draw must not hold up the keys

_LATEST = 0.25  # seconds, after which an output is looked at whoever types


class OutputView(RowScrollView):
    """Follows the end of an output until a person scrolls up, and again once they are back at the end.

    The cost of a frame is that of the rows on the screen. The number of a line never changes, however many
    rows it takes.

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
        self._finished = False
        self._exact = True
        self._looked = self._rests_until = self._deferred_until = 0.0
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

    def defer(self) -> None:
        """Someone is typing elsewhere: what is new can wait a moment, though not for long."""
        now = monotonic()
        if now - self._looked < _LATEST:
            self._deferred_until = now + WAIT

    def look_between_keys(self) -> None:
        """Show what has come, if that is due."""
        if monotonic() - self._looked >= 1 / self.BACKGROUND_RATE:
            self._deferred_until = 0.0
            self._tick()

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
        # What a command says first comes right after its start.
        self.set_timer(1 / self.FOCUSED_RATE, self._tick)

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
        self.to_left_edge()
        self._pull()
        if mark and not self.follow:
            self.show_match(mark.text, mark.byte)

    def move_by(self, rows: int) -> bool:
        """Move by rows: going up ends following, reaching the end resumes it."""
        self._window.correct()
        before = self._window.place
        self._window.move(rows)
        if self._window.place < before:
            self.follow = False
        self._pull()
        if rows > 0 and self._window.at_end:
            self.follow = True
        return self._window.place != before

    def scrolled(self, old_value: float, new_value: float) -> None:
        """Moving the bar to its end resumes following, moving it up ends that."""
        if new_value >= self.max_scroll_y:  # also where a taller view has moved it up to there
            self.follow = True
        elif new_value < old_value:
            self.follow = False
        self._window.go_to_line(round(new_value))
        self._pull()

    def scrolled_sideways(self) -> None:
        """Draw the columns in view."""
        self._pull()

    def action_scroll_home(self) -> None:
        """Show the first line."""
        self.follow = False
        self._window.go_to_line(0)
        self.to_left_edge()
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
        selection, background = selection_in(self), self.background_colors[1]
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
        strip = self._row(y, selection_in(self))
        if y >= len(self._strips):
            return strip
        number, _, (start, _, _) = self._window.rows[y]
        return strip.apply_offsets(start, number)

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The selected text, or its end if it is long.

        Args:
            selection: Lines and characters.
        """
        return selected_text(self._source, selection), "\n"

    def _row(self, y: int, selection: Selection | None) -> Strip:
        if y >= len(self._strips):
            return Strip.blank(self.size.width, self.rich_style)
        strip, (number, _, (start, end, _)) = self._strips[y], self._window.rows[y]
        return with_selection(self, strip, selection, number, first=start, last=end)

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
        elif self.is_on_screen and (now := monotonic()) >= max(self._rests_until, self._deferred_until):
            self._looked = now
            size = self._source.size
            if self._source.poll() or not self._exact:
                self._sync(self._source.size - size)
                self._rests_until = now + _REST * (monotonic() - now)

    def _sync(self, grown: int = 0) -> None:
        """Make the scroll bar, the position and the screen agree with the source."""
        if not self.follow or grown < _CHASE:
            self._source.request_index()
        self._exact = self._source.total_lines()[1]
        self._pull()

    def _pull(self) -> None:
        """Read what is in view; repaint only what differs."""
        width, height = self.scrollable_content_region.size  # the scroll bar is not part of it
        if not (width and height):
            return
        left = 0 if self.wrap else self.scroll_offset.x
        self._painter.fit(Shape(width, left, self.wrap, self.rich_style))
        if self.follow or not self._window.show(height):
            self._window.show_end(height)
        self._widest = max((self._widest, *(line.cells for _, line, _ in self._window.rows)))
        self.place_bar(self._window.place[0], self._window.last_top(height), 0 if self.wrap else self._widest)
        before, self._strips = self._strips, self._draw()
        if len(before) != len(self._strips) or self.text_selection is not None:
            self.refresh()
        elif dirty := [y for y, strip in enumerate(self._strips) if strip != before[y]]:
            self.refresh(Region(0, dirty[0], width, dirty[-1] - dirty[0] + 1))

    def _draw(self) -> list[Strip]:
        rows, mark = self._window.rows, self._mark
        if mark is None:
            return [row.strip for _, _, row in rows]
        number = self._source.line_at(mark.byte)
        if number is not None:  # it may have been a guess when it was found
            mark = mark._replace(spot=mark.spot._replace(number=number))
        style = self.get_component_rich_style("output-view--match")
        current = self.get_component_rich_style("output-view--match-current")
        return [mark.draw(row, style, current) for row in rows]

    def _show_column(self, mark: Mark) -> None:
        """Scroll sideways to a match."""
        if self.wrap or mark.spot.before is None:
            return
        width, left = self.scrollable_content_region.width, self.scroll_offset.x
        start = cell_len(mark.spot.before)
        end = start + cell_len(mark.text)
        if start < left or end > left + width:
            self.scroll_to(x=0 if end <= width else start - width // 3)
