"""Calls a person back who looks elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any  # an app of any result

from textual.app import App

from app.settings.schema import Notify
from app.terminal.text import safe_line

_LONGEST = 200  # characters
_NAMED_AS_RXVT = ("rxvt", "foot")


class Attention:
    """Rings, or has the desktop show a line, while the terminal has not the focus; not again for a while.

    Terminals that do not say whether they have the focus are taken to have it.

    Args:
        app: Knows the focus, and writes to the terminal.
        way: What the person wants.
        environ: Says which terminal it is.
        clock: Seconds.
    """

    EACH = 5.0  # seconds between two calls, at least

    def __init__(
        self,
        app: App[Any],
        way: Notify,
        environ: Mapping[str, str],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._app = app
        self._way = way
        self._environ = environ
        self._clock = clock
        self._called = float("-inf")

    def call(self, text: str) -> None:
        """Something waits.

        Args:
            text: What, in one line; untrusted.
        """
        now = self._clock()
        if self._way == "off" or self._app.app_focus or now - self._called < self.EACH:
            return
        self._called = now
        if self._way == "bell":
            self._app.bell()
        elif self._app._driver is not None:  # as Textual itself writes to the clipboard
            self._app._driver.write(notification(text, self._environ))


def notification(text: str, environ: Mapping[str, str]) -> str:
    """The bytes that have a terminal show a desktop notification.

    Args:
        text: What it says; untrusted.
        environ: Says which terminal it is. Through tmux only one that lets it pass gets it.
    """
    text = safe_line(text)[:_LONGEST].replace(";", ",")  # which would end it
    as_rxvt = environ.get("TERM", "").startswith(_NAMED_AS_RXVT) or "VTE_VERSION" in environ
    command = f"777;notify;sawhorse;{text}" if as_rxvt else f"9;sawhorse: {text}"
    sequence = f"\x1b]{command}\a"
    if environ.get("TMUX"):
        return "\x1bPtmux;" + sequence.replace("\x1b", "\x1b\x1b") + "\x1b\\"
    return sequence
