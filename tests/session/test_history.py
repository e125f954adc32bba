"""Whatever happened, the conversation can be sent to a model."""

from __future__ import annotations

from app.session.history import UNANSWERED, History
from app.trajectory.content import (
    AssistantTurn,
    Text,
    ToolCall,
    ToolResult,
    ToolTurn,
    Usage,
    UserTurn,
)
from app.trajectory.events import Event, ModelResponse, Note, ToolFinished, UserMessage

CALLS = (ToolCall("1", "bash", {}), ToolCall("2", "bash", {}))


def answer(*blocks: Text | ToolCall) -> ModelResponse:
    return ModelResponse(1, "p/m", blocks, "tools", Usage(), None, None, 0.0, 1)


def folded(*events: Event) -> History:
    history = History()
    for event in events:
        history.apply(event)
    return history


def test_results_stand_in_the_order_of_the_calls() -> None:
    history = folded(
        UserMessage("go"),
        answer(*CALLS),
        ToolFinished("2", "failed", "two"),
        Note("x"),
        ToolFinished("1", "done", "one"),
    )
    assert history.messages() == [
        UserTurn("go"),
        AssistantTurn(CALLS),
        ToolTurn((ToolResult("1", "one"), ToolResult("2", "two", is_error=True))),
    ]


def test_a_call_without_an_answer_is_given_one() -> None:
    history = folded(UserMessage("go"), answer(*CALLS), ToolFinished("1", "done", "one"), UserMessage("next"))
    assert history.messages()[2:] == [
        ToolTurn((ToolResult("1", "one"), ToolResult("2", UNANSWERED, is_error=True))),
        UserTurn("next"),
    ]


def test_an_empty_answer_leaves_no_message() -> None:
    assert folded(UserMessage("go"), answer()).messages() == [UserTurn("go")]
