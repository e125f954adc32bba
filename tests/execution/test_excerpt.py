from __future__ import annotations

import re
import tracemalloc
from pathlib import Path

import pytest

from app.execution.excerpt import excerpt

NOTICE = re.compile(r"\n\[… (?:([\d,]+) lines, )?([\d,]+) bytes left out; the whole output is in (.+) …\]\n")


@pytest.fixture
def spool(tmp_path: Path) -> Path:
    return tmp_path / "call.out"


def _parts(text: str) -> tuple[str, int, int, str]:
    """Head, lines and bytes left out, tail."""
    notice = NOTICE.search(text)
    assert notice is not None
    lines, count = (int((number or "0").replace(",", "")) for number in notice.groups()[:2])
    return text[: notice.start()], lines, count, text[notice.end() :]


def test_what_fits_is_whole(spool: Path) -> None:
    spool.write_bytes(b"one\ntwo\n\xff three")
    assert excerpt(spool, 1000) == "one\ntwo\n\ufffd three"


def test_an_empty_file_is_an_empty_text(spool: Path) -> None:
    spool.write_bytes(b"")
    assert excerpt(spool, 1000) == ""


def test_text_of_exactly_the_limit_is_whole_and_one_more_is_not(spool: Path) -> None:
    spool.write_bytes(b"x\n" * 500)
    assert excerpt(spool, 1000) == "x\n" * 500
    assert "left out" in excerpt(spool, 999)


def test_colours_and_progress_do_not_count(spool: Path) -> None:
    spool.write_bytes(b"".join(b"%d%%\r" % percent for percent in range(10_000)) + b"\x1b[32mdone\x1b[0m\n")
    assert excerpt(spool, 300) == "done\n"


def test_head_and_tail_are_whole_lines_and_the_notice_counts_the_rest_exactly(spool: Path) -> None:
    lines = [f"line {number} — ✓\n" for number in range(20_000)]
    spool.write_text("".join(lines), encoding="utf-8")
    text = excerpt(spool, 10_000)
    head, left_lines, left_bytes, tail = _parts(text)
    assert 9_000 < len(text) <= 10_000
    first, last = head.splitlines(keepends=True), tail.splitlines(keepends=True)
    assert first == lines[: len(first)]
    assert last == lines[-len(last) :]
    assert left_lines == len(lines) - len(first) - len(last)
    assert left_bytes == len("".join(lines[len(first) : -len(last)]).encode())
    assert str(spool) in text


def test_one_line_of_five_megabytes_shows_its_head_and_its_tail(spool: Path) -> None:
    spool.write_bytes(b"start" + b"x" * 5_000_000 + b"end")
    text = excerpt(spool, 2_000)
    head, left_lines, left_bytes, tail = _parts(text)
    assert head.startswith("startx")
    assert tail.endswith("xend")
    assert (left_lines, left_bytes) == (0, 5_000_008 - len(head) - len(tail))
    assert len(text) <= 2_000


def test_a_cut_inside_a_character_leaves_no_half_of_it(spool: Path) -> None:
    spool.write_bytes("漢".encode() * 100_000)
    assert "\ufffd" not in excerpt(spool, 2_000)


def test_nothing_untrusted_steers_a_terminal(spool: Path) -> None:
    spool.write_bytes(bytes(range(256)) * 4_000 + b"\x1b]52;c;QUJD\x07\x1b[2J\xe2\x80\xae" * 4_000)
    text = excerpt(spool, 30_000)
    assert all((char >= " " or char in "\n\t") and not 0x7F <= ord(char) < 0xA0 for char in text)
    assert "\u202e" not in text


def test_a_large_file_is_never_in_memory(spool: Path) -> None:
    with spool.open("wb") as file:
        for _ in range(64):
            file.write(b"0123456789abcde\n" * 65_536)
    tracemalloc.start()
    try:
        text = excerpt(spool, 30_000)
        assert tracemalloc.get_traced_memory()[1] < 4_000_000
    finally:
        tracemalloc.stop()
    head, left_lines, _, tail = _parts(text)
    assert left_lines == 64 * 65_536 - len(head + tail) // 16


def test_a_missing_file_is_an_error(spool: Path) -> None:
    with pytest.raises(FileNotFoundError):
        excerpt(spool, 1000)
