"""What a program that draws on a terminal has on its screen: its bytes in, safe styled lines out."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style

from app.terminal.cell import Look, pen_of, reversed_look
from app.terminal.grammar import UNSAFE
from app.terminal.interpreter import Interpreter, Modes
from app.terminal.screen import Screen

_OPENING = "\x1b\x90\x98\x9b\x9d\x9e\x9f"
_HELD = 64  # characters of a sequence whose end has not come yet; of a string more are not needed


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where the program's cursor is, from 0, and whether it is to be seen."""

    column: int
    row: int
    visible: bool


class Emulator:
    """A terminal without a window. No bytes make it raise, fill the memory, or come out as they went in.

    Colours are made anew from the numbers asked for. Titles, links, the clipboard, pictures and sounds are
    dropped, and so is any sequence that is not known.

    Args:
        columns: Width in cells.
        rows: Height in cells.
    """

    def __init__(self, columns: int, rows: int) -> None:
        self._screen = Screen(max(columns, 1), max(rows, 1))
        self._interpreter = Interpreter(self._screen)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._held = ""

    @property
    def columns(self) -> int:
        """Width in cells."""
        return self._screen.columns

    @property
    def rows(self) -> int:
        """Height in cells."""
        return self._screen.lines

    @property
    def cursor(self) -> Cursor:
        """The cursor as it is now."""
        row, column = self._screen.place
        return Cursor(column, row, not self._screen.cursor.hidden)

    @property
    def modes(self) -> Modes:
        """How the program wants keys and pastes to be sent, as it is now."""
        return self._interpreter.modes

    @property
    def is_alternate(self) -> bool:
        """Whether the alternate screen is shown: that of programs which use the whole terminal."""
        return self._screen.is_alternate

    @property
    def used_alternate(self) -> bool:
        """Whether it has been shown at any time."""
        return self._interpreter.used_alternate

    def feed(self, data: bytes) -> None:
        """Follow the next bytes. A megabyte may take a second.

        Args:
            data: What the program wrote, cut anywhere.
        """
        text, self._held = self._held + self._decoder.decode(data), ""
        follow = self._interpreter
        position = 0
        for match in UNSAFE.finditer(text):
            follow.write(text[position : match.start()])
            position = match.end()
            sequence = match[0]
            if match["style"] is not None:
                self._screen.change_pen(match["style"])
            elif match["final"] is not None:
                follow.control(sequence)
            elif match["escape"] is not None:
                follow.escape(sequence[1:])
            elif match["ending"] is not None:
                follow.end_line(sequence)
            elif match["terminator"] is None:
                if position == len(text) and sequence[0] in _OPENING:
                    self._held = sequence[:_HELD]
                else:
                    follow.control_character(sequence)
        follow.write(text[position:])

    def skip(self) -> None:
        """Go on after output that was left out: with an empty screen, and the modes there were."""
        self._decoder.reset()
        self._held = ""
        self._screen.clear()

    def resize(self, columns: int, rows: int) -> None:
        """Be another size. Nothing is wrapped anew.

        Args:
            columns: Width in cells.
            rows: Height in cells.
        """
        self._screen.resize(max(rows, 1), max(columns, 1))

    def line(self, row: int, base: Style, *, with_cursor: bool = False) -> list[Segment]:
        """Draw one row; it takes exactly `columns` cells.

        Args:
            row: From 0.
            base: The look of text without colour.
            with_cursor: Show the cursor, which must be in this row.
        """
        marked = self.cursor.column if with_cursor else -1
        return [
            Segment("".join(letter for _, letter in run), pen_of(look).style(base))
            for look, run in groupby(self._letters(row, marked), itemgetter(0))
        ]

    def take_dirty(self) -> set[int]:
        """The rows that have changed since this was last asked."""
        dirty = {row for row in self._screen.dirty if row < self.rows}
        self._screen.dirty.clear()
        return dirty

    def take_replies(self) -> bytes:
        """What is to be sent to the program, because it asked what terminal this is, or where its cursor."""
        replies, self._interpreter.replies = self._interpreter.replies, b""
        return replies

    def _letters(self, row: int, marked: int) -> Iterator[tuple[Look, str]]:
        """How each letter looks, and what it is. What is left of a wide one that was overwritten is blank.

        Args:
            row: From 0.
            marked: The column where the letter is drawn in reverse.
        """
        cells = self._screen.buffer[row]
        column = 0
        while column < self.columns:
            start, cell = column, cells[column]
            letter = cell.data or " "
            column += 1
            if not letter.isascii() and cell_len(letter) > 1:
                if column < self.columns and not cells[column].data:
                    column += 1
                else:
                    letter = " "
            look: Look = cell[1:]
            yield (reversed_look(look) if start <= marked < column else look), letter
