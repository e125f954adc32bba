"""Runs as the library shows them: their figures in a few characters."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence

from app.terminal.text import safe_line
from app.trajectory.library.known_run import KnownRun
from app.trajectory.library.liveness import State
from widgets.bars import SEPARATOR
from widgets.facts import Fact
from widgets.run_line import RunLine
from widgets.status import duration, size

GLYPHS: dict[State, str] = {"live": "●", "ended": "✓", "crashed": "✗", "unfinished": "…"}
_WORDS: dict[State, str] = {
    "live": "it is being written",
    "ended": "it ended",
    "crashed": "it was cut off; its session can be resumed",
    "unfinished": "it ends with a question or a call that has no answer",
}
_MONTHS = 300 * 86_400  # seconds for which a date needs no year


def line(run: KnownRun, now: float, found: str = "", words: Sequence[str] = ()) -> RunLine:
    """How a run stands in the list.

    Args:
        run: The run.
        now: Seconds since the epoch.
        found: What stands where words were found in it.
        words: These words, in lower case.
    """
    models = (name.rpartition("/")[2] for name in run.models if not name.startswith("<"))  # no model's name
    return RunLine(
        glyph=GLYPHS[run.state],
        state=run.state,
        when=when(run.when, now),
        title=run.title or safe_line(run.path.name),
        model=safe_line(", ".join(models)),
        turns=_count(run.turns),
        calls=_count(run.calls),
        errors=_count(run.errors or None),
        tokens=_large(run.tokens),
        cost="" if run.cost is None else f"${run.cost:,.2f}",
        duration="" if run.duration is None else duration(run.duration),
        size=size(run.size),
        found=found,
        spans=_spans(found, words),
    )


def facts(run: KnownRun, place: Callable[[str], str]) -> list[Fact]:
    """What is said of the run that is looked at.

    Args:
        run: The run.
        place: How a path is written.
    """
    parts = [
        f"{run.format} {run.variant}".strip(),
        ", ".join(run.models),
        _counted(run.turns, "turn"),
        _counted(run.calls, "call"),
        f"{run.errors:,} failed" if run.errors else "",
        _counted(run.tokens, "token"),
        size(run.size),
        _WORDS[run.state],
    ]
    return [  # the title last: of it there is the least room, and its beginning stands in the list
        ("is", SEPARATOR.join(filter(None, parts))),
        ("file", place(run.file)),
        ("in", place(run.workspace) if run.workspace else "(it does not say)"),
        ("run", run.title or "(nobody asked for anything)"),
    ]


def when(seconds: float, now: float) -> str:
    """A moment for a person, in twelve characters at most, in their own time zone."""
    moment = time.localtime(seconds)
    return time.strftime("%b %d %H:%M" if abs(now - seconds) < _MONTHS else "%Y-%m-%d", moment)


def _spans(found: str, words: Sequence[str]) -> tuple[tuple[int, int], ...]:
    """Where words stand in a text: the longest of those that begin at one place."""
    if not words:
        return ()
    any_of_them = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    return tuple(match.span() for match in re.finditer(any_of_them, found.lower()))


def _count(number: int | None) -> str:
    return "" if number is None else str(number) if number < 100_000 else _large(number)


def _counted(number: int | None, what: str) -> str:
    return "" if number is None else f"{number:,} {what}{'' if number == 1 else 's'}"


def _large(number: int | None) -> str:
    """A number in few characters: `312`, `41k`, `1.2M`."""
    if number is None:
        return ""
    if number < 10_000:
        return str(number)
    return f"{number / 1000:.0f}k" if number < 1_000_000 else f"{number / 1_000_000:.1f}M"
