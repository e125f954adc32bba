"""The messages of Gemini CLI as events."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from app.trajectory.content import Block, Text, Thinking, ToolCall, Usage
from app.trajectory.events import (
    AgentStarted,
    ConversationRewound,
    ModelResponse,
    Note,
    Status,
    UserMessage,
)
from app.trajectory.formats.calls import Calls
from app.trajectory.formats.contract import Entry
from app.trajectory.formats.counts import Counts
from app.trajectory.formats.parts import attachment, first_line, flat_text
from app.trajectory.formats.unmapped import unmapped
from app.trajectory.formats.values import first_text, items, mapping, seconds, text, whole

_STATUSES: Mapping[str, Status] = {"success": "done", "error": "failed", "cancelled": "interrupted"}
_LEVELS: Mapping[str, Literal["info", "warning", "error"]] = {
    "info": "info",
    "warning": "warning",
    "error": "error",
}
_EXIT_CODE = re.compile(r"^Exit Code: (\d{1,9})$", re.MULTILINE)


@dataclass(slots=True)
class _Answer:
    """What became events of one answer so far."""

    message: str
    turn: int
    calls: list[ToolCall] = field(default_factory=list)
    finished: set[str] = field(default_factory=set)


class GeminiMessages:
    """Makes events of messages.

    Args:
        counts: Counts them.
        repeated: The last one may come again, with more calls and results.
    """

    def __init__(self, counts: Counts, *, repeated: bool) -> None:
        self._counts = counts
        self._repeated = repeated
        self._calls = Calls()
        self._turn = 0
        self._begins: dict[str, tuple[int, str]] = {}  # turns by messages, and what was said there
        self._last: _Answer | None = None

    def events(self, message: Mapping[str, object], place: str) -> Iterator[Entry]:
        """The events of one message.

        Args:
            message: As it is in the file.
            place: Where it stands.
        """
        identity, kind = text(message.get("id")), message.get("type")
        at = seconds(message.get("timestamp"))
        if self._repeated and self._last and identity and self._last.message == identity:
            yield from self._acts(message, self._last, at, place)
            return
        self._last = None
        self._counts.records += 1
        self._counts.time(at, text(message.get("timestamp")))
        asked = said(message) if kind == "user" else ""
        self._begins.setdefault(identity, (self._turn + 1, asked))
        if kind == "gemini":
            self._turn += 1
            self._counts.answer(message.get("model"))
            self._last = _Answer(identity, self._turn)
            yield from self._acts(message, self._last, at, place, _blocks(message))
        elif kind == "user":
            self._counts.said()
            yield Entry(UserMessage(asked), at, place)
        elif level := _LEVELS.get(text(kind)):
            yield Entry(Note(said(message), level), at, place)
        else:
            yield Entry(unmapped(text(kind) or "message", message), at, place)

    def rewound(self, to: object, place: str) -> Entry:
        """The event that the messages from one on were taken back.

        Args:
            to: The id of that one.
            place: Where that is said.
        """
        return Entry(ConversationRewound(*self._begins.get(text(to), (1, ""))), source=place)

    def _acts(
        self,
        message: Mapping[str, object],
        answer: _Answer,
        at: float,
        place: str,
        blocks: Sequence[Block] | None = None,
    ) -> Iterator[Entry]:
        """An answer with its calls, or only the calls that were added to it; then their results."""
        calls = [mapping(call) for call in items(message.get("toolCalls"))]
        added = [self._called(call, answer) for call in calls[len(answer.calls) :]]
        if blocks is not None or added:
            usage = self._usage(message) if blocks is not None else Usage()
            model, stop = text(message.get("model")), "tools" if answer.calls else "end"
            response = ModelResponse(
                answer.turn, model, (*(blocks or ()), *added), stop, usage, None, None, 0.0, attempts=1
            )
            yield Entry(response, at, place)
        for made, call in zip(added, calls[len(answer.calls) - len(added) :], strict=True):
            yield Entry(self._calls.requested(made, answer.turn), at, place)
            if agent := text(call.get("agentId")):
                task = first_line(text(call.get("description")))
                yield Entry(AgentStarted(agent, made.id, task), at, place)
        results = [
            self._finished(call, made, answer, at, place)
            for made, call in zip(answer.calls, calls, strict=False)
            if made.id not in answer.finished and _has_ended(call)
        ]
        yield from sorted(results, key=lambda result: result.ts)

    def _called(self, call: Mapping[str, object], answer: _Answer) -> ToolCall:
        made = self._calls.call(
            call.get("id"), call.get("name"), call.get("args"), f"call-{answer.turn}-{len(answer.calls) + 1}"
        )
        self._counts.call(made.name)
        answer.calls.append(made)
        return made

    def _finished(
        self, call: Mapping[str, object], made: ToolCall, answer: _Answer, at: float, place: str
    ) -> Entry:
        result, status = call.get("result"), text(call.get("status"))
        answer.finished.add(made.id)
        if result:
            self._counts.result(failed=status == "error")
        elif status == "error":
            self._counts.tool_errors = (self._counts.tool_errors or 0) + 1
        ended = max(seconds(call.get("timestamp")), at)
        told = "\n".join(filter(None, map(_told, items(result)))) or _told(result)
        code = _EXIT_CODE.search(told)
        exit_code = int(code[1]) if code else None
        done = _STATUSES.get(status, "done")
        event = self._calls.finished(
            made.id,
            "failed" if done == "done" and exit_code else done,
            told,
            duration=round(ended - at, 6) if at else 0.0,
            exit_code=exit_code,
            diff=text(mapping(call.get("resultDisplay")).get("fileDiff")) if done == "done" else "",
        )
        return Entry(event, ended, place)

    def _usage(self, message: Mapping[str, object]) -> Usage:
        tokens = mapping(message.get("tokens"))
        self._counts.tokens.add(
            tokens.get("input"),
            tokens.get("output"),
            tokens.get("cached"),
            reasoning_tokens=tokens.get("thoughts"),
        )
        cached = whole(tokens.get("cached"))
        output = whole(tokens.get("output")) + whole(tokens.get("thoughts"))
        return Usage(max(whole(tokens.get("input")) - cached, 0), output, cached)


def _has_ended(call: Mapping[str, object]) -> bool:
    return bool(call.get("result")) or text(call.get("status")) in _STATUSES


def said(message: Mapping[str, object]) -> str:
    """What a message says; images and files have a label in their place."""
    content = message.get("content")
    return "\n".join(filter(None, map(_told, items(content)))) or _told(content)


def _blocks(message: Mapping[str, object]) -> list[Block]:
    thoughts = [mapping(thought) for thought in items(message.get("thoughts"))]
    blocks: list[Block] = [
        Thinking("\n".join(filter(None, (text(thought.get("subject")), text(thought.get("description"))))))
        for thought in thoughts
    ]
    return [*blocks, Text(words)] if (words := said(message)) else blocks


def _told(part: object) -> str:
    """What a part of a content says; of the response of a tool, its output or its error."""
    parts = mapping(part)
    for name in ("inlineData", "fileData"):
        if data := mapping(parts.get(name)):
            return attachment(first_text(data, ("data", "fileUri")), text(data.get("mimeType")), "file")
    response = mapping(parts.get("functionResponse")).get("response")
    if "functionResponse" not in parts:
        return flat_text(part)
    told = mapping(response)
    return flat_text(next((told[name] for name in ("output", "error") if name in told), response))
