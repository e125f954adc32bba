"""The screen of a terminal: the main one, and the alternate one that stands in front of it for a while."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass

from pyte.screens import Cursor

from app.terminal.grid import Grid, Row


@dataclass(frozen=True, slots=True)
class _Saved:
    """A cursor with its pen, put aside."""

    cursor: Cursor
    line_drawing: tuple[bool, bool]
    charset: int


@dataclass(frozen=True, slots=True)
class _MainScreen:
    """The main screen while the alternate one is shown."""

    rows: dict[int, Row]
    saved: _Saved


class Screen(Grid):
    """A grid that can be put aside, cleared, and made another size."""

    def reset(self) -> None:
        """Go back to how it was in the beginning."""
        super().reset()
        self._main: _MainScreen | None = None
        self._saved = self._to_save()

    @property
    def is_alternate(self) -> bool:
        """Whether the alternate screen is shown."""
        return self._main is not None

    @property
    def place(self) -> tuple[int, int]:
        """Row and column of the cursor, from 0. Behind the last column it waits there until it must wrap."""
        return self.cursor.y, min(self.cursor.x, self.columns - 1)

    def clear(self) -> None:
        """Empty the screen and start at its top, with a new pen; modes stay as they are."""
        self.buffer.clear()
        self.margins = None
        self.charset, self.line_drawing = 0, (False, False)
        self.cursor.attrs = self.default_char
        self.cursor_position()
        self.dirty.update(range(self.lines))

    def save_cursor(self) -> None:
        """Remember the cursor and its pen; there is one place for it."""
        self._saved = self._to_save()

    def restore_cursor(self) -> None:
        """Go back to the cursor that was remembered last."""
        self._take_up(self._saved)

    def use_alternate(self, wanted: bool) -> None:
        """Show the alternate screen, which is empty; or the main one again, as it was left."""
        if wanted and self._main is None:
            self._main = _MainScreen(dict(self.buffer), self._to_save())
            self.buffer.clear()
        elif not wanted and self._main is not None:
            self.buffer.clear()
            self.buffer.update(self._main.rows)
            self._take_up(self._main.saved)
            self._main = None
        self.dirty.update(range(self.lines))

    def resize(self, lines: int | None = None, columns: int | None = None) -> None:
        """Be another size. Rows go at the bottom first, but never that of the cursor."""
        self.lines, self.columns = lines or self.lines, columns or self.columns
        self._fit(self.buffer, self.cursor)
        if self._main is not None:
            self._fit(self._main.rows, self._main.saved.cursor)
        self.margins = None
        self.tabstops = set(range(8, self.columns, 8))
        self.dirty.update(range(self.lines))

    def _fit(self, rows: dict[int, Row], cursor: Cursor) -> None:
        surplus = max(cursor.y - self.lines + 1, 0)
        kept = {y - surplus: row for y, row in rows.items() if 0 <= y - surplus < self.lines}
        for row in kept.values():
            for x in [x for x in row if x >= self.columns]:
                del row[x]
        rows.clear()
        rows.update(kept)
        cursor.y -= surplus
        cursor.x = min(cursor.x, self.columns - 1)

    def _to_save(self) -> _Saved:
        return _Saved(copy(self.cursor), self.line_drawing, self.charset)

    def _take_up(self, saved: _Saved) -> None:
        hidden = self.cursor.hidden  # a mode of its own
        self.cursor = copy(saved.cursor)
        self.cursor.hidden = hidden
        self.line_drawing, self.charset = saved.line_drawing, saved.charset
        self.ensure_hbounds()
        self.ensure_vbounds()
