"""A grid of cells that text is written on: pyte's, with what real programs need beyond it."""

from __future__ import annotations

import pyte
from pyte import modes
from pyte.charsets import VT100_MAP
from pyte.screens import Char, Margins, StaticDefaultDict
from rich.cells import get_character_cell_size

from app.terminal.cell import look_after, marked

_LINES = {code: VT100_MAP[code] for code in range(0x5F, 0x7F)}
_SEQUENCE = 256  # characters of a colour sequence that count

Row = StaticDefaultDict[int, Char]


class Grid(pyte.Screen):
    """Writing, scrolling and erasing, as xterm does it where pyte does not.

    pyte stops at a letter it cannot place, gathers marks without end, splits wide letters at the edge, leaves
    rows behind when it scrolls, and erases with the whole pen.
    """

    def reset(self) -> None:
        """Go back to how it was in the beginning."""
        super().reset()
        self.line_drawing = (False, False)

    def draw(self, data: str) -> None:
        """Write text.

        Args:
            data: Holds no control characters.
        """
        if self.line_drawing[self.charset]:
            data = data.translate(_LINES)
        if data.isascii() and modes.IRM not in self.mode:
            self._draw_narrow(data)
        else:
            self._draw_any(data)

    def _draw_narrow(self, text: str) -> None:
        """Write letters that all take one cell, a row at a time."""
        style = self.cursor.attrs[1:]
        position = 0
        while position < len(text):
            self._make_room(1)
            x = self.cursor.x
            part = text[position : position + self.columns - x]
            self.buffer[self.cursor.y].update(enumerate([Char(letter, *style) for letter in part], x))
            self.dirty.add(self.cursor.y)
            self.cursor.x += len(part)
            position += len(part)

    def _draw_any(self, text: str) -> None:
        style = self.cursor.attrs[1:]
        for letter in text:
            width = get_character_cell_size(letter)
            if not width:
                self._mark(letter)
                continue
            self._make_room(width)
            if modes.IRM in self.mode:
                self.insert_characters(width)
            row, x = self.buffer[self.cursor.y], self.cursor.x
            row[x] = Char(letter, *style)
            if width > 1:
                row[x + 1] = Char("", *style)
            self.dirty.add(self.cursor.y)
            self.cursor.x = x + width

    def _make_room(self, width: int) -> None:
        """Go to the next row, or stay at the end of this one."""
        if self.cursor.x + width > self.columns:
            if modes.DECAWM in self.mode:
                self.carriage_return()
                self.index()
            else:
                self.cursor.x = max(self.columns - width, 0)

    def _mark(self, mark: str) -> None:
        """Put a mark on the letter before the cursor."""
        row, x = self.buffer[self.cursor.y], self.cursor.x - 1
        if x > 0 and not row[x].data:
            x -= 1
        if x >= 0:
            row[x] = row[x]._replace(data=marked(row[x].data, mark))
            self.dirty.add(self.cursor.y)

    def change_pen(self, sequence: str) -> None:
        """Follow a colour sequence.

        Args:
            sequence: As for `Pen.after`.
        """
        self.cursor.attrs = Char(" ", *look_after(self.cursor.attrs[1:], sequence[:_SEQUENCE]))

    def define_charset(self, code: str, mode: str) -> None:
        """Choose letters or the drawing of lines.

        Args:
            code: `0` for lines.
            mode: Which of the two sets: `(` or `)`.
        """
        first, second = self.line_drawing
        self.line_drawing = (code == "0", second) if mode == "(" else (first, code == "0")

    def index(self) -> None:
        """Move down one row; at the bottom margin the rows move up."""
        top, bottom = self._region
        if self.cursor.y == bottom:
            self._scroll(top, bottom, 1)
        elif self.cursor.y < self.lines - 1:
            self.cursor.y += 1

    def reverse_index(self) -> None:
        """Move up one row; at the top margin the rows move down."""
        top, bottom = self._region
        if self.cursor.y == top:
            self._scroll(top, bottom, -1)
        elif self.cursor.y > 0:
            self.cursor.y -= 1

    def cursor_up(self, count: int | None = None) -> None:
        """Move up; from within the margins, or from below them, no farther than the top one."""
        top, _ = self._region
        self.cursor.y = max(self.cursor.y - (count or 1), top if self.cursor.y >= top else 0)

    def cursor_down(self, count: int | None = None) -> None:
        """Move down; from within the margins, or from above them, no farther than the bottom one."""
        _, bottom = self._region
        self.cursor.y = min(
            self.cursor.y + (count or 1), bottom if self.cursor.y <= bottom else self.lines - 1
        )

    def scroll_up(self, count: int) -> None:
        """Move the rows between the margins up; the cursor stays."""
        self._scroll(*self._region, count)

    def scroll_down(self, count: int) -> None:
        """Move the rows between the margins down; the cursor stays."""
        self._scroll(*self._region, -count)

    def forward_tab(self, count: int) -> None:
        """Go to a tab stop on the right, or to the end of the row."""
        stops = sorted(stop for stop in self.tabstops if stop > self.cursor.x)
        self.cursor.x = stops[count - 1] if count <= len(stops) else self.columns - 1

    def back_tab(self, count: int) -> None:
        """Go to a tab stop on the left, or to the start of the row."""
        stops = sorted(stop for stop in self.tabstops if stop < self.cursor.x)
        self.cursor.x = stops[-count] if count <= len(stops) else 0

    def insert_lines(self, count: int | None = None) -> None:
        """Push the row of the cursor down, and what is below it."""
        self._scroll_from_cursor(-(count or 1))

    def delete_lines(self, count: int | None = None) -> None:
        """Take out rows from that of the cursor on."""
        self._scroll_from_cursor(count or 1)

    def insert_characters(self, count: int | None = None) -> None:
        """Push what is right of the cursor to the right."""
        start, row = min(self.cursor.x, self.columns - 1), self.buffer[self.cursor.y]
        stop = min(start + (count or 1), self.columns)
        for x in range(self.columns - 1, stop - 1, -1):
            row[x] = row[x - stop + start]
        self._erase(start, stop)

    def delete_characters(self, count: int | None = None) -> None:
        """Take out cells from the cursor on; the rest moves left."""
        start, row = min(self.cursor.x, self.columns - 1), self.buffer[self.cursor.y]
        count = min(count or 1, self.columns - start)
        for x in range(start, self.columns - count):
            row[x] = row[x + count]
        self._erase(self.columns - count, self.columns)

    def erase_characters(self, count: int | None = None) -> None:
        """Blank cells from the cursor on."""
        self._erase(self.cursor.x, min(self.cursor.x + (count or 1), self.columns))

    def erase_in_line(self, how: int = 0, private: bool = False) -> None:  # noqa: ARG002  # pyte's signature
        """Blank a row: right of the cursor (0), left of it (1), or all (2)."""
        match how:
            case 0:
                self._erase(self.cursor.x, self.columns)
            case 1:
                self._erase(0, min(self.cursor.x + 1, self.columns))
            case 2:
                self._erase(0, self.columns)
            case _:
                pass

    def erase_in_display(self, how: int = 0, *args: object, **kwargs: object) -> None:  # noqa: ARG002  # pyte's signature
        """Blank rows: below the cursor (0), above it (1), or all (2). There is no history to erase (3)."""
        choices = {0: range(self.cursor.y + 1, self.lines), 1: range(self.cursor.y), 2: range(self.lines)}
        places = choices.get(how, range(0))
        self.buffer.update(zip(places, self._blank_rows(len(places)), strict=True))
        self.dirty.update(places)
        if how in (0, 1):
            self.erase_in_line(how)

    @property
    def _region(self) -> Margins:
        return self.margins or Margins(0, self.lines - 1)

    def _scroll_from_cursor(self, count: int) -> None:
        top, bottom = self._region
        if top <= self.cursor.y <= bottom:
            self._scroll(self.cursor.y, bottom, count)
            self.carriage_return()

    def _scroll(self, top: int, bottom: int, count: int) -> None:
        """Move the rows from `top` to `bottom` up, or down if `count` is negative."""
        places = range(top, bottom + 1)
        rows = [self.buffer[y] for y in places]
        blank = self._blank_rows(min(abs(count), len(rows)))
        rows = [*rows[count:], *blank] if count > 0 else [*blank, *rows[:count]]
        self.buffer.update(zip(places, rows, strict=True))
        self.dirty.update(places)

    def _erase(self, start: int, stop: int) -> None:
        """Blank cells of the cursor's row."""
        self.buffer[self.cursor.y].update(dict.fromkeys(range(start, stop), self._blank))
        self.dirty.add(self.cursor.y)

    def _blank_rows(self, count: int) -> list[Row]:
        blank = self._blank
        return [StaticDefaultDict(blank) for _ in range(count)]

    @property
    def _blank(self) -> Char:
        """What is left of a cell: the colour behind the pen, and nothing else of it."""
        return Char(" ", bg=self.cursor.attrs.bg)
