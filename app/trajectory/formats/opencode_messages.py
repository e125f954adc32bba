"""The messages of opencode as events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from app.trajectory.content import Block, Text, Thinking, ToolCall, Usage
from app.trajectory.events import (
    AgentStarted,
    ContextCompacted,
    ModelResponse,
    ModelRetry,
    Note,
    Status,
    SystemMessage,
    Unmapped,
    UserMessage,
)
from app.trajectory.formats.calls import Calls
from app.trajectory.formats.contract import Entry
from app.trajectory.formats.counts import Counts
from app.trajectory.formats.opencode_children import OpencodeChildren
from app.trajectory.formats.parts import as_json, attachment, first_line, flat_text
from app.trajectory.formats.unmapped import unmapped
from app.trajectory.formats.values import first_text, items, mapping, number, seconds, text, whole

_STOPS = {"tool-calls": "tools", "stop": "end", "length": "length", "content-filter": "refusal"}
_REFUSED = "The user rejected permission"
_ABORTED = "Tool execution aborted"

Part = tuple[Mapping[str, object], str]
"""A part of a message, and where it stands."""


@dataclass(slots=True)
class _Step:
    """One answer of the model: there may be several in a message.

    Args:
        parts: What it is made of, in its order.
        finish: What it came to: tokens, cost, why it ended.
    """

    parts: list[Part] = field(default_factory=list)
    finish: Mapping[str, object] = field(default_factory=dict)


class OpencodeMessages:
    """Makes events of messages.

    Args:
        counts: Counts them.
        children: Finds the sessions of sub-agents.
    """

    def __init__(self, counts: Counts, children: OpencodeChildren) -> None:
        self._counts = counts
        self._children = children
        self._calls = Calls()
        self._turn = 0

    def events(self, message: Mapping[str, object], place: str) -> Iterator[Entry]:
        """The events of one message.

        Args:
            message: As it is in the file.
            place: Where it stands.
        """
        info = mapping(message.get("info"))
        parts = [
            (mapping(part), f"{place}/parts/{index}")
            for index, part in enumerate(items(message.get("parts")))
        ]
        time = mapping(info.get("time"))
        at = seconds(time.get("created"))
        self._counts.records += 1
        for stamp in (time.get("created"), time.get("completed")):
            if isinstance(stamp, int | float | str):
                self._counts.time(seconds(stamp), stamp)
        match info.get("role"):
            case "user":
                yield from self._asked(info, parts, at, place)
            case "assistant":
                yield from self._answered(info, parts, at, place)
            case role:
                yield Entry(unmapped(text(role) or "message", message), at, place)

    def _asked(self, info: Mapping[str, object], parts: list[Part], at: float, place: str) -> Iterator[Entry]:
        self._counts.said()
        if told := text(info.get("system")):
            yield Entry(SystemMessage(told), at, place)
        for part, where in parts:
            match part.get("type"):
                case "text":
                    synthetic = bool(part.get("synthetic"))
                    yield Entry(UserMessage(text(part.get("text")), synthetic=synthetic), at, where)
                case "file":
                    yield Entry(UserMessage(_file(part)), at, where)
                case "subtask":
                    yield Entry(UserMessage(text(part.get("prompt")), synthetic=True), at, where)
                case _:
                    yield _unmapped(part, at, where)

    def _answered(
        self, info: Mapping[str, object], parts: list[Part], at: float, place: str
    ) -> Iterator[Entry]:
        tokens, cache = _tokens(info)
        self._counts.answer(info.get("modelID"))
        self._counts.tokens.add(
            tokens.get("input"),
            tokens.get("output"),
            cache.get("read"),
            cache.get("write"),
            tokens.get("reasoning"),
            info.get("cost"),
        )
        for step in _steps(parts, info):
            yield from self._step(step, info, at, place)
            at = max([at, *(_times(part)[1] for part, _ in step.parts)])
        if info.get("summary") is True:
            said = [text(part.get("text")) for part, _ in parts if part.get("type") == "text"]
            yield Entry(ContextCompacted("\n".join(said)), at, place)
        if error := info.get("error"):
            yield Entry(Note(_reason(error), "error"), at, place)

    def _step(self, step: _Step, info: Mapping[str, object], at: float, place: str) -> Iterator[Entry]:
        """One answer, the calls that it asks for, then their results in the order that they came in."""
        self._turn += 1
        blocks: list[Block] = []
        calls: list[tuple[ToolCall, Part]] = []
        others: list[Part] = []
        for part, where in step.parts:
            match part.get("type"):
                case "text":
                    blocks.append(Text(text(part.get("text"))))
                case "reasoning":
                    blocks += [Thinking(thought)] if (thought := text(part.get("text"))) else []
                case "tool":
                    calls.append((self._called(part), (part, where)))
                    blocks.append(calls[-1][0])
                case "retry":
                    attempt, reason = whole(part.get("attempt")), _reason(part.get("error"))
                    yield Entry(ModelRetry(self._turn, attempt, attempt, 0.0, reason), at, where)
                case _:
                    others.append((part, where))
        answered = _answered_at(step, info) or at
        duration = round(max(answered - at, 0.0), 6) if at else 0.0
        yield Entry(self._response(step, info, tuple(blocks), duration), answered, place)
        acts = [act for call, part in calls for act in self._acts(call, part, answered)]
        acts.sort(key=lambda act: act.ts)
        yield from acts
        for part, where in others:
            yield _unmapped(part, acts[-1].ts if acts else answered, where)

    def _response(
        self, step: _Step, info: Mapping[str, object], blocks: tuple[Block, ...], duration: float
    ) -> ModelResponse:
        tokens, cache = _tokens(step.finish)
        usage = Usage(
            whole(tokens.get("input")),
            whole(tokens.get("output")),
            whole(cache.get("read")),
            whole(cache.get("write")),
        )
        reason = first_text(step.finish, ("reason", "finish"))
        asks = any(isinstance(block, ToolCall) for block in blocks)
        stop = "interrupted" if info.get("error") else _STOPS.get(reason, "tools" if asks else "end")
        cost = number(step.finish.get("cost"))
        model = text(info.get("modelID"))
        return ModelResponse(self._turn, model, blocks, stop, usage, cost, None, duration, attempts=1)

    def _called(self, part: Mapping[str, object]) -> ToolCall:
        given = part.get("callID") or part.get("id")
        call = self._calls.call(given, part.get("tool"), _state(part).get("input"), f"call-{self._turn}")
        self._counts.call(call.name)
        return call

    def _acts(self, call: ToolCall, part: Part, answered: float) -> Iterator[Entry]:
        """A call, the sub-agent that it began, and its result if it has one."""
        state, where = _state(part[0]), part[1]
        status, facts = state.get("status"), mapping(state.get("metadata"))
        began, ended = _times(part[0])
        asked = max(began, answered)
        yield Entry(self._calls.requested(call, self._turn), asked, where)
        if session := text(facts.get("sessionId")):
            yield Entry(_agent(call, session, self._children.file(session)), asked, where)
        if status not in ("completed", "error"):
            return
        self._counts.result(failed=status == "error")
        code = number(facts.get("exit"))
        told = [flat_text(state.get("output" if status == "completed" else "error"))]
        told += [_file(mapping(file)) for file in items(state.get("attachments"))]
        event = self._calls.finished(
            call.id,
            _status(state, code),
            "\n".join(filter(None, told)),
            duration=round(max(ended - began, 0.0), 6) if began else 0.0,
            exit_code=None if code is None else int(code),
            diff=text(facts.get("diff")),
        )
        yield Entry(event, max(ended, asked), where)


def _steps(parts: list[Part], info: Mapping[str, object]) -> list[_Step]:
    steps = [_Step()]
    for part, where in parts:
        match part.get("type"):
            case "step-start" if steps[-1].parts:
                steps.append(_Step())
            case "step-finish":
                steps[-1].finish = part
            case "step-start" | "snapshot":
                pass
            case _:
                steps[-1].parts.append((part, where))
    if len(steps) == 1:
        steps[0].finish = info
    return steps


def _answered_at(step: _Step, info: Mapping[str, object]) -> float:
    """When an answer was whole: before its first call began, else when its last word came; 0 if unknown."""
    began = [_times(part)[0] for part, _ in step.parts if part.get("type") == "tool"]
    ended = [_times(part)[1] for part, _ in step.parts]
    return min(filter(None, began), default=0.0) or max(
        [*ended, seconds(mapping(info.get("time")).get("completed")) if not any(ended) else 0.0]
    )


def _agent(call: ToolCall, session: str, file: str) -> AgentStarted:
    name = " ".join(filter(None, (text(call.arguments.get("subagent_type")), session)))
    return AgentStarted(name, call.id, first_line(text(call.arguments.get("description"))), file)


def _status(state: Mapping[str, object], exit_code: float | None) -> Status:
    if state.get("status") == "completed":
        return "failed" if exit_code else "done"
    error = text(state.get("error"))
    return "denied" if error.startswith(_REFUSED) else "interrupted" if error == _ABORTED else "failed"


def _state(part: Mapping[str, object]) -> Mapping[str, object]:
    return mapping(part.get("state"))


def _times(part: Mapping[str, object]) -> tuple[float, float]:
    """When a part began and ended; 0 where it does not say."""
    time = mapping(part.get("time")) or mapping(_state(part).get("time"))
    return seconds(time.get("start")), seconds(time.get("end"))


def _tokens(info: Mapping[str, object]) -> tuple[Mapping[str, object], Mapping[str, object]]:
    tokens = mapping(info.get("tokens"))
    return tokens, mapping(tokens.get("cache"))


def _file(part: Mapping[str, object]) -> str:
    """What stands in the place of a file; what it says stands in a part of its own."""
    label = attachment(text(part.get("url")), text(part.get("mime")), "file")
    return f"{label} {text(part.get('filename'))}".rstrip()


def _reason(error: object) -> str:
    """What an error says, in words if it has any."""
    found = mapping(error)
    return (
        first_text(mapping(found.get("data")), ("message",))
        or first_text(found, ("message", "name"))
        or as_json(error)
    )


def _unmapped(part: Mapping[str, object], at: float, where: str) -> Entry:
    files = ", ".join(map(text, items(part.get("files"))))
    kind = text(part.get("type")) or "part"
    return Entry(Unmapped(kind, first_line(files)) if files else unmapped(kind, part), at, where)
