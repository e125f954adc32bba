"""The list of events: any number of them, and only those in view are asked for."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual.app import App
from textual.pilot import Pilot

from tests.widgets.terminal import Stage, burst, press, settle
from widgets.event_line import EventLine
from widgets.event_list import EventList

SIZE = (80, 10)


class Numbers:
    """So many events, of which it is known which were asked for."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.asked: list[int] = []
        self.changed: dict[int, EventLine] = {}

    def __len__(self) -> int:
        return self.count

    @property
    def most(self) -> int:
        return self.count - 1

    def line(self, place: int) -> EventLine:
        self.asked.append(place)
        plain = EventLine(place, "0:01.0", "●", "running", "bash", f"command {place}", "1.2 s")
        return self.changed.get(place, plain)


@pytest.fixture
def numbers() -> Numbers:
    return Numbers(1_000_000)


@pytest.fixture
def stage(numbers: Numbers) -> Stage[EventList]:
    return Stage(EventList(numbers))


async def begin(pilot: Pilot[None], stage: Stage[EventList], numbers: Numbers) -> None:
    stage.widget.show(numbers, 0)
    stage.widget.focus()
    await settle(pilot)


async def test_a_line_has_number_time_sign_name_title_and_how_long_it_took(
    stage: Stage[EventList], numbers: Numbers
) -> None:
    async with stage.run_test(size=SIZE) as pilot:
        await begin(pilot, stage, numbers)
        assert stage.rows[1].split() == ["1", "0:01.0", "●", "bash", "command", "1", "1.2", "s"]
        assert stage.rows[1].rstrip().endswith("1.2 s")


async def test_only_what_is_in_view_is_asked_for_however_many_there_are(
    stage: Stage[EventList], numbers: Numbers
) -> None:
    async with stage.run_test(size=SIZE) as pilot:
        await begin(pilot, stage, numbers)
        await press(pilot, "end", "pageup", "k", "home", "pagedown", "j", "G")
        assert stage.widget.cursor == 999_999
        assert "command 999999" in stage.rows[-1]
        assert len(numbers.asked) < 200


async def test_keys_move_the_cursor_and_it_stays_in_view(stage: Stage[EventList], numbers: Numbers) -> None:
    async with stage.run_test(size=SIZE) as pilot:
        await begin(pilot, stage, numbers)
        for keys, cursor in (
            (["j", "down"], 2),
            (["k"], 1),
            (["pagedown"], 10),
            (["up", "up"], 8),
            (["home"], 0),
        ):
            await press(pilot, *keys)
            assert stage.widget.cursor == cursor
            assert any(f"command {cursor} " in row for row in stage.rows)
        await press(pilot, "k")
        assert stage.widget.cursor == 0


async def test_keys_that_come_at_once_all_count(stage: Stage[EventList], numbers: Numbers) -> None:
    async with stage.run_test(size=SIZE) as pilot:
        await begin(pilot, stage, numbers)
        await burst(pilot, *"jjjjkj")
        assert stage.widget.cursor == 4


async def test_the_end_is_followed_until_the_person_moves_up_and_again_from_the_end_on(
    numbers: Numbers,
) -> None:
    numbers.count = 20
    stage = Stage(EventList(numbers))
    async with stage.run_test(size=SIZE) as pilot:
        await begin(pilot, stage, numbers)
        numbers.count = 30
        stage.widget.look()
        assert stage.widget.cursor == 0, "nobody asked to follow"
        for keys, cursor in ((["end"], 39), (["k"], 38), (["j"], 39), (["end"], 69)):
            await press(pilot, *keys)
            numbers.count += 10
            stage.widget.look()
            await settle(pilot)
            assert stage.widget.cursor == cursor
        assert "command 69" in stage.rows[-1]


async def test_the_wheel_moves_the_view_and_up_no_longer_follows(numbers: Numbers) -> None:
    numbers.count = 40
    stage = Stage(EventList(numbers))
    async with stage.run_test(size=SIZE) as pilot:
        await begin(pilot, stage, numbers)
        await press(pilot, "end")
        stage.widget.move_by(-5)
        numbers.count = 60
        stage.widget.look()
        await settle(pilot)
        assert stage.widget.cursor == 39
        assert "command 25" in stage.rows[0]


async def test_what_is_added_out_of_view_is_not_asked_for(numbers: Numbers) -> None:
    numbers.count = 40
    stage = Stage(EventList(numbers))
    async with stage.run_test(size=SIZE) as pilot:
        await begin(pilot, stage, numbers)
        numbers.asked.clear()
        numbers.count = 50
        stage.widget.look()
        await settle(pilot)
        assert set(numbers.asked) <= set(range(SIZE[1]))


async def test_marks_matches_and_sub_agents_can_be_told_without_colour(
    stage: Stage[EventList], numbers: Numbers
) -> None:
    async with stage.run_test(size=SIZE) as pilot:
        await begin(pilot, stage, numbers)
        plain = numbers.line(0)
        numbers.changed = {
            0: replace(plain, marked=True, matched=True),
            1: replace(plain, number=1, matched=True),
            2: replace(plain, number=2, depth=2),
        }
        stage.widget.renew()
        await settle(pilot)
        assert [row[0] for row in stage.rows[:3]] == ["◆", "*", " "]
        assert "│ │ ● bash" in stage.rows[2]


async def test_what_does_not_fit_is_cut_and_says_so(stage: Stage[EventList], numbers: Numbers) -> None:
    wide = EventLine(0, "0:01.0", "●", "running", "a_tool_with_a_long_name", "漢字" * 200, "1.2 s")
    numbers.changed = {0: wide}
    async with stage.run_test(size=(60, 10)) as pilot:
        await begin(pilot, stage, numbers)
        assert "a_tool_wi… 漢字" in stage.rows[0]
        assert stage.rows[0].endswith("…  1.2 s") or stage.rows[0].endswith("… 1.2 s")
        await pilot.resize_terminal(30, 10)
        await settle(pilot)
        assert "1.2 s" not in stage.rows[0]
        assert "…" in stage.rows[0]


class Told(App[None]):
    """Keeps what the list tells."""

    def __init__(self, rows: Numbers) -> None:
        super().__init__()
        self.list = EventList(rows)
        self.told: list[object] = []

    def compose(self) -> object:  # type: ignore[override]  # a generator of widgets, as any
        yield self.list

    def on_event_list_moved(self, event: EventList.Moved) -> None:
        self.told.append(event.place)

    def on_event_list_chosen(self, event: EventList.Chosen) -> None:
        self.told.append(f"chosen {event.place}")

    def on_event_list_left(self) -> None:
        self.told.append(self.list.follow)


async def test_it_tells_where_the_cursor_is_and_a_second_click_chooses(numbers: Numbers) -> None:
    numbers.count = 20
    app = Told(numbers)
    async with app.run_test(size=SIZE) as pilot:
        app.list.show(numbers, 3)
        await settle(pilot)
        app.told.clear()
        await pilot.click(EventList, offset=(5, 5))
        await pilot.click(EventList, offset=(5, 5))
        await settle(pilot)
        assert app.told == [5, "chosen 5"]
        app.list.focus()
        await press(pilot, "end", "k")
        assert app.told[2:] == [True, 19, False, 18]
