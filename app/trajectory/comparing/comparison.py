"""Two runs side by side: what both did, what they did otherwise, and what only one of them did."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, starmap
from typing import Literal, overload

from app.trajectory.comparing.alignment import Match, shared
from app.trajectory.comparing.compared_steps import Side, Step

Aspect = Literal["arguments", "text", "status", "result", "files"]
State = Literal["same", "changed", "left", "right"]

_NONE = -1  # the place of a step that a run did not do


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


class Pairs(Sequence[Pair]):
    """Any number of pairs, made as they are asked for.

    Args:
        left: The steps of one run.
        right: Of the other.
        places: Of each pair, in both; -1 where only the other run did it.
    """

    def __init__(self, left: Sequence[Step], right: Sequence[Step], places: Iterable[Match]) -> None:
        self._left = left
        self._right = right
        self._places = array("q", chain.from_iterable(places))

    def __len__(self) -> int:
        return len(self._places) // 2

    def __iter__(self) -> Iterator[Pair]:
        places = iter(self._places)
        return starmap(self._pair, zip(places, places, strict=True))

    @overload
    def __getitem__(self, number: int) -> Pair: ...

    @overload
    def __getitem__(self, number: slice) -> Sequence[Pair]: ...

    def __getitem__(self, number: int | slice) -> Pair | Sequence[Pair]:
        if isinstance(number, slice):
            return [self[each] for each in range(len(self))[number]]
        at = 2 * range(len(self))[number]
        return self._pair(self._places[at], self._places[at + 1])

    def _pair(self, one: int, two: int) -> Pair:
        return Pair(self._left[one] if one != _NONE else None, self._right[two] if two != _NONE else None)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs, aligned.

    Args:
        left: One run.
        right: The other.
        pairs: Every step of both, each once, in an order that both have.
        states: The state of each pair.
        counts: How many pairs there are in each state.
        unequal: The numbers of the pairs that differ.
    """

    left: Side
    right: Side
    pairs: Sequence[Pair]
    states: Sequence[State]
    counts: Counter[State]
    unequal: Sequence[int]

    @property
    def is_same(self) -> bool:
        """Whether both did the same, with the same results."""
        return not self.unequal


def compare(left: Side, right: Side) -> Comparison:
    """Align two runs: by what is equal in name and arguments first, then by name and position."""
    pairs = Pairs(left.steps, right.steps, _aligned(left.steps, right.steps))
    states = [pair.state for pair in pairs]
    unequal = array("Q", (number for number, state in enumerate(states) if state != "same"))
    return Comparison(left, right, pairs, states, Counter(states), unequal)


def _aligned(left: Sequence[Step], right: Sequence[Step]) -> Iterator[Match]:
    equal = shared(list(map(_equal, left)), list(map(_equal, right)))
    before = (0, 0)
    for one, two in chain(equal, [(len(left), len(right))]):
        yield from _between(left, right, range(before[0], one), range(before[1], two))
        if one < len(left):
            yield one, two
        before = one + 1, two + 1


def _between(
    left: Sequence[Step], right: Sequence[Step], lefts: Sequence[int], rights: Sequence[int]
) -> Iterator[Match]:
    """Steps of which none are equal in order: by name and position, the rest alone."""
    alike: Sequence[Match] = ()
    if lefts and rights:
        alike = shared([_alike(left[place]) for place in lefts], [_alike(right[place]) for place in rights])
    before = (0, 0)
    for one, two in chain(alike, [(len(lefts), len(rights))]):
        yield from ((place, _NONE) for place in lefts[before[0] : one])
        yield from ((_NONE, place) for place in rights[before[1] : two])
        if one < len(lefts):
            yield lefts[one], rights[two]
        before = one + 1, two + 1


def _equal(step: Step) -> tuple[str, bytes, bool]:
    return step.kind, step.asked, bool(step.agent)


def _alike(step: Step) -> tuple[str, str, bool]:
    return step.kind, step.name, bool(step.agent)
