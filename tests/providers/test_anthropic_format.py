from __future__ import annotations

from app.providers.anthropic_format import parameters_of, signatures
from app.providers.contract import Request
from app.trajectory.content import (
    AssistantTurn,
    Message,
    Text,
    Thinking,
    ToolCall,
    ToolResult,
    ToolTurn,
    UserTurn,
)


def contents(*messages: Message, unreadable: frozenset[str] = frozenset()) -> list[tuple[str, list[object]]]:
    """Role and content of each message sent, without the cache breakpoints."""
    sent = parameters_of(Request("claude-x", "", messages), unreadable)["messages"]
    assert isinstance(sent, list)
    return [
        (
            message["role"],
            [
                {name: value for name, value in part.items() if name != "cache_control"}
                for part in message["content"]
            ],
        )
        for message in sent
    ]


def text(words: str) -> dict[str, str]:
    return {"type": "text", "text": words}


def test_turns_of_the_user_in_a_row_become_one_message_with_results_first() -> None:
    call = ToolCall("a", "bash", {})
    assert contents(
        UserTurn("one"),
        UserTurn("two"),
        AssistantTurn((call,)),
        UserTurn("meanwhile"),
        ToolTurn((ToolResult("a", "out"),)),
        UserTurn("three"),
    ) == [
        ("user", [text("one"), text("two")]),
        ("assistant", [{"type": "tool_use", "id": "a", "name": "bash", "input": {}}]),
        (
            "user",
            [{"type": "tool_result", "tool_use_id": "a", "content": "out"}, text("meanwhile"), text("three")],
        ),
    ]


def test_nothing_empty_is_sent() -> None:
    assert contents(
        UserTurn("  "),
        AssistantTurn((Text(" \n"),)),
        AssistantTurn(()),
        UserTurn("x"),
        AssistantTurn((ToolCall("a", "", {}),)),
        ToolTurn((ToolResult("a", "", is_error=True),)),
    ) == [
        ("user", [text("(no text)"), text("x")]),
        ("assistant", [{"type": "tool_use", "id": "a", "name": "unknown", "input": {}}]),
        ("user", [{"type": "tool_result", "tool_use_id": "a", "content": "(no output)", "is_error": True}]),
    ]


def test_a_call_that_could_not_be_decoded_goes_back_with_an_empty_input() -> None:
    ((_, _), (_, parts)) = contents(
        UserTurn("x"), AssistantTurn((ToolCall("a", "bash", {}, invalid='{"comm'),))
    )
    assert parts == [{"type": "tool_use", "id": "a", "name": "bash", "input": {}}]


def test_thinking_goes_back_as_it_came_unless_it_is_not_anthropics() -> None:
    turn = AssistantTurn(
        (Thinking("a", "sig"), Thinking("", redacted="blob"), Thinking("of another model"), Text("answer"))
    )
    ((_, parts),) = contents(turn)
    assert parts == [
        {"type": "thinking", "thinking": "a", "signature": "sig"},
        {"type": "redacted_thinking", "data": "blob"},
        text("answer"),
    ]
    assert signatures([UserTurn("x"), turn]) == {"sig", "blob"}
    assert contents(turn, unreadable=frozenset({"sig", "blob"})) == [("assistant", [text("answer")])]


def test_a_tool_name_no_tool_could_have_is_sent_in_a_form_the_server_takes() -> None:
    ((_, parts),) = contents(AssistantTurn((ToolCall("a", "functions.bash:0 " + "x" * 90, {}),)))
    (part,) = parts
    assert isinstance(part, dict)
    assert part["name"] == "functions_bash_0_" + "x" * 47


def test_only_the_last_two_messages_of_the_user_are_marked_for_the_cache() -> None:
    turns: list[Message] = []
    for number in range(5):
        turns += [UserTurn(f"question {number}"), AssistantTurn((Text(f"answer {number}"),))]
    sent = parameters_of(Request("claude-x", "", turns))["messages"]
    assert isinstance(sent, list)
    marked = [index for index, message in enumerate(sent) if "cache_control" in message["content"][-1]]
    assert marked == [6, 8]


def test_an_empty_system_prompt_and_no_tools_are_left_out() -> None:
    assert set(parameters_of(Request("claude-x", " ", (UserTurn("x"),)))) == {
        "model",
        "max_tokens",
        "messages",
    }
