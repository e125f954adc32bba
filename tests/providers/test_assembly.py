from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.providers.assembly import drain, encodable, sent_name, tool_call, unique_id, used_ids
from app.trajectory.content import AssistantTurn, Text, ToolCall, ToolResult, ToolTurn, UserTurn


@given(st.text(st.characters(codec=None)))
def test_any_text_can_be_written_afterwards(text: str) -> None:
    encodable(text).encode()


@given(st.text())
def test_text_that_could_be_written_is_not_changed(text: str) -> None:
    assert encodable(text) == text


def test_the_halves_of_a_pair_are_joined() -> None:
    assert encodable("\ud83d\ude00 and \ude00") == "😀 and \ufffd"


@given(st.lists(st.sampled_from(["", "a", "a-2", "b"]), max_size=12))
def test_no_id_is_given_twice(wanted: list[str]) -> None:
    used = {"a"}
    got = [unique_id(each, used) for each in wanted]
    assert len({*got, "a"}) == len(got) + 1
    assert all(got)


def test_the_ids_of_a_conversation_are_those_of_its_calls() -> None:
    history = (
        UserTurn("x"),
        AssistantTurn((Text("a"), ToolCall("one", "bash", {}), ToolCall("two", "bash", {}))),
        ToolTurn((ToolResult("one", ""),)),
    )
    assert used_ids(history) == {"one", "two"}


def test_names_are_sent_in_a_form_that_servers_take() -> None:
    assert [sent_name(name) for name in ("bash", "a.b c", "")] == ["bash", "a_b_c", "unknown"]


def test_numbers_of_any_size_do_not_make_arguments_invalid() -> None:
    assert tool_call("a", "bash", '{"n": 123456789012345678901234567890}').invalid == ""


@pytest.mark.parametrize("error", [RuntimeError, OSError, ValueError])
async def test_what_happens_after_an_answer_is_of_no_interest(error: type[Exception]) -> None:
    async def rest() -> AsyncIterator[int]:
        yield 1
        raise error

    await drain(rest())


async def test_an_answer_does_not_wait_for_a_server_that_says_no_more() -> None:
    async def rest() -> AsyncIterator[int]:
        yield 1
        await asyncio.Event().wait()

    async with asyncio.timeout(5):
        await drain(rest())


async def test_cancelling_gets_through_while_draining() -> None:
    begun = asyncio.Event()

    async def rest() -> AsyncIterator[int]:
        yield 1
        begun.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(drain(rest()))
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
