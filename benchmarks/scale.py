"""How long the measurements of `benchmarks.flood` take."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scale:
    """How much is measured.

    Args:
        idle: Seconds of keys before each case.
        rounds: Floods of each kind.
        even: Seconds of an even flood.
        naive: Seconds of each kind of flood in the naive twin.
        answer: Seconds of an answer.
        rates: Of an answer, in tokens a second.
        messages: Of a conversation that goes on.
        long: Messages of a long conversation.
    """

    idle: float = 6
    rounds: int = 8
    even: float = 10
    naive: float = 5
    answer: float = 8
    rates: tuple[int, ...] = (500, 2000)
    messages: int = 2000
    long: int = 10_000


SHORT = Scale(idle=3, rounds=2, even=4, naive=1.5, answer=4, rates=(2000,), messages=500, long=2000)
