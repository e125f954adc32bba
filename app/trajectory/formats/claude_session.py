"""The lines of a session of Claude Code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from app.trajectory.events import ContextCompacted, ConversationRewound, ModelRetry, Note
from app.trajectory.formats.answers_in_parts import Where
from app.trajectory.formats.claude_agents import Sidechains, agent_file
from app.trajectory.formats.claude_messages import ClaudeMessages
from app.trajectory.formats.contract import Entry
from app.trajectory.formats.counts import Counts
from app.trajectory.formats.parts import flat_text
from app.trajectory.formats.source import Pause, Source
from app.trajectory.formats.synthetic import is_synthetic
from app.trajectory.formats.unmapped import damaged, unmapped
from app.trajectory.formats.values import items, mapping, seconds, text, whole


class ClaudeSession:
    """Reads the lines.

    Args:
        source: The file.
        counts: Of it.
        agent: The sub-agent that the file is of; empty if it is of a session.
    """

    def __init__(self, source: Source, counts: Counts, agent: str) -> None:
        self._source = source
        self._counts = counts
        self._messages = ClaudeMessages(counts)
        self._sidechains = Sidechains(agent)
        self._seen: set[int] = set()
        self._prompts: dict[str, tuple[int, str]] = {}
        self._sessions: set[str] = set()
        self._compacted_tokens = 0

    def entries(self) -> Iterator[Entry]:
        """The events of all lines."""
        for line in self._source.lines():
            if isinstance(line, Pause):
                yield from self._messages.given_out()
                continue
            self._counts.records += 1
            if line.value is None:
                self._counts.bad_records += 1
                yield from self._messages.after(Entry(damaged(line.data), source=line.place))
                continue
            record = mapping(line.value)
            stamp = text(record.get("timestamp"))
            ts = seconds(stamp)
            self._counts.time(ts, stamp)
            yield from self._line(record, Where(ts, line.place, self._sidechains.agent(record)))
        yield from self._messages.given_out()

    def _line(self, record: Mapping[str, object], where: Where) -> Iterator[Entry]:
        kind = text(record.get("type"))
        if self._is_repeated(record):
            yield from self._unmapped(f"repeated {kind}", record, where)
            return
        yield from self._session_changed(record, where)
        match kind:
            case "user":
                yield from self._user(record, where)
            case "assistant":
                error = record.get("isApiErrorMessage") is True
                yield from self._messages.assistant(mapping(record.get("message")), where, error=error)
            case "system":
                yield from self._system(record, where)
            case "attachment":
                yield from self._attachment(record, where)
            case "progress":
                data = mapping(record.get("data"))
                if data.get("type") == "agent_progress":
                    yield from self._agent(text(record.get("parentToolUseID")), data.get("agentId"), where)
                nested = mapping(data.get("message")) or data
                yield from self._unmapped(f"progress/{text(data.get('type'))}", nested, where)
            case "file-history-snapshot":
                files = mapping(mapping(record.get("snapshot")).get("trackedFileBackups"))
                yield from self._unmapped(kind, list(files), where)
            case _:
                yield from self._unmapped(kind, record, where)

    def _user(self, record: Mapping[str, object], where: Where) -> Iterator[Entry]:
        message = mapping(record.get("message"))
        content = message.get("content")
        told = record.get("toolUseResult")
        calls = [text(mapping(part).get("tool_use_id")) for part in items(content)]
        if record.get("isCompactSummary") is True:
            self._counts.said()
            compacted = ContextCompacted(flat_text(content), self._compacted_tokens)
            self._compacted_tokens = 0
            yield from self._messages.after(where.entry(compacted))
            return
        is_meta = record.get("isMeta") is True
        if any(calls):
            yield from self._agent(calls[0], mapping(told).get("agentId"), where)
        elif where.agent:
            yield from self._agent(self._messages.call_of_task(flat_text(content)), where.agent, where)
        elif not is_meta:
            yield from self._branch(record, flat_text(content), where)
        yield from self._messages.user(message, where, record=told, synthetic=is_meta)

    def _system(self, record: Mapping[str, object], where: Where) -> Iterator[Entry]:
        subtype = text(record.get("subtype"))
        if subtype == "compact_boundary":
            self._compacted_tokens = whole(mapping(record.get("compactMetadata")).get("preTokens"))
        if subtype == "api_error":
            yield from self._messages.given_out()
            yield where.entry(_api_error(record, self._messages.turn + 1))
        elif subtype == "turn_duration" and not where.agent:
            yield from self._messages.given_out()
            yield where.entry(self._messages.task_ended("done"))
        elif record.get("level") in ("error", "warning") and (said := text(record.get("content"))):
            note = Note(said, "error" if record.get("level") == "error" else "warning")
            yield from self._messages.after(where.entry(note))
        else:
            yield from self._unmapped(f"system/{subtype}", record, where)

    def _attachment(self, record: Mapping[str, object], where: Where) -> Iterator[Entry]:
        attachment = mapping(record.get("attachment"))
        kind = text(attachment.get("type"))
        if kind == "queued_command" and (prompt := flat_text(attachment.get("prompt"))):
            yield from self._messages.said(prompt, where, steer=True)
        else:
            yield from self._unmapped(f"attachment/{kind}", attachment, where)

    def _agent(self, call: str, name: object, where: Where) -> list[Entry]:
        agent = text(name)
        trajectory = agent_file(self._source.path, agent)
        begun = Where(where.ts, where.source)
        return self._messages.agent_started(call, agent, begun, trajectory)

    def _branch(self, record: Mapping[str, object], prompt: str, where: Where) -> list[Entry]:
        """A prompt that continues where an earlier one did takes its place: what that led to was left."""
        if is_synthetic(prompt):
            return []
        origin = text(record.get("parentUuid")) or text(record.get("sessionId"))
        before = self._messages.given_out()
        left = self._prompts.get(origin)
        self._prompts[origin] = (self._messages.turn + 1, prompt)
        return [*before, where.entry(ConversationRewound(*left))] if left else before

    def _session_changed(self, record: Mapping[str, object], where: Where) -> list[Entry]:
        session = text(record.get("sessionId"))
        if not session or session in self._sessions:
            return []
        is_first = not self._sessions
        self._sessions.add(session)
        note = where.entry(Note(f"The session goes on under another name: {session}"))
        return [] if is_first else self._messages.after(note)

    def _is_repeated(self, record: Mapping[str, object]) -> bool:
        uuid = text(record.get("uuid"))
        if not uuid:
            return False
        mark = hash(uuid)  # of half a million lines, the ids themselves would take too much memory
        if mark in self._seen:
            return True
        self._seen.add(mark)
        return False

    def _unmapped(self, kind: str, record: object, where: Where) -> list[Entry]:
        return self._messages.after(where.entry(unmapped(kind.strip("/"), record)))


def _api_error(record: Mapping[str, object], turn: int) -> ModelRetry | Note:
    """A request that failed: made again, if the record says when."""
    error = mapping(record.get("error"))
    nested = mapping(mapping(error.get("error")).get("error"))
    status = f"{whole(error.get('status'))} " if error.get("status") else ""
    said = text(nested.get("message")) or text(error.get("message")) or text(record.get("content"))
    reason = f"{status}{said}".strip() or "the request failed"
    attempt = whole(record.get("retryAttempt"))
    if not attempt:
        return Note(reason, "error")
    delay = whole(record.get("retryInMs")) / 1000
    return ModelRetry(turn, attempt, whole(record.get("maxRetries")), delay, reason)
