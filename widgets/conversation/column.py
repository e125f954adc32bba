"""All blocks of a conversation, one above the other, laid out only where they are looked at."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, TypeVar

from widgets.conversation.absent import Absent
from widgets.conversation.block import Block, Fallback
from widgets.conversation.heights import Heights
from widgets.conversation.line import BLANK, Line
from widgets.conversation.palette import Palette
from widgets.conversation.part import Part
from widgets.conversation.stack import LaidOut

GUTTER = 2
"""Cells at the left of every block."""

Result = TypeVar("Result")


class Place(NamedTuple):
    """Where a row is, in terms that stay true when something above it changes its height."""

    block: int
    part: int
    row: int


class Row(NamedTuple):
    """A row of the conversation. `block` is None below its end; `leads` marks the row of the glyph."""

    line: Line
    place: Place
    block: Block | None = None
    leads: bool = False


class Column:
    """Blocks with their heights.

    Args:
        laid_out: Called with each part that was laid out.
    """

    KEEP = 200
    """Blocks whose parts are kept."""

    def __init__(self, laid_out: Callable[[Part], None]) -> None:
        self.blocks: list[Block] = []
        self.width = 0
        self.palette = Palette()
        self._heights = Heights()
        self._recent: OrderedDict[int, None] = OrderedDict()
        self._report = laid_out
        self._absent = 0

    @property
    def text_width(self) -> int:
        """Cells that the text of a block has."""
        return self.width - GUTTER

    @property
    def has_absent(self) -> bool:
        """Whether some blocks are not in memory."""
        return self._absent > 0

    @property
    def total(self) -> int:
        """Rows of all blocks, as far as they are known."""
        return self._heights.total

    def extend(self, blocks: Iterable[Block]) -> None:
        """Add blocks at the end."""
        for block in blocks:
            block.index = len(self.blocks)
            self.blocks.append(block)
            self._absent += isinstance(block, Absent)
            self._heights.append(self._guarded(block.index, self._estimate) if self.width else 1)

    def replace(self, start: int, stop: int, blocks: Sequence[Block]) -> None:
        """Put other blocks in the place of some. Takes time in proportion to all blocks."""
        for block in self.blocks[start:stop]:
            block.release()
            block.index = -1
            self._absent -= isinstance(block, Absent)
        self._absent += sum(isinstance(block, Absent) for block in blocks)
        self.blocks[start:stop] = blocks
        for index, block in enumerate(self.blocks[start:], start):
            block.index = index
        moved = len(blocks) - (stop - start)
        self._recent = OrderedDict(
            (index if index < start else index + moved, None)
            for index in self._recent
            if not start <= index < stop
        )
        heights = list(self._heights)
        heights[start:stop] = [
            self._guarded(index, self._estimate) if self.width else 1
            for index in range(start, start + len(blocks))
        ]
        self._heights.reset(heights)

    def clear(self) -> None:
        """Take all blocks out."""
        for block in self.blocks:
            block.index = -1
        self.blocks.clear()
        self._absent = 0
        self._recent.clear()
        self._heights.reset(())

    def resize(self, width: int) -> None:
        """Fit the blocks in so many cells; all heights are estimates again."""
        self.width = width
        self._heights.reset([self._guarded(index, self._estimate) for index in range(len(self.blocks))])

    def restyle(self, palette: Palette) -> None:
        """Draw in other styles."""
        self.palette = palette
        for index in self._recent:
            self.blocks[index].stack.forget()

    def update(self, index: int, top: int) -> int:
        """Bring a block that changed up to date; returns by how much the row at `top` moved."""
        y, before = self._heights.top(index), self._heights[index]
        self.blocks[index].changed()
        self._heights[index] = self._guarded(index, self._measure)
        return self._heights[index] - before if y + before <= top else 0

    def settle(self, start: int, top: int, stop: int) -> int:
        """Lay out the blocks that meet rows start..stop; returns by how much the row at `top` moved."""
        if not self._heights.total:
            return 0
        y, shift = min(start, self._heights.total - 1), 0
        index, offset = self._heights.find(y)
        y -= offset
        while index < len(self.blocks) and y < stop + shift:
            before = self._heights[index]
            laid_out = self._lay_out(index, start - y, stop + shift - y)
            if y + before <= top + shift:
                shift += self._heights[index] - before
            else:
                for part in laid_out:
                    if y + part.y < top + shift:
                        shift += part.delta
            y += self._heights[index]
            index += 1
        return shift

    def trim(self) -> None:
        """Drop the parts of the blocks that were not looked at for longest."""
        while len(self._recent) > self.KEEP:
            index, _ = self._recent.popitem(last=False)
            self.blocks[index].release()

    def find(self, y: int) -> tuple[int, int]:
        """The block that holds row `y`, and the row within it."""
        return self._heights.find(y)

    def within(self, start: int, stop: int) -> range:
        """The blocks that meet rows start..stop."""
        total = self._heights.total
        if start >= min(stop, total):
            return range(0)
        return range(self._heights.find(start)[0], self._heights.find(min(stop, total) - 1)[0] + 1)

    def top(self, index: int) -> int:
        """Rows above a block."""
        return self._heights.top(index)

    def height(self, index: int) -> int:
        """Rows of a block."""
        return self._heights[index]

    def row(self, y: int) -> Row:
        """Row `y` of the conversation; laid out where it is not yet."""
        if y >= self._heights.total:
            return Row(BLANK, Place(len(self.blocks), 0, 0))
        index, offset = self._heights.find(y)
        part, row = self.blocks[index].stack.locate(offset)
        if not (rows := self.blocks[index].stack.rows(part)):
            self._lay_out(index, offset, offset + 1)
            part, row = self.blocks[index].stack.locate(offset)
            rows = self.blocks[index].stack.rows(part)
        return self._row(rows[row] if row < len(rows) else BLANK, Place(index, part, row))

    def part_rows(self, index: int, part: int) -> list[Row]:
        """The rows of one part of a block, laid out; none where the block has no such part."""
        if not self.blocks[index].stack.parts:
            self._lay_out(index, 0, 0)
        stack = self.blocks[index].stack
        if not stack.rows(part) and part < len(stack.parts):
            y = stack.top(part)
            self._lay_out(index, y, y + 1)
        lines = self.blocks[index].stack.rows(part)
        return [self._row(line, Place(index, part, number)) for number, line in enumerate(lines)]

    def _row(self, line: Line, place: Place) -> Row:
        block = self.blocks[place.block]
        return Row(line, place, block, place.part == 0 and place.row == block.gap)

    def _lay_out(self, index: int, top: int, bottom: int) -> list[LaidOut]:
        """Lay out rows top..bottom of a block, and bring its height up to date."""

        def work(block: Block) -> list[LaidOut]:
            block.prepare()
            return block.stack.settle(top, bottom, self.text_width, self.palette)

        laid_out = self._guarded(index, work)
        self._heights[index] = self.blocks[index].stack.height
        self._recent[index] = None
        self._recent.move_to_end(index)
        for part, _, _ in laid_out:
            self._report(part)
        return laid_out

    def _measure(self, block: Block) -> int:
        block.prepare()
        return block.stack.measure(self.text_width)

    def _estimate(self, block: Block) -> int:
        return block.estimate(self.text_width)

    def _guarded(self, index: int, work: Callable[[Block], Result]) -> Result:
        """Whatever is wrong with a text or with our layout of it, the text is shown."""
        try:
            return work(self.blocks[index])
        except Exception as error:
            self.blocks[index] = fallback = Fallback(self.blocks[index], error)
            return work(fallback)
