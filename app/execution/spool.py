"""The growing file that keeps a command's output, read by line."""

from __future__ import annotations

import errno
import os
import stat
import threading
from pathlib import Path

from app.execution.indexer import Indexer
from app.execution.line_index import BLOCK, LineIndex
from app.execution.search import Search

LONGEST_LINE = 8192  # bytes; what is more is cut
_NEAR = 4 * BLOCK  # bytes after the index that are simply counted when asked
_REACH = 4 << 20  # bytes that are searched for the start or end of a line that no index knows
_NEAR_END = 1 << 14  # bytes that hold the last lines, unless they are long
_STEPS = 1000  # lines that are walked from a known place


class SpoolFile:
    """Lines of a file that another thread or process writes. Only what is asked for is read.

    The thread that owns it calls everything but `read` and `extend_index`. The file need not exist yet.

    Args:
        path: The file.
        indexer: Counts its lines in the background.
    """

    def __init__(self, path: Path, indexer: Indexer) -> None:
        self.path = path
        self.size = 0
        self._indexer = indexer
        self._index = LineIndex(self.read)
        self._indexing = False
        self._descriptor = -1
        self._lock = threading.Lock()
        self._counted = (-1, 0)  # size and lines when what follows the index was last counted

    def poll(self) -> bool:
        """Look whether the file has changed its size. Costs about a microsecond."""
        try:
            if self._descriptor < 0:
                self._descriptor = _open_regular(self.path)
            size = os.fstat(self._descriptor).st_size
        except OSError:
            return False
        if size == self.size:
            return False
        if size < self.size:  # somebody cut it: every offset is void
            self._index = LineIndex(self.read)
        self.size = size
        return True

    def reopened(self) -> SpoolFile:
        """Another reader of the same file."""
        return SpoolFile(self.path, self._indexer)

    def close(self) -> None:
        """Let go of the file; it reads as empty from now on, until the next `poll`."""
        with self._lock:
            if self._descriptor >= 0:
                os.close(self._descriptor)
            self._descriptor = -1

    def read(self, size: int, offset: int) -> bytes:
        """Read bytes; fewer, or none, at the end or when they cannot be read. For any thread.

        Args:
            size: Most bytes.
            offset: Where.
        """
        with self._lock:  # the descriptor must not be closed, and be another file's, meanwhile
            try:
                return os.pread(self._descriptor, size, offset)
            except OSError:
                return b""

    def request_index(self) -> None:
        """Have the lines counted in the background, so that `total_lines` becomes exact."""
        if not self._indexing and self.size - self._index.covered > BLOCK:
            self._indexing = True
            self._indexer.request(self)

    def extend_index(self) -> bool:
        """Count on for a while; for the indexer's thread. True if there is more to count."""
        index = self._index
        more = index.extend(self.size) and index is self._index
        self._indexing = more
        return more

    def total_lines(self) -> tuple[int, bool]:
        """How many lines there are, an unfinished last one included, and whether that is exact or a guess."""
        index, size = self._index, self.size
        covered, newlines = index.covered, index.newlines
        if size - covered <= _NEAR:
            if self._counted[0] != size:
                rest = self.read(size - covered, covered)
                self._counted = size, newlines + rest.count(b"\n") + (rest[-1:] not in (b"\n", b""))
            return self._counted[1], True
        if newlines:
            return round(size * newlines / covered), False
        sample = self.read(BLOCK, size - BLOCK)
        return round(size * max(sample.count(b"\n"), 1) / BLOCK), False

    def line_at(self, offset: int) -> int | None:
        """The number of the line, from 0, that holds a byte; None if that is not known yet.

        Args:
            offset: The byte.
        """
        index = self._index
        if offset >= index.covered and self.size - index.covered <= _NEAR:
            return index.newlines + self.read(offset - index.covered, index.covered).count(b"\n")
        return index.line_at(offset)

    def lines(self, start: int, stop: int) -> list[bytes]:
        """Lines by number, without their newlines; long ones are cut.

        Args:
            start: The first, from 0.
            stop: The one after the last; there may be fewer.
        """
        return self.page(start, stop - start)[1]

    def page(self, row: int, count: int, near: tuple[int, int] = (0, 0)) -> tuple[int, list[bytes]]:
        """A window of lines. While the index is behind, the row of a distant window is a guess.

        Args:
            row: The first line, from 0.
            count: How many.
            near: A row and its offset that belong together: lines close to it are found from there.

        Returns:
            The offset of the first line, and the lines.
        """
        index, moved = self._index, row - near[0]
        exact = self.size - index.covered <= _NEAR
        guessed = row > index.newlines or near[1] >= index.covered
        if guessed and not exact and abs(moved) < _STEPS:
            offset = self._back(near[1], -moved) if moved <= 0 else self._forward(near[1], moved)
        elif row <= index.newlines or exact:
            offset = self._offset_of(row)
        else:
            offset = self._guess(row)
        return offset, self._read_lines(offset, count)

    def tail(self, count: int) -> tuple[int, list[bytes]]:
        """The last lines. Needs no index.

        Args:
            count: How many.

        Returns:
            The offset of the first, and the lines.
        """
        start = max(self.size - _NEAR_END, 0)
        data = self.read(self.size - start, start)
        ended = data[-1:] in (b"\n", b"")
        lines = data.removesuffix(b"\n").split(b"\n") if data else []
        if len(lines) > count or not start:  # the usual case, in one look
            last = lines[max(len(lines) - count, 0) :]
            offset = start + len(data) - sum(map(len, last)) - len(last) + (not ended)
            return offset, [_cut(line, line) for line in last]
        offset = self._back(self.size, count if ended else count - 1)
        return offset, self._read_lines(offset, count)

    def search(self, needle: bytes, keep: int = 10_000) -> Search:
        """Start looking for a literal in the file as it is now.

        Args:
            needle: What to find; not empty.
            keep: Most offsets that are kept.
        """
        return Search(self.read, self.size, needle, keep)

    def _offset_of(self, row: int) -> int:
        """Where a line starts that the index knows, or that is not far behind it."""
        if row <= 0:
            return 0
        if row <= self._index.newlines:
            return self._forward(*self._index.block_with(row))
        return self._forward(self._index.covered, row - self._index.newlines)

    def _guess(self, row: int) -> int:
        """The start of some line about where this one should be."""
        total, _ = self.total_lines()
        covered, newlines = self._index.covered, self._index.newlines
        share = min(1.0, (row - newlines) / max(total - newlines, 1))
        return self._back(covered + int((self.size - covered) * share), 0)

    def _back(self, offset: int, count: int) -> int:
        """The start of the line `count` lines above the one that holds a byte."""
        need, position = count + 1, offset
        while position > 0 and offset - position < _REACH:
            step = min(position, BLOCK)
            position -= step
            data = self.read(step, position)
            found = data.count(b"\n")
            if found >= need:
                return position + len(data.rsplit(b"\n", need)[0]) + 1
            need -= found
        return position

    def _forward(self, offset: int, count: int) -> int:
        """The offset behind `count` newlines; the end of the file, or of our reach, if there are fewer."""
        start = offset
        while count > 0 and offset - start < _REACH and (data := self.read(BLOCK, offset)):
            found = data.count(b"\n")
            if found >= count:
                return offset + len(data) - len(data.split(b"\n", count)[-1])
            count -= found
            offset += len(data)
        return offset

    def _read_lines(self, offset: int, count: int) -> list[bytes]:
        """Lines from the start of one on, each cut to LONGEST_LINE."""
        lines: list[bytes] = []
        while len(lines) < count and (data := self.read(BLOCK, offset)):
            *whole, rest = data.split(b"\n", count - len(lines))
            lines += [_cut(line, line) for line in whole]
            offset += len(data) - len(rest)
            if len(lines) == count:
                break
            if len(data) < BLOCK:
                if rest:
                    lines.append(_cut(rest, rest))
                break
            if not whole:
                offset = self._skip_line(offset)
                lines.append(_cut(data, self.read(LONGEST_LINE, offset - LONGEST_LINE).rstrip(b"\n")))
        return lines

    def _skip_line(self, offset: int) -> int:
        """The start of the line below a very long one; its bytes are not read if the index knows better."""
        line = self._index.line_at(offset)
        if line is not None and line < self._index.newlines:
            return self._offset_of(line + 1)
        return self._forward(max(offset, self._index.covered), 1)


def _open_regular(path: Path) -> int:
    """Open a file, but no pipe to wait for and no device: the path may come from a stranger's recording."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_NOCTTY)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "not a regular file", str(path))
    return descriptor


def _cut(head: bytes, tail: bytes) -> bytes:
    """The part of a line that shows its state: the end, if it is a progress line that rewrites itself."""
    if len(head) <= LONGEST_LINE:
        return head
    tail = tail[-LONGEST_LINE:].rstrip(b"\r")
    return tail if b"\r" in tail else head[:LONGEST_LINE]
