from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType
from textual.pilot import Pilot

from tests.widgets.terminal import Stage, burst, paste
from widgets.composer import Composer


class Desk(Stage[Composer]):
    """A composer, and what was sent or taken from it."""

    BINDINGS: ClassVar[list[BindingType]] = [("ctrl+t", "take", "Take what is written")]

    def __init__(self) -> None:
        super().__init__(Composer())
        self.sent: list[str] = []
        self.taken: list[str] = []

    def action_take(self) -> None:
        self.taken.append(self.widget.take())

    def on_composer_sent(self, event: Composer.Sent) -> None:
        assert event.control is self.widget
        self.sent.append(event.text)


async def send(pilot: Pilot[None], *texts: str) -> None:
    """Send texts one after the other."""
    for text in texts:
        await paste(pilot, text)
        await burst(pilot, "enter")


async def test_enter_sends_and_empties() -> None:
    app = Desk()
    async with app.run_test(size=(60, 20)) as pilot:
        await burst(pilot, *"fix it", "enter")
        assert app.sent == ["fix it"]
        assert app.widget.text == ""


async def test_blank_text_is_not_sent_and_stays() -> None:
    app = Desk()
    async with app.run_test(size=(60, 20)) as pilot:
        await burst(pilot, "enter", "space", "ctrl+j", "space", "enter")
        assert app.sent == []
        assert app.widget.text == " \n "


async def test_control_j_and_shift_enter_begin_a_new_line() -> None:
    app = Desk()
    async with app.run_test(size=(60, 20)) as pilot:
        await burst(pilot, "a", "ctrl+j", "b", "shift+enter", "c")
        assert app.sent == []
        assert app.widget.text == "a\nb\nc"
        await burst(pilot, "enter")
        assert app.sent == ["a\nb\nc"]


async def test_a_new_line_takes_the_place_of_what_is_selected() -> None:
    app = Desk()
    async with app.run_test(size=(60, 20)) as pilot:
        await burst(pilot, *"abcd", "left", "shift+left", "shift+left", "ctrl+j", "x")
        assert app.widget.text == "a\nxd"


async def test_a_paste_of_many_lines_is_one_text_and_sends_nothing() -> None:
    app = Desk()
    async with app.run_test(size=(60, 20)) as pilot:
        await burst(pilot, *"see: ")
        await paste(pilot, "one\r\ntwo\rthree\nfour\r\n")
        assert app.sent == []
        assert app.widget.text == "see: one\ntwo\nthree\nfour\n"
        await burst(pilot, "enter")
        assert app.sent == ["see: one\ntwo\nthree\nfour\n"]


async def test_a_paste_cannot_steer_the_terminal() -> None:
    app = Desk()
    async with app.run_test(size=(60, 20)) as pilot:
        await paste(pilot, "a\x1b]52;c;aGk=\x07b\u202ec [/red] [@click=app.bell]x[/]\td")
        assert app.widget.text == "abc [/red] [@click=app.bell]x[/]\td"


async def test_a_paste_of_a_megabyte_is_shown_as_a_mark_and_sent_whole() -> None:
    lines = "some words here, and there\n" * 40_000
    line = "x = 1; " * 150_000
    app = Desk()
    async with app.run_test(size=(60, 20)) as pilot:
        await burst(pilot, *"see ")
        await paste(pilot, lines)
        await burst(pilot, *" or ")
        await paste(pilot, line)
        shown = "see [pasted 1: 40,001 lines, 1.1 MB] or [pasted 2: 1 lines, 1.1 MB]"
        assert app.widget.text == shown
        await burst(pilot, "enter")
        assert app.sent == [f"see {lines} or {line}"]
        await burst(pilot, "up")
        assert app.widget.text == shown
        await burst(pilot, "enter")
        assert app.sent[1] == app.sent[0]
        app.widget.take_back(f"{app.sent[0]}\n\nand another")
        assert app.widget.text == f"{shown}\n\nand another"


async def test_a_mark_is_looked_up_in_what_was_written_and_not_in_what_was_pasted() -> None:
    app = Desk()
    async with app.run_test(size=(60, 20)) as pilot:
        first, second = "a" * 20_001, "[pasted 1: 1 lines, 20.0 kB]" + "b" * 20_001
        await paste(pilot, first)
        await paste(pilot, second)
        await burst(pilot, *"[pasted 9: x]", "enter")
        assert app.sent == [f"{first}{second}[pasted 9: x]"]


async def test_up_and_down_walk_through_what_was_sent_and_the_draft_comes_back() -> None:
    app = Desk()
    async with app.run_test(size=(60, 20)) as pilot:
        await send(pilot, "first", "second", "second")
        await burst(pilot, *"draft", "up")
        assert app.widget.text == "second"
        await burst(pilot, "up")
        assert app.widget.text == "first"
        await burst(pilot, "up", "up")
        assert app.widget.text == "first"
        await burst(pilot, "down")
        assert app.widget.text == "second"
        await burst(pilot, "down")
        assert app.widget.text == "draft"
        await burst(pilot, "down", "enter")
        assert app.sent[-1] == "draft"


async def test_an_earlier_text_that_is_changed_stays_changed() -> None:
    app = Desk()
    async with app.run_test(size=(60, 20)) as pilot:
        await send(pilot, "first", "second")
        await burst(pilot, "up", "up", *" again", "down")
        assert app.widget.text == "second"
        await burst(pilot, "up", "enter")
        assert app.sent[-1] == "first again"
        await burst(pilot, "up", "up", "up")
        assert app.widget.text == "first again"


async def test_an_earlier_text_that_is_emptied_is_not_forgotten() -> None:
    app = Desk()
    async with app.run_test(size=(60, 20)) as pilot:
        await send(pilot, "one", "two")
        await burst(pilot, "up", *["backspace"] * 3, "up", "down")
        assert app.widget.text == "two"


async def test_a_draft_that_is_left_for_an_earlier_text_can_be_found_again() -> None:
    app = Desk()
    async with app.run_test(size=(60, 20)) as pilot:
        await send(pilot, "first")
        await burst(pilot, *"draft", "up", "enter")
        assert app.sent == ["first", "first"]
        assert app.widget.text == ""
        await burst(pilot, "up", "up")
        assert app.widget.text == "draft"


async def test_up_and_down_inside_a_text_move_the_cursor() -> None:
    app = Desk()
    async with app.run_test(size=(60, 20)) as pilot:
        await send(pilot, "sent")
        await burst(pilot, "a", "ctrl+j", "b", "up")
        assert app.widget.text == "a\nb"
        assert app.widget.cursor_location == (0, 1)
        await burst(pilot, "down")
        assert app.widget.cursor_location == (1, 1)
        await burst(pilot, "up", "up")
        assert app.widget.text == "sent"


async def test_up_and_down_inside_a_line_that_is_wrapped_move_the_cursor() -> None:
    app = Desk()
    async with app.run_test(size=(20, 20)) as pilot:
        await send(pilot, "sent")
        long = "words " * 6
        await paste(pilot, long)
        await burst(pilot, "up")
        assert app.widget.text == long
        await burst(pilot, "down", "down")
        assert app.widget.text == long
        assert app.widget.cursor_location == (0, len(long))
        await burst(pilot, *["up"] * 3)
        assert app.widget.text == "sent"


async def test_what_is_taken_is_kept_in_the_history_without_being_sent() -> None:
    app = Desk()
    async with app.run_test(size=(60, 20)) as pilot:
        assert app.widget.take() == ""
        await burst(pilot, *"steer")
        assert app.widget.take() == "steer"
        assert app.widget.text == ""
        await burst(pilot, "up")
        assert app.widget.text == "steer"
        assert app.sent == []


async def test_what_is_taken_back_can_be_changed_and_sent() -> None:
    app = Desk()
    async with app.run_test(size=(60, 20)) as pilot:
        app.widget.take_back("one\ntwo")
        await burst(pilot, "!", "enter")
        assert app.sent == ["one\ntwo!"]


async def test_taking_back_overwrites_nothing_and_the_text_is_one_step_up() -> None:
    app = Desk()
    async with app.run_test(size=(60, 20)) as pilot:
        await send(pilot, "sent")
        await burst(pilot, *"draft")
        app.widget.take_back("queued")
        assert app.widget.text == "draft"
        await burst(pilot, "up")
        assert app.widget.text == "queued"
        app.widget.take_back("another")
        assert app.widget.text == "queued"
        await burst(pilot, "down")
        assert app.widget.text == "another"
        await burst(pilot, "down")
        assert app.widget.text == "draft"


async def test_what_is_taken_back_while_an_earlier_text_was_emptied_is_kept_on_the_way() -> None:
    app = Desk()
    async with app.run_test(size=(60, 20)) as pilot:
        await send(pilot, "one")
        await burst(pilot, *"draft", "up", *["backspace"] * 3)
        app.widget.take_back("queued")
        await burst(pilot, "down")
        assert app.widget.text == "draft"
        await burst(pilot, "up")
        assert app.widget.text == "queued"


async def test_keys_that_come_in_one_burst_act_in_their_order() -> None:
    app = Desk()
    async with app.run_test(size=(60, 20)) as pilot:
        await burst(pilot, "h", "x", "backspace", "i", "enter", "o", "k", "ctrl+j", "enter", "!")
        assert app.sent == ["hi", "ok\n"]
        assert app.widget.text == "!"


async def test_keys_of_the_screen_act_in_their_order_too() -> None:
    app = Desk()
    async with app.run_test(size=(60, 20)) as pilot:
        await burst(pilot, "a", "ctrl+t", "b")
        assert app.taken == ["a"]
        assert app.widget.text == "b"
