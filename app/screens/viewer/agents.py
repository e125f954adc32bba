"""The sub-agents of a run, as a tree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.trajectory.events import AgentStarted
from app.trajectory.runs.row_set import RowSet
from app.trajectory.runs.selection import Filter, marks

if TYPE_CHECKING:
    from app.trajectory.runs.run import Run

_STARTED = Filter(kinds=frozenset({AgentStarted.kind}))


@dataclass(frozen=True, slots=True)
class Agent:
    """A sub-agent.

    Args:
        name: As records bear it.
        title: What it was to do.
        parent: The agent that began it; empty for the main one.
        row: Where it began.
        trajectory: The file of its records, if they are in one of their own.
    """

    name: str
    title: str
    parent: str
    row: int
    trajectory: str


class Agents:
    """Finds the sub-agents of a run, which may grow.

    Args:
        run: The run.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self._started = RowSet()
        self._agents: dict[str, Agent] = {}

    def tree(self) -> Iterator[tuple[int, Agent]]:
        """All of them, each below the one that began it, with its depth: 1 for those of the main agent."""
        self._look()
        children: dict[str, list[Agent]] = {}
        for agent in self._agents.values():
            parent = agent.parent if agent.parent in self._agents and agent.parent != agent.name else ""
            children.setdefault(parent, []).append(agent)
        waiting = [(1, agent) for agent in reversed(children.pop("", []))]
        while waiting:
            depth, agent = waiting.pop()
            yield depth, agent
            waiting += [(depth + 1, child) for child in reversed(children.pop(agent.name, []))]
        for lost in children.values():  # they began each other
            yield from ((1, agent) for agent in lost)

    def depth(self, name: str) -> int:
        """How many agents are above one: 0 for the main one."""
        if not name:
            return 0
        self._look()
        above = {name}
        agent = self._agents.get(name)
        while agent is not None and agent.parent and agent.parent not in above:
            above.add(agent.parent)
            agent = self._agents.get(agent.parent)
        return len(above)

    def _look(self) -> None:
        seen = self._started.end
        if len(self._run) == seen:
            return
        self._started.extend(marks(self._run.rows, _STARTED, seen))
        for row in self._started.beyond(seen - 1, 1):
            record = self._run.record(row)
            if isinstance(event := record.event, AgentStarted):
                self._agents.setdefault(
                    event.name, Agent(event.name, event.title, record.agent, row, event.trajectory)
                )
