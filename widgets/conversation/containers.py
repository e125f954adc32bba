"""Quotes, list items and tables that a part of a text begins in, as source that opens them again."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it.token import Token

_RULES = {"": "---", "left": ":--", "right": "--:", "center": ":-:"}


@dataclass(slots=True)
class Container:
    """An open quote, list or list item; without arguments the document.

    Args:
        context: What opens it again. Quotes are opened by the first line of a part itself.
        prefix: What stands at the left of its lines.
        indent: Of its content, within the innermost quote.
        numbers: Of the items in the context.
        number: Of the next item of a list.
        item_above: The context that makes an item the next one of a list.
        empty: Nothing is in it yet.
    """

    context: str = ""
    prefix: str = ""
    indent: int = 0
    numbers: tuple[int | None, ...] = ()
    number: int | None = None
    item_above: str = ""
    empty: bool = False

    def quote(self) -> Container:
        """A quote in it."""
        return replace(self, prefix=self.prefix + "> ", indent=0, empty=True)

    def list(self, sign: str, number: int | None, empty: bool) -> Container:
        """A list in it."""
        return replace(self, number=number, item_above=self._item(sign, 6), empty=empty)

    def item(self, token: Token) -> Container:
        """The next item of this list."""
        number = self.number
        if number is not None:
            self.number = number + 1
        if "indent" not in token.meta:  # nothing that could be cut is in it
            return replace(self, empty=True)
        width = token.meta["indent"] - self.indent
        context, prefix = self._item(token.markup, width), self.prefix + " " * width
        return Container(context, prefix, self.indent + width, (*self.numbers, number), empty=True)

    def _item(self, sign: str, width: int) -> str:
        """An item with so many cells up to its content, an empty heading: that ends with its line."""
        return f"{self.context}{self.prefix}{_marker(sign, width)}#\n"


def _marker(sign: str, width: int) -> str:
    """At most three blanks, the sign, at most four blanks."""
    if sign in ".)":
        sign = "1".zfill(max(1, width - 8)) + sign
    right = min(4, width - len(sign))
    return (sign + " " * right).rjust(width)


@dataclass(slots=True)
class TableHead:
    """The head of a table.

    Args:
        has_row: The next row needs a part of its own; the first one stays with the head.
    """

    has_row: bool
    titles: list[str] = field(default_factory=list)
    rules: list[str] = field(default_factory=list)
    context: str = ""

    def add_rule(self, token: Token) -> None:
        """The next column, by the token of its title."""
        self.rules.append(_RULES[str(token.attrGet("style") or "").rpartition(":")[2]])

    def end(self, prefix: str) -> None:
        """All titles are there."""
        cells = " | ".join(title.replace("|", "\\|") for title in self.titles)
        self.context = f"{prefix}| {cells} |\n{prefix}|{'|'.join(self.rules)}|\n"
