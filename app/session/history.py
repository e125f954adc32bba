"""The conversation as the model gets it, folded from the event stream.

Whatever happened, the result can be sent to a model: every call is followed by exactly one result.
"""

from __future__ import annotations

from app.trajectory.content import AssistantTurn, Message, ToolCall, ToolResult, ToolTurn, UserTurn
from app.trajectory.events import Event, ModelResponse, ToolFinished, UserMessage

UNANSWERED = "The call was interrupted and has no result; it may have been carried out in part."


class History:
    """Messages of a session, in order."""

    def __init__(self) -> None:
        self._messages: list[Message] = []
        self._open: list[ToolCall] = []  # calls of the last answer
        self._results: dict[str, ToolResult] = {}

    def apply(self, event: Event) -> None:
        """Take the next event of the stream."""
        match event:
            case UserMessage(text=text):
                self._close()
                self._messages.append(UserTurn(_sendable(text)))
            case ModelResponse(blocks=blocks) if blocks:
                self._close()
                self._messages.append(AssistantTurn(blocks))
                self._open = [block for block in blocks if isinstance(block, ToolCall)]
            case ToolFinished(call=call, status=status, content=content):
                self._results[call] = ToolResult(call, _sendable(content), is_error=status != "done")
            case _:
                pass

    def messages(self) -> list[Message]:
        """The conversation so far."""
        self._close()
        return list(self._messages)

    def _close(self) -> None:
        if self._open:
            self._messages.append(
                ToolTurn(
                    tuple(
                        self._results.get(call.id, ToolResult(call.id, UNANSWERED, is_error=True))
                        for call in self._open
                    )
                )
            )
        self._open, self._results = [], {}


def _sendable(text: str) -> str:
    """The text as UTF-8 can hold it: bytes of a file that are no text are written out."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()
