"""Sessions of Claude Code, as it keeps them below `~/.claude/projects`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from app.trajectory.events import SessionImported
from app.trajectory.formats.claude_blocks import prompt_text
from app.trajectory.formats.claude_messages import OF_PROGRAM
from app.trajectory.formats.claude_session import ClaudeSession
from app.trajectory.formats.contract import Entry
from app.trajectory.formats.counts import Counts
from app.trajectory.formats.parts import first_line
from app.trajectory.formats.source import Source
from app.trajectory.formats.values import mapping, seconds, text

_TYPES = {"user", "assistant", "system", "summary", "progress", "attachment", "file-history-snapshot"}
_KEYS = {"sessionId", "leafUuid", "parentUuid", "messageId"}
_FACTS = {"gitBranch": "git_branch", "permissionMode": "permission_mode", "entrypoint": "entrypoint"}
_COMMAND = ("<command-message>", "<command-name>")
_PLAN = "Implement the following plan:"  # what the program puts before a plan that the person accepted


class ClaudeCode:
    """Lines that are a tree, in the order they were written; one for each part of a message."""

    name = "claude"

    def recognise(self, source: Source) -> str | None:
        """Whether one of its first lines has a type of theirs, and what ties it to a session."""
        found = any(
            record.get("type") in _TYPES and not _KEYS.isdisjoint(record)
            for record in map(mapping, source.sample)
            if isinstance(record.get("type"), str)
        )
        return "" if found else None

    def read(self, source: Source, counts: Counts) -> Iterator[Entry]:
        """Its lines, in their order."""
        head = [mapping(value) for value in source.sample]
        agent = _own_agent(head)
        yield _imported(head, agent)
        yield from ClaudeSession(source, counts, agent).entries()


def _own_agent(head: list[Mapping[str, object]]) -> str:
    """The sub-agent that the file is of; empty if it is of a session."""
    for record in head:
        if record.get("type") in ("user", "assistant"):
            return text(record.get("agentId")) if record.get("isSidechain") is True else ""
    return ""


def _imported(head: list[Mapping[str, object]], agent: str) -> Entry:
    session = _first(head, "sessionId")
    messages = [mapping(record.get("message")) for record in head]
    own = [record for record in head if bool(agent) is (record.get("isSidechain") is True)]
    event = SessionImported(
        "claude",
        program="Claude Code",
        program_version=_first(head, "version"),
        session=agent or session,
        parent=session if agent else "",
        workspace=_first(head, "cwd"),
        model=_first([message for message in messages if message.get("model") != OF_PROGRAM], "model"),
        title=_title(own),
        facts={name: found for key, name in _FACTS.items() if (found := _first(head, key))},
    )
    return Entry(event, min(filter(None, (seconds(record.get("timestamp")) for record in head)), default=0.0))


def _first(records: list[Mapping[str, object]], name: str) -> str:
    return next((found for record in records if (found := text(record.get(name)))), "")


def _title(head: list[Mapping[str, object]]) -> str:
    """What the person named it, or first asked for, or the first command, or what it was about."""
    if named := _first(head, "customTitle"):
        return first_line(named)
    prompts = [
        prompt_text(mapping(record.get("message")).get("content"))
        for record in head
        if record.get("type") == "user" and record.get("isMeta") is not True
    ]
    asked = next((prompt for prompt in prompts if prompt and not prompt.startswith("<")), "")
    command = next((prompt for prompt in prompts if prompt.startswith(_COMMAND)), "")
    asked = asked.removeprefix(_PLAN)
    return first_line(asked or _command(command) or _first(head, "summary"))


def _command(prompt: str) -> str:
    """A command of the person, as it was typed."""
    words = (prompt.partition(f"<{tag}>")[2].partition("</")[0] for tag in ("command-name", "command-args"))
    return " ".join(filter(None, words))
