from __future__ import annotations

from textual import events

from tests.widgets.conversation.host import Host
from widgets.conversation import AssistantMessage, Conversation, Thinking, ToolCallLine, UserMessage
from widgets.status import CallStatus


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
