"""What a person decided about a proposed change, hunk by hunk."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HunkDecision:
    """What becomes of one hunk.

    Args:
        accepted: False keeps the old lines.
        replacement: What the person wrote in place of the new lines, from the first that changes to the last;
            each ended by a newline, empty for none. None leaves them as proposed.
        reason: Why, for the model.
    """

    accepted: bool
    replacement: str | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Review:
    """A decision about each hunk of a diff.

    Args:
        base: Digest of what the diff was made from.
        hunks: One decision per hunk, in the order of the diff.
        reason: What the person says of the whole, for the model.
    """

    base: str
    hunks: tuple[HunkDecision, ...]
    reason: str = ""
