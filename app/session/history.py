"""The conversation as the model gets it, folded from the event stream.

Whatever happened, the result can be sent to a model: every call is followed by exactly one result.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.trajectory.content import AssistantTurn, Message, ToolCall, ToolResult, ToolTurn, UserTurn
from app.trajectory.events import (
    ConversationRewound,
    Event,
    ModelResponse,
    SessionResumed,
    SessionStarted,
    SettingsChanged,
    ToolFinished,
    UserMessage,
)

UNANSWERED = "The call was interrupted and has no result; it may have been carried out in part."
PLANNING = (
    "[Plan mode: nothing may be changed. Look around, work out a plan, and put it to the person by "
    "calling present_plan.]"
)
NO_LONGER_PLANNING = "[Plan mode is over: changes may be made again.]"


@dataclass(frozen=True, slots=True)
class _Said:
    """A message in its place.

    Args:
        message: The message.
        turn: Of an answer: its turn; else 0.
        begins: It gives a task.
        typed: What a person typed of it.
        planning: Whether the model takes it from here on that it is in plan mode.
    """

    message: Message
    turn: int = 0
    begins: bool = False
    typed: str = ""
    planning: bool = False


class History:
    """Messages of a session, in order."""

    def __init__(self) -> None:
        self._said: list[_Said] = []
        self._open: list[ToolCall] = []  # calls of the last answer
        self._results: dict[str, ToolResult] = {}
        self._planning = False

    def apply(self, event: Event) -> None:
        """Take the next event of the stream."""
        match event:
            case (
                SessionStarted(mode=mode)
                | SessionResumed(mode=mode)
                | SettingsChanged(values={"approval.mode": mode})
            ):
                self._planning = mode == "plan"
            case UserMessage(text=text, steer=steer):
                self._close()
                self._hear(text, begins=not steer)
            case ModelResponse(blocks=blocks, turn=turn) if blocks:
                self._close()
                self._said.append(_Said(AssistantTurn(blocks), turn, planning=self._told))
                self._open = [block for block in blocks if isinstance(block, ToolCall)]
            case ToolFinished(call=call, status=status, content=content):
                self._results[call] = ToolResult(call, _sendable(content), is_error=status != "done")
            case ConversationRewound(turn=turn):
                self._close()
                del self._said[self._end_before(turn) :]
            case _:
                pass

    def messages(self) -> list[Message]:
        """The conversation so far."""
        self._close()
        return [said.message for said in self._said]

    def rewound(self, turn: int) -> ConversationRewound | None:
        """What going back to before a turn would be; None if there is nothing to go back from."""
        leaving = self._said[self._end_before(turn) :]
        if not leaving:
            return None
        texts = []
        for said in leaving:
            if not isinstance(said.message, UserTurn):
                break
            texts.append(said.typed)
        return ConversationRewound(turn, "\n\n".join(texts))

    @property
    def _told(self) -> bool:
        """Whether the model takes it that it is in plan mode."""
        return self._said[-1].planning if self._said else False

    def _hear(self, text: str, *, begins: bool) -> None:
        """Take what a person says, with what the model has to know of the mode in front of it.

        Only there, and only where it has changed: whatever stands before stays as it was sent, so that
        a server need not read it again.
        """
        typed = _sendable(text)
        sent = typed
        if self._planning != self._told:
            sent = f"{PLANNING if self._planning else NO_LONGER_PLANNING}\n\n{typed}"
        self._said.append(_Said(UserTurn(sent), begins=begins, typed=typed, planning=self._planning))

    def _end_before(self, turn: int) -> int:
        """How many messages are before a turn. What the person said to it, if anything, belongs to it."""
        end = next((at for at, said in enumerate(self._said) if 0 < said.turn >= turn), None)
        if end is None:
            return len(self._said)
        while end and isinstance(self._said[end - 1].message, UserTurn):
            end -= 1
            if self._said[end].begins:
                break
        return end

    def _close(self) -> None:
        if self._open:
            results = tuple(
                self._results.get(call.id, ToolResult(call.id, UNANSWERED, is_error=True))
                for call in self._open
            )
            self._said.append(_Said(ToolTurn(results), planning=self._told))
        self._open, self._results = [], {}


def _sendable(text: str) -> str:
    """The text as UTF-8 can hold it: bytes of a file that are no text are written out."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()
