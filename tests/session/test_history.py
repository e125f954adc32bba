"""Whatever happened, the conversation can be sent to a model."""

from __future__ import annotations

from app.session.history import NO_LONGER_PLANNING, PLANNING, UNANSWERED, History
from app.trajectory.content import (
    AssistantTurn,
    Text,
    ToolCall,
    ToolResult,
    ToolTurn,
    Usage,
    UserTurn,
)
from app.trajectory.events import (
    ConversationRewound,
    Event,
    ModelResponse,
    Note,
    SessionStarted,
    SettingsChanged,
    ToolFinished,
    UserMessage,
)

CALLS = (ToolCall("1", "bash", {}), ToolCall("2", "bash", {}))


def answer(*blocks: Text | ToolCall, turn: int = 1) -> ModelResponse:
    return ModelResponse(turn, "p/m", blocks, "tools", Usage(), None, None, 0.0, 1)


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


TWO_TASKS = (
    UserMessage("one"),
    answer(CALLS[0], turn=1),
    ToolFinished("1", "done", "1"),
    answer(CALLS[1], turn=2),
    ToolFinished("2", "done", "2"),
    answer(Text("so"), turn=3),
    UserMessage("two"),
    answer(Text("yes"), turn=4),
)


def test_going_back_to_the_middle_of_a_task_leaves_whole_turns() -> None:
    history = folded(*TWO_TASKS)
    rewound = history.rewound(2)
    assert rewound == ConversationRewound(2, "")
    history.apply(rewound)
    assert history.messages() == [
        UserTurn("one"),
        AssistantTurn((CALLS[0],)),
        ToolTurn((ToolResult("1", "1"),)),
    ]


def test_with_the_first_turn_of_a_task_goes_what_the_person_said() -> None:
    history = folded(*TWO_TASKS)
    rewound = history.rewound(4)
    assert rewound == ConversationRewound(4, "two")
    history.apply(rewound)
    assert history.messages()[-1] == AssistantTurn((Text("so"),))
    rewound = history.rewound(1)
    assert rewound == ConversationRewound(1, "one")
    history.apply(rewound)
    assert history.messages() == []


def test_what_was_said_to_a_task_that_ran_goes_with_the_turn_that_heard_it() -> None:
    history = folded(
        UserMessage("one"),
        UserMessage("at once", steer=True),
        answer(CALLS[0], turn=1),
        ToolFinished("1", "done", "1"),
        UserMessage("mind the gap", steer=True),
        answer(Text("yes"), turn=2),
        UserMessage("too late", steer=True),
        UserMessage("two"),
        answer(Text("no"), turn=3),
    )
    assert history.rewound(3) == ConversationRewound(3, "two")
    assert history.rewound(2) == ConversationRewound(2, "mind the gap")
    assert history.rewound(1) == ConversationRewound(1, "one\n\nat once")
    history.apply(ConversationRewound(2))
    assert history.messages()[-1] == ToolTurn((ToolResult("1", "1"),))


def test_a_task_that_was_never_answered_stays_when_the_next_one_goes() -> None:
    history = folded(UserMessage("failed"), UserMessage("again"), answer(Text("yes"), turn=2))
    history.apply(ConversationRewound(2))
    assert history.messages() == [UserTurn("failed")]


def test_the_conversation_goes_on_from_there_and_back_again() -> None:
    history = folded(*TWO_TASKS, ConversationRewound(2), UserMessage("other"), answer(Text("hm"), turn=5))
    assert history.messages()[-2:] == [UserTurn("other"), AssistantTurn((Text("hm"),))]
    assert history.rewound(3) == ConversationRewound(3, "other"), "turn 3 itself is gone: what came after it"
    history.apply(ConversationRewound(2))
    assert history.messages()[-1] == ToolTurn((ToolResult("1", "1"),))


def test_where_nothing_would_go_there_is_no_way_back() -> None:
    history = folded(*TWO_TASKS)
    assert history.rewound(5) is None
    assert folded().rewound(1) is None
    history.apply(ConversationRewound(2))
    assert history.rewound(2) is None


def started(mode: str) -> SessionStarted:
    return SessionStarted("id", "/w", "p/m", mode, "1")


def changed(mode: str) -> SettingsChanged:
    return SettingsChanged({"approval.mode": mode})


def test_plan_mode_is_told_with_the_next_message_and_what_was_sent_stays_as_it_was() -> None:
    history = folded(started("ask"), UserMessage("one"), answer(Text("yes"), turn=1), changed("plan"))
    before = history.messages()
    assert before == [UserTurn("one"), AssistantTurn((Text("yes"),))]
    history.apply(UserMessage("two"))
    history.apply(changed("auto"))
    assert history.messages() == [*before, UserTurn(f"{PLANNING}\n\ntwo")]
    history.apply(UserMessage("three", steer=True))
    assert history.messages()[-1] == UserTurn(f"{NO_LONGER_PLANNING}\n\nthree")


def test_a_mode_that_was_only_passed_is_not_told() -> None:
    history = folded(started("ask"), changed("plan"), changed("edits"), UserMessage("one"))
    assert history.messages() == [UserTurn("one")]


def test_other_settings_say_nothing_of_the_mode() -> None:
    history = folded(started("plan"), SettingsChanged({"sandbox.kind": "bwrap"}), UserMessage("one"))
    assert history.messages() == [UserTurn(f"{PLANNING}\n\none")]


def test_what_is_taken_back_is_what_the_person_typed_and_what_it_told_is_told_again() -> None:
    history = folded(started("plan"), UserMessage("one"), answer(Text("yes"), turn=1))
    assert history.rewound(1) == ConversationRewound(1, "one")
    history.apply(ConversationRewound(1, "one"))
    history.apply(UserMessage("other"))
    assert history.messages() == [UserTurn(f"{PLANNING}\n\nother")]
