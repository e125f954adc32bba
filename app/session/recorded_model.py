"""A model that says again what was recorded."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Callable, Iterable
from dataclasses import dataclass, field

from app.providers.contract import CallDelta, Delta, Request, Response, StopReason, TextDelta, ThinkingDelta
from app.trajectory.content import Block, Text, Thinking, ToolCall
from app.trajectory.events import ModelResponse, Record, UserMessage

_OVER = Text("(The recording of this task ends here.)")
_ENDS = "task_done"  # the tool that ends a task


@dataclass(slots=True)
class RecordedTask:
    """What a person asked for, and what the model answered, turn by turn."""

    text: str
    answers: list[tuple[Block, ...]] = field(default_factory=list)


def tasks_of(records: Iterable[Record]) -> list[RecordedTask]:
    """The tasks of a run, not those of its sub-agents. What had no answer is asked with what follows."""
    tasks: list[RecordedTask] = []
    for record in records:
        match record.event:
            case _ if record.agent:
                pass
            case UserMessage(text=text, steer=False, synthetic=False):
                if tasks and not tasks[-1].answers:
                    tasks[-1].text += f"\n\n{text}"
                else:
                    tasks.append(RecordedTask(text))
            case ModelResponse(blocks=blocks) if blocks:
                if not tasks:
                    tasks.append(RecordedTask("(The recording does not say what was asked.)"))
                tasks[-1].answers.append(blocks)
            case _:
                pass
    return [task for task in tasks if task.answers]


class RecordedModel:
    """Answers what the model of a recording had answered.

    Args:
        tasks: What it says, task by task.
        call: What becomes of each call it makes.
    """

    def __init__(self, tasks: Iterable[RecordedTask], call: Callable[[ToolCall], ToolCall]) -> None:
        self._tasks = iter([list(task.answers) for task in tasks])
        self._answers: list[tuple[Block, ...]] | None = None  # that are left of the task
        self._call = call

    async def warm(self) -> None:
        """There is nothing to prepare."""

    async def stream(self, request: Request) -> AsyncGenerator[Delta | Response]:  # noqa: ARG002  # of the contract
        """Say the next answer; see `Provider.stream`."""
        if self._answers is None:
            self._answers = next(self._tasks, [])
        recorded = self._answers.pop(0) if self._answers else (_OVER,)
        blocks = tuple(self._call(block) if isinstance(block, ToolCall) else block for block in recorded)
        calls = [block for block in blocks if isinstance(block, ToolCall)]
        for block in blocks:
            match block:
                case Text(text=text):
                    yield TextDelta(text)
                case Thinking(text=text):
                    yield ThinkingDelta(text)
                case ToolCall():
                    yield CallDelta(calls.index(block), block.name, json.dumps(block.arguments, default=str))
        if not calls or (not self._answers and any(call.name == _ENDS for call in calls)):
            self._answers = None  # what is asked next is another task
        yield Response(blocks, StopReason.TOOLS if calls else StopReason.END, model="recorded")

    async def aclose(self) -> None:
        """There is nothing to close."""
