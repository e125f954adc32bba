"""Keys that were meant for what has just gone."""

from __future__ import annotations

from collections.abc import Callable

from textual.screen import Screen
from textual.widget import Widget

from widgets.guard import Guard


class HeldKeys:
    """After an answer has sent the person elsewhere, keys do nothing there for a moment.

    Nothing has the focus meanwhile: a composer shows by its cursor that it takes what is typed, so no text
    that is meant for it is lost.

    Args:
        clock: Seconds.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._until = float("-inf")
        self._key = ""
        self._screen: Screen[object] | None = None
        self._next: Widget | None = None

    @property
    def is_on(self) -> bool:
        """Whether a key does nothing now: not once the person has clicked, or pasted, into something."""
        return self._screen is not None and self._screen.focused is None

    def begin(self, screen: Screen[object], focus: Widget | None, seconds: float) -> None:
        """Let no key count.

        Args:
            screen: Where.
            focus: What has the focus afterwards.
            seconds: For how long.
        """
        self._screen, self._next, self._key = screen, focus, ""
        self._until = self._clock() + seconds
        screen.set_focus(None)

    def take(self, key: str) -> None:
        """A key has come. One that is held down does nothing for as long as it is."""
        if key == self._key:
            self._until = max(self._until, self._clock() + Guard.HELD)
        self._key = key

    def look(self) -> None:
        """Give the focus where it belongs, once it is time."""
        if self._screen is None or (self.is_on and self._clock() < self._until):
            return
        screen, focus, self._screen, self._next = self._screen, self._next, None, None
        if screen.focused is None:
            screen.set_focus(focus)
