"""The unit of layout: a stretch of a block whose rows are made together, when they are first seen."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from itertools import repeat

from rich.segment import Segment

from widgets.conversation.line import BLANK, Line, cut, estimate_height, wrap
from widgets.conversation.palette import Palette

LineRoles = str | Callable[[list[str]], Iterable[str]]
"""One role of the palette for all lines, or what finds one for each."""


class Part(ABC):
    """A stretch of a block.

    Args:
        gap: Blank rows above it.
        joint: What stood between it and the part above; None where nothing did but a new line.
    """

    __slots__ = ("gap", "height", "joint", "lines", "width")

    def __init__(self, gap: int = 0, joint: str | None = None) -> None:
        self.gap, self.joint = gap, joint
        self.height = 0
        self.width = 0  # that it was laid out for; until then the height is a guess
        self.lines: list[Line] | None = None

    @abstractmethod
    def guess(self, width: int) -> int:
        """A cheap height, without the gap."""

    @abstractmethod
    def compose(self, width: int, palette: Palette) -> list[Line]:
        """The rows for `width` cells, without the gap."""

    def measure(self, width: int) -> int:
        """The height for `width`: exact where it was laid out for that, else a guess."""
        if self.width != width:
            self.height = self.gap + self.guess(width)
        return self.height

    def is_laid_out(self, width: int) -> bool:
        """Whether the rows are those for `width`."""
        return self.lines is not None and self.width == width

    def lay_out(self, width: int, palette: Palette) -> list[Line]:
        """The rows for `width`, gap included; made where they are not there."""
        if self.lines is None or self.width != width:
            lines = self.compose(width, palette) or [BLANK]
            if self.joint is not None:
                lines[0] = lines[0]._replace(joint=self.joint)
            self.lines = [BLANK] * self.gap + lines
            self.width, self.height = width, len(self.lines)
        return self.lines

    def forget(self) -> None:
        """Drop the rows, to save memory or because they are out of date."""
        self.lines = None


class RowPart(Part):
    """One row, cut where it does not fit.

    Args:
        left: Makes what begins at the left; it gives way.
        right: Makes what ends at the right; at most half of the row.
        gap: Blank rows above it.
    """

    __slots__ = ("_left", "_right")

    def __init__(
        self,
        left: Callable[[Palette], list[Segment]],
        right: Callable[[Palette], list[Segment]] | None = None,
        gap: int = 0,
    ) -> None:
        super().__init__(gap)
        self._left, self._right = left, right

    def guess(self, width: int) -> int:  # noqa: ARG002 - one row at any width
        return 1

    def compose(self, width: int, palette: Palette) -> list[Line]:
        right = cut(self._right(palette), width // 2) if self._right else []
        taken = Segment.get_line_length(right)
        left = cut(self._left(palette), width - taken - (2 if taken else 0))
        free = width - taken - Segment.get_line_length(left) if taken else 0
        return [Line([*left, Segment(" " * free, palette.text), *right] if free else left)]


class TextPart(Part):
    """Plain text.

    Args:
        text: Safe text.
        roles: Of its lines.
        words: Break lines at blanks.
        gap: Blank rows above it.
        joint: As of any part.
    """

    __slots__ = ("_roles", "_text", "_words")

    def __init__(
        self, text: str, roles: LineRoles, *, words: bool = True, gap: int = 0, joint: str | None = None
    ) -> None:
        super().__init__(gap, joint)
        self._text, self._roles, self._words = text, roles, words

    def guess(self, width: int) -> int:
        return estimate_height(self._text, width)

    def compose(self, width: int, palette: Palette) -> list[Line]:
        lines = self._text.split("\n")
        roles = repeat(self._roles) if isinstance(self._roles, str) else self._roles(lines)
        rows: list[Line] = []
        for line, role in zip(lines, roles, strict=False):
            rows += wrap([(line.expandtabs(4), palette.style(role))], width, words=self._words)
        return rows
