from __future__ import annotations

from pathlib import Path

from textual.geometry import Offset
from textual.selection import SELECT_ALL, Selection

from tests.widgets.outputs import WIDTH, Bench, CountingSpool, becomes, lines, rows
from tests.widgets.terminal import selected
from widgets.output_view import OutputView


async def test_a_selection_is_drawn_and_copied_from_its_lines_only(
    path: Path, spool: CountingSpool, bench: Bench[OutputView]
) -> None:
    path.write_bytes("漢字 one\n\tt\x1b[1mwo\x1b[0m\nthree\n".encode() + lines(4, 100_000))
    async with bench.run_test(size=(WIDTH, 20)) as pilot:
        bench.pane.focus()
        await becomes(pilot, lambda: bench.pane.virtual_size.height == 100_000)
        await pilot.press("home")
        selection = Selection(Offset(1, 0), Offset(2, 2))
        bench.screen.selections = {bench.pane: selection}
        spool.bytes_read = 0
        assert bench.pane.get_selection(selection) == ("字 one\n        two\nth", "\n")
        assert spool.bytes_read < 200_000
        shown = [selected(bench.pane, bench.pane.render_line(row)) for row in range(4)]
        assert shown == ["字 one", "        two", "th", ""]
        assert bench.pane.get_selection(Selection(Offset(2, 2), Offset(4, 2))) == ("re", "\n")
        text, _ = bench.pane.get_selection(SELECT_ALL) or ("", "")
        assert text.startswith("漢字 one\n        two\n")
        assert text.endswith("\nline 100000")


async def test_the_mouse_selects_what_it_is_dragged_over(path: Path, bench: Bench[OutputView]) -> None:
    path.write_bytes(lines(1, 100))
    async with bench.run_test(size=(WIDTH, 20)) as pilot:
        await becomes(pilot, lambda: bench.rows == rows(91, 100))
        await pilot.mouse_down(bench.pane, offset=(2, 1))
        await pilot.hover(bench.pane, offset=(3, 3))
        await pilot.mouse_up(bench.pane, offset=(3, 3))
        assert bench.screen.get_selected_text() == "ne 92\nline 93\nline"


async def test_the_mouse_selects_what_it_points_at_also_sideways(
    path: Path, bench: Bench[OutputView]
) -> None:
    path.write_bytes("漢字".encode() * 30 + b"\n")
    async with bench.run_test(size=(WIDTH, 20)) as pilot:
        bench.pane.scroll_to(x=21)
        await pilot.mouse_down(bench.pane, offset=(1, 0))
        await pilot.hover(bench.pane, offset=(3, 0))
        await pilot.mouse_up(bench.pane, offset=(3, 0))
        assert bench.screen.get_selected_text() == "字漢"


async def test_a_selection_goes_on_over_wrapped_rows(path: Path, bench: Bench[OutputView]) -> None:
    path.write_bytes(b"0123456789" * 10 + b"\nnext\n")
    bench.pane.wrap = True
    async with bench.run_test(size=(WIDTH, 20)) as pilot:
        await pilot.mouse_down(bench.pane, offset=(35, 0))
        await pilot.hover(bench.pane, offset=(1, 3))
        await pilot.mouse_up(bench.pane, offset=(1, 3))
        assert bench.screen.get_selected_text() == "56789" + "0123456789" * 6 + "\nne"
        shown = [selected(bench.pane, bench.pane.render_line(row)) for row in range(5)]
        assert shown == ["56789", "0123456789" * 4, "0123456789" * 2, "ne", ""]


def test_a_long_selection_is_its_end(path: Path, spool: CountingSpool) -> None:
    path.write_bytes((b"x" * 999 + b"\n") * 100_000)
    spool.poll()
    text, _ = OutputView(spool).get_selection(Selection(Offset(5, 0), Offset(3, 99_999))) or ("", "")
    assert 1_000_000 < len(text) < 2_000_000
    assert text.startswith("x" * 999 + "\n")
    assert text.endswith("\nxxx")
    assert spool.bytes_read < 5_000_000
