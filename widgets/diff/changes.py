"""What differs between a line and the one it becomes."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import accumulate

LONGEST = 500
"""Characters of a line that is compared; comparing takes more than linear time."""

_MOST = 120  # words that are compared, for the same reason
_ALIKE = 0.4  # of what two lines share, below which they are two lines and not one that was changed
_WORD = re.compile(r"\w+|\s+|.")

Spans = tuple[tuple[int, int], ...]
"""First characters, and those after the last; ascending."""


def changed_spans(old: str, new: str) -> tuple[Spans, Spans]:
    """The words that one line does not share with the other; none where they are long or differ much.

    Args:
        old: The line before.
        new: The line after.
    """
    return _compare(old, new) if max(len(old), len(new)) <= LONGEST else ((), ())


@lru_cache(maxsize=2048)
def _compare(old: str, new: str) -> tuple[Spans, Spans]:
    before, after = _WORD.findall(old), _WORD.findall(new)
    same = _shared(before, after)
    tail = _shared(before[same:][::-1], after[same:][::-1])
    before_tail, after_tail = len(before) - tail, len(after) - tail
    if before_tail + after_tail - 2 * same <= _MOST:
        matcher = SequenceMatcher(None, before[same:before_tail], after[same:after_tail], autojunk=False)
        changes = [spans for kind, *spans in matcher.get_opcodes() if kind != "equal"]
    else:
        changes = [[0, before_tail - same, 0, after_tail - same]]
    in_old, in_new = [*accumulate(map(len, before), initial=0)], [*accumulate(map(len, after), initial=0)]
    left: list[tuple[int, int]] = []
    right: list[tuple[int, int]] = []
    for start, end, new_start, new_end in changes:
        _extend(left, in_old[same + start], in_old[same + end], old)
        _extend(right, in_new[same + new_start], in_new[same + new_end], new)
    changed = sum(end - start for start, end in left + right)
    alike = changed <= (1 - _ALIKE) * (len(old.strip()) + len(new.strip()))
    return (tuple(left), tuple(right)) if alike else ((), ())


def _shared(before: list[str], after: list[str]) -> int:
    """How many words both begin with."""
    both = min(len(before), len(after))
    return next((at for at in range(both) if before[at] != after[at]), both)


def _extend(spans: list[tuple[int, int]], start: int, end: int, line: str) -> None:
    """Add a span; one that only a blank keeps from the last goes on with it."""
    if start == end:
        return
    if spans and not line[spans[-1][1] : start].strip():
        start = spans.pop()[0]
    spans.append((start, end))
