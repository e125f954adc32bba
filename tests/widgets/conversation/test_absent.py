"""Blocks that are not in memory: their room is kept, they are asked for when looked at, nothing jumps."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.widgets.conversation.host import Host
from tests.widgets.terminal import press, settle
from widgets.conversation import Absent, Block, Conversation, UserMessage


class Asked(Host):
    """Remembers what was asked for."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        super().__init__(blocks)
        self.wanted: list[tuple[int, int, float]] = []

    def on_conversation_wanted(self, event: Conversation.Wanted) -> None:
        assert event.control is self.conversation
        self.wanted.append((event.absent.start, event.absent.stop, event.at))


def said(first: int, stop: int) -> list[Block]:
    return [UserMessage(f"message {number}") for number in range(first, stop)]


def absent(start: int, stop: int) -> Absent:
    return Absent(start, stop, 2 * (stop - start), 40)


async def test_what_is_not_looked_at_is_not_asked_for() -> None:
    app = Asked([absent(0, 90), *said(90, 100)])
    async with app.run_test(size=(40, 10)) as pilot:
        await settle(pilot)
        assert app.wanted == []
        assert "> message 99" in app.rows()
        assert app.conversation.column.total > 180


async def test_the_end_is_asked_for_by_who_scrolls_up_and_what_was_in_view_stays_there() -> None:
    app = Asked([absent(0, 90), *said(90, 100)])
    async with app.run_test(size=(40, 10)) as pilot:
        app.conversation.focus()
        await press(pilot, "pageup", "pageup")
        assert app.wanted == [(0, 90, 1.0)]
        before = app.rows()
        app.conversation.replace(0, 1, [absent(0, 80), *said(80, 90)])
        await settle(pilot)
        assert app.rows().index("> message 90") == before.index("> message 90")
        assert "> message 89" in app.rows()
        assert app.wanted == [(0, 90, 1.0)]
        await press(pilot, "pageup")
        assert "> message 85" in app.rows()


async def test_the_beginning_is_asked_for_by_who_goes_home() -> None:
    app = Asked([absent(0, 90), *said(90, 100)])
    async with app.run_test(size=(40, 10)) as pilot:
        app.conversation.focus()
        await press(pilot, "home")
        assert app.wanted == [(0, 90, 0.0)]
        assert "being read" in "".join(app.rows())
        app.conversation.replace(0, 1, [*said(0, 10), absent(10, 90)])
        await settle(pilot)
        assert app.rows()[1] == "> message 0"
        assert app.conversation.scroll_y == 0


async def test_the_middle_is_asked_for_by_who_drags_the_bar_there() -> None:
    app = Asked([absent(0, 90), *said(90, 100)])
    async with app.run_test(size=(40, 10)) as pilot:
        app.conversation.scroll_to(y=90, animate=False, immediate=True)
        await settle(pilot)
        ((*place, at),) = app.wanted
        assert place == [0, 90]
        assert at == pytest.approx(0.5, abs=0.1)
        app.conversation.replace(0, 1, [absent(0, 45), *said(45, 55), absent(55, 90)])
        await settle(pilot)
        assert app.rows()[1] == "> message 45"


async def test_what_leaves_memory_above_moves_nothing() -> None:
    app = Asked(said(0, 100))
    async with app.run_test(size=(40, 10)) as pilot:
        view = app.conversation
        view.focus()
        await press(pilot, "pageup")
        view.cursor = 95
        before = app.rows()
        rows = sum(view.column.height(index) for index in range(50))
        view.replace(0, 50, [Absent(0, 50, rows, 40)])
        await settle(pilot)
        assert app.rows() == before
        assert view.cursor == 46
        assert app.wanted == []
        await press(pilot, "end")
        assert view.follow
        assert app.rows()[-1] == "> message 99"


async def test_the_end_stays_in_view_when_memory_is_made_free() -> None:
    app = Asked(said(0, 100))
    async with app.run_test(size=(40, 10)) as pilot:
        await settle(pilot)
        before = app.rows()
        app.conversation.replace(0, 80, [absent(0, 80)])
        await settle(pilot)
        assert app.rows() == before
        app.conversation.extend(said(100, 101))
        await settle(pilot)
        assert app.rows()[-1] == "> message 100"


@pytest.mark.parametrize("width", [20, 40, 80])
async def test_its_room_goes_with_the_width(width: int) -> None:
    block = Absent(0, 10, 100, 40)
    assert block.guess(width) == 4000 // width
    assert Absent(0, 10, 10**9, 40).guess(width) == Absent.MOST_ROWS
