"""What can wait is drawn between two keys: in the way of a key it would be felt."""

from __future__ import annotations

from collections.abc import Callable

from textual.widget import Widget

_WRITTEN = 0.004  # seconds until what was painted is written, by a thread that drawing would hold up

WAIT = 0.08
"""Seconds for which what can wait does so after a key: the next may come."""


def between_keys(widget: Widget, draw: Callable[[], None]) -> None:
    """Draw when the key that was just pressed has had its effect.

    Args:
        widget: Whose drawing it is; nothing comes of it once the widget is gone.
        draw: Called soon, or never if the widget is removed before.
    """
    widget.call_after_refresh(widget.set_timer, _WRITTEN, draw)
