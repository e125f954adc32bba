"""The colours and emphasis that a child's output asks for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from rich.color import Color
from rich.style import Style

_COLORS = tuple(Color.from_ansi(number) for number in range(256))


@dataclass(frozen=True, slots=True)
class Pen:
    """What select graphic rendition (SGR) sequences have come to so far.

    Only what can be read is followed: neither conceal nor blink, nor a colour on the same colour.
    """

    foreground: Color | None = None
    background: Color | None = None
    bold: bool = False
    dim: bool = False
    italic: bool = False
    underline: bool = False
    reverse: bool = False
    strike: bool = False

    def after(self, sequence: str) -> Pen:
        """The pen after one sequence. Unknown settings are ignored.

        Args:
            sequence: What stands between `ESC [` and `m`: digits, colons and semicolons.
        """
        pen = self
        parameters = iter(sequence.split(";"))
        for parameter in parameters:
            first, *rest = parameter.split(":")
            pen = pen._with(_number(first), rest, parameters)
        return pen

    def style(self, base: Style) -> Style:
        """The look of text written with this pen.

        Args:
            base: The look of text without any colour sequence.
        """
        legible = self.foreground is None or self.foreground != self.background
        return base + Style(
            color=self.foreground if legible else None,
            bgcolor=self.background if legible else None,
            bold=self.bold or None,
            dim=self.dim or None,
            italic=self.italic or None,
            underline=self.underline or None,
            reverse=self.reverse or None,
            strike=self.strike or None,
        )

    def _with(self, code: int, rest: list[str], following: Iterator[str]) -> Pen:
        match code:
            case 0:
                return Pen()
            case 1:
                return replace(self, bold=True)
            case 2:
                return replace(self, dim=True)
            case 3:
                return replace(self, italic=True)
            case 4:
                return replace(self, underline=rest != ["0"])
            case 7:
                return replace(self, reverse=True)
            case 9:
                return replace(self, strike=True)
            case 22:
                return replace(self, bold=False, dim=False)
            case 23:
                return replace(self, italic=False)
            case 24:
                return replace(self, underline=False)
            case 27:
                return replace(self, reverse=False)
            case 29:
                return replace(self, strike=False)
            case 38:
                return replace(self, foreground=_color(rest, following))
            case 39:
                return replace(self, foreground=None)
            case 48:
                return replace(self, background=_color(rest, following))
            case 49:
                return replace(self, background=None)
            case 58:
                # The colour of an underline: read, so that its numbers are not taken for settings.
                _color(rest, following)
                return self
            case _ if 30 <= code <= 37:
                return replace(self, foreground=_COLORS[code - 30])
            case _ if 40 <= code <= 47:
                return replace(self, background=_COLORS[code - 40])
            case _ if 90 <= code <= 97:
                return replace(self, foreground=_COLORS[code - 82])
            case _ if 100 <= code <= 107:
                return replace(self, background=_COLORS[code - 92])
            case _:
                return self


def _color(rest: list[str], following: Iterator[str]) -> Color | None:
    """A colour of the palette (`5;n`) or of three parts (`2;r;g;b`), with colons or with semicolons."""
    arguments = iter(rest) if rest else following
    match _number(next(arguments, "")):
        case 5:
            return _COLORS[_number(next(arguments, "")) & 255]
        case 2:
            # With colons a colour space, usually empty, may stand in front of the three.
            parts = rest[-3:] if rest else [next(arguments, "") for _ in range(3)]
            red, green, blue = ([_number(part) & 255 for part in parts] + [0, 0, 0])[:3]
            return Color.from_rgb(red, green, blue)
        case _:
            return None


def _number(digits: str) -> int:
    return int(digits[:6] or 0)
