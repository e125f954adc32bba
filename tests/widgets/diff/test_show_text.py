from __future__ import annotations

import threading

import pytest
from textual.pilot import Pilot
from textual.strip import Strip

from tests.widgets.diff.texts import TWO_HUNKS, one_long_hunk, unified
from tests.widgets.terminal import Stage, press, settle, until
from widgets.diff.canvas import AT_ONCE
from widgets.diff.parse import parse_diff
from widgets.diff.reading import Changes, ReadDiff, read_diff
from widgets.diff.view import DiffView

LONG = one_long_hunk(50_000)
READ = Changes(16_666, 16_667)


class CountingView(DiffView):
    """Remembers how many rows it has drawn."""

    drawn = 0

    def render_line(self, y: int) -> Strip:
        self.drawn += 1
        return super().render_line(y)


class Reader(Stage[CountingView]):
    """Shows a text, and keeps how much each diff that was shown changes."""

    def __init__(self, text: str = "") -> None:
        super().__init__(CountingView())
        self.widget.show_text(text)
        self.shown: list[Changes] = []

    def on_diff_canvas_shown(self, event: DiffView.Shown) -> None:
        self.shown.append(event.changes)


class Gate:
    """Reads in a thread, once it is allowed to."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.threads: list[threading.Thread] = []
        self.ended = 0
        self.opened = threading.Event()
        monkeypatch.setattr("widgets.diff.canvas.read_diff", self.read)

    def read(self, text: str, note: str = "", *, split: bool = False) -> ReadDiff:
        self.threads.append(threading.current_thread())
        if threading.current_thread() is not threading.main_thread():
            assert self.opened.wait(10)
        read = read_diff(text, note, split=split)
        self.ended += 1
        return read


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Gate:
    return Gate(monkeypatch)


async def reading(pilot: Pilot[None], gate: Gate, count: int) -> None:
    """Wait until so many texts are being read."""
    await until(pilot, lambda: len(gate.threads) == count)


async def test_a_short_text_is_there_with_the_first_frame(gate: Gate) -> None:
    app = Reader(TWO_HUNKS)
    async with app.run_test(size=(80, 24)) as pilot:
        assert app.rows[0].startswith(" file.txt")
        app.widget.show_text(unified(["a\n"], ["b\n"], "other.txt"))
        assert len(app.widget.lines) == 1
        await settle(pilot)
        assert app.rows[0].startswith(" other.txt")
    assert set(gate.threads) == {threading.main_thread()}


async def test_a_long_text_is_read_beside_the_loop_and_until_then_nothing_is_shown(gate: Gate) -> None:
    app = Reader(TWO_HUNKS)
    async with app.run_test(size=(80, 24)) as pilot:
        gate.threads.clear()
        app.widget.show_text(LONG)
        await reading(pilot, gate, 1)
        assert gate.threads[0] is not threading.main_thread()
        assert not any(app.rows)
        gate.opened.set()
        await until(pilot, lambda: bool(app.widget.lines))
        await settle(pilot)
        assert app.rows[2].split() == ["▌", "1", "1", "value", "0"]
        assert app.shown[-1] == READ


async def test_of_texts_that_are_read_at_once_only_the_last_is_ever_shown(gate: Gate) -> None:
    app = Reader(one_long_hunk(3000))
    async with app.run_test(size=(80, 24)) as pilot:
        await reading(pilot, gate, 1)
        app.widget.show_text(one_long_hunk(6000))
        await reading(pilot, gate, 2)
        app.widget.show_text(LONG)
        await reading(pilot, gate, 3)
        gate.opened.set()
        await until(pilot, lambda: bool(app.widget.lines))
        await settle(pilot)
        assert set(app.shown) == {Changes(0, 0), READ}


@pytest.mark.parametrize("short", [True, False])
async def test_what_is_shown_meanwhile_stays(gate: Gate, short: bool) -> None:
    app = Reader(LONG)
    async with app.run_test(size=(80, 24)) as pilot:
        await reading(pilot, gate, 1)
        if short:
            app.widget.show_text(TWO_HUNKS)
        else:
            app.widget.show(parse_diff(TWO_HUNKS))
        gate.opened.set()
        await until(pilot, lambda: gate.ended == len(gate.threads))
        await settle(pilot)
        assert app.rows[0].startswith(" file.txt")
        assert READ not in app.shown


async def test_a_view_that_is_gone_before_its_text_was_read_shows_nothing(gate: Gate) -> None:
    app = Reader(LONG)
    async with app.run_test(size=(80, 24)) as pilot:
        await reading(pilot, gate, 1)
        await app.widget.remove()
        gate.opened.set()
        await until(pilot, lambda: gate.ended == 1)
        assert not app.widget.lines


async def test_a_search_ends_when_another_text_is_shown() -> None:
    app = Reader(TWO_HUNKS)
    async with app.run_test(size=(80, 12)) as pilot:
        app.widget.focus()
        await press(pilot, "slash", *"line", "enter")
        app.widget.show_text(TWO_HUNKS.replace("LINE", "WORD"))
        await settle(pilot)
        assert "lines" not in app.rows[-1]


@pytest.mark.parametrize("split", [True, False])
async def test_only_rows_in_view_of_a_long_text_are_drawn(split: bool) -> None:
    assert len(LONG) > AT_ONCE
    app = Reader(LONG)
    app.widget.split = split
    async with app.run_test(size=(160, 20)) as pilot:
        await until(pilot, lambda: bool(app.widget.lines))
        await settle(pilot)
        assert app.widget.drawn <= 100
        app.widget.focus()
        await settle(pilot)
        for keys in (["pagedown"], ["end"], ["slash", *"value 49998", "enter"], ["n"], ["home"]):
            app.widget.drawn = 0
            await press(pilot, *(key if key != " " else "space" for key in keys))
            assert app.widget.drawn <= 60
