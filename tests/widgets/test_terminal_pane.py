from __future__ import annotations

import asyncio
import fcntl
import os
import pty
import struct
import subprocess
import termios
from collections.abc import Iterator
from itertools import count, repeat
from pathlib import Path
from typing import ClassVar

import pytest
from rich.color import Color
from rich.style import Style
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.geometry import Offset
from textual.pilot import Pilot
from textual.selection import SELECT_ALL, Selection
from textual.strip import Strip
from textual.widgets import Input

from app.execution.indexer import Indexer
from app.execution.spool import SpoolFile
from tests.widgets.terminal import Stage, burst, paste, press, settle, until
from widgets.terminal_pane import TerminalPane

WIDTH, HEIGHT = 40, 10
SIZE = (WIDTH, HEIGHT + 4)
FULL = b"".join(b"row %d\r\n" % row for row in range(HEIGHT - 1))


class CountingSpool(SpoolFile):
    """Remembers how it is used."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, Indexer())
        self.polls = 0
        self.read_bytes = 0
        self.is_closed = False

    def poll(self) -> bool:
        self.polls += 1
        return super().poll()

    def read(self, size: int, offset: int) -> bytes:
        data = super().read(size, offset)
        self.read_bytes += len(data)
        return data

    def close(self) -> None:
        self.is_closed = True
        super().close()

    def write(self, data: bytes) -> None:
        """As the program does."""
        with self.path.open("ab") as file:
            file.write(data)


class Pane(TerminalPane):
    """Remembers which rows were drawn."""

    drawn: ClassVar[list[int]] = []

    def render_line(self, y: int) -> Strip:
        self.drawn.append(y)
        return super().render_line(y)


class Area(Vertical):
    """Has keys of its own, as what is around a pane has."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(key, f"act('{key}')")
        for key in ("y", "n", "c", "1", "enter", "up", "ctrl+right_square_bracket")
    ]

    def action_act(self, name: str) -> None:
        assert isinstance(self.app, Desk)
        self.app.acts.append(name)


class Desk(Stage[Pane]):
    """A pane in an area, something else that can have the focus, and what comes of the keys."""

    CSS = f"Area {{ height: {HEIGHT}; }}"
    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(key, f"act('{key}')", id=f"desk.{key}", priority=True)
            for key in ("ctrl+q", "f2", "ctrl+a", "escape", "shift+tab", "q")
        ),
        Binding("ctrl+s", "act('ctrl+s')"),
        Binding("tab", "act('tab')"),
    ]

    def __init__(self, spool: SpoolFile, clock: Iterator[float] | None = None) -> None:
        clock = clock or repeat(0.0)
        super().__init__(Pane(spool, columns=WIDTH, rows=HEIGHT, clock=lambda: next(clock)))
        self.acts: list[str] = []
        self.typed: list[bytes] = []
        self.sizes: list[tuple[int, int]] = []
        self.detached = 0

    def compose(self) -> ComposeResult:
        with Area():
            yield self.widget
        yield Input()

    def action_act(self, name: str) -> None:
        self.acts.append(name)

    def on_terminal_pane_typed(self, event: TerminalPane.Typed) -> None:
        self.typed.append(event.data)

    def on_terminal_pane_resized(self, event: TerminalPane.Resized) -> None:
        self.sizes.append((event.columns, event.rows))

    def on_terminal_pane_detached(self) -> None:
        self.detached += 1

    def on_paste(self, event: events.Paste) -> None:
        self.acts.append(f"paste {event.text}")

    @property
    def shown(self) -> list[str]:
        """The rows of the pane."""
        return self.rows[: self.widget.size.height]


@pytest.fixture
def spool(tmp_path: Path) -> CountingSpool:
    return CountingSpool(tmp_path / "call.out")


@pytest.fixture
def desk(spool: CountingSpool) -> Desk:
    return Desk(spool)


def takes_keys(desk: Desk) -> bool:
    return desk.widget.takes_keys


def has_focus(desk: Desk) -> bool:
    return desk.widget.has_focus


async def attach(pilot: Pilot[None], desk: Desk) -> None:
    desk.widget.attach()
    await settle(pilot)
    assert desk.widget.has_focus


async def test_it_draws_what_the_program_draws(desk: Desk, spool: CountingSpool) -> None:
    async with desk.run_test(size=SIZE) as pilot:
        assert desk.shown == [""] * HEIGHT
        spool.write(b"$ \x1b[31mred\x1b[m\r\n\x1b[5;5H")
        await until(pilot, lambda: desk.shown[0] == "$ red")
        spool.write(b"there\x1b[1;1H\x1b[K#")
        await until(pilot, lambda: desk.shown == ["#", "", "", "", "    there", "", "", "", "", ""])
        spool.write(b"\x1b[?1049h")
        await until(pilot, lambda: desk.shown == [""] * HEIGHT)


async def test_colours_are_kept_and_the_rest_has_the_theme(desk: Desk, spool: CountingSpool) -> None:
    spool.write(b"\x1b[31mred\x1b[m plain")
    async with desk.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: desk.shown[0] == "red plain")
        red, plain = list(desk.widget.render_line(0))[:2]
        assert red.style is not None
        assert red.style.color == Color.from_ansi(1)
        assert plain.style is not None
        before = plain.style.color
        assert before == desk.widget.rich_style.color
        desk.theme = "textual-light"
        await settle(pilot)
        assert desk.style_of("plain").color == desk.widget.rich_style.color != before


async def test_only_rows_that_changed_are_drawn_again(desk: Desk, spool: CountingSpool) -> None:
    spool.write(FULL)
    async with desk.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: desk.shown[8] == "row 8")
        Pane.drawn.clear()
        spool.write(b"\x1b[3;1Hchanged\x1b[7;1Hchanged")
        await until(pilot, lambda: desk.shown[2] == desk.shown[6] == "changed")
        assert set(Pane.drawn) == {2, 6}


async def test_the_program_is_given_the_size_of_the_pane_and_no_size_on_the_way(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(TerminalPane, "BACKGROUND_RATE", 1)
    async with desk.run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert desk.sizes == []
        for columns in (50, 60, 70):
            await pilot.resize_terminal(columns, HEIGHT + 4)
        await until(pilot, lambda: (70, HEIGHT) in desk.sizes)
        assert len(desk.sizes) <= 2
        desk.widget.display = False
        await pilot.pause(0.3)
        assert desk.sizes[-1] == (70, HEIGHT)


async def test_a_small_pane_shows_the_rows_above_the_cursor(desk: Desk, spool: CountingSpool) -> None:
    spool.write(b"one\r\ntwo\r\nthree\r\nfour\r\nfive\x1b[3;1H")
    async with desk.run_test(size=SIZE) as pilot:
        desk.query_one(Area).styles.height = 2
        await until(pilot, lambda: desk.sizes == [(WIDTH, 5)])
        await until(pilot, lambda: desk.shown == ["two", "three"])
        spool.write(b"\x1b[1;1H1")
        await until(pilot, lambda: desk.shown == ["1ne", "two"])


KEYS = [
    "y",
    "n",
    "c",
    "1",
    "q",
    "space",
    "enter",
    "up",
    "tab",
    "shift+tab",
    "escape",
    "ctrl+c",
    "ctrl+q",
    "ctrl+a",
    "ctrl+s",
    "f2",
]
SENT = [
    *(key.encode() for key in KEYS[:5]),
    b" ",
    b"\r",
    b"\x1b[A",
    b"\t",
    b"\x1b[Z",
    b"\x1b",
    b"\x03",
    b"\x11",
    b"\x01",
    b"\x13",
    b"\x1bOQ",
]


async def test_whoever_is_attached_types_into_the_program_whatever_a_key_is_bound_to(desk: Desk) -> None:
    async with desk.run_test(size=SIZE) as pilot:
        await attach(pilot, desk)
        await press(pilot, *KEYS)
        assert desk.typed == SENT
        assert desk.acts == []
        assert list(desk.screen.active_bindings) == ["ctrl+right_square_bracket"]
        await press(pilot, "ctrl+right_square_bracket")
        assert desk.detached == 1
        assert not takes_keys(desk)
        await press(pilot, "y", "f2", "ctrl+right_square_bracket")
        assert desk.acts == ["y", "f2", "ctrl+right_square_bracket"]
        assert desk.typed == SENT


async def test_keys_keep_their_order_around_the_one_that_leads_back(desk: Desk) -> None:
    async with desk.run_test(size=SIZE) as pilot:
        await attach(pilot, desk)
        await burst(pilot, "n", "c", "ctrl+right_square_bracket", "y")
        assert desk.typed == [b"n", b"c"]
        assert desk.acts == ["y"]


async def test_the_key_that_leads_back_can_be_another(desk: Desk) -> None:
    async with desk.run_test(size=SIZE) as pilot:
        desk.set_keymap({"terminal.detach": "f12", "desk.f2": "f3"})
        await attach(pilot, desk)
        await press(pilot, "ctrl+right_square_bracket", "f2", "f3", "f12")
        assert desk.typed == [b"\x1d", b"\x1bOQ", b"\x1bOR"]
        assert desk.acts == []
        assert desk.detached == 1


async def test_keys_and_pastes_have_the_form_the_program_asks_for(desk: Desk, spool: CountingSpool) -> None:
    async with desk.run_test(size=SIZE) as pilot:
        await attach(pilot, desk)
        await press(pilot, "up")
        await paste(pilot, "a\nb\x1b[201~")
        spool.write(b"\x1b[?1h\x1b[?2004hready")
        await until(pilot, lambda: desk.shown[0] == "ready")
        await press(pilot, "up")
        await paste(pilot, "a\nb\x1b[201~")
        assert desk.typed == [b"\x1b[A", b"a\rb", b"\x1bOA", b"\x1b[200~a\rb\x1b[201~"]
        assert desk.acts == []


async def test_nothing_is_typed_where_nobody_is_attached(desk: Desk) -> None:
    async with desk.run_test(size=SIZE) as pilot:
        desk.widget.focus()
        await press(pilot, "y", "x", "up", "escape")
        await paste(pilot, "text")
        assert desk.typed == []
        assert desk.acts == ["y", "up", "escape", "paste text"]


async def test_who_goes_elsewhere_is_no_longer_attached(desk: Desk) -> None:
    async with desk.run_test(size=SIZE) as pilot:
        await attach(pilot, desk)
        desk.post_message(events.AppBlur())
        await settle(pilot)
        assert not has_focus(desk)
        desk.post_message(events.AppFocus())
        await settle(pilot)
        assert has_focus(desk)
        assert takes_keys(desk)
        assert desk.detached == 0
        await pilot.click(Input)
        assert not takes_keys(desk)
        assert desk.detached == 1


async def test_the_cursor_is_seen_while_attached_and_where_the_program_wants_it(
    desk: Desk, spool: CountingSpool
) -> None:
    spool.write("a漢b\x1b[2G".encode())

    def reversed_texts() -> list[str]:
        strip = desk.widget.render_line(0)
        return [segment.text for segment in strip if segment.style is not None and segment.style.reverse]

    async with desk.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: desk.shown[0] == "a漢b")
        assert reversed_texts() == []
        await attach(pilot, desk)
        assert reversed_texts() == ["漢"]
        Pane.drawn.clear()
        spool.write(b"\x1b[3;4H")
        await until(pilot, lambda: reversed_texts() == [])
        assert {0, 2} <= set(Pane.drawn) <= {0, 2}
        spool.write(b"\x1b[H")
        await until(pilot, lambda: reversed_texts() == ["a"])
        spool.write(b"\x1b[?25l")
        await until(pilot, lambda: reversed_texts() == [])
        spool.write(b"\x1b[?25h")
        await until(pilot, lambda: reversed_texts() == ["a"])
        desk.widget.detach()
        await settle(pilot)
        assert reversed_texts() == []


async def test_a_program_that_asks_is_answered_even_where_it_is_not_seen(
    desk: Desk, spool: CountingSpool
) -> None:
    async with desk.run_test(size=SIZE) as pilot:
        desk.widget.display = False
        await settle(pilot)
        spool.write(b"\x1b[3;4H\x1b[6n\x1b[c")
        await until(pilot, lambda: bool(desk.typed))
        assert desk.typed == [b"\x1b[3;4R\x1b[?6c"]


async def test_after_the_end_all_is_shown_and_nothing_more_happens(desk: Desk, spool: CountingSpool) -> None:
    async with desk.run_test(size=SIZE) as pilot:
        await attach(pilot, desk)
        spool.write(b"last words\x1b[6n")
        desk.widget.finish()
        await settle(pilot)
        assert desk.shown[0] == "last words"
        await press(pilot, "y")
        assert desk.typed == [], "it is too late for the program, and too early for what is around"
        assert takes_keys(desk)
        await until(pilot, lambda: desk.detached == 1)
        polls = spool.polls
        spool.write(b" too late")
        desk.widget.attach()
        desk.query_one(Input).focus()
        await settle(pilot)
        desk.widget.focus()
        await pilot.pause(0.3)
        await press(pilot, "x")
        assert spool.polls == polls
        assert desk.typed == []
        assert not takes_keys(desk)
        assert desk.shown[0] == "last words"


async def test_what_ended_before_it_is_shown_is_shown_whole(desk: Desk, spool: CountingSpool) -> None:
    spool.write(FULL * 200 + b"end")
    desk.widget.finish()
    async with desk.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: desk.shown[9] == "end")
        polls = spool.polls
        await pilot.pause(0.3)
        assert spool.polls == polls
        await pilot.resize_terminal(30, 4)
        await settle(pilot)
        assert desk.sizes == []
    assert spool.is_closed


async def test_little_is_done_in_one_tick(spool: CountingSpool) -> None:
    desk = Desk(spool, clock=(number / 1000 for number in count()))  # each look at it takes a millisecond
    spool.write(b"line\r\n" * 20_000 + b"end")
    async with desk.run_test(size=SIZE) as pilot:
        polls, read = spool.polls, spool.read_bytes
        await until(pilot, lambda: spool.polls > polls + 3)
        assert 0 < spool.read_bytes - read <= (spool.polls - polls) * 5 * 1024
        await attach(pilot, desk)
        await until(pilot, lambda: desk.shown[9] == "end")


async def test_who_is_far_behind_goes_on_near_the_end_where_a_line_begins(
    desk: Desk, spool: CountingSpool
) -> None:
    spool.write(b"\x1b[?2004h\x1b[?1049h")
    async with desk.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: desk.widget.used_alternate_screen)
        read = spool.read_bytes
        spool.write(b"\x1b[31m" + b"0123456789\r\n" * 100_000 + b"end")
        await until(pilot, lambda: desk.shown[9] == "end")
        assert desk.shown[:9] == ["0123456789"] * 9
        assert spool.read_bytes - read < 80_000
        assert desk.style_of("0123456789").color == desk.widget.rich_style.color
        await attach(pilot, desk)
        await paste(pilot, "x")
        assert desk.typed == [b"\x1b[200~x\x1b[201~"]


async def test_a_file_that_was_cut_is_followed_from_its_start(desk: Desk, spool: CountingSpool) -> None:
    spool.write(FULL)
    async with desk.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: desk.shown[8] == "row 8")
        spool.path.write_bytes(b"anew")
        await until(pilot, lambda: desk.shown == ["anew", *[""] * 9])


async def test_it_looks_less_often_without_the_focus(desk: Desk, spool: CountingSpool) -> None:
    async with desk.run_test(size=SIZE) as pilot:
        counts = []
        for widget in (desk.widget, desk.query_one(Input)):
            widget.focus()
            await settle(pilot)
            before = spool.polls
            await pilot.pause(0.6)
            counts.append(spool.polls - before)
        assert counts[0] > 2 * counts[1] > 0


async def test_a_selection_is_drawn_and_copied(desk: Desk, spool: CountingSpool) -> None:
    spool.write("漢字 one\r\n  two\r\n\r\nfour".encode())
    async with desk.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: desk.shown[3] == "four")
        selection = Selection(Offset(1, 0), Offset(2, 3))
        desk.screen.selections = {desk.widget: selection}
        await settle(pilot)
        assert desk.screen.get_selected_text() == "字 one\n  two\n\nfo"
        background = desk.screen.get_component_rich_style("screen--selection").bgcolor
        selected = [
            "".join(
                s.text
                for s in desk.widget.render_line(row)
                if (s.style or Style.null()).bgcolor == background
            )
            for row in range(5)
        ]
        assert [text.rstrip() for text in selected] == ["字 one", "  two", "", "fo", ""]
        text, _ = desk.widget.get_selection(SELECT_ALL) or ("", "")
        assert text.rstrip("\n") == "漢字 one\n  two\n\nfour"


async def test_the_mouse_selects_what_it_is_dragged_over(desk: Desk, spool: CountingSpool) -> None:
    spool.write(FULL)
    async with desk.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: desk.shown[8] == "row 8")
        await pilot.mouse_down(desk.widget, offset=(2, 1))
        await pilot.hover(desk.widget, offset=(3, 3))
        await pilot.mouse_up(desk.widget, offset=(3, 3))
        assert desk.screen.get_selected_text() == "w 1\nrow 2\nrow "


class Program:
    """A real program on a real terminal, joined to a pane by its messages."""

    def __init__(self, desk: Desk, spool: CountingSpool, *arguments: str) -> None:
        self._desk, self._spool = desk, spool
        self._master, slave = pty.openpty()
        self._set_size(WIDTH, HEIGHT)
        self.process = subprocess.Popen(
            arguments,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env={"PATH": os.environ["PATH"], "TERM": "xterm-256color", "PS1": "$ ", "HISTFILE": ""},
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509  # no threads yet
        )
        os.close(slave)
        asyncio.get_running_loop().add_reader(self._master, self._read)

    def pass_on(self) -> None:
        """Bring to it what the pane has said."""
        while self._desk.typed:
            os.write(self._master, self._desk.typed.pop(0))
        while self._desk.sizes:
            self._set_size(*self._desk.sizes.pop(0))

    def close(self) -> None:
        """End it."""
        asyncio.get_running_loop().remove_reader(self._master)
        self.process.kill()
        self.process.wait()
        os.close(self._master)

    def _set_size(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def _read(self) -> None:
        try:
            self._spool.write(os.read(self._master, 65536))
        except OSError:  # the other side is closed
            asyncio.get_running_loop().remove_reader(self._master)


async def test_a_person_works_in_a_shell(desk: Desk, spool: CountingSpool) -> None:
    async with desk.run_test(size=SIZE) as pilot:
        program = Program(desk, spool, "bash", "--norc", "--noprofile", "-i")

        async def shows(*rows: str) -> None:
            def is_so() -> bool:
                program.pass_on()
                return [row for row in desk.shown if row][-len(rows) :] == list(rows)

            await until(pilot, is_so)

        try:
            await attach(pilot, desk)
            await shows("$")
            await press(pilot, *"echx", "backspace", *"o", "space", "1", "left", "2", "enter")
            await shows("$ echo 21", "21", "$")
            await press(pilot, "up", "enter")
            await shows("$ echo 21", "21", "$")
            await paste(pilot, "read -p 'name? ' x; echo \"[$x]\"")
            await press(pilot, "enter")
            await shows("name?")
            await press(pilot, *"me", "enter")
            await shows("name? me", "[me]", "$")
            await press(pilot, *"cat", "enter")
            await shows("$ cat")
            await press(pilot, "ctrl+c")
            await shows("$ cat", "^C", "$")
            await pilot.resize_terminal(60, HEIGHT + 4)
            await paste(pilot, "stty size")
            await until(pilot, lambda: bool(desk.sizes))
            await press(pilot, "enter")
            await shows("$ stty size", f"{HEIGHT} 60", "$")
            await press(pilot, "ctrl+d")
            program.pass_on()
            await until(pilot, lambda: program.process.poll() == 0)
        finally:
            program.close()
