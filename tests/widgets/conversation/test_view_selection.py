from __future__ import annotations

from collections.abc import Callable

from textual.geometry import Offset
from textual.selection import SELECT_ALL, Selection

from tests.widgets.conversation.host import Host, history
from tests.widgets.terminal import selected
from widgets.conversation import AssistantMessage, Conversation, Thinking, ToolCallLine, UserMessage
from widgets.conversation.column import Place
from widgets.conversation.selection import row_number


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
        assert selected(app.conversation, app.conversation.render_line(6)) == "two"


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
