"""The timeline: who worked when, as rows of cells."""

from __future__ import annotations

from dataclasses import replace

from textual.app import App, ComposeResult

from tests.widgets.terminal import Stage, settle
from widgets.timeline import LABEL, Timeline, TimelineBar, TimelinePart, TimelineView

SIZE = (LABEL + 40, 24)
CALLS = (
    TimelineBar(0, 0.0, 0.0, 10.0),
    TimelineBar(1, 10.0, 10.0, 30.0, "bash"),
    TimelineBar(2, 10.0, 20.0, 25.0, failed=True),
    TimelineBar(3, 12.0, 16.0, 40.0, ended=False, asked=((12.0, 16.0),)),
)
VIEW = TimelineView(
    begin=0.0, end=40.0, start=0.0, stop=40.0, at=5.0, bars=CALLS, lanes=4, ticks=((20.0, "0:20"),),
    note="40 s",
    parts=(TimelinePart(model=True), TimelinePart(calls=3.0), TimelinePart(failed=True), TimelinePart()),
)  # fmt: skip


async def rows(view: TimelineView, height: int = 6) -> list[str]:
    """What is shown of a view, beside the names of the rows."""
    stage = Stage(Timeline())
    async with stage.run_test(size=SIZE) as pilot:
        stage.widget.styles.height = height
        stage.widget.show(view)
        await settle(pilot)
        return stage.rows[:height]


async def test_each_concurrent_call_has_a_row_and_the_model_has_the_first() -> None:
    whole, model, one, two, three, axis = await rows(VIEW)
    assert model[LABEL:] == "━" * 11
    assert one[LABEL:] == " " * 5 + "│" + " " * 4 + "bash" + "━" * 17
    assert two[LABEL:] == " " * 5 + "│" + " " * 4 + "┄" * 10 + "━" * 5 + "✗"
    assert three[LABEL:] == " " * 5 + "│" + " " * 6 + "?" * 5 + "━" * 22 + "▶"
    assert [row[:LABEL].strip() for row in (whole, model, one, two, three)] == [
        "whole",
        "model",
        "1",
        "2",
        "3",
    ]
    assert axis[LABEL + 5] == "▲"
    assert axis[LABEL + 20 :].startswith("╵0:20")
    assert axis.endswith("40 s")


async def test_the_whole_run_is_one_row_of_what_went_on() -> None:
    assert (await rows(VIEW))[0][LABEL:].rstrip() == "─█✗·"


async def test_lanes_that_have_no_room_share_the_last_row_which_says_so() -> None:
    shown = await rows(VIEW, height=4)
    assert [row[:LABEL].strip() for row in shown] == ["whole", "model", "+3", ""]
    assert "✗" in shown[2]


async def test_a_bar_that_reaches_out_of_view_is_drawn_as_far_as_it_is_in_view() -> None:
    shown = await rows(replace(VIEW, start=20.0, stop=24.0))
    assert shown[2][LABEL:] == "bash" + "━" * 36
    assert shown[3][LABEL:] == "━" * 40
    assert "▲" not in shown[5]


async def test_what_takes_no_time_can_be_seen_all_the_same() -> None:
    instant = (TimelineBar(1, 8.0, 8.0, 8.0, "bash"),)
    assert (await rows(replace(VIEW, bars=instant)))[2][LABEL:] == " " * 5 + "│" + "  ━"


async def test_a_run_of_which_nothing_is_known_yet_is_drawn_empty() -> None:
    assert (await rows(TimelineView()))[0] == "whole"


class Pointing(App[None]):
    """Keeps the times that were pointed at."""

    def __init__(self) -> None:
        super().__init__()
        self.timeline = Timeline()
        self.times: list[float] = []

    def compose(self) -> ComposeResult:
        yield self.timeline

    def on_timeline_pointed(self, event: Timeline.Pointed) -> None:
        self.times.append(event.at)


async def test_a_click_is_a_time_of_the_whole_run_in_the_first_row_and_of_the_part_below() -> None:
    app = Pointing()
    async with app.run_test(size=SIZE) as pilot:
        app.timeline.show(replace(VIEW, start=20.0, stop=24.0))
        await settle(pilot)
        await pilot.click(Timeline, offset=(LABEL + 10, 0))
        await pilot.click(Timeline, offset=(LABEL + 10, 2))
        await pilot.click(Timeline, offset=(2, 2))
        await settle(pilot)
        assert app.times == [10.5, 21.05]
