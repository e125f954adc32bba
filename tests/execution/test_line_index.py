from __future__ import annotations

import random

from app.execution.line_index import BLOCK, LineIndex


def _index(data: bytes) -> LineIndex:
    return LineIndex(lambda size, offset: data[offset : offset + size])


def test_it_counts_within_its_budget_and_leaves_the_end_to_be_counted_when_asked() -> None:
    data = b"x\n" * (5 * BLOCK)
    index = _index(data)
    assert index.extend(len(data), budget=BLOCK)
    assert 0 < index.covered <= 4 * BLOCK
    while index.extend(len(data), budget=BLOCK):
        pass
    assert index.covered == len(data) - BLOCK
    assert index.newlines == data.count(b"\n", 0, index.covered)


def test_a_line_and_the_block_of_its_newline_agree_with_counting() -> None:
    source = random.Random(1)
    data = bytes(source.choices(b"\nxxxxxxxxxxxxxx", k=6 * BLOCK + 17))
    index = _index(data)
    while index.extend(len(data)):
        pass
    for offset in range(0, index.covered, 4001):
        assert index.line_at(offset) == data.count(b"\n", 0, offset)
    for newline in range(1, index.newlines, 997):
        start, nth = index.block_with(newline)
        assert data.count(b"\n", 0, start) + nth == newline
        assert 1 <= nth <= data.count(b"\n", start, start + BLOCK)
    assert index.line_at(len(data) + BLOCK) is None


def test_a_file_that_got_shorter_is_left_alone() -> None:
    index = _index(b"x\n")
    assert not index.extend(10 * BLOCK)
    assert index.covered == 0
