"""The pairs of a comparison that are listed: all of them, or those that differ."""

from __future__ import annotations

from bisect import bisect_left

from app.terminal.text import safe_line
from app.trajectory.comparing.compared_steps import Step
from app.trajectory.comparing.comparison import Comparison, Pair, State
from widgets.event_line import EventLine
from widgets.text_view import revealed

GLYPHS: dict[State, str] = {"same": "=", "changed": "≠", "left": "←", "right": "→"}
_ROLES: dict[State, str] = {"same": "dim", "changed": "asks", "left": "failed", "right": "done"}
_TIME = 8  # cells
_HALF = 17  # characters of the left where both are said on one line


class ComparisonRows:
    """Lists pairs. A place is a position in the list.

    Args:
        comparison: The two runs.
        only_differences: Leave out what is the same.
    """

    def __init__(self, comparison: Comparison, *, only_differences: bool = False) -> None:
        self._comparison = comparison
        self._unequal = comparison.unequal
        self._only = only_differences

    def __len__(self) -> int:
        return len(self._unequal) if self._only else len(self._comparison.pairs)

    @property
    def most(self) -> int:
        """The greatest number of a pair."""
        return len(self._comparison.pairs)

    def number(self, place: int) -> int:
        """The number of the pair at a place, from 0 on."""
        return self._unequal[place] if self._only else place

    def place(self, number: int) -> int:
        """The place of a pair, or of the next that is listed."""
        return bisect_left(self._unequal, number) if self._only else number

    def pair(self, place: int) -> Pair:
        """The pair at a place."""
        return self._comparison.pairs[self.number(place)]

    def next_difference(self, place: int, step: int) -> int | None:
        """The place of the next pair that differs, or of the one before."""
        at = bisect_left(self._unequal, self.number(place) + (step > 0)) - (step < 0)
        return self.place(self._unequal[at]) if 0 <= at < len(self._unequal) else None

    def line(self, place: int) -> EventLine:
        """How the pair at a place is listed."""
        number = self.number(place)
        pair, state = self._comparison.pairs[number], self._comparison.states[number]
        left, right = self.sides(place)
        rows = "|".join(str(step.row) if step is not None else "–" for step in (pair.left, pair.right))
        return EventLine(
            number + 1,
            rows if len(rows) <= _TIME else "",
            GLYPHS[state],
            _ROLES[state],
            safe_line(pair.step.verb or pair.step.name),
            f"{left[:_HALF]} → {right}" if left and right and left != right else left or right,
            ", ".join(pair.differs),
            depth=int(bool(pair.step.agent)),
            dim=state == "same",
        )

    def sides(self, place: int) -> tuple[str, str]:
        """What each run did, in a line."""
        pair = self.pair(place)
        return _title(pair.left), _title(pair.right)


def _title(step: Step | None) -> str:
    return revealed(step.title) if step is not None else ""
