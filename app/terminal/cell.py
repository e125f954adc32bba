"""One cell of an emulated screen: its colours, and the marks that stand on its letter."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from rich.color import Color

from app.terminal.grammar import BLANK
from app.terminal.pen import Pen

_MARKS = 8  # on one letter; more than any language writes
_PLAIN = "default"

Look = tuple[str, str, bool, bool, bool, bool, bool, bool]
"""A cell of pyte without its letter."""


@lru_cache(1024)
def pen_of(look: Look) -> Pen:
    """The pen that a cell was written with."""
    foreground, background, bold, italic, underline, strike, reverse, dim = look
    return Pen(_color(foreground), _color(background), bold, dim, italic, underline, reverse, strike)


@lru_cache(1024)
def look_after(look: Look, sequence: str) -> Look:
    """How cells look after one colour sequence.

    Args:
        look: How they looked before.
        sequence: As for `Pen.after`.
    """
    pen = pen_of(look).after(sequence)
    names = _name(pen.foreground), _name(pen.background)
    # Where pyte keeps that a cell blinks, which none does here, there is room for dim.
    return *names, pen.bold, pen.italic, pen.underline, pen.strike, pen.reverse, pen.dim


def reversed_look(look: Look) -> Look:
    """The same with the two colours changed over."""
    foreground, background, bold, italic, underline, strike, reverse, dim = look
    return foreground, background, bold, italic, underline, strike, not reverse, dim


def marked(letter: str, mark: str) -> str:
    """A letter with one more mark; without it, if it may not stand there.

    Args:
        letter: What a cell holds; empty for the right half of a wide letter.
        mark: A character without a width of its own.
    """
    # Joiners and selectors change the width of what they join; vowels of Hangul count as letters.
    stands = unicodedata.category(mark)[0] in "ML" and BLANK.match(mark) is None
    return unicodedata.normalize("NFC", letter + mark)[: _MARKS + 1] if letter and stands else letter


def _name(color: Color | None) -> str:
    return _PLAIN if color is None else color.name


def _color(name: str) -> Color | None:
    return None if name == _PLAIN else Color.parse(name)
