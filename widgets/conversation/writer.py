"""Markdown to rows."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING

from rich.segment import Segment
from rich.style import Style

from widgets.conversation.cuts import Start
from widgets.conversation.highlight import CodeLine
from widgets.conversation.line import BLANK, Line, Span, split_spans, wrap
from widgets.conversation.markdown import inline_spans, list_start, parse_blocks
from widgets.conversation.palette import Palette
from widgets.conversation.table import Table, table_rows, widest

if TYPE_CHECKING:
    from markdown_it.token import Token

_BAR = "▎ "
_BULLETS = "•◦▪"
_LEAST_ROOM = 6
"""Cells that text keeps, however deep it is nested: the decoration of deeper levels is left out."""
_WHOLE = Start()


def render(
    source: str,
    width: int,
    palette: Palette,
    start: Start = _WHOLE,
    *,
    widths: tuple[int, ...] | None = None,
    colours: list[CodeLine] | None = None,
) -> list[Line]:
    """Lay out markdown.

    Args:
        source: Safe text.
        width: Cells to fit in.
        palette: Its styles.
        start: How the text begins.
        widths: Of the columns of its table, if there is more of that elsewhere.
        colours: Of its code, if it has one fence.
    """
    writer = _Writer(source, max(width, _LEAST_ROOM), palette, start, widths, colours)
    writer.write(parse_blocks(start.context + source))
    return writer.lines


def code_rows(
    texts: list[str], width: int, palette: Palette, colours: list[CodeLine] | None = None
) -> list[Line]:
    """Lay out lines of code on a panel.

    Args:
        texts: The lines.
        width: Cells to fit in.
        palette: Their styles.
        colours: The same lines in coloured pieces; a line that is not the same stays plain.
    """
    rows: list[Line] = []
    panel = palette.text + palette.panel
    margin = [Segment(" ", panel)]
    for number, text in enumerate(texts):
        spans: list[Span] = [(text.expandtabs(4), panel)]
        coloured = colours[number] if colours and number < len(colours) else []
        if "".join(piece for piece, _ in coloured) == spans[0][0]:
            spans = [(piece, panel + getattr(palette, role or "panel")) for piece, role in coloured]
        for row in wrap(spans, width - 2, words=False):
            rows.append(Line([*margin, *row.segments], 1, row.joint, panel))
    return rows


@dataclass(slots=True)
class _Level:
    """Decoration at the left of a quote or a list item."""

    first: Segment
    rest: Segment
    blank: bool  # nothing is written in it yet


class _Writer:
    """Walks the block tokens of a text and writes rows."""

    def __init__(
        self,
        source: str,
        width: int,
        palette: Palette,
        start: Start,
        widths: tuple[int, ...] | None,
        colours: list[CodeLine] | None,
    ) -> None:
        self.lines: list[Line] = []
        self._source = (start.context + source).split("\n")
        self._context = start.context.count("\n")  # lines that are not shown
        self._starts = iter(start.numbers)
        self._inner_gap = start.level if start.gap else 0
        self._palette, self._widths, self._colours = palette, widths, colours
        self._levels: list[_Level] = []
        self._numbers: list[int | None] = []  # of the next item of each open list
        self._room = width

    def write(self, tokens: list[Token]) -> None:
        """Write the rows of these tokens."""
        palette, style = self._palette, self._palette.text
        after_list_open = False
        table: list[Token] | None = None
        for token in tokens:
            if table is not None:
                table.append(token)
                if token.type == "table_close":
                    self._table(table)
                    table = None
                continue
            match token.type:
                case "paragraph_open":
                    self._gap(token)
                    style = palette.text
                case "heading_open":
                    self._gap(token)
                    style = palette.text + palette.heading
                    if token.tag == "h1":
                        style += Style(underline=True)
                case "inline" if not self._is_context(token):
                    self._paragraph(inline_spans(token.content, style, palette))
                case "fence" | "code_block":
                    self._gap(token)
                    self._code(token)
                case "hr":
                    self._gap(token)
                    self._row(Line([Segment("─" * self._room, palette.text + palette.dim)]))
                case "table_open":
                    self._gap(token)
                    table = [token]
                case "blockquote_open":
                    self._gap(token)
                    self._push(token, _BAR, _BAR, palette.text + palette.quote)
                case "ordered_list_open" | "bullet_list_open":
                    self._numbers.append(next(self._starts, list_start(token)))
                case "list_item_open":
                    self._gap(token, first_item=after_list_open)
                    self._open_item(token)
                case "list_item_close" | "blockquote_close":
                    self._pop()
                case "ordered_list_close" | "bullet_list_close":
                    self._numbers.pop()
            after_list_open = token.type.endswith("list_open")

    def _is_context(self, token: Token) -> bool:
        """Whether a block begins above what is to be shown."""
        return token.map is not None and token.map[0] < self._context

    def _open_item(self, token: Token) -> None:
        number = self._numbers[-1]
        if number is None:
            marker = _BULLETS[min(len(self._numbers), len(_BULLETS)) - 1] + " "
        else:
            marker = f"{number}. "
            self._numbers[-1] = number + 1
        self._push(token, marker, " " * len(marker), self._palette.text + self._palette.marker)

    def _push(self, token: Token, first: str, rest: str, style: Style) -> None:
        if self._room - len(rest) < _LEAST_ROOM:
            first = rest = ""
        shown = self._is_context(token)
        self._levels.append(_Level(Segment(rest if shown else first, style), Segment(rest, style), not shown))
        self._room -= len(rest)

    def _pop(self) -> None:
        if self._levels[-1].blank:
            self._row(BLANK)
        self._room += len(self._levels.pop().rest.text)

    def _gap(self, token: Token, first_item: bool = True) -> None:
        """A blank row above a block: always at the top level, elsewhere where the source has one."""
        if self._is_context(token):
            return
        if 0 < self._inner_gap <= token.level:
            self._inner_gap = 0
            self._row(BLANK)
            return
        if not self.lines or (self._levels and self._levels[-1].blank):
            return
        start = token.map[0] if token.map else 0
        above = self._source[start - 1] if start else ""
        outer_item = token.type == "list_item_open" and token.level == 1 and first_item
        if token.level == 0 or outer_item or not above.strip(" \t>"):
            self._row(BLANK)

    def _row(self, row: Line) -> None:
        prefix: list[Segment] = []
        for level in self._levels:
            prefix.append(level.first)
            level.first, level.blank = level.rest, False
        decoration = takewhile(lambda segment: not segment.text.strip(_BAR), prefix)
        indent = sum(len(segment.text) for segment in decoration)
        if row.indent:  # of code: with its panel all that is at its left is decoration
            indent = sum(len(segment.text) for segment in prefix) + row.indent
        self.lines.append(row.behind(prefix, indent))

    def _paragraph(self, spans: list[Span]) -> None:
        for logical in split_spans(spans):
            for row in wrap(logical, self._room):
                self._row(row)

    def _code(self, token: Token) -> None:
        texts = token.content.split("\n")
        if texts[-1] == "" and len(texts) > 1:
            texts.pop()
        for row in code_rows(texts, self._room, self._palette, self._colours):
            self._row(row)

    def _table(self, tokens: list[Token]) -> None:
        table = Table.parse(tokens, self._palette)
        natural, head = self._widths or widest(table.rows), not self._is_context(tokens[0])
        rows = table_rows(table, natural, self._room, self._palette, head=head)
        if rows is None:
            for spans in table.as_paragraphs(self._palette):
                self._paragraph(spans)
        else:
            for row in rows:
                self._row(row)
