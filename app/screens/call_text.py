"""A call in words: in a few, and whole."""

from __future__ import annotations

from collections.abc import Mapping

import orjson

from app.terminal.reveal import reveal
from app.trajectory.events import ToolRequested
from app.trajectory.verb import verb
from widgets.text_view import Role, Row, plain, revealed

_LABEL = 40  # characters


def label(request: ToolRequested, title: str = "") -> str:
    """A call in a few words.

    Args:
        request: The call.
        title: What it is about by now, if that is something else.
    """
    title = revealed(title or request.effects.title)
    return f"{verb(request)} {title if len(title) <= _LABEL else title[: _LABEL - 1] + '…'}"


def rows(command: str, arguments: Mapping[str, object]) -> list[Row]:
    """What a call does, whole: its command with anything invisible written out, or else its arguments."""
    if command:
        return plain(reveal(command), "strong")
    lines: list[tuple[str, Role]] = []
    for name, value in arguments.items():
        text = value if isinstance(value, str) else orjson.dumps(value, default=str).decode()
        lines += plain(f"{name}: {reveal(text)}", "dim")
    return lines
