from __future__ import annotations

import os
import random
from pathlib import Path
from queue import SimpleQueue

import pytest

from app.execution.indexer import Indexed, Indexer
from app.execution.line_index import BLOCK
from app.execution.spool import LONGEST_LINE, SpoolFile


class ManualIndexer(Indexer):
    """Counts only when told to, so that a test can look at every stage."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting: SimpleQueue[Indexed] = SimpleQueue()

    def request(self, file: Indexed) -> None:
        self.waiting.put(file)

    def finish(self) -> None:
        while not self.waiting.empty():
            file = self.waiting.get()
            while file.extend_index():
                pass


@pytest.fixture
def indexer() -> ManualIndexer:
    return ManualIndexer()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "call.out"


def _spool(path: Path, indexer: Indexer, data: bytes) -> SpoolFile:
    path.write_bytes(data)
    spool = SpoolFile(path, indexer)
    spool.poll()
    return spool


def _random_lines(seed: int, size: int) -> bytes:
    source = random.Random(seed)
    data = bytearray()
    while len(data) < size:
        data += source.randbytes(source.choice([0, 1, 10, 80, 200, 3000])).replace(b"\n", b"") + b"\n"
    return bytes(data)


def _reference(data: bytes) -> list[bytes]:
    lines = data.split(b"\n")
    return lines if lines[-1] else lines[:-1]


def test_a_file_that_does_not_exist_yet_is_empty_and_then_appears(path: Path, indexer: ManualIndexer) -> None:
    spool = SpoolFile(path, indexer)
    assert not spool.poll()
    assert (spool.total_lines(), spool.tail(5), spool.lines(0, 5)) == ((0, True), (0, []), [])
    path.write_bytes(b"one\ntwo")
    assert spool.poll()
    assert not spool.poll()
    assert (spool.total_lines(), spool.lines(0, 5)) == ((2, True), [b"one", b"two"])
    with path.open("ab") as file:
        file.write(b"!\nthree\n")
    assert spool.poll()
    assert spool.tail(2) == (4, [b"two!", b"three"])


@pytest.mark.parametrize("ending", [b"", b"unfinished"])
@pytest.mark.parametrize("indexed", [False, True])
def test_every_line_is_found_by_number(
    path: Path, indexer: ManualIndexer, ending: bytes, indexed: bool
) -> None:
    size = 20 * BLOCK if indexed else 3 * BLOCK
    data = _random_lines(1, size) + ending
    lines, spool = _reference(data), _spool(path, indexer, data)
    if indexed:
        spool.request_index()
        indexer.finish()
    assert spool.total_lines() == (len(lines), True)
    for start in [*range(0, len(lines), 53), len(lines) - 1]:
        assert spool.lines(start, start + 7) == lines[start : start + 7]
        offset, _ = spool.page(start, 1)
        assert spool.line_at(offset) in (start, None)
    assert spool.lines(len(lines), len(lines) + 5) == []


@pytest.mark.parametrize("count", [1, 2, 40, 5000])
def test_the_tail_needs_no_index(path: Path, indexer: ManualIndexer, count: int) -> None:
    data = _random_lines(2, 40 * BLOCK) + b"the end"
    offset, lines = _spool(path, indexer, data).tail(count)
    assert lines == _reference(data)[-count:]
    assert _reference(data[offset:]) == lines


def test_before_the_index_is_there_the_total_is_a_guess_and_lines_are_walked_to(
    path: Path, indexer: ManualIndexer
) -> None:
    data = _random_lines(3, 40 * BLOCK)
    lines, spool = _reference(data), _spool(path, indexer, data)
    total, exact = spool.total_lines()
    assert not exact
    assert total > 0
    offset, shown = spool.tail(10)
    guess = 10_000_000  # whatever row the tail was said to be at, what is next to it is known
    upper, above = spool.page(guess - 3, 10, near=(guess, offset))
    assert above == lines[-13:-3]
    assert spool.page(guess, 10, near=(guess - 3, upper)) == (offset, shown)
    distant, page = spool.page(total // 2, 3, near=(guess, offset))
    assert page == _reference(data[distant:])[:3]
    assert distant == 0 or data[distant - 1 : distant] == b"\n"
    spool.request_index()
    indexer.finish()
    assert spool.total_lines() == (len(lines), True)
    assert spool.line_at(offset) == len(lines) - 10


def test_a_row_near_a_guessed_one_is_walked_to_however_far_the_index_has_come(
    path: Path, indexer: ManualIndexer
) -> None:
    data = (b"y" * 300 + b"\n") * 20_000 + b"".join(b"short %d\n" % number for number in range(600_000))
    spool = _spool(path, indexer, data)
    place = data.index(b"short 590000\n")
    guess = 25_000  # soon the index knows another line by this number
    spool.request_index()
    for _ in range(2):
        assert spool.extend_index()
        assert spool.page(guess, 2, near=(guess, place)) == (place, [b"short 590000", b"short 590001"])
        assert spool.page(guess - 1, 1, near=(guess, place))[1] == [b"short 589999"]
        assert spool.page(guess + 2, 1, near=(guess, place))[1] == [b"short 590002"]
    assert spool.line_at(place) is None
    indexer.finish()
    assert spool.line_at(place) == 610_000
    assert spool.line_at(len(data) - 1) == 619_999


def test_lines_that_are_not_indexed_but_few_have_their_number(path: Path, indexer: ManualIndexer) -> None:
    data = _random_lines(5, 3 * BLOCK)
    spool = _spool(path, indexer, data)
    for place in (0, 5, len(data) // 2, len(data) - 1):
        assert spool.line_at(place) == data.count(b"\n", 0, place)


def test_the_indexers_own_thread_makes_the_total_exact(path: Path) -> None:
    spool = _spool(path, Indexer(), b"x\n" * 10_000_000)
    spool.request_index()
    while not spool.total_lines()[1]:
        pass
    assert spool.total_lines() == (10_000_000, True)
    assert spool.lines(9_999_999, 10_000_001) == [b"x"]


@pytest.mark.parametrize("indexed", [False, True])
def test_a_line_of_five_megabytes_is_cut_and_stepped_over(
    path: Path, indexer: ManualIndexer, indexed: bool
) -> None:
    spool = _spool(path, indexer, b"above\n" + b"x" * 3_000_000 + b"\nbelow\n" + b"y" * 2_000_000)
    if indexed:
        spool.request_index()
        indexer.finish()
    assert spool.lines(0, 9) == [b"above", b"x" * LONGEST_LINE, b"below", b"y" * LONGEST_LINE]
    assert spool.tail(2)[1] == [b"below", b"y" * LONGEST_LINE]


@pytest.mark.parametrize("ending", [b"", b"\n"])
def test_a_long_progress_line_shows_its_newest_state(
    path: Path, indexer: ManualIndexer, ending: bytes
) -> None:
    data = b"".join(b"\r%7d" % number for number in range(400_000))
    _, [line] = _spool(path, indexer, data + ending).tail(1)
    assert line.endswith(b"\r 399999")


def test_a_file_that_was_cut_is_read_afresh(path: Path, indexer: ManualIndexer) -> None:
    spool = _spool(path, indexer, b"old\n" * 100_000)
    spool.request_index()
    indexer.finish()
    path.write_bytes(b"new\n" * 3)
    assert spool.poll()
    assert spool.total_lines() == (3, True)
    assert spool.lines(0, 9) == [b"new"] * 3


def test_what_is_no_regular_file_stays_empty(path: Path, indexer: ManualIndexer, tmp_path: Path) -> None:
    os.mkfifo(path)
    (tmp_path / "link").symlink_to(__file__)
    for each in (path, tmp_path / "link", tmp_path, Path("/dev/zero")):
        spool = SpoolFile(each, indexer)
        assert not spool.poll()
        assert spool.tail(3) == (0, [])


def test_a_closed_spool_reads_as_empty(path: Path, indexer: ManualIndexer) -> None:
    spool = _spool(path, indexer, b"x\n" * 1_000_000)
    spool.close()
    spool.close()
    assert spool.lines(0, 5) == []
    assert spool.tail(3)[1] == []
    assert not spool.extend_index()


def test_a_search_finds_every_match_also_across_chunks(path: Path, indexer: ManualIndexer) -> None:
    source = random.Random(4)
    data = bytes(source.choices(b"abc\n", k=1_500_000))
    for needle in (b"a", b"ab", b"aaa", b"abcabcab", b"c\na"):
        search = _spool(path, indexer, data).search(needle, keep=100)
        search.join()
        assert search.done
        assert search.scanned == search.end == len(data)
        assert search.count == data.count(needle)
        expected, position = list[int](), -1
        while len(expected) < 100 and (position := data.find(needle, position + 1)) >= 0:
            if not expected or position >= expected[-1] + len(needle):
                expected.append(position)
        assert list(search.offsets) == expected
        path.unlink()


def test_a_cancelled_search_is_not_done(path: Path, indexer: ManualIndexer) -> None:
    spool = _spool(path, indexer, b"")
    with path.open("r+b") as file:
        file.truncate(1 << 34)
    spool.poll()
    search = spool.search(b"x")
    search.cancel()
    search.join()
    assert not search.done
    assert search.scanned < spool.size
