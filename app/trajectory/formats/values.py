"""Values out of a file that may hold anything, read without an exception."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

_FARTHEST = 253_402_300_799.0  # seconds: the end of the year 9999
_MILLISECONDS = 1e11  # a number beyond is no count of seconds: that would be in the year 5138


def mapping(value: object) -> Mapping[str, object]:
    """An object of JSON; an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def items(value: object) -> Sequence[object]:
    """A list of JSON; an empty one for anything else."""
    return value if isinstance(value, list) else ()


def text(value: object) -> str:
    """A text of JSON; empty for anything else."""
    return value if isinstance(value, str) else ""


def first_text(values: Mapping[str, object], names: Iterable[str]) -> str:
    """The first of the named values that is a text with something in it; empty if there is none."""
    return next((found for name in names if (found := text(values.get(name)))), "")


def number(value: object) -> float | None:
    """A finite number; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) < 2**53 else None


def whole(value: object) -> int:
    """A count; 0 for anything that is none."""
    found = number(value)
    return int(found) if found is not None and found > 0 else 0


def seconds(stamp: object) -> float:
    """A time in any of the notations in use: ISO with or without a zone (then UTC), seconds, milliseconds.

    Returns:
        Seconds since the epoch; 0 if it is no time.
    """
    if isinstance(stamp, str):
        try:
            return seconds(float(stamp))
        except ValueError:
            return _of_date(stamp.strip())
    found_number = number(stamp)
    if found_number is None or found_number <= 0:
        return 0.0
    found_number = found_number / 1000 if found_number > _MILLISECONDS else found_number
    return found_number if found_number < _FARTHEST else 0.0


def _of_date(stamp: str) -> float:
    try:
        found = datetime.fromisoformat(stamp)
        return max((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp(), 0.0)
    except (ValueError, OverflowError):
        return 0.0
