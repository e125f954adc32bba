"""What a person means by a place in a run: the number of an event, or a time."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import datetime, timedelta

_NUMBER = re.compile(r"#?([\d,_]+)")
_SPAN = re.compile(r"(\+)?(?:(\d+):)?(\d+):(\d{2}(?:\.\d+)?)")
_SECONDS = re.compile(r"\+(\d+(?:\.\d+)?)s?")

HINT = "a number, a time of day (14:03:20), or since the beginning (+1:30)"


class PlaceError(Exception):
    """It is no place. One line that says what is."""


def place_of(text: str, began: float) -> int | float:
    """The number of an event, or seconds since the epoch.

    Args:
        text: `1234`, `14:03:20` or `14:03` (a time of day), `+1:30` (since the beginning), or date and time.
        began: When the run began, in seconds since the epoch; 0 if that is not known.

    Raises:
        PlaceError: It is none of these.
    """
    text = text.strip()
    if found := _NUMBER.fullmatch(text):
        digits = found[1].translate({ord(","): None, ord("_"): None})
        if digits and len(digits) < 16:
            return int(digits)
    elif not began:
        raise PlaceError("This run does not say when anything happened: give a number.")
    elif found := _SECONDS.fullmatch(text):
        return began + float(found[1])
    else:
        with suppress(ValueError, OverflowError, OSError):  # no time, or one that no calendar has
            found = _SPAN.fullmatch(text)
            return _time(found, began) if found else datetime.fromisoformat(text).astimezone().timestamp()
    raise PlaceError(f"Give {HINT}.")


def _time(found: re.Match[str], began: float) -> float:
    """Of `+1:02:05` since the beginning, else of a time of day: the one nearest to the beginning.

    Raises:
        ValueError: There is no such time.
    """
    since, first, second, third = found.groups()
    if since:
        return began + int(first or 0) * 3600 + int(second) * 60 + float(third)
    # without hours before it, what looks like minutes and seconds is hours and minutes
    hours, minutes, seconds = (
        (int(first), int(second), float(third)) if first else (int(second), int(float(third)), 0.0)
    )
    start = datetime.fromtimestamp(began).astimezone()
    day = start.replace(hour=hours, minute=minutes, second=int(seconds), microsecond=0)
    if day < start.replace(microsecond=0) - timedelta(hours=12):
        day += timedelta(days=1)
    return day.timestamp() + seconds % 1
