"""Which part of a conversation is in memory: what the recorder keeps there, and what is looked at."""

from __future__ import annotations

from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from app.screens.past import Past, draw
from app.trajectory.events import ModelRequest, Record, ToolFinished, UserMessage
from widgets.conversation import Absent, Block, Conversation, Notice


class Records(Protocol):
    """Has all records of a session, some of them in memory."""

    @property
    def oldest(self) -> int:
        """Number of the oldest record in memory."""
        ...

    def records(self, start: int, stop: int) -> Sequence[Record]:
        """The records from number `start` up to `stop`; may read a file.

        Raises:
            OSError: That is not possible.
        """
        ...


@dataclass(slots=True, eq=False)
class _Page:
    """Blocks that come into memory and leave it together: those of the records `start` to `stop`."""

    start: int
    stop: int
    first: Block
    last: Block


@dataclass(frozen=True, slots=True)
class Piece:
    """What was read in the place of some blocks: those of the records `start` to `stop`."""

    start: int
    stop: int
    past: Past


class Pages:
    """Lets the oldest blocks of a conversation go, and brings back those that are looked at.

    A page begins where the model is asked or a person says something: all of its calls are in it.

    Args:
        conversation: The conversation.
        records: What it shows.
        outputs: What the calls that are over came to, by their lines.
    """

    KEPT = 2000  # records whose blocks stay at most: memory holds their events, too
    SIZE = 200  # records that are read at once
    TOGETHER = 20  # pages that leave together: it takes time in proportion to the conversation
    VISITED = 5  # pages that were brought back and stay

    def __init__(
        self,
        conversation: Conversation,
        records: Records,
        outputs: MutableMapping[Block, ToolFinished],
    ) -> None:
        self._conversation = conversation
        self._records = records
        self._outputs = outputs
        self._pages: list[_Page] = []  # in memory, complete, in order
        self._visited: list[_Page] = []  # those of them that were brought back
        self._start = 0  # of the page that is not complete
        self._before: Block | None = None  # the block before it

    def begin_after(self, number: int) -> None:
        """The conversation begins with records that are there already: none of them is in memory."""
        self._start = number
        if number:
            self._before = Absent(0, number, number, self._width)
            self._conversation.extend([self._before])

    def note(self, record: Record) -> None:
        """A record comes, whose blocks are not in the conversation yet."""
        if not _begins(record):
            return
        blocks = self._conversation.column.blocks
        before = self._index(self._before) if self._before is not None else -1
        first = 0 if self._before is None else before + 1
        if self._before is not None and before < 0:  # the blocks since then stay
            self._start, self._before = record.seq, blocks[-1]
        elif first < len(blocks):
            self._pages.append(_Page(self._start, record.seq, blocks[first], blocks[-1]))
            self._start, self._before = record.seq, blocks[-1]
            self._forget()

    def read(self, absent: Absent, at: float) -> Piece:
        """Read what is looked at. Any thread may call this; it reads files.

        Args:
            absent: What stands for the blocks.
            at: Which part of them is looked at: 0 for their beginning, 1 for their end.
        """
        start, stop = absent.start, absent.stop
        size = self.SIZE
        try:
            while True:
                if at == 1.0:
                    low, high = max(start, stop - size), stop
                else:
                    low = max(start, min(start + int((stop - start) * at), stop - size))
                    high = min(stop, low + size)
                records = self._records.records(low, high)
                piece = _whole_turns(records, low, high, whole=(low == start, high == stop))
                if piece is not None or (low == start and high == stop):
                    low, high, records = piece or (low, high, records)
                    return Piece(low, high, draw(records))
                size *= 4
        except OSError as error:
            why = Notice(f"events {start} to {stop} cannot be read: {error.strerror}", "failed")
            return Piece(start, stop, Past([why]))

    def show(self, absent: Absent, piece: Piece) -> None:
        """Put what was read into its place."""
        if absent.index < 0:
            return  # it has left the conversation meanwhile
        blocks: list[Block] = [*piece.past.blocks] or [Notice("nothing was said here")]
        page = _Page(piece.start, piece.stop, blocks[0], blocks[-1])
        rows = self._conversation.column.height(absent.index)
        parts = [
            *self._rest(absent.start, piece.start, rows, absent),
            *blocks,
            *self._rest(piece.stop, absent.stop, rows, absent),
        ]
        if absent is self._before:
            self._before = parts[-1]
        self._outputs.update(piece.past.outputs)
        at = next((at for at, other in enumerate(self._pages) if other.start > page.start), len(self._pages))
        self._pages.insert(at, page)
        self._visited.append(page)
        self._conversation.replace(absent.index, absent.index + 1, parts)
        while len(self._visited) > self.VISITED:
            oldest = next((page for page in self._visited if not self._is_needed(page)), None)
            if oldest is None:
                break
            self._let_go([oldest])

    def _rest(self, start: int, stop: int, rows: int, absent: Absent) -> list[Block]:
        """What still stands for records, with its share of the room."""
        if start >= stop:
            return []
        share = rows * (stop - start) // (absent.stop - absent.start)
        return [Absent(start, stop, share, self._width)]

    @property
    def _width(self) -> int:
        return self._conversation.column.text_width

    def _forget(self) -> None:
        """Let pages go that the recorder has let go, and those that are old."""
        if self._conversation.text_selection is not None:
            return
        oldest = max(self._records.oldest, self._start - self.KEPT)
        gone = [
            page
            for page in self._pages[: self._count_before(oldest)]
            if (self._conversation.follow or page not in self._visited) and not self._is_needed(page)
        ]
        if len(gone) >= self.TOGETHER:
            self._let_go(gone)

    def _count_before(self, number: int) -> int:
        """How many pages end before a record."""
        return next((count for count, page in enumerate(self._pages) if page.stop > number), len(self._pages))

    def _index(self, block: Block) -> int:
        """Where a block is; -1 if another stands for it, because it could not be laid out."""
        blocks = self._conversation.column.blocks
        known = 0 <= block.index < len(blocks) and blocks[block.index] is block
        return block.index if known else -1

    def _is_needed(self, page: _Page) -> bool:
        """Whether a page is on the screen or within a screen of it, or cannot be told from its neighbours."""
        first, last = self._index(page.first), self._index(page.last)
        if first < 0 or last < 0:
            return True
        view = self._conversation
        top, height = view.scroll_offset.y, view.size.height
        return view.column.top(first) < top + 2 * height and view.column.top(last + 1) > top - height

    def _let_go(self, pages: Sequence[_Page]) -> None:
        """Take pages out of memory; those next to one another become one block."""
        run: list[_Page] = []
        for page in pages:
            self._pages.remove(page)
            if page in self._visited:
                self._visited.remove(page)
            if run and page.first.index != run[-1].last.index + 1:
                self._take_out(run[0], run[-1])
                run = []
            run.append(page)
        if run:
            self._take_out(run[0], run[-1])

    def _take_out(self, first: _Page, last: _Page) -> None:
        column = self._conversation.column
        begin, end = first.first.index, last.last.index + 1
        start, stop = first.start, last.stop
        replaced = [last.last]
        if begin and isinstance(above := column.blocks[begin - 1], Absent) and above.stop == start:
            begin, start = begin - 1, above.start
        below = column.blocks[end] if end < len(column.blocks) else None
        if isinstance(below, Absent) and below.start == stop:
            end, stop = end + 1, below.stop
            replaced.append(below)
        absent = Absent(start, stop, column.top(end) - column.top(begin), self._width)
        if self._before in replaced:
            self._before = absent
        self._conversation.replace(begin, end, [absent])


def _begins(record: Record) -> bool:
    """Whether a page can begin with a record."""
    return isinstance(record.event, ModelRequest | UserMessage)


def _whole_turns(
    records: Sequence[Record], low: int, high: int, *, whole: tuple[bool, bool]
) -> tuple[int, int, Sequence[Record]] | None:
    """The records of a range from where a page can begin to where one can; None where there are none.

    Args:
        records: Those of the range.
        low: Number of its first.
        high: One past the number of its last.
        whole: Whether a page begins at its beginning, and ends at its end, whatever is there.
    """
    begins = [record.seq for record in records if _begins(record)]
    if whole[0]:
        begins.insert(0, low)
    if whole[1]:
        begins.append(high)
    if len(begins) < 2 or begins[0] >= begins[-1]:
        return None
    low, high = begins[0], begins[-1]
    return low, high, [record for record in records if low <= record.seq < high]
