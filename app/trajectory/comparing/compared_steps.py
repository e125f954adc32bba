"""What a run did, step by step, in a form in which two runs can be compared: a few hundred bytes a step."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Literal

import orjson

from app.trajectory.content import Text, ToolCall, Usage
from app.trajectory.events import (
    ModelResponse,
    Record,
    SessionImported,
    SessionResumed,
    SessionStarted,
    TaskEnded,
    ToolFinished,
    ToolRequested,
    UserMessage,
)
from app.trajectory.measuring.measures import Measured, Measures
from app.trajectory.verb import verb

StepKind = Literal["call", "answer", "said"]

UNANSWERED = "unanswered"
"""The status of a call that no result came of."""

_LONGEST_TITLE = 300  # characters
_NO_WORKSPACE = frozenset(("", "/", "."))


@dataclass(frozen=True, slots=True)
class Step:
    """A call, a text of the model, or what a person said. Digests are of texts relative to the workspace.

    Args:
        kind: Which of them.
        row: Of the request, the answer or the message.
        result: Row of the answer to a call; -1 if there is none.
        received: Row of the answer that has the arguments as received, where they are no object; else -1.
        turn: Of the model; 0 for what a person said.
        agent: The sub-agent that did it; empty for the main one.
        name: Of the tool; else `model` or `person`.
        title: What it is about, in a line.
        asked: Digest of the name and arguments, or of the text.
        verb: What a call does, in a word; empty for what is said.
        status: Of a call.
        outcome: Digest of the result.
        changes: Digest of the diff.
        writes: Files that it was to write.
        usage: Tokens of the answer; those of an answer without a text are with its first call.
        cost: US dollars of it; None where they are not known.
        took: Seconds; None where that is not known.
    """

    kind: StepKind
    row: int
    turn: int
    agent: str
    name: str
    title: str
    asked: bytes
    result: int = -1
    received: int = -1
    verb: str = ""
    status: str = ""
    outcome: bytes = b""
    changes: bytes = b""
    writes: tuple[str, ...] = ()
    usage: Usage | None = None
    cost: float | None = None
    took: float | None = None


@dataclass(frozen=True, slots=True)
class Side:
    """One of two runs.

    Args:
        steps: What it did, in order; that of a sub-agent where it began.
        workspace: The folder that it worked in; empty if the file does not say.
        models: That answered.
        outcome: How the last task ended; empty if the file does not say.
        writes: All files that its calls were to write.
        measured: What it comes to.
    """

    steps: Sequence[Step]
    workspace: str
    models: Sequence[str]
    outcome: str
    writes: frozenset[str]
    measured: Measured


def side(records: Iterable[Record]) -> Side:
    """What a run did. Its records are looked at once, and not kept."""
    gathering = _Gathering()
    for row, record in enumerate(records):
        gathering.take(row, record)
    return gathering.side()


def relative_to(workspace: str) -> Callable[[str], str]:
    """Takes the path of a workspace out of texts, so that those of two workspaces can be equal."""
    folder = workspace.rstrip("/")
    if folder in _NO_WORKSPACE:
        return lambda text: text
    pattern = re.compile(rf"(?<![\w.-]){re.escape(folder)}(?:/(?=[\w.])|(?![\w.-]))")
    return lambda text: pattern.sub(_shortened, text) if folder in text else text


def in_json(value: object) -> str:
    """A value as JSON, its keys in order, so that equal ones are equal."""
    try:
        return orjson.dumps(value, default=str, option=orjson.OPT_SORT_KEYS).decode()
    except (TypeError, RecursionError):  # a number beyond 64 bits; too deep
        return repr(value)


class _Gathering:
    def __init__(self) -> None:
        self._measures = Measures()
        self._relative = relative_to("")
        self._workspace = ""
        self._steps: list[Step] = []
        self._open: dict[str, int] = {}  # place of a call that is not answered
        self._first: dict[str, int] = {}  # row with which an agent begins
        self._silent: dict[str, ModelResponse] = {}  # an answer without a text, by agent
        self._received: dict[str, tuple[int, str]] = {}  # arguments that are no object, by call
        self._models: dict[str, None] = {}
        self._outcome = ""

    def take(self, row: int, record: Record) -> None:
        took = self._measures.take(row, record)
        self._first.setdefault(record.agent, row)
        match event := record.event:
            case SessionStarted() | SessionResumed() | SessionImported():
                if event.workspace and event.workspace != self._workspace:
                    self._workspace = event.workspace
                    self._relative = relative_to(event.workspace)
            case UserMessage(text=text, synthetic=False):
                said = self._digest("", text)
                self._steps.append(Step("said", row, 0, record.agent, "person", _title(text), said))
            case ModelResponse():
                self._answer(row, record.agent, event)
            case ToolRequested():
                self._request(row, record.agent, event)
            case ToolFinished():
                self._finish(row, event, took)
            case TaskEnded(outcome=outcome) if not record.agent:
                self._outcome = outcome
            case _:
                pass

    def side(self) -> Side:
        ordered = sorted(
            self._steps, key=lambda step: (self._first[step.agent] if step.agent else step.row, step.row)
        )
        writes = frozenset(path for step in ordered for path in step.writes)
        return Side(
            ordered, self._workspace, tuple(self._models), self._outcome, writes, self._measures.measured()
        )

    def _answer(self, row: int, agent: str, event: ModelResponse) -> None:
        if event.model:
            self._models[event.model] = None
        for block in event.blocks:
            if isinstance(block, ToolCall) and block.invalid:
                self._received[block.id] = row, block.invalid
        text = "\n".join(block.text for block in event.blocks if isinstance(block, Text)).strip()
        if not text:
            self._silent[agent] = event
            return
        self._silent.pop(agent, None)
        step = Step("answer", row, event.turn, agent, "model", _title(text), self._digest("", text))
        self._steps.append(_with_figures(step, event))

    def _request(self, row: int, agent: str, event: ToolRequested) -> None:
        received, raw = self._received.pop(event.call, (-1, ""))
        arguments = self._relative(raw or in_json(event.arguments))
        title = self._relative(event.effects.title) or arguments
        step = Step(
            "call",
            row,
            event.turn,
            agent,
            event.name,
            _title(title),
            self._digest(event.name, arguments),
            received=received,
            verb=verb(event),
            status=UNANSWERED,
            writes=tuple(map(self._relative, event.effects.writes)),
        )
        if (answer := self._silent.pop(agent, None)) is not None:
            step = _with_figures(step, answer)
        self._open[event.call] = len(self._steps)
        self._steps.append(step)

    def _finish(self, row: int, event: ToolFinished, took: float | None) -> None:
        if (place := self._open.pop(event.call, None)) is not None:
            self._steps[place] = replace(
                self._steps[place],
                result=row,
                status=event.status,
                outcome=self._digest("", event.content),
                changes=self._digest("", event.diff),
                took=took,
            )

    def _digest(self, name: str, text: str) -> bytes:
        whole = f"{name}\0{self._relative(text)}"
        return blake2b(whole.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _with_figures(step: Step, answer: ModelResponse) -> Step:
    took = answer.duration if step.kind == "answer" and answer.duration > 0 else step.took
    return replace(step, usage=answer.usage, cost=answer.cost, took=took)


def _title(text: str) -> str:
    return text.strip()[:_LONGEST_TITLE].partition("\n")[0]


def _shortened(found: re.Match[str]) -> str:
    return "" if found[0].endswith("/") else "."


def totals(run: Side) -> Mapping[str, object]:
    """What a run comes to, to be set beside another; None where its file does not say."""
    measured, phases = run.measured, run.measured.phases
    usage = measured.usage if measured.usage != Usage() else None
    return {
        "steps": len(run.steps),
        "turns": len(measured.turns),
        "calls": sum(tool.calls for tool in measured.tools),
        "failed": sum(tool.failed for tool in measured.tools),
        "calls_by_name": {tool.name: tool.calls for tool in measured.tools},
        "files_written": sorted(run.writes),
        "input_tokens": usage.input_tokens if usage is not None else None,
        "output_tokens": usage.output_tokens if usage is not None else None,
        "cache_read_tokens": usage.cache_read_tokens if usage is not None else None,
        "cache_write_tokens": usage.cache_write_tokens if usage is not None else None,
        "cost_usd": measured.cost,
        "seconds": phases.whole if phases is not None else None,
        "model_seconds": phases.model if phases is not None else None,
        "tool_seconds": phases.tools if phases is not None else None,
        "models": list(run.models),
        "outcome": run.outcome or None,
    }
