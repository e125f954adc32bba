"""Which rows of a run are wanted: by kind, tool, sub-agent, or only failures."""

from __future__ import annotations

from array import array
from dataclasses import dataclass

from app.trajectory.rows import Rows


@dataclass(frozen=True, slots=True)
class Filter:
    """What a row has to be; an empty set takes any."""

    kinds: frozenset[str] = frozenset()
    tools: frozenset[str] = frozenset()
    agents: frozenset[str] = frozenset()
    failed: bool = False


def select(rows: Rows, wanted: Filter, start: int = 0) -> array[int]:
    """The rows from number `start` on that are wanted, as numbers of rows, in their order."""
    return array(
        "I",
        (
            row
            for row in range(start, len(rows))
            if (not wanted.kinds or rows.kind(row) in wanted.kinds)
            and (not wanted.tools or rows.tool(row) in wanted.tools)
            and (not wanted.agents or rows.agent(row) in wanted.agents)
            and (not wanted.failed or rows.failed(row))
        ),
    )
