"""What is planned for a file, given what it holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.workspace.atomic import Snapshot
from app.workspace.history import Change
from app.workspace.splice import Splice


@dataclass(frozen=True, slots=True)
class Draft:
    """What becomes of one file.

    Args:
        splices: Ascending, none within another; from the content before, empty if there is no file.
        removes: The file is removed.
        notes: For the model, of how the plan met the file.
        undoes: The change that is taken back.
    """

    splices: tuple[Splice, ...]
    removes: bool = False
    notes: tuple[str, ...] = ()
    undoes: Change | None = None


# Called with the file as it was just read, None if there is none. Raises an EditError if it does not fit.
Plan = Callable[[Snapshot | None], Draft]
