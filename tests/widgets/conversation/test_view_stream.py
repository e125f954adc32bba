from __future__ import annotations

import threading
from collections.abc import Iterable
from itertools import count, pairwise

import pytest
from rich.console import RenderableType
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.scrollbar import ScrollBar
from textual.widgets import Input

from tests.widgets.conversation.host import Host
from tests.widgets.terminal import Clock, settle, until
from widgets.conversation import AssistantMessage, UserMessage
from widgets.conversation.column import Column
from widgets.conversation.pacer import Pacer


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

        def spy(column: Column, index: int, top: int) -> int:
            updates.append(index)
            return update(column, index, top)

        monkeypatch.setattr(Column, "update", spy)
        message = AssistantMessage(streaming=True)
        view.extend([message])
        for number in range(200):
            view.append(message, f"word{number} ")
        await pilot.pause()
        assert "word199" in "".join(app.rows())
        assert updates == [0]


async def test_frames_that_wait_for_a_typist_are_drawn_at_last() -> None:
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


async def test_between_the_keys_of_someone_who_types_what_is_due_is_drawn() -> None:
    clock = Clock()
    pacer = Pacer(clock=clock)
    app = Host(pacer=pacer)
    async with app.run_test(size=(40, 12)) as pilot:
        view = app.conversation
        message = AssistantMessage("word", streaming=True)
        view.extend([message])
        await pilot.pause()
        for number in range(10):
            clock.now += 1.1 * view.FRAME
            view.defer()
            view.append(message, str(number))
            await until(pilot, lambda: f"  {message.copy()}" in app.rows())
            assert not pacer.ready(), "no frame came but the one after the key"


async def test_keys_that_come_faster_than_frames_lose_none(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    app = Host(pacer=Pacer(clock=clock))
    async with app.run_test(size=(40, 12)) as pilot:
        view, frames = app.conversation, list[float]()
        lay_out = view.lay_out

        def spy(changed: Iterable[int] = (), *, margin: int = 0) -> None:
            frames.append(clock.now)
            lay_out(changed, margin=margin)

        monkeypatch.setattr(view, "lay_out", spy)
        message = AssistantMessage("word", streaming=True)
        view.extend([message])
        await pilot.pause()
        for number in range(100):
            clock.now += 0.2 * view.FRAME
            view.defer()
            view.append(message, str(number % 10))
            await settle(pilot)
        clock.now += 1
        await until(pilot, lambda: "0123456789" * 10 in "".join(app.rows()).replace("  ", ""))
        assert all(later - frame >= view.FRAME for frame, later in pairwise(frames))


async def test_the_scroll_bar_is_not_drawn_again_as_long_as_it_would_look_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drawn: list[ScrollBar] = []
    render = ScrollBar.render

    def spy(bar: ScrollBar) -> RenderableType:
        drawn.append(bar)
        return render(bar)

    monkeypatch.setattr(ScrollBar, "render", spy)
    message = AssistantMessage(streaming=True)
    app = Host([*(UserMessage(f"{number}") for number in range(1000)), message])
    async with app.run_test(size=(40, 8)) as pilot:
        view = app.conversation
        await settle(pilot)
        drawn.clear()
        for number in range(20):
            view.append(message, f"{number}\n\n")
            await settle(pilot)
            assert f"  {number}" in app.rows()
        assert drawn == []
        view.action_scroll_home()
        await settle(pilot)
        assert drawn == [view.vertical_scrollbar]


async def test_painting_is_on_the_time_of_the_stream() -> None:
    pacer = Pacer(clock=count(1.0).__next__)  # each look at it takes a second
    app = Host([UserMessage("hi")], pacer)
    async with app.run_test(size=(20, 4)) as pilot:
        await pilot.pause()
        for _ in range(1000):
            pacer.ready()
        app.rows()
        assert not pacer.ready()


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
        await until(pilot, lambda: app.conversation.column.total > 2_000_000 // 80)
        assert "x" * 70 in "".join(app.rows())
