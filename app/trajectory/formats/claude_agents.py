"""Which sub-agent of Claude Code a record is of, and where a sub-agent has a file of its own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from app.trajectory.formats.values import text

_SAFE = re.compile(r"[\w-]{1,80}")
_MOST_KNOWN = 5_000  # records that another one may continue


class Sidechains:
    """Tells sub-agents apart: by their name, or, where they have none, by the record that they begin with.

    Args:
        own: The agent that the whole file is about; empty if that is not a sub-agent.
    """

    def __init__(self, own: str) -> None:
        self._own = own
        self._agents: dict[str, str] = {}
        self._last = ""
        self._number = 0

    def agent(self, record: Mapping[str, object]) -> str:
        """The agent that a record is of; empty for the one that the file is about."""
        if record.get("isSidechain") is not True:
            return ""
        named = text(record.get("agentId"))
        if named:
            return "" if named == self._own else named
        parent = text(record.get("parentUuid"))
        if not parent or not self._last:
            self._number += 1
            self._last = f"agent-{self._number}"
            name = self._last
        else:
            name = self._agents.get(parent, self._last)
        if uuid := text(record.get("uuid")):
            self._agents[uuid] = name
            if len(self._agents) > _MOST_KNOWN:
                del self._agents[next(iter(self._agents))]
        return name


def agent_file(session: Path, agent: str) -> str:
    """The file that a sub-agent has beside that of its session; empty if there is none.

    Args:
        session: The file of the session.
        agent: The name of the agent.
    """
    if not _SAFE.fullmatch(agent):
        return ""
    name = f"agent-{agent}.jsonl"
    for path in (session.with_suffix("") / "subagents" / name, session.parent / name):
        if path.is_file():
            return str(path)
    return ""
