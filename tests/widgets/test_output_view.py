from __future__ import annotations

from pathlib import Path

import pytest
from textual.events import MouseScrollUp
from textual.geometry import Region

from app.execution.indexer import Indexer
from app.execution.spool import SpoolFile
from tests.widgets.outputs import HEIGHT, WIDTH, Bench, CountingSpool, append, becomes, lines, rows
from widgets.output_view import OutputView


async def test_what_is_there_is_shown_as_soon_as_the_view_is(path: Path, bench: Bench[OutputView]) -> None:
    path.write_bytes(b"first\n")
    async with bench.run_test(size=(WIDTH, 20)):
        assert bench.rows[0] == "first"


async def test_scrolling_up_holds_the_text_and_the_end_follows_again(
    path: Path, bench: Bench[OutputView]
) -> None:
    path.write_bytes(lines(1, 100))
    async with bench.run_test(size=(WIDTH, 20)) as pilot:
        bench.pane.focus()
        await becomes(pilot, lambda: bench.rows == rows(91, 100))
        await pilot.press("up", "up", "up")
        assert bench.rows == rows(88, 97)
        assert not bench.follows()
        append(path, lines(101, 5000))
        await becomes(pilot, lambda: bench.pane.virtual_size.height == 5000)
        assert bench.rows == rows(88, 97)
        await pilot.press("end")
        assert bench.rows == rows(4991, 5000)
        assert bench.follows()
        await pilot.press("pageup")
        assert bench.rows == rows(4981, 4990)
        await pilot.press("pagedown")
        assert bench.follows()
        await pilot.press("home")
        assert bench.rows == rows(1, 10)
        await pilot.press("down")
        assert bench.rows == rows(2, 11)


async def test_the_wheel_stops_following(path: Path, bench: Bench[OutputView]) -> None:
    path.write_bytes(lines(1, 100))
    async with bench.run_test(size=(WIDTH, 20)) as pilot:
        await becomes(pilot, lambda: bench.rows == rows(91, 100))
        bench.pane.post_message(MouseScrollUp(bench.pane, 1, 1, 0, -1, 0, False, False, False))
        await pilot.pause()
        assert not bench.follows()
        assert bench.rows == rows(89, 98)


async def test_all_of_a_large_file_can_be_reached_and_little_of_it_is_read(
    path: Path, spool: CountingSpool, bench: Bench[OutputView]
) -> None:
    path.write_bytes(lines(1, 1_000_000))
    async with bench.run_test(size=(WIDTH, 20)) as pilot:
        bench.pane.focus()
        await becomes(pilot, lambda: bench.pane.virtual_size.height == 1_000_000)
        spool.bytes_read = 0
        await pilot.press("home")
        assert bench.rows == rows(1, 10)
        bench.pane.scroll_to(y=654_321)
        assert bench.rows == rows(654_322, 654_331)
        await pilot.press("end")
        assert bench.rows == rows(999_991, 1_000_000)
        assert spool.bytes_read < 2_000_000


async def test_the_text_stays_when_line_numbers_become_known(path: Path) -> None:
    class Late(Indexer):
        def request(self, file: object) -> None:
            self.late = file

    path.write_bytes(lines(1, 1_000_000))
    spool = SpoolFile(path, Late())
    bench = Bench(OutputView(spool))
    async with bench.run_test(size=(WIDTH, 20)) as pilot:
        bench.pane.focus()
        await becomes(pilot, lambda: bench.rows == rows(999_991, 1_000_000))
        await pilot.press("up", "up", "pageup")
        assert bench.rows == rows(999_979, 999_988)
        assert bench.pane.virtual_size.height != 1_000_000
        while spool.extend_index():
            pass
        await becomes(pilot, lambda: bench.pane.virtual_size.height == 1_000_000)
        assert bench.rows == rows(999_979, 999_988)
        assert bench.pane.scroll_offset.y == 999_978


async def test_long_lines_can_be_scrolled_sideways(path: Path, bench: Bench[OutputView]) -> None:
    path.write_bytes(b"short\n" + b"0123456789" * 10 + b"\n")
    async with bench.run_test(size=(WIDTH, 20)) as pilot:
        bench.pane.focus()
        await becomes(pilot, lambda: bench.pane.virtual_size.width == 100)
        await pilot.press(*["right"] * 3)
        assert bench.rows[:2] == ["rt", ("0123456789" * 10)[3 : 3 + WIDTH]]
        await pilot.press("home")
        assert bench.rows[0] == "short"


async def test_colours_are_kept_and_the_rest_has_the_theme(path: Path, bench: Bench[OutputView]) -> None:
    path.write_bytes(b"\x1b[31mred\x1b[0m plain\n")
    async with bench.run_test(size=(WIDTH, 20)) as pilot:
        await becomes(pilot, lambda: bench.rows[0] == "red plain")
        red, plain = list(bench.pane.render_line(0))[:2]
        assert red.style is not None
        assert red.style.color is not None
        assert (red.text, red.style.color.number) == ("red", 1)
        assert plain.style is not None
        assert plain.style.color == bench.pane.rich_style.color
        before = plain.style.color
        bench.theme = "textual-light"
        await pilot.pause()
        light = list(bench.pane.render_line(0))[1].style
        assert light is not None
        assert light.color == bench.pane.rich_style.color != before


async def test_only_rows_that_differ_are_painted(
    path: Path, spool: CountingSpool, bench: Bench[OutputView], monkeypatch: pytest.MonkeyPatch
) -> None:
    path.write_bytes(lines(1, 5) + b"10 %")
    async with bench.run_test(size=(WIDTH, 20)) as pilot:
        await becomes(pilot, lambda: bench.rows[5] == "10 %")
        await pilot.pause()
        painted: list[Region] = []
        paint = bench.pane.refresh

        def refresh(*regions: Region, **options: bool) -> OutputView:
            painted.extend(regions or [bench.pane.size.region])
            return paint(*regions, **options)

        monkeypatch.setattr(bench.pane, "refresh", refresh)
        append(path, b"\r20 %")
        await becomes(pilot, lambda: bench.rows[5] == "20 %")
        assert painted == [Region(0, 5, WIDTH, 1)]
        append(path, b"\r20 %")
        polls = spool.polls
        await becomes(pilot, lambda: spool.polls > polls + 2)
        assert len(painted) == 1


async def test_a_last_paint_may_come_when_it_is_removed(path: Path, bench: Bench[OutputView]) -> None:
    append(path, b"one\n")
    async with bench.run_test(size=(WIDTH, HEIGHT)) as pilot:
        await becomes(pilot, lambda: bench.rows[0] == "one")
        view = bench.pane
        await view.remove()
        assert [strip.text.strip() for strip in view.render_lines(Region(0, 0, WIDTH, 1))] == ["one"]
