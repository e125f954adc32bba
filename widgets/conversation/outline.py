"""Finds the parts of a markdown text."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from widgets.conversation.containers import Container, TableHead
from widgets.conversation.cuts import CODE_ROWS, CODE_SIZE, Cut, Outline, Start
from widgets.conversation.markdown import list_start, parse_blocks

if TYPE_CHECKING:
    from markdown_it.token import Token


def outline(source: str, start: Start) -> Outline:
    """Find the parts of a text.

    Args:
        source: Markdown.
        start: How it begins.
    """
    reader = _Reader(source, start)
    for token in parse_blocks(start.context + source):
        reader.read(token)
    return reader.outline()


class _Reader:
    """Walks the block tokens of a text."""

    def __init__(self, source: str, start: Start) -> None:
        self._lines = (start.context + source).split("\n")
        self._first = start
        self._base = start.context.count("\n")  # lines that are context only
        self._numbers = iter(start.numbers)
        self._open = [Container()]
        self._head: TableHead | None = None
        self._cuts: list[Cut] = []
        self._last = self._open[0]  # that holds the last block
        self._within = ""  # opens the last block again, inside of that
        self._in_fence = False

    def outline(self) -> Outline:
        """What was found."""
        context, numbers = self._last.context, self._last.numbers
        within = Start(context + self._within, numbers, gap=0, continues=True)
        return Outline(self._cuts, within, Start(context, numbers), self._in_fence)

    def read(self, token: Token) -> None:
        """Take the next token."""
        container, head = self._open[-1], self._head
        match token.type:
            case "blockquote_open":
                self._cut(token)
                self._open.append(container.quote())
            case "bullet_list_open" | "ordered_list_open":
                empty = container.empty
                self._cut(token)
                number = next(self._numbers, list_start(token))
                self._open.append(container.list(token.markup, number, empty))
            case "list_item_open":
                self._cut(token)
                self._open.append(container.item(token))
            case "blockquote_close" | "bullet_list_close" | "ordered_list_close" | "list_item_close":
                self._open.pop()
            case "paragraph_open" | "heading_open" | "hr":
                self._cut(token)
                self._block(token, container.prefix)
            case "code_block":
                self._cut(token)
                self._block(token, container.prefix + "    ")
                start = Start(container.context, container.numbers, token.level)
                self._cut_code(token, self._line(token), start)
            case "fence":
                self._read_fence(token)
            case "table_open":
                self._cut(token)
                self._block(token, container.prefix)
                self._head = TableHead(has_row=self._line(token) < 0)
            case "table_close":
                self._head = None
            case "th_open" if head:
                head.add_rule(token)
            case "thead_close" if head:
                head.end(container.prefix)
            case "tr_open" if head and self._line(token) >= 0:
                self._read_row(token, head)
            case "inline" if head:
                if not head.context:
                    head.titles.append(token.content)
                if self._line(token) >= 0:
                    self._cuts[-1].rows[-1].append(token.content)

    def _line(self, token: Token) -> int:
        """The first line of a block; below zero in the context."""
        return (token.map[0] if token.map else 0) - self._base

    def _cut(self, token: Token) -> None:
        """Begin a part, unless the block begins in the context, or is the first in what it is in."""
        container, line = self._open[-1], self._line(token)
        empty, container.empty = container.empty, False
        if line < 0 or empty or (self._cuts and line <= self._cuts[-1].line):
            return
        context, numbers = container.context, container.numbers
        if token.type == "list_item_open":
            context = container.item_above
            numbers = (*numbers, None if container.number is None else container.number - 1)
        gap = 1 if token.level == 0 else self._gap(line)
        self._add(line, Start(context, numbers, token.level, gap))

    def _add(self, line: int, start: Start, kind: str = "") -> None:
        self._cuts.append(Cut(line, start if self._cuts else self._first, kind))

    def _gap(self, line: int) -> int:
        """Blank rows above a line: one where the source has any."""
        return 0 if self._lines[line - 1 + self._base].strip(" \t>") else 1

    def _block(self, token: Token, within: str) -> None:
        """Note what the last part consists of."""
        self._last, self._within, self._in_fence = self._open[-1], within, False
        if self._cuts:
            self._cuts[-1].kind = token.type

    def _read_row(self, token: Token, head: TableHead) -> None:
        """A row of a table. The first one stays with the head: a narrow screen shows them together."""
        if head.context:
            if head.has_row:
                container = self._open[-1]
                context = container.context + head.context
                start = Start(context, container.numbers, token.level, gap=0, continues=True)
                self._add(self._line(token), start, token.type)
            head.has_row = True
        self._cuts[-1].rows.append([])

    def _read_fence(self, token: Token) -> None:
        self._cut(token)
        container, line = self._open[-1], self._line(token)
        indent = " " * (token.meta["indent"] - container.indent)
        opening = f"{container.prefix}{indent}{token.markup}\n"
        code_line = 0
        if line < 0:
            code_line = self._first.code_line
            self._add(0, self._first)
        self._cuts[-1].language = token.info.strip().partition(" ")[0].lower()
        self._block(token, opening + container.prefix)
        context = container.context + opening
        start = Start(context, container.numbers, token.level, 0, continues=True, code_line=code_line)
        count = self._cut_code(token, line + 1, start)
        self._in_fence = token.map is not None and token.map[1] - token.map[0] < count + 2

    def _cut_code(self, token: Token, line: int, start: Start) -> int:
        """Begin another part after so many lines of code; returns the number of all lines.

        Args:
            token: Of the code.
            line: Of the source, where the code begins.
            start: How a part in it begins.
        """
        fenced, rows, size = token.type == "fence", 0, 0
        lines = token.content.removesuffix("\n").split("\n") if token.content else []
        for number, text in enumerate(lines):
            if (rows == CODE_ROWS or size > CODE_SIZE) and (fenced or text.strip()):
                here = line + number
                if fenced:
                    self._add(here, replace(start, code_line=start.code_line + number), token.type)
                else:
                    self._add(here, replace(start, gap=self._gap(here)), token.type)
                rows = size = 0
            rows += 1
            size += len(text)
        return len(lines)
