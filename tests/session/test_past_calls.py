"""Before a rule is saved, the person sees what it would have decided."""

from __future__ import annotations

from app.session.past_calls import Matching, PastCalls
from app.trajectory.effects import Effects
from app.trajectory.events import Note, ToolRequested


def past(*commands: str) -> PastCalls:
    calls = PastCalls("/w")
    for number, command in enumerate(commands):
        effects = Effects(command, command=command, unknown=True, cwd="/w")
        calls.apply(ToolRequested(str(number), 1, "bash", {"command": command}, effects))
        calls.apply(Note("between"))
    return calls


def test_past_calls_that_a_rule_fits_are_counted_and_named_the_last_first() -> None:
    calls = past("make test", "make lint", "make test -j2", "cat x", "make test")
    assert calls.matching("allow bash make test") == Matching(3, ("make test", "make test -j2"))
    assert calls.matching("deny bash make").count == 4
    assert calls.matching("allow bash cargo") == Matching(0, ())


def test_what_is_no_rule_yet_says_what_to_write() -> None:
    matching = past("make").matching("allow make")
    assert matching.count == 0
    assert "allow bash npm run test" in matching.error


def test_few_are_named_and_all_counted() -> None:
    matching = past(*(f"make x{number}" for number in range(20))).matching("allow bash make")
    assert (matching.count, len(matching.titles)) == (20, 5)
    assert matching.titles[0] == "make x19"


def test_of_a_long_session_the_latest_calls_are_looked_through() -> None:
    calls = past(*(f"make x{number}" for number in range(PastCalls.MOST + 1)))
    assert calls.matching("allow bash make x0").count == 0
    assert calls.matching("allow bash make x1").count == 1
