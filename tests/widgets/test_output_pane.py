from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual.app import App, ComposeResult
from textual.events import MouseScrollUp
from textual.geometry import Offset
from textual.pilot import Pilot
from textual.selection import SELECT_ALL, Selection
from textual.widgets import Input

from app.execution.commands import CommandRunner
from app.execution.indexer import Indexer
from app.execution.spool import SpoolFile
from widgets.output_pane import OutputPane

WIDTH, HEIGHT = 40, 10


class CountingSpool(SpoolFile):
    """Remembers how it is used."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, Indexer())
        self.polls = 0
        self.bytes_read = 0
        self.closed = False

    def poll(self) -> bool:
        self.polls += 1
        return super().poll()

    def read(self, size: int, offset: int) -> bytes:
        data = super().read(size, offset)
        self.bytes_read += len(data)
        return data

    def close(self) -> None:
        self.closed = True
        super().close()


class Bench(App[None]):
    """A pane, and something else that can have the focus."""

    CSS = f"Screen {{ layout: vertical; }} OutputPane {{ height: {HEIGHT}; scrollbar-size-vertical: 0; }}"

    def __init__(self, spool: SpoolFile) -> None:
        super().__init__()
        self.pane = OutputPane(spool)

    def compose(self) -> ComposeResult:
        yield self.pane
        yield Input()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "call.out"


@pytest.fixture
def spool(path: Path) -> CountingSpool:
    return CountingSpool(path)


def _lines(first: int, last: int) -> bytes:
    return b"".join(b"line %d\n" % number for number in range(first, last + 1))


def _append(path: Path, data: bytes) -> None:
    with path.open("ab") as file:
        file.write(data)


def _screen(pane: OutputPane) -> list[str]:
    return [pane.render_line(row).text.rstrip() for row in range(pane.size.height)]


def _rows(first: int, last: int) -> list[str]:
    return [f"line {number}" for number in range(first, last + 1)]


def _follows(pane: OutputPane) -> bool:
    return pane.follow


async def _becomes(pilot: Pilot[None], condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():
            await pilot.pause(0.01)


async def test_it_follows_the_end_of_a_file_that_appears_and_grows(path: Path, spool: CountingSpool) -> None:
    app = Bench(spool)
    async with app.run_test(size=(WIDTH, 20)) as pilot:
        assert _screen(app.pane) == [""] * HEIGHT
        path.write_bytes(_lines(1, 3))
        await _becomes(pilot, lambda: _screen(app.pane)[:4] == [*_rows(1, 3), ""])
        _append(path, _lines(4, 500) + b"unfinished")
        await _becomes(pilot, lambda: _screen(app.pane) == [*_rows(492, 500), "unfinished"])
        assert app.pane.virtual_size.height == 501


async def test_scrolling_up_holds_the_text_and_the_end_follows_again(
    path: Path, spool: CountingSpool
) -> None:
    path.write_bytes(_lines(1, 100))
    app = Bench(spool)
    async with app.run_test(size=(WIDTH, 20)) as pilot:
        app.pane.focus()
        await _becomes(pilot, lambda: _screen(app.pane) == _rows(91, 100))
        await pilot.press("up", "up", "up")
        assert _screen(app.pane) == _rows(88, 97)
        assert not _follows(app.pane)
        _append(path, _lines(101, 5000))
        await _becomes(pilot, lambda: app.pane.virtual_size.height == 5000)
        assert _screen(app.pane) == _rows(88, 97)
        await pilot.press("end")
        assert _screen(app.pane) == _rows(4991, 5000)
        assert _follows(app.pane)
        await pilot.press("pageup")
        assert _screen(app.pane) == _rows(4981, 4990)
        await pilot.press("pagedown")
        assert _follows(app.pane)
        await pilot.press("home")
        assert _screen(app.pane) == _rows(1, 10)
        await pilot.press("down")
        assert _screen(app.pane) == _rows(2, 11)


async def test_all_of_a_large_file_can_be_reached_and_little_of_it_is_read(
    path: Path, spool: CountingSpool
) -> None:
    path.write_bytes(_lines(1, 1_000_000))
    app = Bench(spool)
    async with app.run_test(size=(WIDTH, 20)) as pilot:
        app.pane.focus()
        await _becomes(pilot, lambda: app.pane.virtual_size.height == 1_000_000)
        spool.bytes_read = 0
        await pilot.press("home")
        assert _screen(app.pane) == _rows(1, 10)
        app.pane.scroll_to(y=654_321)
        assert _screen(app.pane) == _rows(654_322, 654_331)
        await pilot.press("end")
        assert _screen(app.pane) == _rows(999_991, 1_000_000)
        assert spool.bytes_read < 2_000_000


async def test_the_text_stays_when_line_numbers_become_known(path: Path) -> None:
    class Late(Indexer):
        def request(self, file: object) -> None:
            self.late = file

    path.write_bytes(_lines(1, 1_000_000))
    indexer = Late()
    spool = SpoolFile(path, indexer)
    app = Bench(spool)
    async with app.run_test(size=(WIDTH, 20)) as pilot:
        app.pane.focus()
        await _becomes(pilot, lambda: _screen(app.pane) == _rows(999_991, 1_000_000))
        await pilot.press("up", "up", "pageup")
        assert _screen(app.pane) == _rows(999_979, 999_988)
        assert app.pane.virtual_size.height != 1_000_000
        while spool.extend_index():
            pass
        await _becomes(pilot, lambda: app.pane.virtual_size.height == 1_000_000)
        assert _screen(app.pane) == _rows(999_979, 999_988)
        assert app.pane.scroll_offset.y == 999_978


async def test_after_the_finish_it_shows_everything_and_looks_no_more(
    path: Path, spool: CountingSpool
) -> None:
    path.write_bytes(_lines(1, 5))
    app = Bench(spool)
    async with app.run_test(size=(WIDTH, 20)) as pilot:
        await _becomes(pilot, lambda: "line 5" in _screen(app.pane))
        _append(path, _lines(6, 9))
        app.pane.finish()
        assert _screen(app.pane)[:9] == _rows(1, 9)
        await pilot.pause(0.3)
        polls = spool.polls
        _append(path, b"too late\n")
        await pilot.pause(0.3)
        assert spool.polls == polls
        app.pane.focus()
        await pilot.press("end")
        await pilot.pause(0.2)
        assert spool.polls == polls + 1


async def test_a_finished_output_can_be_opened(path: Path, spool: CountingSpool) -> None:
    path.write_bytes(_lines(1, 200_000))
    app = Bench(spool)
    app.pane.finish()
    async with app.run_test(size=(WIDTH, 20)) as pilot:
        assert _screen(app.pane) == _rows(199_991, 200_000)
        await _becomes(pilot, lambda: app.pane.virtual_size.height == 200_000)
    assert spool.closed


async def test_it_looks_less_often_without_the_focus(path: Path, spool: CountingSpool) -> None:
    path.write_bytes(b"x\n")
    app = Bench(spool)
    async with app.run_test(size=(WIDTH, 20)) as pilot:
        counts = []
        for widget in (app.pane, app.query_one(Input)):
            widget.focus()
            await pilot.pause()
            before = spool.polls
            await pilot.pause(0.6)
            counts.append(spool.polls - before)
        assert counts[0] > 2 * counts[1] > 0


async def test_a_hidden_pane_is_not_kept_up_until_it_is_shown(path: Path, spool: CountingSpool) -> None:
    path.write_bytes(_lines(1, 5))
    app = Bench(spool)
    async with app.run_test(size=(WIDTH, 20)) as pilot:
        app.pane.display = False
        await pilot.pause()
        polls = spool.polls
        _append(path, _lines(6, 400))
        await pilot.pause(0.3)
        assert spool.polls == polls
        app.pane.display = True
        await _becomes(pilot, lambda: _screen(app.pane) == _rows(391, 400))


async def test_long_lines_can_be_scrolled_sideways(path: Path, spool: CountingSpool) -> None:
    path.write_bytes(b"short\n" + b"0123456789" * 10 + b"\n")
    app = Bench(spool)
    async with app.run_test(size=(WIDTH, 20)) as pilot:
        app.pane.focus()
        await _becomes(pilot, lambda: app.pane.virtual_size.width == 100)
        await pilot.press(*["right"] * 3)
        assert _screen(app.pane)[:2] == ["rt", ("0123456789" * 10)[3 : 3 + WIDTH]]
        await pilot.press("home")
        assert _screen(app.pane)[0] == "short"


async def test_colours_are_kept_and_the_rest_has_the_theme(path: Path, spool: CountingSpool) -> None:
    path.write_bytes(b"\x1b[31mred\x1b[0m plain\n")
    app = Bench(spool)
    async with app.run_test(size=(WIDTH, 20)) as pilot:
        await _becomes(pilot, lambda: _screen(app.pane)[0] == "red plain")
        red, plain = list(app.pane.render_line(0))[:2]
        assert red.style is not None
        assert red.style.color is not None
        assert (red.text, red.style.color.number) == ("red", 1)
        assert plain.style is not None
        assert plain.style.color == app.pane.rich_style.color
        before = plain.style.color
        app.theme = "textual-light"
        await pilot.pause()
        light = list(app.pane.render_line(0))[1].style
        assert light is not None
        assert light.color == app.pane.rich_style.color != before


async def test_a_selection_is_drawn_and_copied_from_its_lines_only(path: Path, spool: CountingSpool) -> None:
    path.write_bytes("漢字 one\n\tt\x1b[1mwo\x1b[0m\nthree\n".encode() + _lines(4, 100_000))
    app = Bench(spool)
    async with app.run_test(size=(WIDTH, 20)) as pilot:
        app.pane.focus()
        await _becomes(pilot, lambda: app.pane.virtual_size.height == 100_000)
        await pilot.press("home")
        selection = Selection(Offset(1, 0), Offset(2, 2))
        app.screen.selections = {app.pane: selection}
        spool.bytes_read = 0
        assert app.pane.get_selection(selection) == ("字 one\n        two\nth", "\n")
        assert spool.bytes_read < 200_000
        background = app.screen.get_component_rich_style("screen--selection").bgcolor
        selected = [
            "".join(s.text for s in app.pane.render_line(row) if s.style and s.style.bgcolor == background)
            for row in range(4)
        ]
        assert selected == ["字 one", "        two", "th", ""]
        assert app.pane.get_selection(Selection(Offset(2, 2), Offset(4, 2))) == ("re", "\n")
        text, _ = app.pane.get_selection(SELECT_ALL) or ("", "")
        assert text.startswith("漢字 one\n")
        assert text.count("\n") == 20_000


async def test_the_mouse_selects_what_it_is_dragged_over(path: Path, spool: CountingSpool) -> None:
    path.write_bytes(_lines(1, 100))
    app = Bench(spool)
    async with app.run_test(size=(WIDTH, 20)) as pilot:
        await _becomes(pilot, lambda: _screen(app.pane) == _rows(91, 100))
        await pilot.mouse_down(app.pane, offset=(2, 1))
        await pilot.hover(app.pane, offset=(3, 3))
        await pilot.mouse_up(app.pane, offset=(3, 3))
        assert app.screen.get_selected_text() == "ne 92\nline 93\nline"


async def test_the_wheel_stops_following(path: Path, spool: CountingSpool) -> None:
    path.write_bytes(_lines(1, 100))
    app = Bench(spool)
    async with app.run_test(size=(WIDTH, 20)) as pilot:
        await _becomes(pilot, lambda: _screen(app.pane) == _rows(91, 100))
        app.pane.post_message(MouseScrollUp(app.pane, 1, 1, 0, -1, 0, False, False, False))
        await pilot.pause()
        assert not _follows(app.pane)
        assert _screen(app.pane) == _rows(89, 98)


@settings(derandomize=True, deadline=None, max_examples=40)
@given(st.binary(max_size=3000), st.integers(0, 2**32))
def test_no_bytes_can_break_it_or_reach_the_terminal(data: bytes, seed: int) -> None:
    source = random.Random(seed)
    parts = [
        b"\x1b[",
        b"\x1b]8;;",
        b"\x07",
        b"\r",
        b"\n",
        b"\t",
        b"31m",
        "漢👩\u202e".encode(),
        b"\xff",
        data,
    ]
    pane = OutputPane(SpoolFile(Path("/nonexistent"), Indexer()))
    hostile = b"".join(source.choices(parts, k=50))
    for line in hostile.split(b"\n"):
        strip = pane._strip(line)
        assert not any(segment.control for segment in strip)
        assert all(char >= " " and not 0x7F <= ord(char) < 0xA0 and char != "\u202e" for char in strip.text)


async def test_a_real_command_is_followed_to_its_end(tmp_path: Path, spool: CountingSpool) -> None:
    runner = CommandRunner()
    app = Bench(spool)
    async with app.run_test(size=(WIDTH, 20)) as pilot:
        command = asyncio.ensure_future(
            runner.run(
                "for i in $(seq 1 3000); do echo line $i; done; printf '1%%\\r100%%'",
                cwd=tmp_path,
                spool=spool.path,
                timeout=30,
            )
        )
        await _becomes(pilot, command.done)
        app.pane.finish()
        assert _screen(app.pane) == [*_rows(2992, 3000), "100%"]
    assert command.result().exit_code == 0
    await runner.close()


@pytest.mark.parametrize("focused", [True, False])
async def test_a_pane_that_gets_more_or_fewer_rows_goes_on_following(
    path: Path, spool: CountingSpool, focused: bool
) -> None:
    path.write_bytes(_lines(1, 100))
    app = Bench(spool)
    async with app.run_test(size=(WIDTH, 40)) as pilot:
        app.pane.focus() if focused else app.query_one(Input).focus()
        for number, rows in enumerate((10, 4, 12, 3, 20, 1, 7), 101):
            app.pane.styles.height = rows
            await pilot.pause()
            _append(path, _lines(number, number))
            await _becomes(pilot, lambda last=number: f"line {last}" in _screen(app.pane))  # type: ignore[misc]  # a default
            assert _follows(app.pane)
