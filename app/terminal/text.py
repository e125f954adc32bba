"""Text from a model, a tool or a file, made safe to show."""

from __future__ import annotations

from re import Match

from app.terminal.grammar import MARK_FLOOD, SUSPECT, UNSAFE

_BLANKS = str.maketrans({"\n": " ", "\t": " "})


def safe_text(text: str) -> str:
    """Take out whatever could steer a terminal, reorder a line or hide in it; the rest stays as it is.

    Escape sequences go as a whole, so do control characters other than newline and tab, bidirectional
    controls, tag characters and blank letters. Clean text comes back unchanged. Never raises.

    Args:
        text: Untrusted text, in full: a sequence cut at its end is taken out as well.

    Returns:
        Plain text; any line ending has become a newline.
    """
    if SUSPECT.search(text) is not None:
        text = UNSAFE.sub(_plain, text)
    return text if text.isascii() else MARK_FLOOD.sub(r"\1", text)


def safe_line(text: str) -> str:
    """Safe text on one line: each newline and tab has become a blank.

    Args:
        text: Untrusted text.
    """
    text = safe_text(text)
    return text.translate(_BLANKS) if "\n" in text or "\t" in text else text


def _plain(match: Match[str]) -> str:
    if match["ending"] is not None:
        return "\n"
    return "\ufffd" if match["surrogate"] is not None else ""
