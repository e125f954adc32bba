"""The rows of a diff on the screen: only those in view are looked at."""

from __future__ import annotations

import asyncio
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.style import Style
from textual.geometry import Size
from textual.message import Message
from textual.reactive import Reactive, reactive
from textual.scroll_view import ScrollView
from textual.selection import SELECT_ALL, Selection
from textual.strip import Strip
from textual.worker import Worker

from widgets.copied import copied
from widgets.diff.colours import HunkColours
from widgets.diff.hunk_lines import HunkLines
from widgets.diff.painter import NO_MARK, Mark, RowPainter, Shape, ShownLine, cells
from widgets.diff.palette import COMPONENT_CLASSES, COMPONENT_CSS, Palette, classes_for
from widgets.diff.parse import FileDiff, Hunk
from widgets.diff.reading import Changes, ReadDiff, changes_of, read_diff, read_files
from widgets.diff.rows import Row, Rows, note_of
from widgets.diff.search import DiffSearch
from widgets.diff.selected import selected_text, with_selected
from widgets.diff.text import diff_text
from widgets.highlight import Span
from widgets.selected_row import selection_in

SPLIT_FROM = 100
"""Cells of the view from which on both files have room side by side."""
AT_ONCE = 10_000
"""Characters of a diff that is read at once; a longer one is read in a thread."""


class DiffCanvas(ScrollView):
    """Draws files and their hunks. One hunk is the current one: it has a bar at its left.

    Args:
        files: What to show.
        id: The widget's id.
    """

    BRIEF: ClassVar[bool] = False
    """Little room is given to where a line is, and none to which hunk is the current one."""
    COMPONENT_CLASSES: ClassVar[set[str]] = COMPONENT_CLASSES
    DEFAULT_CSS = f"""
    DiffCanvas {{
        height: 1fr; background: $background; color: $foreground;
        overflow-x: scroll; overflow-y: auto; scrollbar-size-vertical: 1; scrollbar-size-horizontal: 0;
        {COMPONENT_CSS}
    }}
    """

    # The widget's own lays the whole screen out at every change.
    virtual_size = Reactive(Size(0, 0))

    current_hunk: reactive[int] = reactive(-1, bindings=True)
    """The number of the hunk that keys act on, in the whole diff; -1 if there is none."""
    split: reactive[bool] = reactive(False)
    """The old and the new file stand side by side where there is room."""

    @dataclass
    class Shown(Message):
        """Another diff is shown from now on."""

        changes: Changes

    def __init__(self, files: Sequence[FileDiff] = (), *, id: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self.files: tuple[FileDiff, ...] = ()
        self.lines: list[HunkLines] = []
        self.rows = Rows((), (), split=False)
        self._text: tuple[str, str] | None = None  # to be read once this is mounted, and the note
        self._note = ""
        self._reading: Worker[None] | None = None
        self._marks: dict[int, Mark] = {}
        self._changes: dict[int, Changes] = {}  # by file
        self._painter: RowPainter | None = None
        self._colours = HunkColours(self._wake)
        self._found: DiffSearch | None = None
        self._digits = 1
        self._widest = 0
        self._take(read_files(files))

    def show(self, files: Sequence[FileDiff]) -> None:
        """Show another diff, from its first row on."""
        self._text, self._note = None, ""
        if self._reading is not None:
            self._reading.cancel()
        self._show(read_files(files))

    def show_text(self, diff: str, note: str = "") -> None:
        """Show another diff, from its first row on. One that is long appears a moment later.

        Args:
            diff: Untrusted text of a unified diff.
            note: Said below it, and never copied; safe to show.
        """
        self.show(())
        self._note = note
        if not self.is_attached:
            self._text = diff, note
        elif len(diff) <= AT_ONCE:
            self._show(read_diff(diff, note))
        else:
            self._reading = self.run_worker(self._read(diff, note))

    def on_mount(self) -> None:
        """Know the terminal, and show what there is to show by now."""
        self.add_class(*classes_for(self.app))
        if self._text is not None:
            self.show_text(*self._text)

    def replace_hunk(self, number: int, hunk: Hunk) -> None:
        """Show another hunk in the place of one; what is in view stays there."""
        old = self.lines[number]
        self.lines[number] = HunkLines(hunk, old.file, old.language)
        self._changes.clear()
        if self.is_attached:
            self.screen.selections.pop(self, None)
            self.lay_out()

    def mark(self, marks: Iterable[tuple[int, Mark]]) -> None:
        """Show what was decided about hunks, by their numbers."""
        self._marks.update(marks)
        self.refresh()

    def mark_found(self, found: DiffSearch | None) -> None:
        """Mark the text of a search wherever it is in view; None marks nothing."""
        self._found = found
        self.refresh()

    def go_to_hunk(self, number: int) -> None:
        """Make a hunk the current one, and bring it into view."""
        self.current_hunk = number
        top, bottom = self.rows.span(number)
        if not (self.scroll_offset.y <= top and bottom <= self.scroll_offset.y + self.size.height):
            above = 2 if top and self.rows[top - 1].kind in {"file", "note"} else 1
            self.scroll_to(y=max(top - above, 0), animate=False)
            self.current_hunk = number

    def get_selection(self, selection: Selection) -> tuple[str, str]:
        """The selected text: of one side, that on which the selection begins.

        Args:
            selection: Rows and characters.
        """
        return selected_text(self.rows, self.lines, selection), "\n"

    def action_copy(self) -> None:
        """Copy what is selected, or else all, or the end of that."""
        selection = self.text_selection
        text = self.get_selection(selection)[0] if selection and selection != SELECT_ALL else ""
        files = self.files[:-1] if self._note else self.files
        self.post_message(copied(text or diff_text(files, [each.hunk for each in self.lines])))

    def on_unmount(self) -> None:
        """Let the highlighter's thread end."""
        self._colours.close()

    def on_resize(self) -> None:
        """Fit the new size."""
        self.lay_out()

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
            self.call_later(self._draw_anew)  # the component styles come after this

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Rows come into view that may be wider than those before; the current hunk may go out of it."""
        super().watch_scroll_y(old_value, new_value)
        self._measure()
        in_view = self.rows.hunks_in(self.scroll_offset.y, self.scroll_offset.y + self.size.height)
        if in_view and self.current_hunk not in in_view:
            self.current_hunk = in_view[0] if self.current_hunk < in_view[0] else in_view[-1]

    def watch_split(self) -> None:
        """Lay out anew; the row at the top stays there."""
        self.lay_out()

    def render_line(self, y: int) -> Strip:
        """Draw one row.

        Args:
            y: From the top of the view.
        """
        if not self.is_attached:  # a last paint may come to one that was removed: it has no styles any more
            return Strip.blank(self.size.width)
        number = self.scroll_offset.y + y
        row = self.rows[number]
        strip = self._draw(row, number)
        if row.kind == "line":
            return with_selected(self, strip, selection_in(self), number)
        return strip.apply_offsets(0, number)

    def lay_out(self) -> None:
        """Find the rows for the width there is, and keep the one at the top there."""
        if not self.size.width:
            return
        top = self.rows[self.scroll_offset.y]
        self.rows = Rows(self.files, self.lines, split=self.split and self.size.width >= SPLIT_FROM)
        self._measure()
        if top.kind == "line" and top.hunk < len(self.lines):
            line = min(max(top.line.left, top.line.right), len(self.lines[top.hunk].hunk.lines) - 1)
            self.scroll_to(y=self.rows.place(top.hunk, line), animate=False)
        self._draw_anew()

    def shape(self) -> Shape:
        """What there is room for in a row."""
        width = self.scrollable_content_region.width  # the scroll bar is not part of it
        return Shape(width, self.scroll_offset.x, self._digits, self.rows.split, self.BRIEF)

    async def _read(self, diff: str, note: str) -> None:
        self._show(await asyncio.to_thread(read_diff, diff, note, split=self.split))

    def _show(self, read: ReadDiff) -> None:
        self._take(read)
        self.rows = Rows((), (), split=False)
        if self.is_attached:
            self.refresh_bindings()
            self.screen.selections.pop(self, None)
            self.scroll_to(0, 0, animate=False)
            self.lay_out()
            self.post_message(self.Shown(read.changes))

    def _take(self, read: ReadDiff) -> None:
        self.files, self.lines = read.files, list(read.lines)
        self._digits = max(len(str(read.last)), 1 if self.BRIEF else 3)
        self._marks = {}
        self._changes = {}
        self._widest = 0
        self._colours.forget()
        self.set_reactive(DiffCanvas.current_hunk, 0 if self.lines else -1)

    def _measure(self) -> None:
        """Only rows that have been in view count for the width: measuring all of them could take seconds."""
        top = self.scroll_offset.y
        for row in map(self.rows.__getitem__, range(top, top + self.size.height)):
            for line in {row.line.left, row.line.right} - {-1}:
                self._widest = max(self._widest, cells(self.lines[row.hunk], line, row.line.piece))
        shape = self.shape()
        size = Size(shape.width + max(self._widest - shape.text, 0), self.rows.total)
        if size != self.virtual_size:
            self.virtual_size = size
            self._scroll_update(size)

    def _wake(self) -> None:
        """Colours are there. Called from the highlighter's thread."""
        if self.is_running:
            self.call_later(self._colour)

    def _colour(self) -> None:
        self._colours.take()
        self.refresh()

    def _draw_anew(self) -> None:
        self._painter = None
        self.refresh()

    def _draw(self, row: Row, number: int) -> Strip:
        painter = self._painter
        if painter is None or painter.shape != self.shape():
            palette = painter.palette if painter else Palette.of(self)
            painter = self._painter = RowPainter(palette, self.shape(), self._colours.line, self._searched)
        match row.kind:
            case "gap":
                return Strip.blank(painter.shape.width, painter.palette.text)
            case "file":
                return painter.file(self.files[row.file].name, *self._changes_of(row.file))
            case "note":
                return painter.note(note_of(self.files[row.file], row.note))
        lines, mark = self.lines[row.hunk], self._marks.get(row.hunk, NO_MARK)
        bar = self._bar_of(row.hunk, painter)
        if row.kind == "hunk":
            return painter.heading(self._where(lines), lines.hunk.heading, mark, bar)
        return painter.line(ShownLine(lines, row.line, mark, bar, number))

    def _where(self, lines: HunkLines) -> str:
        return f"line {lines.hunk.new_start or lines.hunk.old_start}" if self.BRIEF else lines.spans

    def _bar_of(self, hunk: int, painter: RowPainter) -> Style | None:
        if self.BRIEF or hunk != self.current_hunk:
            return None
        return painter.palette.current if self.has_focus else painter.palette.current_unfocused

    def _changes_of(self, file: int) -> Changes:
        if file not in self._changes:
            first = bisect_left(self.lines, file, key=lambda lines: lines.file)
            hunks = self.lines[first : first + len(self.files[file].hunks)]
            self._changes[file] = changes_of([lines.hunk for lines in hunks])
        return self._changes[file]

    def _searched(self, hunk: HunkLines, line: int, text: str) -> list[Span]:
        """Where the text that was searched for is in a row."""
        if self._found is None or self._painter is None:
            return []
        place = self._found.place
        is_current = place is not None and place.line == line and self.lines[place.hunk] is hunk
        palette = self._painter.palette
        return self._found.spans(text, palette.match_current if is_current else palette.match)
