"""The sub-agents of Codex, each of which has a rollout of its own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from app.trajectory.events import AgentStarted
from app.trajectory.formats.parts import first_line
from app.trajectory.formats.values import first_text, text

_SAFE = re.compile(r"[\w-]{8,80}")
_THREADS = ("new_thread_id", "agent_thread_id")


class CodexAgents:
    """Finds out when a sub-agent is begun.

    Args:
        rollout: The file of the session.
    """

    def __init__(self, rollout: Path) -> None:
        self._folder = rollout.parent
        self._known: set[str] = set()

    def started(self, event: Mapping[str, object]) -> AgentStarted | None:
        """The sub-agent that an event is the first to speak of; None for any other event."""
        thread = first_text(event, _THREADS)
        if not thread or thread in self._known:
            return None
        self._known.add(thread)
        name = text(event.get("new_agent_nickname")) or thread
        title = first_line(first_text(event, ("prompt", "new_agent_role", "agent_path")))
        return AgentStarted(name, text(event.get("call_id")), title, self._file(thread))

    def _file(self, thread: str) -> str:
        if not _SAFE.fullmatch(thread):
            return ""
        return next(map(str, self._folder.glob(f"rollout-*-{thread}.jsonl*")), "")
