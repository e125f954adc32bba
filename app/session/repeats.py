"""A model that goes round in circles: the same call again and again in one task."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable


class Repeats:
    """Counts equal calls of a task.

    What only looks is new again after an edit: tests run after each change are no circle.

    Args:
        most: How many equal calls ask; 0 for any number that does not. It may change.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self._looks: Counter[Hashable] = Counter()
        self._edits: Counter[Hashable] = Counter()

    def begin_task(self) -> None:
        """Nothing was called yet."""
        self._looks.clear()
        self._edits.clear()

    def count(self, call: Hashable, *, edits: bool) -> None:
        """A call comes.

        Args:
            call: Equal for equal calls.
            edits: It writes files.
        """
        (self._edits if edits else self._looks)[call] += 1

    def asks(self, call: Hashable) -> str:
        """Why a person is asked about a call; empty if it did not come too often."""
        times = self._looks[call] + self._edits[call]
        if not self.most or times < self.most:
            return ""
        return f"the same call for the {_ordinal(times)} time in this task"

    def forget(self, call: Hashable) -> None:
        """A person let it run: it is counted anew."""
        self._looks.pop(call, None)
        self._edits.pop(call, None)

    def edited(self) -> None:
        """A file was edited."""
        self._looks.clear()


def _ordinal(number: int) -> str:
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
