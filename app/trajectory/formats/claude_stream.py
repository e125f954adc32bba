"""What Claude Code prints with `--output-format stream-json`: often several runs, one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from app.trajectory.events import (
    ContextCompacted,
    Event,
    ModelRetry,
    Note,
    Outcome,
    SessionEnded,
    SessionImported,
    SessionResumed,
    TaskEnded,
    Unmapped,
)
from app.trajectory.formats.answers_in_parts import Where
from app.trajectory.formats.claude_blocks import prompt_text, usage
from app.trajectory.formats.claude_messages import ClaudeMessages
from app.trajectory.formats.contract import Entry
from app.trajectory.formats.counts import Counts
from app.trajectory.formats.parts import first_line, flat_text
from app.trajectory.formats.source import Pause, Source
from app.trajectory.formats.unmapped import damaged, unmapped
from app.trajectory.formats.values import items, mapping, number, seconds, text, whole

_TYPES = ("system", "assistant", "user", "result", "stream_event")
_FACTS = {"permissionMode": "permission_mode", "output_style": "output_style", "apiKeySource": "api_key"}


class ClaudeStream:
    """A record for each part of a message, without times, between the first and the last of a run."""

    name = "claude_stream"

    def recognise(self, source: Source) -> str | None:
        """Whether one of its first records is of a type of theirs, in a session."""
        found = any(
            record.get("type") in _TYPES and text(record.get("session_id")) for record in _head(source)
        )
        return "" if found else None

    def read(self, source: Source, counts: Counts) -> Iterator[Entry]:
        """Its records, in their order."""
        head = _head(source)
        yield _imported(head)
        stream = _Stream(counts)
        for record, place in _records(source, counts):
            if record is None:
                yield from stream.messages.given_out()
            elif isinstance(record, Unmapped):
                yield from stream.messages.after(Entry(record, source=place))
            else:
                yield from stream.entries(record, place)
        yield from stream.messages.given_out()


def _head(source: Source) -> list[Mapping[str, object]]:
    values = source.sample
    if len(values) == 1 and isinstance(values[0], list):
        values = tuple(items(values[0])[:20])
    return [mapping(value) for value in values]


def _records(source: Source, counts: Counts) -> Iterator[tuple[Mapping[str, object] | Unmapped | None, str]]:
    """Each record, or what is shown of a damaged one, with its place; None for a pause."""
    if isinstance(source.document, list):
        for index, value in enumerate(source.document):
            counts.records += 1
            yield mapping(value), f"/{index}"
        return
    for line in source.lines():
        if isinstance(line, Pause):
            yield None, ""
            continue
        counts.records += 1
        if line.value is None:
            counts.bad_records += 1
            yield damaged(line.data), line.place
        else:
            yield mapping(line.value), line.place


def _imported(head: list[Mapping[str, object]]) -> Entry:
    init = next((record for record in head if record.get("subtype") == "init"), {})
    session = next((found for record in head if (found := text(record.get("session_id")))), "")
    prompts = [
        prompt_text(mapping(record.get("message")).get("content"))
        for record in head
        if record.get("type") == "user" and not record.get("parent_tool_use_id")
    ]
    event = SessionImported(
        "claude_stream",
        program="Claude Code",
        program_version=text(init.get("claude_code_version")),
        session=session,
        workspace=text(init.get("cwd")),
        model=text(init.get("model")),
        title=first_line(next(filter(None, prompts), "")),
        facts={name: found for key, name in _FACTS.items() if (found := text(init.get(key)))}
        | {"tools": list(map(text, items(init.get("tools"))))},
    )
    return Entry(event)


class _Stream:
    """Makes events of the records."""

    def __init__(self, counts: Counts) -> None:
        self.messages = ClaudeMessages(counts)
        self._counts = counts
        self._agents: dict[str, str] = {}
        self._has_begun = False

    def entries(self, record: Mapping[str, object], place: str) -> list[Entry]:
        """The events of one record, and of those before it that were held back."""
        stamp = text(record.get("timestamp"))
        ts = seconds(stamp)
        self._counts.time(ts, stamp)
        call = text(record.get("parent_tool_use_id"))
        where = Where(ts, place, self._agent(call))
        kind, subtype = text(record.get("type")), text(record.get("subtype"))
        message = mapping(record.get("message"))
        begun = self.messages.agent_started(call, where.agent, Where(ts, place))
        match kind, subtype:
            case "assistant", _:
                return begun + self.messages.assistant(message, where, error=bool(record.get("error")))
            case "user", _:
                told, synthetic = record.get("tool_use_result"), record.get("isSynthetic") is True
                return begun + self.messages.user(message, where, record=told, synthetic=synthetic)
            case "system", "init":
                events = self._init(record)
            case "system", "compact_boundary":
                tokens = whole(mapping(record.get("compact_metadata")).get("pre_tokens"))
                events = [ContextCompacted("", tokens)]
            case "system", "api_retry":
                events = [_retry(record, self.messages.turn + 1)]
            case "result", _:
                events = self._result(record)
            case _:
                noise = unmapped("/".join(filter(None, (kind, subtype))), record.get("event", record))
                return begun + self.messages.after(where.entry(noise))
        return [*begun, *self.messages.given_out(), *map(where.entry, events)]

    def _agent(self, call: str) -> str:
        """The name of the sub-agent that a call began; empty for no call."""
        return self._agents.setdefault(call, f"agent-{len(self._agents) + 1}") if call else ""

    def _init(self, record: Mapping[str, object]) -> list[Event]:
        begun, self._has_begun = self._has_begun, True
        names = ("session_id", "cwd", "model", "permissionMode", "claude_code_version")
        return [SessionResumed(*(text(record.get(name)) for name in names))] if begun else []

    def _result(self, record: Mapping[str, object]) -> list[Event]:
        cost = number(record.get("total_cost_usd"))
        self._counts.tokens.add(cost_usd=cost)
        denied = [text(mapping(one).get("tool_name")) for one in items(record.get("permission_denials"))]
        events: list[Event] = []
        if denied:
            events.append(Note(f"Not permitted: {', '.join(denied)}", "warning"))
        outcome = _outcome(record)
        said = text(record.get("result")) or ", ".join(map(flat_text, items(record.get("errors"))))
        error = said or text(record.get("subtype")) if outcome == "failed" else ""
        events.append(TaskEnded(outcome, whole(record.get("num_turns")), error))
        events.append(SessionEnded(usage(mapping(record.get("usage"))), cost))
        return events


def _outcome(record: Mapping[str, object]) -> Outcome:
    if record.get("subtype") == "error_max_turns":
        return "max_turns"
    return "done" if record.get("subtype") == "success" and record.get("is_error") is not True else "failed"


def _retry(record: Mapping[str, object], turn: int) -> ModelRetry:
    reason = " ".join(filter(None, (flat_text(record.get(name)) for name in ("error_status", "error"))))
    delay = whole(record.get("retry_delay_ms")) / 1000
    return ModelRetry(turn, whole(record.get("attempt")), whole(record.get("max_retries")), delay, reason)
