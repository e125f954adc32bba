"""What a crash left without a result is named, and never claimed to have happened or not."""

from __future__ import annotations

from app.trajectory.effects import Effects
from app.trajectory.events import Event, Note, Record, ToolFinished, ToolRequested, ToolStarted
from app.trajectory.interrupted import interrupted_calls


def records(*events: Event) -> list[Record]:
    return [Record(number, 0.0, event) for number, event in enumerate(events)]


def requested(call: str) -> ToolRequested:
    return ToolRequested(call, 1, "bash", {}, Effects(call))


def test_each_call_without_a_result_gets_one_that_says_what_is_known() -> None:
    calls = interrupted_calls(
        records(
            requested("ran"), requested("runs"), requested("waits"),
            ToolStarted("ran"), ToolStarted("runs"), ToolFinished("ran", "done", "x"), Note("x"),
        )
    )  # fmt: skip
    assert [(call.call, call.status) for call in calls] == [("runs", "interrupted"), ("waits", "interrupted")]
    assert "is not known" in calls[0].content
    assert "was not carried out" in calls[1].content


def test_where_all_are_answered_there_is_nothing_to_say() -> None:
    assert interrupted_calls(records(requested("a"), ToolFinished("a", "denied", "no"))) == []
