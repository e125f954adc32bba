from __future__ import annotations

from textual.geometry import Offset

from widgets.conversation.column import Place
from widgets.conversation.selection import row_number


def test_offsets_are_in_the_order_of_places() -> None:
    places = [Place(0, 0, 5), Place(0, 1, 0), Place(0, 70_000, 2), Place(1, 0, 0), Place(9, 3, 1)]
    assert sorted(places) == sorted(places, key=row_number) == places
    assert Offset(0, row_number(places[0])).y < row_number(places[1])
