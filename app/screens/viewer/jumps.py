"""From one event of a run to the next of its kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from app.trajectory import events
from app.trajectory.runs.row_set import RowSet
from app.trajectory.runs.rows import KIND_NUMBERS, Rows
from app.trajectory.runs.selection import Filter, marks

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
        self._rows: dict[Target, RowSet] = {}

    def next(self, target: Target, row: int, step: int, listed: RowSet | None) -> int | None:
        """The next event of a kind; None if there is none.

        Args:
            target: The kind.
            row: Where to begin; not looked at itself.
            step: 1 for down, -1 for up.
            listed: The rows that are listed, others are passed by; None if all are.
        """
        rows = self._rows.setdefault(target, RowSet())
        rows.extend(marks(self._run.rows, _FILTERS[target], rows.end))
        beyond = rows.beyond(row, step, listed)
        return next((found for found in beyond if target != "user" or self._by_person(found)), None)

    def _by_person(self, row: int) -> bool:
        event = self._run.record(row).event
        return isinstance(event, events.UserMessage) and not event.synthetic


def said_before(rows: Rows, row: int) -> bool:
    """Whether a person or the model has said anything up to a row."""
    return any(rows.kinds.find(number, 0, row + 1) >= 0 for number in _SAID)
