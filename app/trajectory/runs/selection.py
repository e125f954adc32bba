"""Which rows of a run are wanted: by kind, tool or sub-agent, or only failures."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import reduce

from app.trajectory.runs.row_set import in_both
from app.trajectory.runs.rows import KIND_NUMBERS, Names, Rows

_PIECE = 2**16  # rows that are looked at together

_Condition = Callable[[slice], bytes | bytearray]  # 1 for each of some rows that meets it, 0 for another


@dataclass(frozen=True, slots=True)
class Filter:
    """What a row has to be. An empty set takes any; of sub-agents, "" is the main one."""

    kinds: frozenset[str] = frozenset()
    tools: frozenset[str] = frozenset()
    agents: frozenset[str] = frozenset()
    failed: bool = False


def marks(rows: Rows, wanted: Filter, start: int = 0) -> bytearray:
    """For each row 1 if it is wanted, 0 if not.

    Args:
        rows: Of a run.
        wanted: What they have to be.
        start: The first to be looked at.
    """
    end = len(rows)
    conditions = list(_conditions(rows, wanted)) or [_any]
    marked = bytearray()
    for first in range(start, end, _PIECE):
        part = slice(first, min(first + _PIECE, end))
        marked += reduce(in_both, (meets(part) for meets in conditions))
    return marked


def _conditions(rows: Rows, wanted: Filter) -> Iterator[_Condition]:
    if wanted.kinds:
        kinds = _one_for([KIND_NUMBERS.get(kind, -1) for kind in wanted.kinds])
        yield lambda part: rows.kinds[part].translate(kinds)
    if wanted.tools:
        yield _among(rows.tools, rows.tool_names, wanted.tools)
    if wanted.agents:
        yield _among(rows.agents, rows.agent_names, wanted.agents)
    if wanted.failed:
        yield rows.failures.__getitem__


def _any(part: slice) -> bytes:
    count: int = part.stop - part.start
    return b"\1" * count


def _among(column: array[int], names: Names, wanted: frozenset[str]) -> _Condition:
    numbers = {number for number, name in enumerate(names.names()) if name in wanted}
    if len(names) > 256:
        return lambda part: bytes(map(numbers.__contains__, column[part]))
    lowest = 0 if sys.byteorder == "little" else column.itemsize - 1
    table = _one_for(numbers)
    return lambda part: column[part].tobytes()[lowest :: column.itemsize].translate(table)


def _one_for(numbers: Collection[int]) -> bytes:
    return bytes(number in numbers for number in range(256))
