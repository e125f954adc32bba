from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.providers.contract import (
    CallDelta,
    Delta,
    Failure,
    Provider,
    ProviderError,
    Request,
    Response,
    StopReason,
    TextDelta,
    ThinkingDelta,
)
from app.providers.retry import Discarded, Retrying, RetryPolicy, stream_with_retries
from app.providers.scenario import Scenario
from app.providers.scripted import ScriptedProvider
from app.trajectory.content import (
    AssistantTurn,
    Message,
    Text,
    Thinking,
    ToolCall,
    ToolResult,
    ToolTurn,
    Usage,
    UserTurn,
)

HI = (UserTurn("hi"),)


class Time:
    """A clock that goes on only by sleeping."""

    def __init__(self) -> None:
        self.now = 0.0

    async def sleep(self, seconds: float) -> None:
        self.now += seconds

    def clock(self) -> float:
        return self.now


def scripted(*turns: object, time: Time | None = None) -> ScriptedProvider:
    time = time or Time()
    scenario = Scenario.model_validate(json.loads(json.dumps({"turns": turns})))
    return ScriptedProvider(scenario, sleep=time.sleep, clock=time.clock)


def steps(*items: dict[str, object], **more: object) -> dict[str, object]:
    return {"steps": items, **more}


def text(words: str, **more: object) -> dict[str, object]:
    return {"type": "text", "text": words, **more}


def call(name: str, **arguments: object) -> dict[str, object]:
    return {"type": "call", "name": name, "arguments": arguments}


def fault(kind: str, **more: object) -> dict[str, object]:
    return {"type": "fault", "fault": kind, **more}


async def play(provider: Provider, *messages: Message) -> list[Delta | Response]:
    return [item async for item in provider.stream(Request("m", "", messages or HI))]


async def test_turns_answer_requests_in_order() -> None:
    provider = scripted(
        steps(
            {"type": "thinking", "text": "Hm."}, text("Looking."), call("bash", command="ls"), call("bash")
        ),
        steps(text("Done."), usage={"input_tokens": 9, "cache_read_tokens": 2}),
    )
    *deltas, response = await play(provider)
    assert deltas == [
        ThinkingDelta("Hm."),
        TextDelta("Looking."),
        CallDelta(0, "bash", ""),
        CallDelta(0, "", '{"command": "ls"}'),
        CallDelta(1, "bash", ""),
        CallDelta(1, "", "{}"),
    ]
    assert response == Response(
        (
            Thinking("Hm."),
            Text("Looking."),
            ToolCall("call_1_1", "bash", {"command": "ls"}),
            ToolCall("call_1_2", "bash", {}),
        ),
        StopReason.TOOLS,
        model="scripted",
    )
    last = (await play(provider))[-1]
    assert last == Response((Text("Done."),), StopReason.END, Usage(9, 0, 2, 0), "scripted")


async def test_a_scenario_that_is_over_says_so() -> None:
    provider = scripted(steps(text("x")))
    await play(provider)
    with pytest.raises(ProviderError, match="the scenario has no turn 2: it is over") as caught:
        await play(provider)
    assert caught.value.failure is Failure.REQUEST


async def test_text_comes_at_its_rate() -> None:
    time = Time()
    provider = scripted(steps(text("one two three four", rate=2)), time=time)
    at: list[tuple[float, str]] = []
    async for item in provider.stream(Request("m", "", HI)):
        if isinstance(item, TextDelta):
            at.append((time.now, item.text))
    assert at == [(0.5, "one"), (1.0, " two"), (1.5, " three"), (2.0, " four")]


@pytest.mark.parametrize(
    ("kind", "failure", "status", "deltas"),
    [
        ("429", Failure.BUSY, 429, 1),
        ("529", Failure.BUSY, 529, 1),
        ("500", Failure.BUSY, 500, 1),
        ("error_event", Failure.BUSY, None, 1),
        ("reset", Failure.STREAM, None, 1),
        ("early_eof", Failure.STREAM, None, 1),
        ("malformed", Failure.STREAM, None, 1),
        ("cut_arguments", Failure.STREAM, None, 2),
        ("stall", Failure.STREAM, None, 1),
    ],
)
async def test_a_fault_strikes_the_first_attempt_and_then_the_turn_plays(
    kind: str, failure: Failure, status: int | None, deltas: int
) -> None:
    provider = scripted(steps(text("begin "), fault(kind), text("end")), steps(text("next")))
    items: list[object] = []

    async def listen() -> None:
        async for item in provider.stream(Request("m", "", HI)):
            items.append(item)

    with pytest.raises(ProviderError) as caught:
        await listen()
    assert (caught.value.failure, caught.value.status) == (failure, status)
    assert len(items) == deltas
    response = (await play(provider))[-1]
    assert isinstance(response, Response)
    assert response.blocks == (Text("begin "), Text("end"))
    assert (await play(provider))[0] == TextDelta("next")


async def test_a_rate_limit_says_how_long_to_wait_and_is_kept_by_the_retries() -> None:
    time = Time()
    provider = scripted(steps(fault("429", retry_after=3), text("ok")), time=time)
    items = [
        item
        async for item in stream_with_retries(provider, Request("m", "", HI), RetryPolicy(), sleep=time.sleep)
    ]
    assert time.now == 3
    assert [type(item) for item in items] == [Retrying, TextDelta, Response]


async def test_faults_in_a_row_each_take_an_attempt() -> None:
    time = Time()
    provider = scripted(steps(fault("529"), text("half"), fault("reset"), text("whole")), time=time)
    items = [
        item
        async for item in stream_with_retries(provider, Request("m", "", HI), RetryPolicy(), sleep=time.sleep)
    ]
    kinds = [type(item) for item in items]
    assert kinds == [Retrying, TextDelta, Discarded, Retrying, TextDelta, TextDelta, Response]


async def test_a_stall_lasts_as_long_as_it_says() -> None:
    time = Time()
    provider = scripted(steps(fault("stall", seconds=30)), time=time)
    with pytest.raises(ProviderError):
        await play(provider)
    assert time.now == 30


async def test_long_text_is_no_failure() -> None:
    items = await play(scripted(steps(fault("long_text", characters=1000), call("bash"))))
    pieces = [item.text for item in items if isinstance(item, TextDelta)]
    response = items[-1]
    assert isinstance(response, Response)
    first = response.blocks[0]
    assert isinstance(first, Text)
    assert (len(first.text), "".join(pieces), max(map(len, pieces))) == (1000, first.text, 64)


@pytest.mark.parametrize(
    "messages",
    [
        (UserTurn("say needle"),),
        (
            AssistantTurn((ToolCall("a", "bash", {}),)),
            ToolTurn((ToolResult("a", "x"), ToolResult("b", "needle"))),
        ),
        (ToolTurn((ToolResult("a", "needle"),)), UserTurn("and?")),
    ],
)
async def test_what_is_expected_may_be_in_any_result_or_message_since_the_last_answer(
    messages: tuple[Message, ...],
) -> None:
    assert await play(scripted(steps(text("x"), expect="needle")), *messages)


async def test_what_is_expected_and_not_said_is_an_error() -> None:
    provider = scripted(steps(text("x"), expect="needle"))
    messages = (UserTurn("needle"), AssistantTurn((Text("yes?"),)), UserTurn("hay\nstack"))
    with pytest.raises(ProviderError) as caught:
        await play(provider, *messages)
    assert str(caught.value) == (
        "turn 1 of the scenario expects 'needle' in what was said last, which was 'hay\\nstack'"
    )


async def test_ids_that_a_resumed_conversation_has_used_are_not_used_again() -> None:
    history = (UserTurn("hi"), AssistantTurn((ToolCall("call_1_1", "bash", {}),)), UserTurn("again"))
    response = (await play(scripted(steps(call("bash"))), *history))[-1]
    assert isinstance(response, Response)
    assert response.blocks == (ToolCall("call_1_1-2", "bash", {}),)


def test_a_scenario_file_plays_the_same_every_time(tmp_path: Path) -> None:
    from app.providers.resolve import resolve

    path = tmp_path / "demo.json"
    path.write_text(json.dumps({"turns": [steps(text("x"))]}))
    assert isinstance(resolve(f"scripted/{path}", {}, {}), ScriptedProvider)
