"""In what two steps differ, value by value: their records are looked at again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from app.trajectory.comparing.compared_steps import Step, in_json, relative_to
from app.trajectory.comparing.comparison import Comparison, Pair
from app.trajectory.content import Text, ToolCall
from app.trajectory.events import ModelResponse, Record, ToolFinished, ToolRequested, UserMessage

RecordAt = Callable[[int], Record]
"""The record in a row of a run.

Raises:
    OSError: The file cannot be read.
"""

_DEEPEST = 4  # levels of objects in arguments that are looked into


@dataclass(frozen=True, slots=True)
class Difference:
    """A value of two steps. Paths in it are relative to the workspace of their run.

    Args:
        name: What it is: `arguments.command`, `text`, `writes`, `status`, `result`, `files`.
        left: None where the left has none.
        right: None where the right has none.
    """

    name: str
    left: str | None
    right: str | None


class Differences:
    """Looks at the pairs of a comparison more closely.

    Args:
        comparison: The two runs.
        left: Its records.
        right: Its records.
    """

    def __init__(self, comparison: Comparison, left: RecordAt, right: RecordAt) -> None:
        self._left = _Values(left, comparison.left.workspace)
        self._right = _Values(right, comparison.right.workspace)

    def of(self, pair: Pair) -> list[Difference]:
        """Every value that differs; of a step that only one run did, every value.

        Raises:
            OSError: A file cannot be read.
        """
        left = dict(self._left.of(pair.left)) if pair.left is not None else {}
        right = dict(self._right.of(pair.right)) if pair.right is not None else {}
        names = dict.fromkeys([*left, *right])
        found = [Difference(name, left.get(name), right.get(name)) for name in names]
        return [each for each in found if each.left != each.right]


class _Values:
    def __init__(self, record: RecordAt, workspace: str) -> None:
        self._record = record
        self._relative = relative_to(workspace)

    def of(self, step: Step) -> Iterator[tuple[str, str]]:
        """What the step was asked, and what came of it."""
        match self._record(step.row).event:
            case ToolRequested(call=call, arguments=arguments):
                if step.received >= 0:
                    yield "arguments", self._relative(self._as_received(step, call))
                for name, value in _flat("arguments", arguments, _DEEPEST) if arguments else ():
                    yield name, self._relative(value)
                if step.writes:
                    yield "writes", "\n".join(step.writes)
            case ModelResponse(blocks=blocks):
                text = "\n".join(block.text for block in blocks if isinstance(block, Text))
                yield "text", self._relative(text.strip())
            case UserMessage(text=text):
                yield "text", self._relative(text)
            case _:
                pass
        if step.result >= 0:
            event = self._record(step.result).event
            if isinstance(event, ToolFinished):
                code = "" if event.exit_code is None else f", exit code {event.exit_code}"
                yield "status", f"{event.status}{code}"
                yield "result", self._relative(event.content)
                if event.diff:
                    yield "files", self._relative(event.diff)
        elif step.kind == "call":
            yield "status", step.status

    def _as_received(self, step: Step, call: str) -> str:
        event = self._record(step.received).event
        blocks = event.blocks if isinstance(event, ModelResponse) else ()
        return next(
            (block.invalid for block in blocks if isinstance(block, ToolCall) and block.id == call), ""
        )


def _flat(name: str, value: object, depth: int) -> Iterator[tuple[str, str]]:
    """The values in an object, by the names that lead to them."""
    match value:
        case Mapping() if value and depth:
            for key, inner in value.items():
                yield from _flat(f"{name}.{key}", inner, depth - 1)
        case str():
            yield name, value
        case _:
            yield name, in_json(value)
