from __future__ import annotations

import pytest
from rich.cells import cell_len
from textual.content import Content
from textual.pilot import Pilot
from textual.strip import Strip

from tests.widgets.terminal import Stage, settle
from widgets.bars import Bar, joined


class CountingBar(Bar):
    """Remembers how often it is painted."""

    painted = 0

    def render_line(self, y: int) -> Strip:
        self.painted += 1
        return super().render_line(y)


def row(app: Stage[CountingBar]) -> str:
    """What the screen shows, edge to edge."""
    return app.screen._compositor.render_strips()[0].text


async def shown(width: int, left: str, right: str) -> str:
    """What a bar shows of both parts."""
    app = Stage(CountingBar())
    async with app.run_test(size=(width, 3)) as pilot:
        app.widget.show(Content(left), Content(right))
        await settle(pilot)
        assert app.widget.size.height == 1
        return row(app)


async def test_both_parts_are_at_the_edges() -> None:
    assert await shown(24, "fix the test", "$0.12") == " fix the test     $0.12 "


async def test_the_left_part_makes_way_for_the_right_one() -> None:
    assert await shown(20, "fix the flaky test", "ask · $0.12") == " fix t… ask · $0.12 "
    assert await shown(14, "fix the flaky test", "ask · $0.12") == "  ask · $0.12 "


async def test_the_right_part_is_cut_only_when_nothing_is_left_of_the_other() -> None:
    assert await shown(10, "fix", "ask · $0.12") == " ask · $… "


async def test_the_left_part_has_the_whole_line_where_it_is_alone() -> None:
    assert await shown(10, "12345678", "") == " 12345678 "
    assert await shown(10, "123456789", "") == " 1234567… "


@pytest.mark.parametrize("width", [1, 2, 3, 4, 7, 11])
@pytest.mark.parametrize(
    ("left", "right"), [("left", "right"), ("漢字漢字", "漢字"), ("e\u0301" * 9, "👩‍👩‍👧")]
)
async def test_it_fits_into_any_width(width: int, left: str, right: str) -> None:
    assert cell_len(await shown(width, left, right)) == width


async def test_wide_characters_are_cut_by_cells() -> None:
    assert await shown(13, "漢字漢字漢字", "漢字") == " 漢字 … 漢字 "


async def test_a_new_width_fits_the_parts_anew() -> None:
    app = Stage(CountingBar())
    async with app.run_test(size=(40, 3)) as pilot:
        app.widget.show(Content("fix the flaky test"), Content("$0.12"))
        await pilot.resize_terminal(16, 3)
        await settle(pilot)
        assert row(app) == " fix the… $0.12 "
        await pilot.resize_terminal(30, 3)
        await settle(pilot)
        assert row(app) == " fix the flaky test     $0.12 "


async def test_what_is_shown_before_there_is_a_size_is_shown_then() -> None:
    app = Stage(CountingBar())
    app.widget.show(Content("early"))
    async with app.run_test(size=(12, 3)):
        assert row(app) == " early      "


async def test_text_is_no_markup() -> None:
    hostile = "[/red] [@click=app.bell]x[/] [b"
    assert await shown(60, hostile, "") == f" {hostile}".ljust(60)


async def painted_by(pilot: Pilot[None], bar: CountingBar, left: Content, right: Content) -> int:
    """How often the bar is painted when it is to show these."""
    await settle(pilot)
    before = bar.painted
    bar.show(left, right)
    await settle(pilot)
    return bar.painted - before


async def test_an_update_that_changes_nothing_paints_nothing() -> None:
    app = Stage(CountingBar())
    async with app.run_test(size=(40, 3)) as pilot:
        for left, right in (("a", ""), ("a", "b"), ("c", "b")):
            assert await painted_by(pilot, app.widget, Content(left), Content(right)) == 1
            assert await painted_by(pilot, app.widget, Content(left), Content(right)) == 0


async def test_a_new_colour_of_the_same_text_is_painted() -> None:
    app = Stage(CountingBar())
    async with app.run_test(size=(40, 3)) as pilot:
        calm, alarm = Content.styled("auto", "$text-success"), Content.styled("auto", "$text-error")
        await painted_by(pilot, app.widget, Content(""), calm)
        assert await painted_by(pilot, app.widget, Content(""), alarm) == 1
        colour = app.style_of("auto").color
        await painted_by(pilot, app.widget, Content(""), calm)
        assert app.style_of("auto").color != colour


def test_parts_that_are_empty_leave_no_dot() -> None:
    assert joined("a", "", Content(""), Content("b"), "c").plain == "a · b · c"
    assert joined().plain == ""
