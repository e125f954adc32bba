from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, groupby, pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from textual.geometry import Region, Size

from widgets.pane_grid import ENOUGH, LEAST, LEAST_WIDTH, UNEVEN, Direction, PaneState, arrange, neighbour

FOLDED, OPEN, ASKS = PaneState
WIDTHS = (40, 60, 100, 120, 200)
HEIGHTS = (10, 20, 46)
MIXES = {
    "open": [OPEN],
    "asking": [ASKS],
    "folded": [FOLDED],
    "some folded": [OPEN, FOLDED, OPEN],
    "of every kind": [OPEN, ASKS, FOLDED, OPEN, OPEN, FOLDED, FOLDED],
    "folded but the last": [FOLDED] * 15 + [OPEN],
}
GOES = settings(max_examples=150)

panes_of_any_kind = st.lists(st.sampled_from(PaneState), min_size=1, max_size=16)
sizes = st.builds(Size, st.integers(10, 250), st.integers(5, 60))


def fresh(panes: Sequence[PaneState], size: Size) -> list[Region]:
    """Where panes go that are all new."""
    return arrange(panes, size, [None] * len(panes))


def one_by_one(panes: Sequence[PaneState], size: Size) -> list[Region]:
    """Where panes go that come one after the other."""
    regions: list[Region] = []
    for count in range(1, len(panes) + 1):
        regions = arrange(panes[:count], size, [*regions, None])
    return regions


def columns_of(regions: Sequence[Region]) -> list[list[int]]:
    """The places of the panes in each column, from the left."""
    return [list(places) for _, places in groupby(range(len(regions)), key=lambda place: regions[place].x)]


def counts(regions: Sequence[Region]) -> list[int]:
    """How many panes each column has."""
    return [len(column) for column in columns_of(regions)]


def load(panes: Sequence[PaneState], rows: dict[PaneState, int]) -> int:
    return sum(rows[pane] for pane in panes)


def lowest(panes: Sequence[PaneState], columns: int) -> int:
    """The least rows of at most so many columns, none with nothing open. Tries them all."""
    ways = [
        [panes[start:end] for start, end in pairwise((0, *cuts, len(panes)))]
        for count in range(columns)
        for cuts in combinations(range(1, len(panes)), count)
    ]
    good = [way for way in ways if len(way) == 1 or all(set(column) != {FOLDED} for column in way)]
    return min(max(load(column, LEAST) for column in way) for way in good)


def check(panes: Sequence[PaneState], size: Size, regions: Sequence[Region]) -> None:
    """What is so of any grid."""
    assert len(regions) == len(panes)
    columns = columns_of(regions)
    height = max(region.bottom for region in regions)
    lefts = [regions[column[0]].x for column in columns]
    rights = [regions[column[0]].right for column in columns]
    assert lefts == sorted(lefts)
    assert [0, *rights] == [*lefts, size.width]
    widths = {region.width for region in regions}
    assert max(widths) - min(widths) <= 1
    assert len(columns) == 1 or min(widths) >= LEAST_WIDTH
    scrolls = height > size.height
    for column in columns:
        assert {regions[place].width for place in column} == {regions[column[0]].width}
        assert regions[column[0]].y == 0
        assert all(regions[upper].bottom == regions[lower].y for upper, lower in pairwise(column))
        kinds = {panes[place] for place in column}
        if OPEN in kinds or (ASKS in kinds and not scrolls):
            assert regions[column[-1]].bottom == max(height, size.height)
        assert kinds != {FOLDED} or len(columns) == 1
        for kind in PaneState:
            rows = {regions[place].height for place in column if panes[place] is kind}
            assert max(rows, default=0) - min(rows, default=0) <= 1
    for pane, region in zip(panes, regions, strict=True):
        if pane is FOLDED:
            assert region.height == 1
        elif pane is OPEN:
            assert region.height >= LEAST[OPEN]
        else:
            assert min(LEAST[ASKS], size.height) <= region.height <= size.height


@pytest.mark.parametrize("height", HEIGHTS)
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("mix", MIXES.values(), ids=MIXES.keys())
def test_1_to_40_panes_fill_the_room_in_order(mix: list[PaneState], width: int, height: int) -> None:
    size = Size(width, height)
    for count in (*range(1, 17), 40):
        panes = (mix * count)[:count]
        check(panes, size, fresh(panes, size))
        check(panes, size, one_by_one(panes, size))


@GOES
@given(panes_of_any_kind, sizes, st.data())
def test_any_change_leaves_a_grid_without_holes(
    panes: list[PaneState], size: Size, data: st.DataObject
) -> None:
    regions: list[Region | None] = list(fresh(panes, size))
    for _ in range(3):
        size = data.draw(sizes)
        kept = data.draw(st.lists(st.integers(0, len(panes) - 1), unique=True).map(sorted))
        new = data.draw(panes_of_any_kind)
        states = data.draw(st.lists(st.sampled_from(PaneState), min_size=len(kept), max_size=len(kept)))
        panes = states + new
        after = arrange(panes, size, [regions[place] for place in kept] + [None] * len(new))
        check(panes, size, after)
        regions = list(after)


@GOES
@given(panes_of_any_kind, sizes)
def test_nothing_moves_where_nothing_changes(panes: list[PaneState], size: Size) -> None:
    for regions in (fresh(panes, size), one_by_one(panes, size)):
        assert arrange(panes, size, regions) == regions


def test_no_panes_have_no_regions() -> None:
    assert arrange([], Size(80, 20), []) == []


@pytest.mark.parametrize(
    ("width", "most"), [(40, 1), (79, 1), (80, 1), (82, 2), (119, 2), (123, 3), (163, 3), (164, 4), (200, 4)]
)
def test_there_is_one_column_while_that_is_enough_and_no_more_than_can_be_read(width: int, most: int) -> None:
    assert counts(fresh([OPEN] * 7, Size(width, 42))) == [7]
    assert len(counts(fresh([OPEN] * 40, Size(width, 42)))) == most


def test_there_are_as_few_columns_as_give_each_pane_enough() -> None:
    assert counts(fresh([OPEN] * 7, Size(200, 46))) == [7]
    assert counts(fresh([OPEN] * 8, Size(200, 46))) == [4, 4]
    assert counts(fresh([OPEN] * 16, Size(200, 46))) == [6, 5, 5]
    assert counts(fresh([ASKS] * 5, Size(200, 46))) == [3, 2]
    assert counts(fresh([FOLDED] * 16, Size(200, 46))) == [16]


@GOES
@given(panes_of_any_kind, sizes)
def test_a_column_more_would_not_be_made_without_need(panes: list[PaneState], size: Size) -> None:
    regions = fresh(panes, size)
    columns = columns_of(regions)
    if load(panes, ENOUGH) <= size.height:
        assert len(columns) == 1
    if len(columns) < size.width // LEAST_WIDTH and len(columns) < len(panes) - panes.count(FOLDED):
        assert all(load([panes[place] for place in column], ENOUGH) <= size.height for column in columns)


@GOES
@given(st.lists(st.sampled_from(PaneState), min_size=1, max_size=9), sizes)
def test_it_scrolls_only_where_the_most_columns_do_not_suffice(panes: list[PaneState], size: Size) -> None:
    regions = fresh(panes, size)
    scrolls = max(region.bottom for region in regions) > size.height
    assume(max(LEAST.values()) <= size.height)
    assert not scrolls or lowest(panes, max(1, size.width // LEAST_WIDTH)) > size.height


def test_columns_are_balanced_by_the_least_rows_where_that_spares_scrolling() -> None:
    size = Size(130, 16)
    regions = fresh([OPEN, ASKS, ASKS, FOLDED, ASKS, OPEN, OPEN], size)
    assert counts(regions) == [2, 2, 3]
    assert max(region.bottom for region in regions) == size.height


def test_folded_panes_alone_get_no_column() -> None:
    panes = [FOLDED] * 13 + [OPEN] * 3
    assert counts(fresh(panes, Size(100, 18))) == [14, 2]
    assert counts(fresh(list(reversed(panes)), Size(100, 18))) == [2, 14]


def test_rows_that_cannot_be_divided_go_to_the_first() -> None:
    assert [region.height for region in fresh([OPEN] * 4, Size(40, 46))] == [12, 12, 11, 11]


def test_questions_have_enough_before_outputs_have_more() -> None:
    rows = [region.height for region in fresh([OPEN, ASKS, FOLDED, OPEN], Size(40, 46))]
    assert rows == [17, ENOUGH[ASKS], 1, 17]
    assert [region.height for region in fresh([OPEN, ASKS, OPEN], Size(40, 20))] == [5, 11, 4]
    assert [region.height for region in fresh([OPEN, ASKS, OPEN], Size(40, 17))] == [4, 9, 4]


def test_questions_share_all_the_rows_where_there_are_no_outputs() -> None:
    assert [region.height for region in fresh([ASKS, FOLDED, ASKS], Size(40, 46))] == [23, 1, 22]


def test_where_it_scrolls_questions_have_enough_but_no_more_than_is_seen_at_once() -> None:
    assert [region.height for region in fresh([OPEN, ASKS, OPEN], Size(40, 14))] == [4, 11, 4]
    assert [region.height for region in fresh([OPEN, ASKS, OPEN], Size(40, 5))] == [4, 5, 4]
    assert [region.height for region in fresh([ASKS], Size(40, 5))] == [5]


def test_new_panes_come_to_the_last_column_until_that_is_much_fuller() -> None:
    size = Size(119, 46)
    seen = [counts(one_by_one([OPEN] * count, size)) for count in range(6, 15)]
    assert seen == [[6], [7], [4, 4], [4, 5], [4, 6], [6, 5], [6, 6], [6, 7], [6, 8]]


def test_a_new_pane_does_not_make_the_columns_fewer() -> None:
    size = Size(119, 46)
    regions = fresh([OPEN] * 8, size)
    panes = [FOLDED] * 3 + [OPEN] * 6
    assert load(panes, ENOUGH) <= size.height
    assert counts(arrange(panes, size, [*regions, None])) == [6, 3]


def test_where_it_scrolls_panes_that_fold_move_none_to_another_column() -> None:
    size = Size(119, 46)
    panes = [OPEN] * 40
    regions = fresh(panes, size)
    assert counts(regions) == [20, 20]
    panes[:2] = [FOLDED] * 2
    assert counts(arrange(panes, size, regions)) == [20, 20]
    panes[:10] = [FOLDED] * 10  # now much less is scrolled if some do
    assert counts(arrange(panes, size, regions)) == [24, 16]


@GOES
@given(st.integers(1, 16), st.lists(st.integers(0, 15), unique=True, max_size=16), sizes)
def test_a_pane_that_folds_moves_no_other_while_its_column_has_one_that_is_open(
    count: int, order: list[int], size: Size
) -> None:
    panes = [OPEN] * count
    regions = fresh(panes, size)
    for place in (place for place in order if place < count):
        panes[place] = FOLDED
        after = arrange(panes, size, regions)
        fits = max(region.bottom for region in regions) <= size.height
        if fits and all(any(panes[place] is OPEN for place in column) for column in columns_of(regions)):
            assert columns_of(after) == columns_of(regions)
        regions = after


def test_a_column_that_is_done_makes_room_for_its_neighbours() -> None:
    size = Size(200, 46)
    panes = [OPEN] * 16
    regions = fresh(panes, size)
    assert counts(regions) == [6, 5, 5]
    panes[6:11] = [FOLDED] * 5
    regions = arrange(panes, size, regions)
    assert counts(regions) == [11, 5]
    panes[:6] = [FOLDED] * 6
    assert counts(arrange(panes, size, regions)) == [16]


def test_a_pane_that_asks_or_unfolds_stays_in_its_column_where_it_fits() -> None:
    size = Size(119, 46)
    panes = [OPEN, OPEN, OPEN, FOLDED, OPEN, OPEN, OPEN, OPEN]
    regions = fresh([OPEN] * 8, size)
    regions = arrange(panes, size, regions)
    for place, state in ((3, OPEN), (5, ASKS), (5, OPEN), (0, ASKS), (7, ASKS)):
        panes[place] = state
        after = arrange(panes, size, regions)
        assert [region.x for region in after] == [region.x for region in regions]
        regions = after


def test_panes_that_leave_move_no_other_to_another_column() -> None:
    size = Size(119, 46)
    regions = fresh([OPEN] * 12, size)
    assert counts(regions) == [6, 6]
    left = [*regions[2:5], *regions[6:]]
    assert counts(arrange([OPEN] * 9, size, left)) == [3, 6]
    assert counts(arrange([OPEN] * 6, size, regions[6:])) == [6]


def test_a_taller_or_wider_area_keeps_the_columns_and_a_narrower_one_has_fewer() -> None:
    regions = fresh([OPEN] * 6, Size(119, 20))
    assert counts(regions) == [3, 3]
    assert counts(arrange([OPEN] * 6, Size(200, 46), regions)) == [3, 3]
    assert counts(arrange([OPEN] * 6, Size(79, 20), regions)) == [6]


@GOES
@given(st.lists(st.sampled_from([OPEN, FOLDED]), min_size=1, max_size=16), sizes)
def test_no_column_is_much_fuller(panes: list[PaneState], size: Size) -> None:
    columns = columns_of(fresh(panes, size))
    loads = [load([panes[place] for place in column], ENOUGH) for column in columns]
    assert max(loads) - min(loads) <= UNEVEN


THREE = fresh([OPEN] * 16, Size(200, 46))  # 6, 5 and 5


@pytest.mark.parametrize(
    ("place", "direction", "to"),
    [
        (0, "down", 1),
        (1, "up", 0),
        (0, "up", None),
        (5, "down", None),
        (6, "up", None),
        (15, "down", None),
        (0, "left", None),
        (0, "right", 6),
        (5, "right", 10),
        (6, "left", 0),
        (10, "left", 4),
        (10, "right", 15),
        (15, "left", 10),
        (15, "right", None),
    ],
)
def test_a_neighbour_is_the_next_in_its_direction_on_the_screen(
    place: int, direction: Direction, to: int | None
) -> None:
    assert neighbour(THREE, place, direction) == to


@GOES
@given(panes_of_any_kind, sizes)
def test_every_pane_can_be_reached_from_the_first(panes: list[PaneState], size: Size) -> None:
    regions = fresh(panes, size)
    reached = {0}
    new = [0]
    while new:
        place = new.pop()
        directions: tuple[Direction, ...] = ("up", "down", "left", "right")
        for direction in directions:
            near = neighbour(regions, place, direction)
            if near is not None and near not in reached:
                reached.add(near)
                new.append(near)
    assert reached == set(range(len(panes)))
