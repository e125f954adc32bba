from __future__ import annotations

from pathlib import Path

import pytest

from tests.widgets.outputs import HEIGHT, WIDTH, Bench, append, becomes, lines, rows
from widgets.output_view import OutputView


def _texts(view: OutputView, part: str) -> list[list[str]]:
    """What is drawn like some part, row by row."""
    style = view.get_component_rich_style(f"output-view--{part}")
    look = style.bgcolor, style.reverse, style.underline
    return [
        [
            s.text
            for s in view.render_line(y)
            if s.style and (s.style.bgcolor, s.style.reverse, s.style.underline) == look
        ]
        for y in range(view.size.height)
    ]


async def test_a_match_is_shown_and_all_in_view_are_marked(path: Path, bench: Bench[OutputView]) -> None:
    path.write_bytes(lines(1, 1000) + b"one match, two match\n" + lines(1002, 3000) + b"match\n")
    async with bench.run_test(size=(WIDTH, 20)) as pilot:
        await becomes(pilot, lambda: bench.pane.virtual_size.height == 3001)
        byte = path.read_bytes().index(b"match, two")
        bench.pane.show_match("match", byte)
        assert not bench.follows()
        assert bench.rows[HEIGHT // 3] == "one match, two match"
        current, other = (_texts(bench.pane, part) for part in ("match-current", "match"))
        assert current[HEIGHT // 3] == other[HEIGHT // 3] == ["match"]
        before = bench.rows
        bench.pane.show_match("match", byte + 11)
        assert bench.rows == before
        bench.pane.clear_match()
        assert not any(_texts(bench.pane, "match") + _texts(bench.pane, "match-current"))


async def test_a_match_in_the_last_lines_is_held_when_more_comes(
    path: Path, bench: Bench[OutputView]
) -> None:
    path.write_bytes(lines(1, 100))
    async with bench.run_test(size=(WIDTH, 20)) as pilot:
        bench.pane.show_match("line 99", path.read_bytes().index(b"line 99"))
        assert bench.rows == rows(91, 100)
        append(path, lines(101, 200))
        await becomes(pilot, lambda: bench.pane.virtual_size.height == 200)
        assert bench.rows == rows(91, 100)


@pytest.mark.parametrize("wrap", [True, False])
async def test_a_match_in_a_very_long_line_is_scrolled_to(
    path: Path, bench: Bench[OutputView], wrap: bool
) -> None:
    path.write_bytes(lines(1, 50) + b"x" * 7000 + b"match" + b"y" * 900 + b"\n" + lines(52, 100))
    bench.pane.wrap = wrap
    async with bench.run_test(size=(WIDTH, 20)) as pilot:
        byte = path.read_bytes().index(b"match")
        bench.pane.show_match("match", byte)
        await pilot.pause()
        assert [text for texts in _texts(bench.pane, "match-current") for text in texts] == ["match"]
        bench.pane.wrap = not wrap
        await pilot.pause()
        assert [text for texts in _texts(bench.pane, "match-current") for text in texts] == ["match"]
        bench.pane.show_match("line 7", path.read_bytes().index(b"line 7"))
        assert "line 7" in bench.rows
        assert bench.pane.scroll_offset.x == 0


async def test_a_match_that_is_cut_off_or_overwritten_shows_its_line(
    path: Path, bench: Bench[OutputView]
) -> None:
    path.write_bytes(lines(1, 50) + b"z" * 90_000 + b"match\nold match\rnew\n" + lines(53, 100))
    async with bench.run_test(size=(WIDTH, 20)):
        data = path.read_bytes()
        for byte, shown in ((data.index(b"match"), "z" * WIDTH), (data.index(b"match\r"), "new")):
            bench.pane.show_match("match", byte)
            assert shown in bench.rows
            assert not any(_texts(bench.pane, "match-current"))


async def test_a_match_over_two_rows_is_marked_in_both(path: Path, bench: Bench[OutputView]) -> None:
    path.write_bytes(b"x" * 38 + b"match\n")
    bench.pane.wrap = True
    async with bench.run_test(size=(WIDTH, 20)):
        bench.pane.show_match("match", 38)
        assert _texts(bench.pane, "match-current")[:2] == [["ma"], ["tch"]]
