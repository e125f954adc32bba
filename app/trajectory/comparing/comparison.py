"""Two runs side by side: what both did, what they did otherwise, and what only one of them did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from app.trajectory.comparing.alignment import shared
from app.trajectory.comparing.compared_steps import Side, Step

Aspect = Literal["arguments", "text", "status", "result", "files"]
State = Literal["same", "changed", "left", "right"]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two steps that belong together, or one that only one run did.

    Args:
        left: None if only the right did it.
        right: None if only the left did it.
    """

    left: Step | None
    right: Step | None

    @property
    def step(self) -> Step:
        """The left one, or the only one."""
        step = self.left or self.right
        assert step is not None
        return step

    @property
    def differs(self) -> tuple[Aspect, ...]:
        """In what two steps differ. Times and costs always do, and count for nothing."""
        left, right = self.left, self.right
        if left is None or right is None:
            return ()
        found: list[Aspect] = []
        if left.asked != right.asked:
            found.append("arguments" if left.kind == "call" else "text")
        if left.status != right.status:
            found.append("status")
        if left.outcome != right.outcome:
            found.append("result")
        if left.changes != right.changes or left.writes != right.writes:
            found.append("files")
        return tuple(found)

    @property
    def state(self) -> State:
        """Whether both did it, and whether equally."""
        if self.left is None:
            return "right"
        if self.right is None:
            return "left"
        return "changed" if self.differs else "same"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs, aligned.

    Args:
        left: One run.
        right: The other.
        pairs: Every step of both, each once, in an order that both have.
        states: The state of each pair.
        counts: How many pairs there are in each state.
    """

    left: Side
    right: Side
    pairs: Sequence[Pair]
    states: Sequence[State]
    counts: Counter[State]

    @property
    def is_same(self) -> bool:
        """Whether both did the same, with the same results."""
        return self.counts["same"] == len(self.pairs)


def compare(left: Side, right: Side) -> Comparison:
    """Align two runs: by what is equal in name and arguments first, then by name and position."""
    pairs = list(_aligned(left.steps, right.steps))
    states = [pair.state for pair in pairs]
    return Comparison(left, right, pairs, states, Counter(states))


def _aligned(left: Sequence[Step], right: Sequence[Step]) -> Iterator[Pair]:
    equal = shared([_equal(step) for step in left], [_equal(step) for step in right])
    before = (0, 0)
    for one, two in [*equal, (len(left), len(right))]:
        yield from _between(left[before[0] : one], right[before[1] : two])
        if one < len(left):
            yield Pair(left[one], right[two])
        before = one + 1, two + 1


def _between(left: Sequence[Step], right: Sequence[Step]) -> Iterator[Pair]:
    """Steps of which none are equal in order: by name and position, the rest alone."""
    before = (0, 0)
    alike = shared([_alike(step) for step in left], [_alike(step) for step in right])
    for one, two in [*alike, (len(left), len(right))]:
        yield from (Pair(step, None) for step in left[before[0] : one])
        yield from (Pair(None, step) for step in right[before[1] : two])
        if one < len(left):
            yield Pair(left[one], right[two])
        before = one + 1, two + 1


def _equal(step: Step) -> tuple[str, bytes, bool]:
    return step.kind, step.asked, bool(step.agent)


def _alike(step: Step) -> tuple[str, str, bool]:
    return step.kind, step.name, bool(step.agent)
