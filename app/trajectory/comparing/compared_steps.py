"""What a run did, step by step, in a form in which two runs can be compared: a few hundred bytes a step."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Literal, NamedTuple, overload  # Any: fields of a step

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


class Step(NamedTuple):
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
        tokens: Those of the `usage`; None where they are not known.
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
    tokens: tuple[int, int, int, int] | None = None
    cost: float | None = None
    took: float | None = None

    @property
    def usage(self) -> Usage | None:
        """Tokens of the answer; those of an answer without a text are with its first call."""
        return Usage(*self.tokens) if self.tokens is not None else None


class Steps(Sequence[Step]):
    """Any number of steps, kept as plain tuples: the collector of garbage need not look at those.

    Args:
        kept: The fields of each.
    """

    def __init__(self, kept: list[tuple[Any, ...]]) -> None:
        self._kept = kept

    def __len__(self) -> int:
        return len(self._kept)

    def __iter__(self) -> Iterator[Step]:
        return map(Step._make, self._kept)

    @overload
    def __getitem__(self, place: int) -> Step: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[Step]: ...

    def __getitem__(self, place: int | slice) -> Step | Sequence[Step]:
        if isinstance(place, slice):
            return Steps(self._kept[place])
        return Step._make(self._kept[place])


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
        self._steps: list[tuple[Any, ...]] = []
        self._open: dict[str, tuple[int, Step]] = {}  # calls that are not answered, and their places
        self._first: dict[str, int] = {}  # row with which an agent begins
        self._silent: dict[str, ModelResponse] = {}  # an answer without a text, by agent
        self._received: dict[str, tuple[int, str]] = {}  # arguments that are no object, by call
        self._models: dict[str, None] = {}
        self._writes: set[str] = set()
        self._outcome = ""

    def take(self, row: int, record: Record) -> None:
        took = self._measures.take(row, record)
        self._first.setdefault(record.agent, row)
        match event := record.event:
            case ToolFinished():
                self._finish(row, event, took)
            case ToolRequested():
                self._request(row, record.agent, event)
            case ModelResponse():
                self._answer(row, record.agent, event)
            case UserMessage(text=text, synthetic=False):
                said = self._digest("", text)
                self._keep(Step("said", row, 0, record.agent, "person", _title(text), said))
            case SessionStarted() | SessionResumed() | SessionImported():
                if event.workspace and event.workspace != self._workspace:
                    self._workspace = event.workspace
                    self._relative = relative_to(event.workspace)
            case TaskEnded(outcome=outcome) if not record.agent:
                self._outcome = outcome
            case _:
                pass

    def side(self) -> Side:
        if len(self._first) > 1:
            self._steps = list(map(tuple, sorted(Steps(self._steps), key=self._order)))
        return Side(
            Steps(self._steps),
            self._workspace,
            tuple(self._models),
            self._outcome,
            frozenset(self._writes),
            self._measures.measured(),
        )

    def _order(self, step: Step) -> tuple[int, int]:
        return self._first[step.agent] if step.agent else step.row, step.row

    def _keep(self, step: Step) -> None:
        self._steps.append(tuple(step))

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
        self._keep(
            Step(
                "answer",
                row,
                event.turn,
                agent,
                "model",
                _title(text),
                self._digest("", text),
                tokens=_tokens(event),
                cost=event.cost,
                took=event.duration if event.duration > 0 else None,
            )
        )

    def _request(self, row: int, agent: str, event: ToolRequested) -> None:
        received, raw = self._received.pop(event.call, (-1, ""))
        arguments = self._relative(raw or in_json(event.arguments))
        title = self._relative(event.effects.title) or arguments
        writes = tuple(map(self._relative, event.effects.writes))
        answer = self._silent.pop(agent, None)
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
            writes=writes,
            tokens=_tokens(answer) if answer is not None else None,
            cost=answer.cost if answer is not None else None,
        )
        self._open[event.call] = len(self._steps), step
        self._writes.update(writes)
        self._keep(step)

    def _finish(self, row: int, event: ToolFinished, took: float | None) -> None:
        if (asked := self._open.pop(event.call, None)) is not None:
            place, step = asked
            self._steps[place] = tuple(
                step._replace(
                    result=row,
                    status=event.status,
                    outcome=self._digest("", event.content),
                    changes=self._digest("", event.diff),
                    took=took,
                )
            )

    def _digest(self, name: str, text: str) -> bytes:
        return _digest_of(f"{name}\0{self._relative(text)}") if name or text else _DIGEST_OF_NOTHING


def _digest_of(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


_DIGEST_OF_NOTHING = _digest_of("\0")


def _tokens(answer: ModelResponse) -> tuple[int, int, int, int]:
    usage = answer.usage
    return usage.input_tokens, usage.output_tokens, usage.cache_read_tokens, usage.cache_write_tokens


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
