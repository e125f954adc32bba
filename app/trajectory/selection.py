"""Which rows of a run are wanted: by kind, tool or sub-agent, or only failures."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import compress

from app.trajectory.rows import KIND_NUMBERS, Names, Rows


@dataclass(frozen=True, slots=True)
class Filter:
    """What a row has to be. An empty set takes any; of sub-agents, "" is the main one."""

    kinds: frozenset[str] = frozenset()
    tools: frozenset[str] = frozenset()
    agents: frozenset[str] = frozenset()
    failed: bool = False


def select(rows: Rows, wanted: Filter, start: int = 0) -> array[int]:
    """The numbers of the rows that are wanted, in their order.

    Args:
        rows: Of a run.
        wanted: What they have to be.
        start: The first to be looked at; what comes before was taken earlier.
    """
    stop = len(rows)
    marks = (1 << 8 * (stop - start)) - 1  # a byte for each row, as one number: there is no quicker "and"
    for some in _marks(rows, wanted, slice(start, stop)):
        marks &= int.from_bytes(some, "little")
    return array("I", compress(range(start, stop), marks.to_bytes(stop - start, "little")))


def _marks(rows: Rows, wanted: Filter, part: slice) -> Iterator[bytes | bytearray]:
    """For each condition, 1 for a row that meets it and 0 for another."""
    if wanted.kinds:
        yield rows.kinds[part].translate(_one_for([KIND_NUMBERS.get(kind, -1) for kind in wanted.kinds]))
    if wanted.tools:
        yield _among(rows.tools[part], rows.tool_names, wanted.tools)
    if wanted.agents:
        yield _among(rows.agents[part], rows.agent_names, wanted.agents)
    if wanted.failed:
        yield rows.failures[part]


def _among(column: array[int], names: Names, wanted: frozenset[str]) -> bytes:
    numbers = {number for number, name in enumerate(names.names()) if name in wanted}
    if len(names) > 256:
        return bytes(map(numbers.__contains__, column))
    lowest = 0 if sys.byteorder == "little" else column.itemsize - 1
    return column.tobytes()[lowest :: column.itemsize].translate(_one_for(numbers))


def _one_for(numbers: Collection[int]) -> bytes:
    return bytes(number in numbers for number in range(256))
