from __future__ import annotations

import pytest
from anthropic import AsyncAnthropic
from anthropic.types import RawMessageStreamEvent

from app.providers.anthropic_events import EventAssembler
from app.providers.contract import CallDelta, Failure, ProviderError, Response, StopReason, TextDelta
from app.providers.errors import ServerErrors
from app.trajectory.content import Text, Thinking, ToolCall, Usage

_client = AsyncAnthropic(api_key="none")


def event(value: object) -> RawMessageStreamEvent:
    """The event as the SDK decodes it: without validation."""
    import httpx2

    # Any: the SDK's own decoding, which is what is under test together with ours.
    decoded: RawMessageStreamEvent = _client._process_response_data(
        data=value,
        cast_to=RawMessageStreamEvent,  # type: ignore[arg-type]  # a union of types, as the SDK itself passes it
        response=httpx2.Response(200),
    )
    return decoded


def assembler(used: set[str] | None = None) -> EventAssembler:
    return EventAssembler(ServerErrors("here", "127.0.0.1"), used or set())


def play(*values: object, used: set[str] | None = None) -> Response:
    under_test = assembler(used)
    for value in values:
        list(under_test.feed(event(value)))
    return under_test.response()


def start(index: int, block: object) -> dict[str, object]:
    return {"type": "content_block_start", "index": index, "content_block": block}


def delta(index: int, value: object) -> dict[str, object]:
    return {"type": "content_block_delta", "index": index, "delta": value}


def end(reason: str | None) -> dict[str, object]:
    return {"type": "message_delta", "delta": {"stop_reason": reason}, "usage": {"output_tokens": 3}}


STOP = {"type": "message_stop"}


@pytest.mark.parametrize(
    ("reason", "stop"),
    [
        ("end_turn", StopReason.END),
        ("stop_sequence", StopReason.END),
        ("pause_turn", StopReason.END),
        ("max_tokens", StopReason.LENGTH),
        ("model_context_window_exceeded", StopReason.LENGTH),
        ("refusal", StopReason.REFUSAL),
        ("tool_use", StopReason.END),
        ("something_new", StopReason.END),
        (None, StopReason.END),
    ],
)
def test_stop_reasons_of_an_answer_without_calls(reason: str | None, stop: StopReason) -> None:
    assert play(start(0, {"type": "text", "text": "x"}), end(reason), STOP).stop is stop


def test_calls_stop_for_tools_unless_they_were_cut() -> None:
    call = start(0, {"type": "tool_use", "id": "a", "name": "bash", "input": {}})
    assert play(call, end("end_turn"), STOP).stop is StopReason.TOOLS
    assert play(call, end("max_tokens"), STOP).stop is StopReason.LENGTH


def test_redacted_thinking_and_signatures_are_kept() -> None:
    response = play(
        start(0, {"type": "redacted_thinking", "data": "blob"}),
        start(1, {"type": "thinking", "thinking": "", "signature": ""}),
        delta(1, {"type": "signature_delta", "signature": "si"}),
        delta(1, {"type": "signature_delta", "signature": "g"}),
        end("end_turn"),
        STOP,
    )
    assert response.blocks == (Thinking("", redacted="blob"), Thinking("", "sig"))


def test_arguments_that_come_with_the_start_of_a_call_count_where_no_others_come() -> None:
    response = play(
        start(0, {"type": "tool_use", "id": "a", "name": "bash", "input": {"command": "ls"}}),
        start(1, {"type": "tool_use", "id": "b", "name": "bash"}),
        STOP,
    )
    assert response.blocks == (ToolCall("a", "bash", {"command": "ls"}), ToolCall("b", "bash", {}))


def test_ids_that_were_used_before_are_made_unique() -> None:
    block = {"type": "tool_use", "id": "a", "name": "bash", "input": {}}
    response = play(start(0, block), start(1, block), STOP, used={"a"})
    assert [block.id for block in response.blocks if isinstance(block, ToolCall)] == ["a-2", "a-3"]


def test_later_counts_of_tokens_replace_earlier_ones() -> None:
    usage = {
        "input_tokens": 5,
        "output_tokens": 1,
        "cache_read_input_tokens": 7,
        "cache_creation_input_tokens": None,
    }
    message = {"type": "message_start", "message": {"model": "m", "usage": usage}}
    assert play(message, end("end_turn"), STOP).usage == Usage(5, 3, 7, 0)


def test_events_and_blocks_of_unknown_types_are_passed_over() -> None:
    response = play(
        {"type": "something_new", "message": {"model": "wrong"}},
        start(0, {"type": "server_tool_use", "id": "s", "name": "web_search", "input": {}}),
        delta(0, {"type": "input_json_delta", "partial_json": "{}"}),
        start(1, {"type": "something_new", "text": "wrong"}),
        start(2, {"type": "text", "text": "right"}),
        delta(2, {"type": "something_new", "text": "wrong"}),
        STOP,
    )
    assert response.blocks == (Text("right"),)
    assert response.model == ""


def test_a_character_cut_in_two_halves_cannot_harm() -> None:
    response = play(
        start(0, {"type": "text", "text": ""}), delta(0, {"type": "text_delta", "text": "a\ud83d"}), STOP
    )
    assert response.blocks == (Text("a\ufffd"),)


@pytest.mark.parametrize(
    "value",
    [
        {"type": "message_start"},
        start(0, {"type": "text"}),
        start(0, {"type": "tool_use", "id": "a"}),
        {"type": "message_delta"},
    ],
)
def test_events_that_make_no_sense_break_the_answer_off(value: object) -> None:
    with pytest.raises(ProviderError) as caught:
        play(value)
    assert caught.value.failure is Failure.STREAM


def test_an_answer_without_an_end_is_no_answer() -> None:
    with pytest.raises(ProviderError, match="ended before it was complete"):
        play(start(0, {"type": "text", "text": "x"}), end("end_turn"))


def test_deltas_name_a_call_once() -> None:
    under_test = assembler()
    first = list(
        under_test.feed(event(start(1, {"type": "tool_use", "id": "a", "name": "bash", "input": {}})))
    )
    then = list(under_test.feed(event(delta(1, {"type": "input_json_delta", "partial_json": '{"a'}))))
    text = list(under_test.feed(event(start(2, {"type": "text", "text": "now"}))))
    assert first == [CallDelta(0, "bash", "")]
    assert then == [CallDelta(0, "", '{"a')]
    assert text == [TextDelta("now")]
