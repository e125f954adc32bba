from __future__ import annotations

import json

import pytest

from app.providers.contract import (
    CallDelta,
    Delta,
    Failure,
    ProviderError,
    Response,
    StopReason,
    TextDelta,
    ThinkingDelta,
)
from app.providers.errors import ServerErrors
from app.providers.openai_chunks import ChunkAssembler
from app.trajectory.content import Text, Thinking, ToolCall, Usage

ERRORS = ServerErrors("here", "127.0.0.1:8080", ("sk-secret-key",))


def play(*deltas: dict[str, object], finish: str | None = "stop", used: set[str] | None = None) -> Response:
    assembler = ChunkAssembler(ERRORS, used or set())
    for delta in deltas:
        list(assembler.feed(json.dumps({"choices": [{"index": 0, "delta": delta, "finish_reason": None}]})))
    if finish is not None:
        list(assembler.feed(json.dumps({"choices": [{"index": 0, "delta": {}, "finish_reason": finish}]})))
    return assembler.response()


def piece(name: str = "", arguments: object = "", **more: object) -> dict[str, object]:
    """One entry of `tool_calls`, in a delta of its own."""
    function = {"name": name, "arguments": arguments} if name else {"arguments": arguments}
    return {"tool_calls": [{"function": function, **more}]}


def calls(response: Response) -> list[tuple[str, object]]:
    return [(block.name, block.arguments) for block in response.blocks if isinstance(block, ToolCall)]


def ids(response: Response) -> list[str]:
    return [block.id for block in response.blocks if isinstance(block, ToolCall)]


def test_pieces_of_calls_are_joined_by_index() -> None:
    response = play(
        piece("read", "", index=0, id="a"),
        piece("bash", "", index=1, id="b"),
        piece(arguments='{"path": ', index=0),
        piece(arguments='{"command": ', index=1),
        piece(arguments='"x"}', index=0),
        piece(arguments='"ls"}', index=1),
        finish="tool_calls",
    )
    assert calls(response) == [("read", {"path": "x"}), ("bash", {"command": "ls"})]
    assert ids(response) == ["a", "b"]
    assert response.stop is StopReason.TOOLS


@pytest.mark.parametrize(
    ("pieces", "expected_ids"),
    [
        pytest.param(
            [piece("a", '{"n": 1}', index=0, id="x"), piece("a", '{"n": 2}', index=0, id="y")],
            ["x", "y"],
            id="one index for all",
        ),
        pytest.param(
            [piece("a", '{"n": 1}', index=0, id="x"), piece("a", '{"n": 2}', index=0, id="x")],
            ["x", "x-2"],
            id="one index and one id for all",
        ),
        pytest.param(
            [piece("a", '{"n": 1}', index=0, id="x"), piece("a", '{"n": 2}', index=1, id="x")],
            ["x", "x-2"],
            id="one id for all",
        ),
        pytest.param(
            [piece("a", '{"n": 1}', index=0), piece("a", '{"n": 2}', index=0)],
            ["call", "call-2"],
            id="one index and no ids",
        ),
        pytest.param(
            [piece("a", '{"n": 1}', id="x"), piece("a", '{"n": 2}', id="y")],
            ["x", "y"],
            id="no index",
        ),
        pytest.param(
            [piece("a", '{"n": 1}'), piece("a", '{"n": 2}')],
            ["call", "call-2"],
            id="no index and no ids",
        ),
        pytest.param(
            [piece("a", {"n": 1}, index=0, id="x"), piece("a", {"n": 2}, index=1, id="")],
            ["x", "call"],
            id="arguments as objects",
        ),
        pytest.param(
            [{"tool_calls": [*piece("a", '{"n": 1}')["tool_calls"], *piece("a", '{"n": 2}')["tool_calls"]]}],  # type: ignore[misc]  # JSON
            ["call", "call-2"],
            id="all in one chunk",
        ),
        pytest.param(
            [
                piece("a", '{"n"', id="x"),
                piece(arguments=": 1}", id="x"),
                piece("a", '{"n"', id="y"),
                piece(arguments=": 2}", id="y"),
            ],
            ["x", "y"],
            id="no index, pieces by id",
        ),
        pytest.param(
            [
                piece("a", '{"n"', index=0, id="x1"),
                piece(arguments=": 1}", index=0, id="x2"),
                piece("a", '{"n"', index=1, id="y1"),
                piece(arguments=": 2}", index=1, id="y2"),
            ],
            ["x1", "y1"],
            id="a new id with every piece",
        ),
        pytest.param(
            [
                piece("a", '{"n"', index=0, id="x"),
                piece("a", ": 1}", index=0, id="x"),
                piece("a", "", index=0, id="x"),
                piece("a", '{"n"', index=1, id="y"),
                piece("a", ": 2}", index=1, id="y"),
            ],
            ["x", "y"],
            id="name and id with every piece",
        ),
        pytest.param(
            [piece("a", '{"n"'), piece(arguments=": 1}"), piece("a", '{"n"'), piece(arguments=": 2}")],
            ["call", "call-2"],
            id="pieces without anything",
        ),
    ],
)
def test_two_calls_are_told_apart_however_the_server_sends_them(
    pieces: list[dict[str, object]], expected_ids: list[str]
) -> None:
    response = play(*pieces)
    assert calls(response) == [("a", {"n": 1}), ("a", {"n": 2})]
    assert ids(response) == expected_ids
    assert response.stop is StopReason.TOOLS


def test_ids_of_the_conversation_so_far_are_not_used_again() -> None:
    response = play(piece("a", "{}", index=0, id="call_0"), used={"call_0", "call_0-2"})
    assert ids(response) == ["call_0-3"]


@pytest.mark.parametrize(
    ("raw", "arguments", "invalid"),
    [
        ("", {}, ""),
        ("  ", {}, ""),
        (None, {}, ""),
        ('{"a": 1}', {"a": 1}, ""),
        ('{"a": ', {}, '{"a": '),
        ("[1]", {}, "[1]"),
        ("null", {}, "null"),
        ('{"a": NaN}', {}, '{"a": NaN}'),
        ('{"a": "\\ud83d"}', {}, '{"a": "\\ud83d"}'),
        ('{"a":' * 2000 + "1" + "}" * 2000, {}, '{"a":' * 2000 + "1" + "}" * 2000),
    ],
)
def test_arguments_that_are_no_object_are_kept_as_they_came(
    raw: object, arguments: object, invalid: str
) -> None:
    (call,) = play(piece("bash", raw, index=0, id="a")).blocks
    assert isinstance(call, ToolCall)
    assert (call.arguments, call.invalid) == (arguments, invalid)


@pytest.mark.parametrize("field", ["reasoning_content", "reasoning"])
def test_reasoning_is_thinking(field: str) -> None:
    response = play({field: "Let me "}, {field: "see."}, {"content": "It is 4."})
    assert response.blocks == (Thinking("Let me see."), Text("It is 4."))


def test_reasoning_sent_under_both_names_is_taken_once() -> None:
    assert play({"reasoning_content": "hm", "reasoning": "hm"}).blocks == (Thinking("hm"),)


def test_content_in_parts_is_text() -> None:
    assert play({"content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]}).blocks == (
        Text("ab"),
    )


@pytest.mark.parametrize(
    ("finish", "stop"),
    [
        ("stop", StopReason.END),
        ("length", StopReason.LENGTH),
        ("content_filter", StopReason.REFUSAL),
        ("tool_calls", StopReason.END),
        ("eos", StopReason.END),
    ],
)
def test_stop_reasons_of_an_answer_without_calls(finish: str, stop: StopReason) -> None:
    assert play({"content": "x"}, finish=finish).stop is stop


def test_a_refusal_is_text_and_a_stop_reason() -> None:
    response = play({"refusal": "I cannot "}, {"refusal": "do that."})
    assert (response.blocks, response.stop) == ((Text("I cannot do that."),), StopReason.REFUSAL)


def test_deltas_come_as_they_arrive() -> None:
    assembler = ChunkAssembler(ERRORS, set())
    deltas: list[Delta] = []
    for delta in (
        {"reasoning_content": "hm"},
        {"content": "a"},
        {"content": ""},
        {"content": None},
        *(piece("bash", '{"a', index=3, id="x"), piece(arguments='": 1}', index=3)),
    ):
        deltas += assembler.feed(json.dumps({"choices": [{"delta": delta}]}))
    assert deltas == [
        ThinkingDelta("hm"),
        TextDelta("a"),
        CallDelta(0, "bash", '{"a'),
        CallDelta(0, "", '": 1}'),
    ]


def test_usage_tells_cached_tokens_from_others() -> None:
    assembler = ChunkAssembler(ERRORS, set())
    usage = {
        "prompt_tokens": 100,
        "completion_tokens": 7,
        "prompt_tokens_details": {"cached_tokens": 60, "cache_write_tokens": 30},
    }
    list(assembler.feed(json.dumps({"choices": [], "usage": usage, "model": "m-1"})))
    list(assembler.feed("[DONE]"))
    response = assembler.response()
    assert (response.usage, response.model) == (Usage(10, 7, 60, 30), "m-1")


@pytest.mark.parametrize(
    "usage", [{"prompt_tokens": "many"}, {"prompt_tokens": -5}, {"prompt_tokens_details": None}]
)
def test_usage_that_makes_no_sense_counts_as_none(usage: dict[str, object]) -> None:
    assembler = ChunkAssembler(ERRORS, set())
    list(assembler.feed(json.dumps({"choices": [], "usage": usage})))
    list(assembler.feed("[DONE]"))
    assert assembler.response().usage == Usage()


def test_a_character_cut_in_two_halves_cannot_harm() -> None:
    assert play({"content": "\ud83d"}, {"content": "\ud83d\ude00"}).blocks == (Text("\ufffd😀"),)


@pytest.mark.parametrize("data", ["", "  ", "{}", '{"choices": []}', '{"choices": null}', '{"type": "ping"}'])
def test_chunks_that_say_nothing_are_passed_over(data: str) -> None:
    assembler = ChunkAssembler(ERRORS, set())
    assert list(assembler.feed(data)) == []


@pytest.mark.parametrize(
    "data",
    [
        '{"choices": [{"del',
        "[1]",
        '"x"',
        '{"choices": 5}',
        '{"choices": [5]}',
        '{"choices": [{"delta": 5}]}',
        '{"choices": [{"delta": {"content": 5}}]}',
        '{"choices": [{"delta": {"tool_calls": 5}}]}',
        '{"choices": [{"delta": {"tool_calls": [5]}}]}',
        '{"choices": [{"delta": {"tool_calls": [{"function": 5}]}}]}',
        '{"choices": [{"delta": {"tool_calls": [{"function": {"arguments": 5}}]}}]}',
        '{"choices": [{"delta": {}, "finish_reason": {"a": 1}}]}',
        "[" * 100_000,
    ],
)
def test_chunks_that_make_no_sense_break_the_answer_off(data: str) -> None:
    assembler = ChunkAssembler(ERRORS, set())
    with pytest.raises(ProviderError) as caught:
        list(assembler.feed(data))
    assert caught.value.failure is Failure.STREAM
    assert caught.value.__context__ is None


@pytest.mark.parametrize(
    ("data", "failure", "said"),
    [
        (
            '{"error": {"message": "Loading", "type": "unavailable_error", "code": 503}}',
            Failure.BUSY,
            "Loading",
        ),
        ('{"error": {"message": "boom", "code": 500}}', Failure.BUSY, "boom"),
        ('{"error": {"message": "no", "type": "invalid_request_error"}}', Failure.REQUEST, "no"),
        ('{"error": {"message": "context length exceeded"}}', Failure.CONTEXT, "context length exceeded"),
        ('{"error": {"message": "no", "code": "invalid_api_key", "type": null}}', Failure.KEY, "no"),
        ('{"error": "it broke"}', Failure.STREAM, "it broke"),
        ('{"error": {"message": "odd sk-secret-key"}}', Failure.STREAM, "odd [key]"),
    ],
)
def test_an_error_in_mid_stream_is_raised(data: str, failure: Failure, said: str) -> None:
    assembler = ChunkAssembler(ERRORS, set())
    with pytest.raises(ProviderError) as caught:
        list(assembler.feed(data))
    assert caught.value.failure is failure
    assert said in str(caught.value)
    assert "sk-secret-key" not in str(caught.value)


def test_an_error_event_is_raised_whatever_its_data() -> None:
    assembler = ChunkAssembler(ERRORS, set())
    with pytest.raises(ProviderError, match="out of memory"):
        list(assembler.feed('{"message": "out of memory"}', "error"))


def test_an_answer_without_an_end_is_no_answer() -> None:
    with pytest.raises(ProviderError, match="ended before it was complete"):
        play({"content": "half"}, finish=None)


def test_done_is_an_end_as_well_as_a_finish_reason() -> None:
    assembler = ChunkAssembler(ERRORS, set())
    list(assembler.feed('{"choices": [{"delta": {"content": "x"}}]}'))
    list(assembler.feed(" [DONE] "))
    assert assembler.done
    assert assembler.response().blocks == (Text("x"),)


def test_a_long_call_whose_name_comes_with_every_piece_stays_one_call() -> None:
    pieces = ['{"a": "', *["text"] * 2000, '"}']
    response = play(*(piece("write", text, index=0, id="x") for text in pieces))
    assert calls(response) == [("write", {"a": "text" * 2000})]
