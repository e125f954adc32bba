"""Parts one above the other, laid out when they are looked at; until then their heights are guesses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from widgets.conversation.heights import Heights
from widgets.conversation.line import Line
from widgets.conversation.palette import Palette
from widgets.conversation.part import Part


class LaidOut(NamedTuple):
    """A part that has just been laid out at row `y` of its block, and by how much its height was wrong."""

    part: Part
    y: int
    delta: int


class Stack:
    """The parts of one block."""

    __slots__ = ("_heights", "_measured", "_width", "parts")  # every block has one

    def __init__(self) -> None:
        self.parts: Sequence[Part] = ()
        self._heights = Heights()
        self._width = 0
        self._measured = 0  # parts whose heights are known to the stack

    @property
    def height(self) -> int:
        """Rows, as far as they are known."""
        return self._heights.total

    def replace(self, parts: Sequence[Part]) -> None:
        """Show other parts."""
        self.parts = parts
        self._width = 0

    def changed_from(self, index: int) -> None:
        """The parts from `index` on are new or have changed."""
        self._measured = min(self._measured, index)

    def measure(self, width: int) -> int:
        """Bring the heights of new, changed or resized parts up to date; returns their sum."""
        parts = self.parts
        if width != self._width:
            self._width = width
            self._heights.reset([part.measure(width) for part in parts])
        else:
            self._heights.truncate(min(len(self._heights), len(parts)))
            for index in range(self._measured, len(parts)):
                height = parts[index].measure(width)
                if index < len(self._heights):
                    self._heights[index] = height
                else:
                    self._heights.append(height)
        self._measured = len(parts)
        return self._heights.total

    def settle(self, top: int, bottom: int, width: int, palette: Palette) -> list[LaidOut]:
        """Lay out the parts that meet rows top..bottom; returns those that were not yet."""
        self.measure(width)
        if not self._heights.total:
            return []
        y = min(max(top, 0), self._heights.total - 1)
        index, offset = self._heights.find(y)
        y -= offset
        laid_out: list[LaidOut] = []
        while index < len(self.parts) and y < bottom:
            part = self.parts[index]
            if not part.is_laid_out(width):
                before = self._heights[index]
                part.lay_out(width, palette)
                laid_out.append(LaidOut(part, y, part.height - before))
            self._heights[index] = part.height
            y += part.height
            index += 1
        return laid_out

    def locate(self, y: int) -> tuple[int, int]:
        """The part that holds row `y`, and the row within it."""
        return self._heights.find(y)

    def top(self, index: int) -> int:
        """Rows above part `index`."""
        return self._heights.top(index)

    def rows(self, index: int) -> list[Line]:
        """The rows of a part; none while it is not laid out."""
        if index >= len(self.parts) or not self.parts[index].is_laid_out(self._width):
            return []
        return self.parts[index].lines or []

    def forget(self) -> None:
        """Drop all rows; the heights stay."""
        for part in self.parts:
            part.forget()
