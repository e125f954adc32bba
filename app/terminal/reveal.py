"""Text shown as it really is, for a person who decides about it."""

from __future__ import annotations

from re import Match

from app.terminal.grammar import BLANK, MARK_FLOOD


def reveal(text: str) -> str:
    r"""Write out whatever could not be seen, or would disguise the rest.

    Control, format and bidirectional characters, blanks other than the plain one, and invisible letters
    become escapes such as `\x1b` or `\u202e`; newlines and tabs stay. Nothing is taken out. Never raises.

    Args:
        text: Untrusted text, such as a command that asks for approval.
    """
    if text.isascii() and text.isprintable():
        return text
    text = MARK_FLOOD.sub(_escaped, BLANK.sub(_escaped, text))
    return "".join(char if char.isprintable() or char in "\n\t" else _escape(char) for char in text)


def _escaped(match: Match[str]) -> str:
    return _escape(match[0])


def _escape(text: str) -> str:
    return text.encode("unicode_escape").decode("ascii")
