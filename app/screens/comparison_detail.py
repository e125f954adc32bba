"""What is shown of a pair: facts of both sides, and a diff of each value that differs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from textwrap import wrap

from app.trajectory.comparing.compared_steps import Step, totals
from app.trajectory.comparing.comparison import Comparison, Pair
from app.trajectory.comparing.differences import Difference
from app.trajectory.comparing.text_diff import LONGEST, unified
from widgets.facts import Fact
from widgets.status import duration
from widgets.text_view import Row, revealed

_LONGEST = 500_000  # characters of all diffs of a pair
_SPOKEN = ("text", "arguments")
_SENTENCE = re.compile(r"(?<=[.!?;:]) +|(?<= &&) +|(?<= \|) +")
_COLUMN = 26  # cells of a column of totals


def facts_of(pair: Pair) -> list[Fact]:
    """What is known of both sides, a line each."""
    sides = [(word, step) for word, step in (("left", pair.left), ("right", pair.right)) if step is not None]
    if len(sides) == 1:
        return [(f"only {sides[0][0]}", _figures(sides[0][1]))]
    return [(word, _figures(step)) for word, step in sides]


def diff_of(differences: Iterable[Difference], width: int) -> str:
    """A unified diff in which each value stands like a file.

    Args:
        differences: Of a pair.
        width: Cells of a line; a longer one of what was said or asked is broken, best after a sentence.
    """
    diffs: list[str] = []
    length = 0
    for each in differences:
        sides = [each.left, each.right]
        if each.name.startswith(_SPOKEN):
            sides = [_broken(text, width) for text in sides]
        diffs.append(unified(each.name, *sides))
        length += len(diffs[-1])
        if length > _LONGEST:
            diffs.append("… the rest of the differences is left out: it is too long\n")
            break
    return "".join(diffs)


def total_rows(comparison: Comparison) -> list[Row]:
    """What both runs come to, side by side."""
    left, right = totals(comparison.left), totals(comparison.right)
    rows: list[Row] = [(f"{'':<20}{'left':>{_COLUMN}}{'right':>{_COLUMN}}", "strong")]
    for name, one in left.items():
        two = right[name]
        if isinstance(one, Mapping) and isinstance(two, Mapping):
            rows += _by_name(one, two)
        elif isinstance(one, list) and isinstance(two, list):
            rows += _lists(name, one, two)
        elif one is not None or two is not None:
            rows.append(_row(name.replace("_", " "), _cell(name, one), _cell(name, two)))
    return rows


def _broken(text: str | None, width: int) -> str | None:
    if text is None or len(text) > LONGEST:
        return text
    lines: list[str] = []
    for line in text.split("\n"):
        if len(line) <= width:
            lines.append(line)
        else:
            lines += (piece for sentence in _SENTENCE.split(line) for piece in wrap(sentence, width))
    return "\n".join(lines)


def _figures(step: Step) -> str:
    usage = step.usage
    parts = [
        f"event {step.row}",
        f"turn {step.turn}" if step.turn else "",
        step.agent,
        step.status,
        duration(step.took) if step.took else "",
        f"{usage.context_tokens - usage.output_tokens:,} tokens in, {usage.output_tokens:,} out"
        if usage is not None and usage.context_tokens
        else "",
        f"${step.cost:.4f}" if step.cost is not None else "",
    ]
    return " · ".join(filter(None, parts))


def _by_name(left: Mapping[str, int], right: Mapping[str, int]) -> Iterator[Row]:
    for name in sorted({*left, *right}, key=lambda name: -left.get(name, 0) - right.get(name, 0)):
        one, two = left.get(name, 0), right.get(name, 0)
        yield _row(f"  {revealed(name)}", f"{one:,}", f"{two:,}")


def _lists(name: str, left: list[str], right: list[str]) -> Iterator[Row]:
    """How many there are of each, and which ones only one has."""
    yield _row(name.replace("_", " "), f"{len(left):,}", f"{len(right):,}")
    lefts, rights = set(left), set(right)
    for each in dict.fromkeys([*left, *right]):
        sign = "=" if each in lefts and each in rights else "←" if each in lefts else "→"
        yield f"  {sign} {revealed(each)}", "dim" if sign == "=" else "plain"


def _row(name: str, left: str, right: str) -> Row:
    return f"{name[:19]:<20}{left:>{_COLUMN}}{right:>{_COLUMN}}", "plain"


def _cell(name: str, value: object) -> str:
    match value:
        case None:
            return "not recorded"
        case float() if name.endswith("seconds"):
            return duration(value)
        case float():
            return f"${value:,.4f}"
        case int():
            return f"{value:,}"
        case _:
            return revealed(str(value))
