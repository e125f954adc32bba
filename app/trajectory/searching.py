"""Find words in all records of a run."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import orjson

from app.trajectory.run import Run

_WAIT = 0.1  # seconds


@dataclass(frozen=True, slots=True)
class Found:
    """What a part of a search found: rows, in their order; and how far it came, in bytes."""

    rows: array[int]
    searched_bytes: int
    total_bytes: int


def search(run: Run, words: str, *, stop: Callable[[], bool], start: int = 0) -> Iterator[Found]:
    """The rows that have all of some words, in any case, batch after batch.

    Args:
        run: Searched as it is read; ends when all is read that is there.
        words: What to look for; one in double quotes may have spaces.
        stop: Asked now and then; True ends the search.
        start: The first row.
    """
    needles = [orjson.dumps(word)[1:-1].lower() for word in words.split()]
    row = start
    while needles and not stop():
        done, count = run.complete, len(run)
        found = array("I")
        while row < count:
            offset, length = run.rows.place(row)
            line = run.read(offset, length).lower()
            if all(needle in line for needle in needles):
                found.append(row)
            row += 1
        end = run.rows.place(row - 1)
        yield Found(found, sum(end), sum(end))
        if done:
            return
        run.wait(count + 1, _WAIT)
