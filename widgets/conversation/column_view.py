"""A column of blocks on the screen: what is laid out, drawn, drawn again, and selected."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual.geometry import Region
from textual.reactive import reactive
from textual.selection import Selection
from textual.strip import Strip

from widgets.conversation.absent import Absent
from widgets.conversation.block import Block
from widgets.conversation.column import Column
from widgets.conversation.follow import FollowingView
from widgets.conversation.line import Line
from widgets.conversation.painter import Gutter, Painter, gutter, with_hint
from widgets.conversation.palette import COMPONENT_CLASSES, COMPONENT_CSS, Palette
from widgets.conversation.part import Part
from widgets.conversation.selection import row_number, selected_text
from widgets.selected_row import selection_in, with_selection


class ColumnView(FollowingView):
    """Draws the rows of a column. The screen holds still when heights above it turn out different."""

    COMPONENT_CLASSES: ClassVar[set[str]] = COMPONENT_CLASSES
    DEFAULT_CSS = f"ColumnView {{ {COMPONENT_CSS} }}"
    HINT = " ↓ more "

    cursor: reactive[int | None] = reactive(None)
    """The block that keys act on."""
    news: reactive[bool] = reactive(False)
    """Something came below while the end was not in view."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002  # Textual's
        super().__init__(id=id, classes=classes)
        self.column = Column(self.part_laid_out)
        self._painter = Painter()
        self._shown: list[tuple[Line, Gutter]] = []

    def part_laid_out(self, part: Part) -> None:
        """A part has new rows."""

    def lay_out(self, changed: Iterable[int] = (), *, margin: int = 0) -> None:
        """Make layout, scroll position and screen agree.

        Args:
            changed: Blocks whose content is another one.
            margin: Rows above and below the screen that are laid out too, so that paging to them is exact.
        """
        if not self.column.width or not self.is_attached:  # a timer may be late
            return
        top, shift = self.scroll_offset.y, 0
        for index in sorted(changed):
            shift += self.column.update(index, top + shift)
        if shift and not self.follow:
            self.set_rows(self.column.width, self.column.total)
            self.move_to(top + shift)
        self._settle(margin)
        self.place_bar()
        self._refresh_rows()

    def replace(self, start: int, stop: int, blocks: Sequence[Block]) -> None:
        """Put other blocks in the place of some. What is looked at stays where it is on the screen."""
        column, top = self.column, self.scroll_offset.y
        above, below = column.top(start), column.top(stop)
        index, offset = column.find(top)
        if self.is_attached:
            self.screen.selections.pop(self, None)  # its numbers are those of other blocks now
        column.replace(start, stop, blocks)
        moved = len(blocks) - (stop - start)
        if not column.width or not self.is_attached:
            return
        self.set_rows(column.width, column.total)
        if not self.follow and above <= top:
            if index >= stop:
                self.move_to(column.top(index + moved) + offset)
            elif below < top + self.size.height:
                self.move_to(column.top(stop + moved) - (below - top))
            else:
                there = (at for at, block in enumerate(blocks, start) if not isinstance(block, Absent))
                self.move_to(column.top(next(there, start)))
        self.lay_out(margin=self.size.height)

    def scrolled(self) -> None:
        self.lay_out()
        self.call_after_refresh(self._lay_out_around)

    def watch_follow(self, follow: bool) -> None:
        """At the end nothing is below."""
        if follow:
            self.news = False

    def on_resize(self) -> None:
        """Lay out for another width, and keep the block at the top there."""
        column, width = self.column, self.scrollable_content_region.width
        if width != column.width:
            if not column.width:
                self._draw_in(Palette.of(self))
            index, offset = column.find(self.scroll_offset.y)
            known = index < len(column.blocks) and not self.follow
            share = offset / max(column.height(index), 1) if known else 0.0
            column.resize(width)
            self.set_rows(width, column.total)
            if known:
                self.move_to(column.top(index) + int(share * column.height(index)))
        self.lay_out(margin=self.size.height)

    def notify_style_update(self) -> None:
        super().notify_style_update()
        if self.column.width:
            self.call_later(self._restyle)  # the component styles come after this

    def _restyle(self) -> None:
        palette = Palette.of(self)
        if palette != self.column.palette:
            self._draw_in(palette)
            self.lay_out()
            self.refresh()

    def _draw_in(self, palette: Palette) -> None:
        self.column.restyle(palette)
        self._painter.clear()

    def _lay_out_around(self) -> None:
        self.lay_out(margin=self.size.height)

    def _settle(self, margin: int) -> None:
        height = self.size.height
        for _ in range(8):
            total = self.column.total
            top = max(total - height, 0) if self.follow else self.scroll_offset.y
            shift = self.column.settle(max(top - margin, 0), top, top + height + margin)
            self.set_rows(self.column.width, self.column.total)
            if self.follow:
                self.move_to(self.max_scroll_y)
            elif shift:
                self.move_to(top + shift)
            if not shift and self.column.total == total:
                break
        self.column.trim()

    def _refresh_rows(self) -> None:
        """Refresh the rows that no longer show what they should."""
        top, shown = self.scroll_offset.y, self._shown
        self._shown = [self._content(y) for y in range(top, top + self.size.height)]
        if len(shown) != len(self._shown) or self.text_selection is not None:
            self.refresh()
        elif dirty := [y for y, row in enumerate(self._shown) if row != shown[y]]:
            self.refresh(Region(0, dirty[0], self.size.width, dirty[-1] - dirty[0] + 1))

    def _content(self, y: int) -> tuple[Line, Gutter]:
        row = self.column.row(y)
        return row.line, gutter(row, cursor=self._has_cursor(row.place.block))

    def _has_cursor(self, block: int) -> bool:
        return block == self.cursor and self.has_focus

    def render_lines(self, crop: Region) -> list[Strip]:
        """Draw rows, past the styles cache, which copies every strip: here it has no border to add."""
        if self.styles.gutter:
            return super().render_lines(crop)
        self._dirty_regions.clear()
        selection, background = selection_in(self), self.background_colors[1]
        strips = [self._row(y, selection)[0] for y in range(crop.y, crop.bottom)]
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
        strip, number = self._row(y, selection_in(self))
        return strip.apply_offsets(0, number)

    def _row(self, y: int, selection: Selection | None) -> tuple[Strip, int]:
        """A row of the view, and its number."""
        column = self.column
        row = column.row(self.scroll_offset.y + y)
        beside = gutter(row, cursor=self._has_cursor(row.place.block))
        strip = self._painter.strip(row.line, beside, self.size.width, column.palette)
        number = row_number(row.place)
        strip = with_selection(self, strip, selection, number)
        if self.news and y == self.size.height - 1:
            strip = with_hint(strip, self.HINT, column.palette)
        return strip, number

    @property
    def allow_select(self) -> bool:
        """Its text can be selected with the mouse."""
        return True

    def get_selection(self, selection: Selection) -> tuple[str, str]:
        """The selected text, and what ends it. Finding it may lay out rows: the screen holds still."""
        index, offset = self.column.find(self.scroll_offset.y)
        text = selected_text(self.column, selection)
        if self.column.width and index < len(self.column.blocks):
            self.set_rows(self.column.width, self.column.total)
            self.move_to(self.column.top(index) + offset)
        return text, "\n"
