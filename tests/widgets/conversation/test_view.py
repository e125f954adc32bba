from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable
from dataclasses import fields

import pytest
from rich.color import Color as RichColor
from rich.color import ColorType
from rich.style import Style
from textual import events
from textual.app import App, ComposeResult
from textual.containers import Vertical
from textual.geometry import Offset
from textual.pilot import Pilot
from textual.selection import SELECT_ALL, Selection
from textual.widgets import Input

from widgets.conversation import AssistantMessage, Conversation, Notice, Thinking, ToolCallLine, UserMessage
from widgets.conversation.block import Block
from widgets.conversation.column import Column, Place
from widgets.conversation.pacer import Pacer
from widgets.conversation.palette import Palette
from widgets.conversation.selection import row_number
from widgets.copied import Copied
from widgets.status import CallStatus


class Host(App[None]):
    """An app that is a conversation over an input."""

    CSS = "Conversation { height: 1fr; }"

    def __init__(self, blocks: Iterable[Block] = (), pacer: Pacer | None = None) -> None:
        super().__init__()
        self.conversation = Conversation(blocks, pacer=pacer or Pacer(clock=lambda: 0.0))
        self.opened: list[ToolCallLine] = []
        self.copied: str | None = None

    def compose(self) -> ComposeResult:
        yield self.conversation

    def on_conversation_opened(self, event: Conversation.Opened) -> None:
        assert event.control is self.conversation
        self.opened.append(event.call)

    def on_copied(self, event: Copied) -> None:
        self.copied = event.text

    def follows(self) -> bool:
        """Whether the end is kept in view."""
        return self.conversation.follow

    def rows(self) -> list[str]:
        """What is on the screen."""
        strips = self.conversation.render_lines(self.conversation.size.region)
        return [strip.text.rstrip() for strip in strips]


async def until(pilot: Pilot[None], condition: Callable[[], bool]) -> None:
    """Let the app work until something is so."""
    for _ in range(1000):
        if condition():
            return
        await pilot.pause(0.005)
    raise AssertionError("it never came to that")


def history(count: int, answer: Callable[[int, int], str]) -> Iterable[Block]:
    for number in range(count // 5):
        yield UserMessage(f"Message {number}: why does the parser fail on nested lists? " * (number % 3 + 1))
        yield Thinking("I should look at the file first. " * 20, seconds=number / 7)
        yield ToolCallLine("bash", f"rg -n 'parse_{number}' src", CallStatus.DONE, "1.2 s", output="a\nb")
        yield ToolCallLine("view", "src/parser.py", CallStatus.FAILED, "3 ms")
        yield AssistantMessage(answer(200 + number % 7 * 400, number))


async def test_every_kind_of_block_is_drawn_as_expected() -> None:
    blocks = [
        UserMessage("fix the [/red] test"),
        Thinking("let me see", seconds=3.21),
        AssistantMessage("I'll read **both**.\n\n1. test\n2. module\n\n```python\nx = 1\n```"),
        ToolCallLine("view", "app/retry.py", CallStatus.DONE, "14 ms"),
        ToolCallLine("bash", "pytest -q tests/test_retry.py", CallStatus.RUNNING, "0:07"),
        ToolCallLine("edit", "app/retry.py", CallStatus.ASKS, "asks"),
        ToolCallLine("edit", "app/retry.py", CallStatus.WAITS),
        ToolCallLine("bash", "rm -rf /", CallStatus.DENIED),
        Notice("interrupted", "failed"),
    ]
    app = Host(blocks)
    async with app.run_test(size=(41, 24)) as pilot:
        await pilot.pause()
        assert app.rows() == [
            "",
            "> fix the [/red] test",
            "",
            "✻ Thought for 3.2 s",
            "",
            "  I'll read both.",
            "",
            "  1. test",
            "  2. module",
            "",
            "   x = 1",
            "✓ view   app/retry.py              14 ms",
            "● bash   pytest -q tests/test_ret…  0:07",
            "? edit   app/retry.py               asks",
            "… edit   app/retry.py",
            "⊘ bash   rm -rf /",
            "",
            "! interrupted",
            *[""] * 6,
        ]


async def test_it_follows_its_end_until_someone_scrolls_and_again_from_there(
    answer: Callable[[int, int], str],
) -> None:
    app = Host([*history(500, answer), UserMessage("the last one")])
    async with app.run_test(size=(80, 24)) as pilot:
        view = app.conversation
        view.focus()
        await pilot.pause()
        assert app.rows()[-1] == "> the last one"
        await pilot.press("pageup")
        assert not app.follows()
        before = app.rows()
        view.extend([UserMessage("more")])
        await pilot.pause()
        assert app.rows()[:-1] == before[:-1]
        assert app.rows()[-1].endswith("↓ more")
        await pilot.press("end")
        assert app.rows()[-1] == "> more"
        assert app.follows()
        assert not view.news
        await pilot.press("up", "up")
        assert not app.follows()
        await pilot.press("down", "down")
        assert app.follows()
        view.extend([UserMessage("yet more")])
        await pilot.pause()
        assert app.rows()[-1] == "> yet more"


async def test_paging_up_shows_every_row_once(answer: Callable[[int, int], str]) -> None:
    app = Host(history(300, answer))
    async with app.run_test(size=(80, 24)) as pilot:
        app.conversation.focus()
        await pilot.press("pageup")
        page = app.rows()
        last = page
        for _ in range(5):
            await pilot.press("pageup")
            above = app.rows()
            assert above[-1] == page[0]
            page = above
        await pilot.press(*["pagedown"] * 5)
        assert app.rows() == last
        await pilot.press("home")
        assert app.rows()[1].startswith("> Message 0:")


async def test_another_width_keeps_the_block_at_the_top(answer: Callable[[int, int], str]) -> None:
    app = Host([*history(200, answer), UserMessage("the last one")])
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.resize_terminal(120, 30)
        await pilot.pause()
        assert app.rows()[-1] == "> the last one"
        view = app.conversation
        view.focus()
        await pilot.press("home", *["pagedown"] * 6)
        block = view.column.row(view.scroll_offset.y).block
        await pilot.resize_terminal(60, 20)
        await pilot.pause()
        assert view.column.row(view.scroll_offset.y).block is block
        assert not view.follow


async def test_a_stream_is_drawn_as_it_comes() -> None:
    app = Host([UserMessage("hi")])
    async with app.run_test(size=(40, 12)) as pilot:
        view = app.conversation
        message = AssistantMessage(streaming=True)
        view.extend([message])
        for chunk in (
            "**Bold** and [/] ",
            "a `co",
            "de` span that wraps over the row\n\n- x\n- [@click=app.bell]y",
        ):
            view.append(message, chunk)
            await pilot.pause()
        message.close()
        view.touch(message)
        await pilot.pause()
        assert app.rows()[1:8] == [
            *("> hi", "", "  Bold and [/] a code span that wraps", "  over the row", ""),
            *("  • x", "  • [@click=app.bell]y"),
        ]


async def test_many_changes_become_one_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    app = Host()
    async with app.run_test(size=(40, 12)) as pilot:
        view, updates = app.conversation, list[int]()
        update = Column.update

        def count(column: Column, index: int, top: int) -> int:
            updates.append(index)
            return update(column, index, top)

        monkeypatch.setattr(Column, "update", count)
        message = AssistantMessage(streaming=True)
        view.extend([message])
        for number in range(200):
            view.append(message, f"word{number} ")
        await pilot.pause()
        assert "word199" in "".join(app.rows())
        assert updates == [0]


async def test_frames_that_wait_for_a_typist_are_drawn_at_last() -> None:
    class Clock:
        now = 0.0

        def __call__(self) -> float:
            return self.now

    clock = Clock()
    app = Host(pacer=Pacer(clock=clock))
    async with app.run_test(size=(40, 12)) as pilot:
        view = app.conversation
        message = AssistantMessage("first", streaming=True)
        view.extend([message])
        await pilot.pause()
        view.defer(5)
        view.append(message, " second")
        await pilot.pause(0.1)
        assert "  first" in app.rows()
        clock.now += 6
        await until(pilot, lambda: "  first second" in app.rows())


async def test_keys_move_between_blocks_fold_them_and_open_calls() -> None:
    call = ToolCallLine("bash", "ls", CallStatus.DONE, output="a\nb")
    app = Host([UserMessage("hi"), Thinking("hmm", seconds=2), call, AssistantMessage()])
    async with app.run_test(size=(30, 12)) as pilot:
        app.conversation.focus()
        await pilot.press("j")
        assert app.conversation.cursor == 3
        await pilot.press("k", "space")
        assert app.rows()[3:7] == ["✻ Thought for 2.0 s", "✓ bash   ls", "▌ a", "▌ b"]
        assert app.opened == []
        await pilot.press("enter")
        assert app.opened == [call]
        await pilot.press("space", "k", "enter")
        assert app.rows()[3:6] == ["✻ Thought for 2.0 s", "▌ hmm", "✓ bash   ls"]
        await pilot.press("k", "k", "k")
        assert app.conversation.cursor == 0
        app.conversation.blur()
        await pilot.pause()
        assert "▌" not in "".join(app.rows())


async def test_unfolding_holds_the_first_row_and_folding_finds_the_end_again() -> None:
    output = "\n".join(f"row {number}" for number in range(100))
    app = Host([*(UserMessage(f"{n}") for n in range(20)), ToolCallLine("bash", "seq", output=output)])
    async with app.run_test(size=(40, 10)) as pilot:
        view = app.conversation
        view.focus()
        await pilot.press("j", "space")
        assert app.rows()[-1] == "● bash   seq"
        assert not app.follows()
        await pilot.press("space")
        assert app.rows()[-1] == "● bash   seq"
        assert app.follows()


async def test_folding_a_block_that_began_above_the_screen_brings_its_first_row_back() -> None:
    call = ToolCallLine("bash", "seq", output="\n".join(f"row {number}" for number in range(100)))
    app = Host([UserMessage("hi"), call, *(UserMessage(f"{n}") for n in range(20))])
    async with app.run_test(size=(40, 10)) as pilot:
        view = app.conversation
        view.focus()
        await pilot.press("home", "j", *["k"] * 20, "space", "pagedown", "pagedown", "pagedown")
        assert app.rows()[0].startswith("▌ row ")
        await pilot.press("space")
        assert app.rows()[0] == "● bash   seq"
        assert app.rows()[2] == "> 0"


async def test_a_click_on_the_hint_goes_to_what_is_new() -> None:
    app = Host(UserMessage(f"{n}") for n in range(20))
    async with app.run_test(size=(40, 8)) as pilot:
        app.conversation.focus()
        await pilot.press("pageup")
        app.conversation.extend([UserMessage("new")])
        await pilot.pause()
        await pilot.click(Conversation, offset=(36, 7))
        assert app.rows()[-1] == "> new"
        assert app.follows()
        assert app.conversation.cursor is None


async def test_a_click_on_the_first_row_folds_and_a_drag_selects() -> None:
    app = Host(
        [Thinking("hidden words", seconds=1), AssistantMessage("one two three\n\n> quoted words here")]
    )
    async with app.run_test(size=(40, 10)) as pilot:
        await pilot.click(Conversation, offset=(4, 1))
        assert app.rows()[2] == "▌ hidden words"
        await pilot.click(Conversation, offset=(4, 2))
        assert app.rows()[2] == "▌ hidden words"
        await pilot.mouse_down(Conversation, offset=(6, 4))
        await pilot.hover(Conversation, offset=(9, 6))
        await pilot.mouse_up(Conversation, offset=(9, 6))
        await pilot.pause()
        assert app.screen.get_selected_text() == "two three\n\nquoted"
        await pilot.mouse_down(Conversation, offset=(4, 4))
        await pilot.hover(Conversation, offset=(9, 1))
        await pilot.mouse_up(Conversation, offset=(9, 1))
        await pilot.pause()
        view = app.conversation
        view.post_message(events.Click(view, 9, 1, 0, 0, 1, False, False, False))
        await pilot.pause()
        assert app.rows()[2] == "▌ hidden words"
        assert app.screen.get_selected_text() == " for 1.0 s\nhidden words\n\none"


async def test_a_selection_stays_on_its_words_while_rows_above_change() -> None:
    thinking = Thinking("a\nb\nc", seconds=1)
    app = Host([thinking, AssistantMessage("one two three"), ToolCallLine("bash", "ls")])
    async with app.run_test(size=(40, 12)) as pilot:
        await pilot.mouse_down(Conversation, offset=(6, 3))
        await pilot.hover(Conversation, offset=(8, 3))
        await pilot.mouse_up(Conversation, offset=(8, 3))
        await pilot.pause()
        assert app.screen.get_selected_text() == "two"
        thinking.toggle()
        app.conversation.touch(thinking)
        await pilot.pause()
        assert app.rows()[6] == "  one two three"
        assert app.screen.get_selected_text() == "two"
        background = app.screen.get_component_rich_style("screen--selection").bgcolor
        strip = app.conversation.render_line(6)
        assert "".join(s.text for s in strip if s.style and s.style.bgcolor == background) == "two"


async def test_wrapped_rows_are_copied_as_one_line_and_code_without_its_panel() -> None:
    app = Host([AssistantMessage("a sentence that is wrapped\n\n```\n" + "x" * 30 + " y\n  z\n```")])
    async with app.run_test(size=(20, 12)) as pilot:
        await pilot.pause()
        await pilot.mouse_down(Conversation, offset=(2, 1))
        await pilot.hover(Conversation, offset=(18, 7))
        await pilot.mouse_up(Conversation, offset=(18, 7))
        await pilot.pause()
        assert app.screen.get_selected_text() == "a sentence that is wrapped\n\n" + "x" * 30 + " y\n  z"


async def test_the_whole_conversation_and_single_blocks_can_be_copied() -> None:
    app = Host([UserMessage("hi"), AssistantMessage("**there**")])
    async with app.run_test(size=(40, 10)) as pilot:
        view = app.conversation
        view.focus()
        assert view.get_selection(SELECT_ALL) == ("hi\n\n**there**", "\n")
        await pilot.press("j", "k", "y")
        assert app.copied == "hi"


async def test_y_copies_what_is_selected_else_the_block_with_the_cursor_else_the_last_answer() -> None:
    app = Host([AssistantMessage("first"), AssistantMessage("some *words* here"), UserMessage("thanks")])
    async with app.run_test(size=(40, 10)) as pilot:
        app.conversation.focus()
        await pilot.press("y")
        assert app.copied == "some *words* here"
        await pilot.press("j", "y")
        assert app.copied == "thanks"
        await pilot.mouse_down(Conversation, offset=(7, 3))
        await pilot.hover(Conversation, offset=(11, 3))
        await pilot.mouse_up(Conversation, offset=(11, 3))
        await pilot.press("y")
        assert app.copied == "words"


async def test_there_is_nothing_to_copy_where_nothing_was_said() -> None:
    app = Host([AssistantMessage(streaming=True)])
    async with app.run_test(size=(40, 10)) as pilot:
        app.conversation.focus()
        await pilot.press("y")
        assert app.copied is None


async def test_a_drag_selects_across_blocks_while_text_streams_in_below() -> None:
    message = AssistantMessage(streaming=True)
    app = Host([UserMessage("why is that"), AssistantMessage("because of this"), message])
    async with app.run_test(size=(40, 8)) as pilot:
        view = app.conversation
        view.focus()

        async def stream(text: str) -> None:
            view.append(message, text)
            await pilot.pause()

        await stream("so | far\n")
        await pilot.mouse_down(Conversation, offset=(6, 1))
        await stream("--|--\n")
        await pilot.hover(Conversation, offset=(8, 3))
        for number in range(20):
            await stream(f"{number} | x\n")
        assert app.follows()
        assert app.rows()[4].startswith("  16 │ x")
        await pilot.hover(Conversation, offset=(7, 4))
        await stream("wider than before | x\n")
        await pilot.mouse_up(Conversation, offset=(7, 3))
        await pilot.press("y")
        copied = (app.copied or "").split("\n")
        assert copied[:5] == ["is that", "", "because of this", "", "so                │ far"]
        assert copied[-1].startswith("16")


async def test_copying_what_is_out_of_sight_does_not_move_the_screen(
    answer: Callable[[int, int], str],
) -> None:
    app = Host(history(100, answer))
    async with app.run_test(size=(60, 20)) as pilot:
        view = app.conversation
        view.focus()
        await pilot.press("pageup")
        before = app.rows()
        first = Offset(2, row_number(Place(0, 0, 1)))
        last = Offset(0, row_number(view.column.row(view.scroll_offset.y).place))
        text, _ = view.get_selection(Selection(first, last))
        assert text.startswith("Message 0: why")
        assert text.count("Message ") > 10
        assert app.rows() == before


async def test_painting_is_on_the_time_of_the_stream() -> None:
    class Clock:
        now = 0.0

        def __call__(self) -> float:
            self.now += 1.0
            return self.now

    pacer = Pacer(clock=Clock())
    app = Host([UserMessage("hi")], pacer)
    async with app.run_test(size=(20, 4)) as pilot:
        await pilot.pause()
        for _ in range(1000):
            pacer.ready()
        app.rows()
        assert not pacer.ready()


async def test_a_tool_call_changes_in_place() -> None:
    call = ToolCallLine("bash", "make", CallStatus.WAITS)
    app = Host([call, UserMessage("below")])
    async with app.run_test(size=(24, 6)) as pilot:
        await pilot.pause()
        assert app.rows()[0] == "… bash   make"
        for status, detail, row in (
            (CallStatus.RUNNING, "0:01", "● bash   make      0:01"),
            (CallStatus.DONE, "1.2 s", "✓ bash   make     1.2 s"),
        ):
            call.update(status, detail=detail)
            app.conversation.touch(call)
            await pilot.pause()
            assert app.rows()[0] == row
        glyph = app.conversation.render_line(0)._segments[0]
        assert glyph.style is not None
        assert glyph.style.color == app.conversation.column.palette.done.color


async def test_an_answer_that_broke_off_is_set_aside_above_the_next() -> None:
    first, second = AssistantMessage(streaming=True), AssistantMessage(streaming=True)
    app = Host([first])
    async with app.run_test(size=(60, 8)) as pilot:
        view = app.conversation
        view.append(first, "Half an ans")
        await pilot.pause()
        first.discard("connection reset")
        view.touch(first)
        view.extend([second])
        view.append(second, "A whole answer")
        await pilot.pause()
        assert app.rows()[1:4] == ["⊘ set aside: connection reset · 11 characters", "", "  A whole answer"]


async def test_cleared_it_starts_anew() -> None:
    old = UserMessage("old")
    app = Host([*(UserMessage(f"{n}") for n in range(50)), old])
    async with app.run_test(size=(40, 6)) as pilot:
        view = app.conversation
        view.focus()
        await pilot.press("home")
        await pilot.mouse_down(Conversation, offset=(2, 1))
        await pilot.hover(Conversation, offset=(9, 4))
        await pilot.mouse_up(Conversation, offset=(9, 4))
        assert app.screen.get_selected_text()
        await pilot.press("j")
        view.clear()
        view.touch(old)
        await pilot.pause()
        assert app.rows() == [""] * 6
        assert (view.cursor, view.follow) == (None, True)
        await pilot.press("j", "k", "enter", "space", "y")
        view.extend([UserMessage("new")])
        await pilot.pause()
        assert app.rows()[1] == "> new"
        assert not app.screen.get_selected_text()


async def test_code_is_coloured_when_its_fence_is_closed() -> None:
    message = AssistantMessage(streaming=True)
    app = Host([message])
    async with app.run_test(size=(40, 8)) as pilot:
        view = app.conversation
        view.append(message, "```python\nreturn 1\n```\n")
        message.close()
        view.touch(message)

        def coloured() -> list[str]:
            keyword = view.column.palette.keyword.color
            return [s.text for s in view.render_line(1) if s.style and s.style.color == keyword]

        await until(pilot, lambda: "return" in coloured())
        [thread] = [thread for thread in threading.enumerate() if thread.name == "highlighter"]
        await view.remove()
        thread.join(10)
        assert not thread.is_alive()


async def test_another_theme_is_drawn_at_once() -> None:
    app = Host([AssistantMessage("plain `code`")])
    async with app.run_test(size=(40, 6)) as pilot:
        await pilot.pause()

        def styles() -> list[Style | None]:
            rows = app.conversation.render_lines(app.conversation.size.region)
            assert {s.style.bgcolor for s in rows[0] if s.style} == {app.conversation.rich_style.bgcolor}
            return [segment.style for row in rows for segment in row]

        dark = styles()
        app.theme = "textual-light"
        await pilot.pause()
        light = styles()
        assert len(light) == len(dark)
        assert all(a != b for a, b in zip(dark, light, strict=True))
        app.theme = "textual-dark"
        await pilot.pause()
        assert styles() == dark


def contrast(one: RichColor, other: RichColor) -> float:
    """Of two colours, as the Web Content Accessibility Guidelines define it."""

    def luminance(colour: RichColor) -> float:
        parts = [part / 255 for part in colour.get_truecolor()]
        red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["textual-dark", "textual-light", "nord", "gruvbox", "solarized-light"])
async def test_every_role_can_be_read_in_a_theme(theme: str) -> None:
    app = Host()
    async with app.run_test(size=(40, 6)) as pilot:
        app.theme = theme
        await pilot.pause()
        palette = app.conversation.column.palette
        assert palette.text.bgcolor is not None
        roles = [field.name for field in fields(Palette) if field.name != "panel"]
        for role in roles:
            colour = palette.style(role).color
            assert colour is not None
            assert contrast(colour, palette.text.bgcolor) > 2.5, role


async def test_terminal_colours_are_used_where_the_theme_uses_them() -> None:
    app = Host([UserMessage("hi"), ToolCallLine("bash", "ls", CallStatus.FAILED)])
    async with app.run_test(size=(40, 6)) as pilot:
        app.theme = "ansi-dark"
        await pilot.pause()
        colours = [s.style.color for y in range(3) for s in app.conversation.render_line(y) if s.style]
        assert {colour.type for colour in colours if colour} <= {ColorType.DEFAULT, ColorType.STANDARD}
        assert app.conversation.column.palette.dim.dim


async def test_without_colours_the_glyphs_tell_the_status(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "NO_COLOR", "1")
    app = Host([ToolCallLine("bash", "ls", CallStatus.FAILED), ToolCallLine("bash", "ls", CallStatus.DONE)])
    async with app.run_test(size=(40, 4)) as pilot:
        await pilot.pause()
        strips = app.conversation.render_lines(app.conversation.size.region)
        assert [strip.text[0] for strip in strips[:2]] == ["✗", "✓"]
        for segment in strips[0]:
            assert segment.style is not None
            assert segment.style.color is not None
            red, green, blue = segment.style.color.get_truecolor()
            assert red == green == blue


async def test_a_border_and_padding_of_its_own_are_drawn() -> None:
    class Framed(Host):
        CSS = "Conversation { border: round $primary; padding: 0 1; }"

    app = Framed([UserMessage("hi")])
    async with app.run_test(size=(20, 6)) as pilot:
        await pilot.pause()
        strips = app.conversation.render_lines(app.conversation.outer_size.region)
        texts = [strip.text for strip in strips]
        assert texts[0].startswith("╭")
        assert texts[2].startswith("│ > hi")


async def test_a_megabyte_without_a_newline_is_drawn_while_keys_are_answered() -> None:
    class Both(Host):
        def compose(self) -> ComposeResult:
            with Vertical():
                yield self.conversation
                yield Input()

    message = AssistantMessage(streaming=True)
    app = Both([UserMessage("y" * 1_000_000), message], Pacer())
    async with app.run_test(size=(80, 24)) as pilot:
        app.query_one(Input).focus()
        for _ in range(100):
            app.conversation.append(message, "x" * 10_000)
            app.conversation.defer()
        await pilot.press("a", "b")
        message.close()
        app.conversation.touch(message)
        assert app.query_one(Input).value == "ab"
        assert len(message.copy()) == 1_000_000
        await until(pilot, lambda: "x" * 70 in "".join(app.rows()))
        assert app.conversation.column.total > 2_000_000 // 80


async def test_it_can_be_filled_before_it_is_mounted_and_after_it_is_gone() -> None:
    view = Conversation()
    message = AssistantMessage(streaming=True)
    view.extend([message])
    view.append(message, "early")
    view.defer()
    view.clear()
    view.extend([message])

    class Late(App[None]):
        def compose(self) -> ComposeResult:
            yield view

    app = Late()
    async with app.run_test(size=(40, 4)) as pilot:
        await pilot.pause()
        assert view.render_line(1).text.rstrip() == "  early"
        await view.remove()
        view.append(message, "late")
        view.lay_out([message.index])
        assert message.copy() == "earlylate"
        assert view.render_line(1).cell_length == view.size.width


def test_offsets_are_in_the_order_of_places() -> None:
    places = [Place(0, 0, 5), Place(0, 1, 0), Place(0, 70_000, 2), Place(1, 0, 0), Place(9, 3, 1)]
    assert sorted(places) == sorted(places, key=row_number) == places
    assert Offset(0, row_number(places[0])).y < row_number(places[1])
