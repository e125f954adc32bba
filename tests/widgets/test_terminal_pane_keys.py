from __future__ import annotations

from textual import events
from textual.widgets import Input

from tests.widgets.outputs import CountingSpool
from tests.widgets.terminal import burst, paste, press, settle, until
from tests.widgets.terminal_desk import SIZE, Desk, attach

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
        assert not desk.takes_keys()
        await press(pilot, "y", "f2", "ctrl+right_square_bracket")
        assert desk.acts == ["y", "f2", "ctrl+right_square_bracket"]
        assert desk.typed == SENT


async def test_what_comes_with_the_key_that_attaches_is_for_the_program(desk: Desk) -> None:
    async with desk.run_test(size=SIZE) as pilot:
        desk.widget.focus()
        await burst(pilot, "y", "i", "c", "x", "ctrl+right_square_bracket", "n", "i", "1")
        assert desk.typed == [b"c", b"x", b"1"]
        assert desk.acts == ["y", "n"]


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
        assert not desk.has_focus()
        desk.post_message(events.AppFocus())
        await settle(pilot)
        assert desk.has_focus()
        assert desk.takes_keys()
        assert desk.detached == 0
        await pilot.click(Input)
        assert not desk.takes_keys()
        assert desk.detached == 1
