"""The entries of a session of pi."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from app.trajectory.content import Block, Text, Thinking, Usage
from app.trajectory.events import (
    ContextCompacted,
    ConversationRewound,
    Event,
    Note,
    SettingsChanged,
    Status,
    TaskEnded,
    ToolFinished,
    UserMessage,
)
from app.trajectory.formats.answers import Answers
from app.trajectory.formats.answers_in_parts import elapsed
from app.trajectory.formats.counts import Counts
from app.trajectory.formats.parts import flat_text
from app.trajectory.formats.unmapped import unmapped
from app.trajectory.formats.values import items, mapping, number, seconds, text, whole

_EXIT_CODE = re.compile(r"exited with code (\d{1,9})\s*$")
_TAIL = 200  # characters in which the output of a command says how it ended
_STOPS = {"aborted": "interrupted", "error": "interrupted"}
_OF_PROGRAMS = ("custom", "hookMessage", "branchSummary", "compactionSummary")


class PiSession:
    """Makes events of entries, and counts them.

    Args:
        counts: Of the file.
    """

    def __init__(self, counts: Counts) -> None:
        self._counts = counts
        self._answers = Answers()
        self._asked: dict[str, float] = {}
        self._turns: dict[str, int] = {}
        self._prompts: dict[str, str] = {}
        self._leaf = ""
        self._began = 0

    def events(self, record: Mapping[str, object], ts: float, place: str) -> Iterator[Event]:
        """The events of one entry.

        Args:
            record: The entry.
            ts: When it was written; 0 if it does not say.
            place: Where it stands.
        """
        yield from self._branch(record)
        match text(record.get("type")):
            case "message":
                yield from self._message(mapping(record.get("message")), ts, place)
            case "model_change":
                model = {"model": text(record.get("modelId")), "provider": text(record.get("provider"))}
                yield SettingsChanged(model)
            case "thinking_level_change":
                yield SettingsChanged({"thinking_level": text(record.get("thinkingLevel"))})
            case "compaction":
                yield ContextCompacted(text(record.get("summary")), whole(record.get("tokensBefore")))
            case "branch_summary":
                yield UserMessage(text(record.get("summary")), synthetic=True)
            case "custom_message":
                yield UserMessage(flat_text(record.get("content")), synthetic=True)
            case kind:
                yield unmapped(kind, record)
        if "parentId" in record and (identity := text(record.get("id"))):
            self._turns[identity] = self._answers.turn
            self._leaf = identity

    def _branch(self, record: Mapping[str, object]) -> Iterator[Event]:
        """An entry that does not continue the last one goes back to the one that it does continue."""
        if "parentId" not in record:
            return
        parent = text(record.get("parentId"))
        if self._leaf and parent != self._leaf and (parent in self._turns or not parent):
            yield ConversationRewound(self._turns.get(parent, 0) + 1, self._prompts.get(parent, ""))
        message = mapping(record.get("message"))
        if message.get("role") == "user":
            self._prompts[parent] = flat_text(message.get("content"))

    def _message(self, message: Mapping[str, object], ts: float, place: str) -> Iterator[Event]:
        match message.get("role"):
            case "user":
                self._counts.said()
                self._began = self._answers.turn
                yield UserMessage(flat_text(message.get("content")))
            case "assistant":
                yield from self._answer(message, ts, place)
            case "toolResult":
                yield self._result(message, ts)
            case "bashExecution":
                yield UserMessage(f"!{text(message.get('command'))}\n{text(message.get('output'))}")
            case str(role) if role in _OF_PROGRAMS:
                said = flat_text(message.get("content")) or text(message.get("summary"))
                yield UserMessage(said, synthetic=True)
            case role:
                yield unmapped(f"message/{text(role)}", message)

    def _answer(self, message: Mapping[str, object], ts: float, place: str) -> Iterator[Event]:
        self._counts.answer(message.get("model"))
        told = mapping(message.get("usage"))
        names = ("input", "output", "cacheRead", "cacheWrite")
        cost = number(mapping(told.get("cost")).get("total"))
        self._counts.tokens.add(*(told.get(name) for name in names))
        self._counts.tokens.add(cost_usd=cost)
        reason, error = text(message.get("stopReason")), text(message.get("errorMessage"))
        yield from self._answers.answer(
            list(self._blocks(message.get("content"), ts, place)),
            model=message.get("model"),
            usage=Usage(*(whole(told.get(name)) for name in names)),
            cost=cost,
            stop=_STOPS.get(reason, reason),
            duration=elapsed(seconds(message.get("timestamp")), ts),
        )
        if reason == "error":
            yield Note(error or "the request failed", "error")
        elif reason == "aborted":
            yield TaskEnded("interrupted", self._answers.turn - self._began, error)
        elif reason == "stop":
            yield TaskEnded("done", self._answers.turn - self._began)

    def _blocks(self, content: object, ts: float, place: str) -> Iterator[Block]:
        for index, part in enumerate(items(content) or ([content] if isinstance(content, str) else [])):
            fields = mapping(part)
            match fields.get("type"):
                case "thinking":
                    signature = text(fields.get("thinkingSignature"))
                    yield Thinking(text(fields.get("thinking")), signature)
                case "toolCall":
                    name = text(fields.get("name"))
                    self._counts.call(name)
                    call = self._answers.calls.call(
                        fields.get("id"), name, fields.get("arguments"), f"{place}-{index}"
                    )
                    self._asked[call.id] = ts
                    yield call
                case _:
                    yield Text(flat_text(part))

    def _result(self, message: Mapping[str, object], ts: float) -> Event:
        failed = message.get("isError") is True
        self._counts.result(failed=failed)
        content = flat_text(message.get("content"))
        found = _EXIT_CODE.search(content[-_TAIL:])
        exit_code = int(found[1]) if found and failed else None
        if message.get("toolName") == "bash" and not failed:
            exit_code = 0
        patch = text(mapping(message.get("details")).get("patch"))
        status = _status(content[-_TAIL:], failed=failed)
        given = message.get("toolCallId")
        event = self._answers.calls.finished(given, status, content, exit_code=exit_code, diff=patch)
        if isinstance(event, ToolFinished):
            ended = seconds(message.get("timestamp")) or ts
            event = replace(event, duration=elapsed(self._asked.pop(event.call, 0.0), ended))
        return event


def _status(tail: str, *, failed: bool) -> Status:
    if not failed:
        return "done"
    if tail.rstrip().endswith(("Command aborted", "Operation aborted")):
        return "interrupted"
    return "timeout" if "Command timed out" in tail else "failed"
