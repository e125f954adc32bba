from __future__ import annotations

from collections.abc import Callable

from textual.app import App, ComposeResult

from tests.widgets.conversation.host import Host, history
from widgets.conversation import AssistantMessage, Conversation, Notice, Thinking, ToolCallLine, UserMessage
from widgets.status import CallStatus


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
