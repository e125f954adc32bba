"""The calls of a trajectory that is being read: each gets an id of its own, and its result finds it."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Mapping

from app.trajectory.content import ToolCall
from app.trajectory.events import Status, ToolFinished, ToolRequested, Unmapped
from app.trajectory.formats.call_effects import effects
from app.trajectory.formats.edit_diff import edit_diff
from app.trajectory.formats.json_value import parsed
from app.trajectory.formats.parts import as_json, first_line


class Calls:
    """Makes the events of calls, and pairs them by id.

    A file may leave ids out, use one twice, or answer a call that it does not have.
    """

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}  # of the last call by each id
        self._waiting: dict[str, ToolCall] = {}
        self._same: dict[str, deque[str]] = {}

    def __len__(self) -> int:
        """How many there were."""
        return len(self._numbers)

    def call(self, given: object, name: object, arguments: object, place: str) -> ToolCall:
        """A call, as a block of an answer.

        Args:
            given: Its id in the file, if that is a text.
            name: Of the tool.
            arguments: An object, or JSON of one; anything else is kept as it is received.
            place: What its id is if the file gives none, such as `step-3-1`.
        """
        known = given if isinstance(given, str) and given else place
        identity = known
        while identity in self._numbers:
            self._numbers[known] += 1
            identity = f"{known}-{self._numbers[known]}"
        self._numbers[identity] = 1
        tool = name if isinstance(name, str) and name else "unknown"
        call = ToolCall(identity, tool, *_decoded(arguments))
        self._waiting[identity] = call
        self._same.setdefault(known, deque()).append(identity)
        return call

    def requested(self, call: ToolCall, turn: int) -> ToolRequested:
        """The event that the model asks for it.

        Args:
            call: As `call` made it.
            turn: Counts the answers of the model from 1.
        """
        done = effects(call.name, call.arguments, call.invalid)
        return ToolRequested(call.id, turn, call.name, call.arguments, done)

    def finished(
        self,
        given: object,
        status: Status,
        content: str,
        *,
        duration: float = 0.0,
        exit_code: int | None = None,
        diff: str = "",
    ) -> ToolFinished | Unmapped:
        """The event that a call is answered; of the calls with that id it is the first that was not.

        Args:
            given: The id in the file, or the one of `ToolCall.id`.
            status: What came of it.
            content: What the model was told.
            duration: Seconds.
            exit_code: Of a command.
            diff: What it changed, where the file tells; else it is made of the arguments of an edit.
        """
        call = self._answered(given) if isinstance(given, str) else None
        if call is None:
            return Unmapped("tool result", first_line(content))
        if not diff and status == "done":
            diff = edit_diff(call.name, call.arguments, call.invalid)
        return ToolFinished(call.id, status, content, duration, exit_code, diff=diff)

    def _answered(self, given: str) -> ToolCall | None:
        ids = self._same.get(given) or deque([given])
        while ids:
            if call := self._waiting.pop(ids.popleft(), None):
                return call
        return None

    def waiting(self) -> Collection[str]:
        """The ids of the calls that are not answered yet, in the order they were made."""
        return self._waiting.keys()


def _decoded(arguments: object) -> tuple[Mapping[str, object], str]:
    """The arguments, and what was received where they are no object."""
    value = arguments
    if isinstance(arguments, str):
        value = parsed(arguments.encode("utf-8", "replace"))[0] if arguments.lstrip()[:1] == "{" else None
    if isinstance(value, dict):
        return value, ""
    if arguments is None or arguments == "":
        return {}, ""
    return {}, arguments if isinstance(arguments, str) else as_json(arguments)
