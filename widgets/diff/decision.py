"""What a person decides about the hunks of a diff."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from widgets.diff.painter import Mark
from widgets.diff.parse import DiffLine, Hunk, Kind

_MOST_COMPARED = 400


@dataclass(frozen=True, slots=True)
class Decision:
    """About one hunk.

    Args:
        accepted: It is to be applied.
        replacement: What is to stand in place of the lines from the first changed one to the last, if that is
            not what the hunk says. Each line ends with a newline; empty for no lines. It counts if accepted.
        reason: Why it is rejected; may be empty.
    """

    accepted: bool = True
    replacement: str | None = None
    reason: str = ""

    @property
    def is_edited(self) -> bool:
        """Something else than the hunk is to be applied."""
        return self.accepted and self.replacement is not None

    @property
    def mark(self) -> Mark:
        """How the hunk is marked."""
        if not self.accepted:
            remark = f"rejected: {self.reason}" if self.reason else "rejected"
            return Mark("✗", "rejected_mark", remark, dim=True)
        return Mark("✓", "edited_mark", "edited") if self.is_edited else Mark("✓", "accepted_mark")


def summary(decisions: Sequence[Decision]) -> str:
    """How the hunks stand, in a few words."""
    count = len(decisions)
    accepted = sum(decision.accepted for decision in decisions)
    edited = sum(decision.is_edited for decision in decisions)
    text = f"{accepted:,} of {count:,} {'hunk' if count == 1 else 'hunks'} accepted"
    return f"{text} · {edited:,} edited" if edited else text


def is_editable(hunk: Hunk) -> bool:
    """Whether its lines can be written as they are: nothing of them had to be written out."""
    return all(line.exact for line in _changed(hunk))


def new_text(hunk: Hunk) -> str:
    """What the hunk makes of the lines from the first changed one to the last."""
    return "".join(
        line.text + ("\n" if line.newline else "") for line in _changed(hunk) if line.kind != "removed"
    )


def edited(hunk: Hunk, replacement: str) -> Hunk:
    """The hunk as it is with another text in place of its own.

    Args:
        hunk: As it came.
        replacement: As in a decision.
    """
    first, last = _bounds(hunk)
    before = [line for line in hunk.lines[first:last] if line.kind != "added"]
    ended = not replacement or replacement.endswith("\n")
    texts = replacement.removesuffix("\n").split("\n") if replacement else []
    after = [DiffLine("added", text) for text in texts]
    if not ended:
        after[-1] = after[-1]._replace(newline=False)
    lines = (*hunk.lines[:first], *_compared(before, after), *hunk.lines[last:])
    return Hunk(hunk.old_start, hunk.new_start, hunk.heading, lines)


def _compared(before: list[DiffLine], after: list[DiffLine]) -> list[DiffLine]:
    """What is taken out and put in, and what of it stays; all of it where comparing would take long."""
    if len(before) + len(after) > _MOST_COMPARED:
        return [*_as(before, "removed"), *_as(after, "added")]
    lines: list[DiffLine] = []
    old, new = [(line.text, line.newline) for line in before], [(line.text, line.newline) for line in after]
    for kind, start, end, new_start, new_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            lines += _as(before[start:end], "context")
        else:
            lines += [*_as(before[start:end], "removed"), *_as(after[new_start:new_end], "added")]
    return lines


def _as(lines: list[DiffLine], kind: Kind) -> list[DiffLine]:
    return [line._replace(kind=kind) for line in lines]


def _changed(hunk: Hunk) -> tuple[DiffLine, ...]:
    first, last = _bounds(hunk)
    return hunk.lines[first:last]


def _bounds(hunk: Hunk) -> tuple[int, int]:
    """The first line that is changed, and the one after the last."""
    changed = [number for number, line in enumerate(hunk.lines) if line.kind != "context"]
    return (changed[0], changed[-1] + 1) if changed else (0, 0)
