"""The matches of a search in an output, one of which is shown."""

from __future__ import annotations

from bisect import bisect_left

from widgets.output_source import Found


class OutputSearch:
    """Goes from match to match, while they are still being counted, too.

    Args:
        text: What is searched for.
        found: Its matches, as far as they are known.
        start: The byte from which on the first match to show is wanted.
    """

    def __init__(self, text: str, found: Found, start: int) -> None:
        self.text = text
        self._found = found
        self._start = start
        self._current: int | None = None

    @property
    def done(self) -> bool:
        """Whether all matches are counted."""
        return self._found.done

    @property
    def offset(self) -> int | None:
        """Where the match is that is shown; None while there is none."""
        return None if self._current is None else self._found.offsets[self._current]

    def first(self) -> int | None:
        """Where the first match to show is, once, as soon as that is known."""
        if self._current is not None:
            return None
        done, offsets = self._found.done, self._found.offsets  # in this order: the search goes on
        index = bisect_left(offsets, self._start)
        if index < len(offsets):
            self._current = index
        elif done and offsets:
            self._current = 0
        return self.offset

    def step(self, matches: int) -> int | None:
        """Where the match is that comes so many after the one that is shown, or before it if negative.

        After the last that is kept comes the first.
        """
        if self._current is not None:
            self._current = (self._current + matches) % len(self._found.offsets)
        return self.offset

    def cancel(self) -> None:
        """Stop searching."""
        self._found.cancel()

    @property
    def summary(self) -> str:
        """How many there are, and which is shown, in a few words."""
        found = self._found
        if found.done and not found.count:
            return "no match"
        text = f"{found.count:,}"
        if self._current is not None:
            text = f"{self._current + 1:,} of {text}"
        if not found.done:
            return f"{text}… {100 * found.scanned // max(found.end, 1)} %"
        kept = len(found.offsets)
        return text if found.count <= kept else f"{text}, the first {kept:,} can be shown"
