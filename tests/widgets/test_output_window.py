from __future__ import annotations

import random
from pathlib import Path

import pytest

from app.execution.indexer import Indexed, Indexer
from app.execution.spool import SpoolFile
from widgets.drawn_line import LinePainter, Shape
from widgets.output_source import LONGEST_LINE
from widgets.output_window import OutputWindow

WIDTH, HEIGHT = 20, 8


class NeverIndexer(Indexer):
    """Counts no line until it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting: list[Indexed] = []

    def request(self, file: Indexed) -> None:
        self.waiting.append(file)


def _window(path: Path, data: bytes, *, wraps: bool, indexer: Indexer | None = None) -> OutputWindow:
    path.write_bytes(data)
    spool = SpoolFile(path, indexer or Indexer())
    spool.poll()
    spool.request_index()
    painter = LinePainter()
    painter.fit(Shape(WIDTH, wraps=wraps))
    window = OutputWindow(spool, painter)
    window.show(HEIGHT)
    return window


def _shown(window: OutputWindow) -> list[str]:
    return [row.strip.text.rstrip() for _, _, row in window.rows]


def _lines(seed: int, count: int) -> list[str]:
    source = random.Random(seed)
    return [
        "".join(source.choices("abcdef", k=source.choice([0, 5, 19, 20, 21, 70, 400]))) for _ in range(count)
    ]


def _folded(lines: list[str]) -> list[str]:
    return [line[at : at + WIDTH] for line in lines for at in range(0, max(len(line), 1), WIDTH)]


@pytest.mark.parametrize("wraps", [True, False])
def test_moving_by_rows_reaches_all_there_is(tmp_path: Path, wraps: bool) -> None:
    lines = _lines(1, 60)
    rows = _folded(lines) if wraps else [line[:WIDTH] for line in lines]
    window = _window(tmp_path / "out", "\n".join(lines).encode(), wraps=wraps)
    source, top, last = random.Random(2), 0, len(rows) - HEIGHT
    for _ in range(600):
        step = source.choice([-1, 1, 1, -3, 3, HEIGHT, -HEIGHT, 40, -40])
        window.move(step)
        if not window.show(HEIGHT):
            window.show_end(HEIGHT)
        top = max(0, min(last, top + step))
        assert _shown(window) == rows[top : top + HEIGHT]
        assert window.at_end == (top == last)


def test_the_end_is_the_last_rows_of_the_last_lines(tmp_path: Path) -> None:
    lines = _lines(3, 40)
    window = _window(tmp_path / "out", "\n".join(lines).encode(), wraps=True)
    window.show_end(HEIGHT)
    assert _shown(window) == _folded(lines)[-HEIGHT:]
    assert window.place[0] == window.last_top(HEIGHT)


def test_every_part_of_a_line_taller_than_the_window_comes_into_view(tmp_path: Path) -> None:
    line = bytes(random.Random(4).choices(b"abcdefgh", k=LONGEST_LINE - 1)).decode()
    window = _window(tmp_path / "out", f"above\n{line}\nbelow\n".encode(), wraps=True)
    seen: dict[int, str] = {}
    while not window.at_end:
        for number, _, row in window.rows:
            if number == 1:
                seen[row.start] = row.strip.text[: row.end - row.start]
        window.move(HEIGHT)
        window.show(HEIGHT)
    for number, _, row in window.rows:
        if number == 1:
            seen[row.start] = row.strip.text[: row.end - row.start]
    assert "".join(seen[start] for start in sorted(seen)) == line


def test_a_short_output_stays_at_the_top(tmp_path: Path) -> None:
    window = _window(tmp_path / "out", b"one\ntwo\n", wraps=True)
    window.move(5)
    if not window.show(HEIGHT):
        window.show_end(HEIGHT)
    assert (_shown(window), window.place, window.last_top(HEIGHT)) == (["one", "two"], (0, 0), 0)
    window.move(-5)
    assert window.place == (0, 0)


@pytest.mark.parametrize("wraps", [True, False])
def test_a_byte_comes_into_view_with_something_above_it(tmp_path: Path, wraps: bool) -> None:
    lines = _lines(5, 200)
    data = "\n".join([*lines, "x" * 3000 + "needle", *lines]).encode()
    window = _window(tmp_path / "out", data, wraps=wraps)
    spot = window.find(data.index(b"needle"))
    assert (spot.number, spot.character) == (200, 3000)
    assert not window.shows(spot)
    window.bring_into_view(spot, HEIGHT)
    window.show(HEIGHT)
    assert window.shows(spot)
    (y,) = [
        y
        for y, (number, _, row) in enumerate(window.rows)
        if number == 200 and (row.start <= 3000 < row.end or not wraps)
    ]
    assert y == HEIGHT // 3
    top = window.place
    window.bring_into_view(spot, HEIGHT)
    assert window.place == top


@pytest.mark.parametrize("share", [0.5, 0.98])
@pytest.mark.parametrize("wraps", [True, False])
def test_a_byte_is_shown_before_its_line_is_counted_and_stays_when_it_is(
    tmp_path: Path, wraps: bool, share: float
) -> None:
    # Long lines first and short ones after: every guess is far from the truth.
    lines = ["y" * 300 for _ in range(20_000)] + [f"short {number}" for number in range(500_000)]
    data = "\n".join(lines).encode()
    indexer = NeverIndexer()
    window = _window(tmp_path / "out", data, wraps=wraps, indexer=indexer)
    number = int(len(lines) * share)
    spot = window.find(data.index(f"short {number - 20_000}\n".encode()))
    assert spot.number != number
    window.bring_into_view(spot, HEIGHT)
    window.show(HEIGHT)
    shown = _shown(window)
    assert shown[HEIGHT // 3] == f"short {number - 20_000}"
    stages = 0
    while indexer.waiting[0].extend_index():  # soon more lines are counted than the guess had been
        stages += 1
        window.show(HEIGHT)
        assert _shown(window) == shown
    assert stages > 1
    window.show(HEIGHT)
    assert _shown(window) == shown
    assert window.place[0] == number - HEIGHT // 3
    window.move(-2)
    window.show(HEIGHT)
    assert _shown(window)[2:] == shown[:-2]


def test_a_byte_beyond_where_its_line_is_cut_shows_the_line(tmp_path: Path) -> None:
    data = b"above\n" * 100 + b"z" * 100_000 + b"needle\n" + b"below\n" * 100
    window = _window(tmp_path / "out", data, wraps=True)
    spot = window.find(data.index(b"needle"))
    assert (spot.number, spot.before) == (100, None)
    window.bring_into_view(spot, HEIGHT)
    window.show(HEIGHT)
    assert "z" * WIDTH in _shown(window)


def test_no_more_is_drawn_than_is_in_view(tmp_path: Path) -> None:
    window = _window(tmp_path / "out", b"".join(b"%d " % n * 2000 + b"\n" for n in range(100)), wraps=True)
    rows = {id(line): line for _, line, _ in window.rows}.values()
    assert [len(line._rows) <= HEIGHT + 1 < line.row_count for line in rows] == [True]
