from __future__ import annotations

from pathlib import Path

from textual.events import MouseScrollDown, MouseScrollUp

from tests.widgets.outputs import HEIGHT, WIDTH, Bench, append, becomes, lines, rows
from widgets.output_view import OutputView


async def test_wrapped_lines_show_the_true_end_while_it_grows(path: Path, bench: Bench[OutputView]) -> None:
    path.write_bytes(lines(1, 20) + b"0123456789" * 9 + b"\n")
    bench.pane.wrap = True
    async with bench.run_test(size=(WIDTH, 20)) as pilot:
        digits = "0123456789"
        assert bench.rows == [*rows(14, 20), digits * 4, digits * 4, digits]
        append(path, b"ab" * 30)
        await becomes(pilot, lambda: bench.rows[-2:] == ["ab" * 20, "ab" * 10])
        assert bench.rows[0] == "line 16"
        assert bench.follows()


async def test_keys_and_wheel_reach_every_part_of_a_line_taller_than_the_view(
    path: Path, bench: Bench[OutputView]
) -> None:
    line = "".join(f"{number:07} " for number in range(1023))
    path.write_text(f"{line}\nthe end\n")
    folded = [*(line[at : at + WIDTH].rstrip() for at in range(0, len(line), WIDTH)), "the end"]
    bench.pane.wrap = True
    async with bench.run_test(size=(WIDTH, 20)) as pilot:
        bench.pane.focus()
        end = len(folded) - HEIGHT
        assert bench.rows == folded[end:]
        await pilot.press("up", "up")
        assert bench.rows == folded[end - 2 :][:HEIGHT]
        assert not bench.follows()
        await pilot.press("pageup")
        assert bench.rows == folded[end - 12 :][:HEIGHT]
        bench.pane.post_message(MouseScrollUp(bench.pane, 1, 1, 0, -1, 0, False, False, False))
        await pilot.pause()
        assert bench.rows == folded[end - 14 :][:HEIGHT]
        bench.pane.post_message(MouseScrollDown(bench.pane, 1, 1, 0, 1, 0, False, False, False))
        await pilot.pause()
        await pilot.press("down")
        assert bench.rows == folded[end - 11 :][:HEIGHT]
        await pilot.press("home")
        assert bench.rows == folded[:HEIGHT]
        seen = list(bench.rows)
        while not bench.follows():
            bench.pane.action_page_down()
            seen += bench.rows
        assert [row for row in folded if row not in seen] == []
        assert bench.rows == folded[end:]


async def test_wrapping_keeps_the_line_at_the_top_and_the_bar_counts_lines(
    path: Path, bench: Bench[OutputView]
) -> None:
    path.write_bytes(b"".join(b"%03d " % number * 30 + b"\n" for number in range(100)))
    async with bench.run_test(size=(WIDTH, 20)) as pilot:
        bench.pane.scroll_to(y=50)
        await pilot.pause()
        bench.pane.scroll_to(x=7)
        bench.pane.wrap = True
        await pilot.pause()
        assert bench.rows[0] == "050 " * 9 + "050"
        assert bench.rows[3] == "051 " * 9 + "051"
        assert bench.pane.scroll_offset == (0, 50)
        bench.pane.scroll_to(y=60)
        assert bench.rows[0].startswith("060")
        bench.pane.scroll_to(y=98)
        assert bench.follows()
        assert bench.rows[-1].startswith("099")
        bench.pane.wrap = False
        assert bench.rows[-1].startswith("099")
        assert bench.pane.virtual_size.height == 100
