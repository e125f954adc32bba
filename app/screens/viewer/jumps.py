"""From one event of a run to the next of its kind."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Literal

from app.trajectory import events
from app.trajectory.runs.rows import KIND_NUMBERS, Rows
from app.trajectory.runs.selection import Filter, select

if TYPE_CHECKING:
    from app.trajectory.runs.run import Run

Target = Literal["error", "call", "user", "turn"]

_SAID = (KIND_NUMBERS[events.UserMessage.kind], KIND_NUMBERS[events.ModelResponse.kind])
_FILTERS = {
    "error": Filter(failed=True),
    "call": Filter(kinds=frozenset({events.ToolRequested.kind})),
    "user": Filter(kinds=frozenset({events.UserMessage.kind})),
    "turn": Filter(kinds=frozenset({events.ModelResponse.kind})),
}


class Jumps:
    """Finds events of a kind in a run, which may grow: each row is looked at once.

    Args:
        run: The run.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self._rows: dict[Target, array[int]] = {}
        self._seen: dict[Target, int] = {}

    def next(self, target: Target, row: int, step: int, lists: Callable[[int], bool]) -> int | None:
        """The next event of a kind; None if there is none.

        Args:
            target: The kind.
            row: Where to begin; not looked at itself.
            step: 1 for down, -1 for up.
            lists: Whether a row is listed; others are passed by.
        """
        for found in beyond(self._of(target), row, step):
            if lists(found) and (target != "user" or self._by_person(found)):
                return found
        return None

    def _of(self, target: Target) -> array[int]:
        rows = self._rows.setdefault(target, array("I"))
        count = len(self._run)
        if (seen := self._seen.get(target, 0)) < count:
            rows.extend(select(self._run.rows, _FILTERS[target], seen))
            self._seen[target] = count
        return rows

    def _by_person(self, row: int) -> bool:
        event = self._run.record(row).event
        return isinstance(event, events.UserMessage) and not event.synthetic


def beyond(rows: Sequence[int], row: int, step: int) -> Iterator[int]:
    """Those of some ascending rows that come after one, or before it, the nearest first."""
    if step > 0:
        return (rows[at] for at in range(bisect_right(rows, row), len(rows)))
    return (rows[at] for at in range(bisect_left(rows, row) - 1, -1, -1))


def said_before(rows: Rows, row: int) -> bool:
    """Whether a person or the model has said anything up to a row."""
    return any(rows.kinds.find(number, 0, row + 1) >= 0 for number in _SAID)
