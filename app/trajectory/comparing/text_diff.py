"""What two texts differ in, as a unified diff, of bounded length and cost."""

from __future__ import annotations

from collections.abc import Iterator

from app.trajectory.comparing.alignment import shared

LONGEST = 200_000
"""Characters of each text that are compared."""

_AROUND = 3  # lines around what differs


def unified(name: str, left: str | None, right: str | None) -> str:
    """The diff of two texts; empty if they are equal.

    Args:
        name: What they are, in the place of the name of a file.
        left: None where there is none.
        right: As above.
    """
    if left == right:
        return ""
    name = name.replace("\n", " ")
    lines = list(_marked(_lines(left), _lines(right)))
    cut = ["… the rest is not compared: it is too long"] * (max(len(left or ""), len(right or "")) > LONGEST)
    return "\n".join([f"--- a/{name}", f"+++ b/{name}", *_hunks(lines), *cut, ""])


def _lines(text: str | None) -> list[str]:
    return text[:LONGEST].split("\n") if text is not None else []


def _marked(left: list[str], right: list[str]) -> Iterator[tuple[str, str]]:
    """Every line, with a sign that says which text has it."""
    before = (0, 0)
    for one, two in [*shared(left, right), (len(left), len(right))]:
        yield from (("-", line) for line in left[before[0] : one])
        yield from (("+", line) for line in right[before[1] : two])
        if one < len(left):
            yield " ", left[one]
        before = one + 1, two + 1


def _hunks(lines: list[tuple[str, str]]) -> Iterator[str]:
    changed = [place for place, (sign, _) in enumerate(lines) if sign != " "]
    spans: list[tuple[int, int]] = []
    for place in changed:
        start, stop = max(place - _AROUND, 0), min(place + _AROUND + 1, len(lines))
        if spans and start <= spans[-1][1]:
            spans[-1] = spans[-1][0], stop
        else:
            spans.append((start, stop))
    done, old, new = 0, 1, 1
    for start, stop in spans:
        old += sum(sign != "+" for sign, _ in lines[done:start])
        new += sum(sign != "-" for sign, _ in lines[done:start])
        hunk = lines[start:stop]
        removed, added = sum(sign != "+" for sign, _ in hunk), sum(sign != "-" for sign, _ in hunk)
        yield f"@@ -{old - (not removed)},{removed} +{new - (not added)},{added} @@"
        yield from (f"{sign}{line}" for sign, line in hunk)
        done, old, new = stop, old + removed, new + added
