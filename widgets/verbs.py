"""What a person can answer to one question, and the line that says by which keys."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from textual.content import Content

Scope = Literal["once", "turn", "session", "project"]

_GAP = "  "


@dataclass(frozen=True, slots=True)
class Verb:
    """One answer: its key, and what that says.

    Args:
        key: The key.
        words: What it says, in a few words.
        rank: The lower, the sooner it is shown where there is little room.
    """

    key: str
    words: str
    rank: int = 0


@dataclass(frozen=True, slots=True)
class Offers:
    """What can be answered to a question.

    Args:
        yes: What a plain yes does, in a few words.
        wider: What a yes for longer would allow, a line each; empty where there is no such yes.
        saves: These lines are rules: they can be changed, and kept for the project.
        hunks: What it would change can be decided about hunk by hunk.
        network: A yes can give it the network.
        plan: It is a plan; a yes for the session lets its edits run, too.
    """

    yes: str = "yes"
    wider: tuple[str, ...] = ()
    saves: bool = False
    hunks: bool = False
    network: bool = False
    plan: bool = False

    def include(self, action: str, parameters: tuple[object, ...]) -> bool:
        """Whether what a key asks for is among them."""
        match action, parameters:
            case "answer", ("turn",):
                return bool(self.wider)
            case "answer", ("session",):
                return bool(self.wider) or self.plan
            case "place", ("turn" | "session" | "project",):
                return self.saves
            case "answer_with_network", _:
                return self.network
            case _:
                return True

    def verbs(self) -> Iterator[Verb]:
        """All answers there are."""
        yield Verb("y", self.yes, 0)
        if self.plan:
            yield Verb("s", "yes, and let edits run", 2)
        if self.wider:
            yield Verb("t", "turn", 6)
            yield Verb("s", "session", 5)
        if self.saves:
            yield Verb("p", "project", 7)
        yield Verb("n", "no", 1)
        yield Verb("d", "no, because", 2)
        yield Verb("e", "edit", 4)
        yield Verb("v", "hunk by hunk" if self.hunks else "whole", 3)
        if self.network:
            yield Verb("w", "network", 8)


def verb_line(verbs: Iterable[Verb], width: int, more: Verb) -> Content:
    """The verbs on one line; where there is no room for all, the first by rank, and `more`.

    Args:
        verbs: In the order they are shown in.
        width: Cells.
        more: Leads to the others.
    """
    shown = list(verbs)
    line = verb_text(shown)
    while line.cell_length > width and len(shown) > 1:
        shown.remove(max(shown, key=lambda verb: verb.rank))
        line = verb_text([*shown, more])
    return line


def verb_rows(verbs: Iterable[Verb], width: int) -> Content:
    """All verbs, on as many rows as that takes.

    Args:
        verbs: In the order they are shown in.
        width: Cells.
    """
    rows: list[list[Verb]] = [[]]
    for verb in verbs:
        if rows[-1] and verb_text([*rows[-1], verb]).cell_length > width:
            rows.append([])
        rows[-1].append(verb)
    return Content("\n").join(map(verb_text, rows))


def verb_text(verbs: Iterable[Verb]) -> Content:
    """The verbs, as long as that may be."""
    return Content(_GAP).join(Content.assemble((verb.key, "bold"), f" {verb.words}") for verb in verbs)
