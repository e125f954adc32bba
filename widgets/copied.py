"""Text that a person copies out of a view."""

from __future__ import annotations

from dataclasses import dataclass

from textual.binding import Binding
from textual.message import Message

MOST = 100_000
"""Characters that are copied at most."""

COPY = Binding("y", "copy", "Copy what is selected, or else all", id="call.copy")


@dataclass
class Copied(Message):
    """The person copies a text; `note` says how much of it that is."""

    text: str
    note: str


def copied(text: str, whole: str = "") -> Copied:
    """The message that carries a text, or its end if it is long.

    Args:
        text: Plain text.
        whole: How much there is, if that is more than the text.
    """
    end = text[-MOST:]
    if len(end) < len(text) and not whole:
        return Copied(end, f"copied the last {len(end):,} of {len(text):,} characters")
    if whole:
        return Copied(end, f"copied the last {len(end):,} characters of {whole}")
    return Copied(end, f"copied {len(end):,} {'character' if len(end) == 1 else 'characters'}")
