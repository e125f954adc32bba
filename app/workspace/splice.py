"""An edit as pure bytes: at an offset, some bytes make way for others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Splice:
    """One change of a file's content."""

    offset: int
    removed: bytes
    added: bytes

    @property
    def end(self) -> int:
        """Where what is removed ends."""
        return self.offset + len(self.removed)

    @property
    def growth(self) -> int:
        """By how many bytes the content grows."""
        return len(self.added) - len(self.removed)

    def apply(self, content: bytes) -> bytes:
        """The content after the change."""
        return content[: self.offset] + self.added + content[self.end :]


def spliced(content: bytes, splices: Sequence[Splice]) -> bytes:
    """The content after several changes at once.

    Args:
        content: What they start from.
        splices: Ascending, none within another; their offsets are those of `content`.

    Raises:
        ValueError: They are not so, or do not fit the content.
    """
    target = BytesIO()
    whole = memoryview(content)
    at = 0
    for splice in splices:
        if splice.offset < at or not content.startswith(splice.removed, splice.offset):
            raise ValueError(f"the splice at {splice.offset} does not fit")
        _copy(whole[at : splice.offset], target)
        target.write(splice.added)
        at = splice.end
    _copy(whole[at:], target)
    return target.getvalue()


def _copy(source: memoryview, target: BytesIO) -> None:
    """In pieces: one large copy would hold up every other thread, and the loops with them."""
    for start in range(0, len(source), _PIECE):
        target.write(source[start : start + _PIECE])


def inverse(splices: Sequence[Splice]) -> tuple[Splice, ...]:
    """The changes that take several back, all at once."""
    taken_back = []
    shift = 0
    for splice in splices:
        taken_back.append(Splice(splice.offset + shift, splice.added, splice.removed))
        shift += splice.growth
    return tuple(taken_back)


def composed(old: bytes, first: Sequence[Splice], second: Sequence[Splice]) -> tuple[Splice, ...]:
    """What two rounds of changes come to in one.

    Args:
        old: The content before both.
        first: Changes of `old`.
        second: Changes of what the first come to.
    """
    new = spliced(spliced(old, first), second)
    # What each change touches of the content between the rounds; growth back to the old, and on to the new.
    parts = [(splice.offset, splice.end, splice.growth, 0) for splice in inverse(first)]
    parts += [(splice.offset, splice.end, 0, splice.growth) for splice in second]
    parts.sort()
    result: list[Splice] = []
    to_old = to_new = index = 0
    while index < len(parts):
        start = end = parts[index][0]
        old_start, new_start = start + to_old, start + to_new
        while index < len(parts) and parts[index][0] <= end:
            _, part_end, back, forth = parts[index]
            end = max(end, part_end)
            to_old += back
            to_new += forth
            index += 1
        removed, added = old[old_start : end + to_old], new[new_start : end + to_new]
        if removed != added:
            result.append(Splice(old_start, removed, added))
    return tuple(result)
