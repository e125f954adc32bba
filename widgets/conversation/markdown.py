"""The one parser of markdown: block tokens of a text, and inline text as styled spans."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from rich.style import Style

from app.terminal.text import safe_line, safe_text
from widgets.conversation.line import Span
from widgets.conversation.palette import Palette

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_MARK = re.compile(r"[\\`*_\[~<&\n]")
"""Text without any of these is plain."""
_COSTLY = re.compile(r"[*_\[~]")
_MOST_COSTLY = 500
"""In one paragraph: so many mean nothing, and the time they take grows with their square."""


@cache
def _parser() -> MarkdownIt:
    from widgets.conversation.block_parser import markdown_parser

    return markdown_parser()


def parse_blocks(source: str) -> list[Token]:
    """The block structure only: inline text stays unparsed, which takes a quarter of the time."""
    tokens: list[Token] = []
    parser = _parser()
    parser.block.parse(source, parser, {}, tokens)
    return tokens


def list_start(token: Token) -> int | None:
    """The number of the first item of an ordered list; None for a bullet list."""
    if token.type != "ordered_list_open":
        return None
    start = token.attrGet("start")
    return 1 if start is None else int(start)


def inline_spans(content: str, style: Style, palette: Palette) -> list[Span]:
    """Parse inline markdown into styled text.

    Args:
        content: Safe text; may hold newlines, which stay.
        style: Of plain text.
        palette: Of everything else.
    """
    if _MARK.search(content) is None or len(_COSTLY.findall(content)) > _MOST_COSTLY:
        return [(content.replace("\t", "    "), style)]
    tokens: list[Token] = []
    parser = _parser()
    parser.inline.parse(content, parser, {}, tokens)
    spans: list[Span] = []
    styles = [style]
    address, start, made_of_entities = "", 0, False
    for token in tokens:
        match token.type:
            case "text":
                spans.append((token.content.replace("\t", "    "), styles[-1]))
            case "text_special":
                made_of_entities = True
                spans.append((token.content, styles[-1]))
            case "code_inline":
                spans.append((token.content.replace("\t", "    "), styles[-1] + palette.code))
            case "softbreak" | "hardbreak":
                spans.append(("\n", styles[-1]))
            case "image":
                spans.append((f"[image: {safe_line(token.content)}]", styles[-1] + palette.dim))
            case "link_open":
                address, start = safe_line(str(token.attrGet("href") or "")), len(spans)
                styles.append(styles[-1] + palette.link)
            case "link_close":
                styles.pop()
                if "".join(text for text, _ in spans[start:]) != address.removeprefix("mailto:"):
                    spans.append((f" ({address})", styles[-1] + palette.dim))
            case "strong_open":
                styles.append(styles[-1] + palette.strong)
            case "em_open":
                styles.append(styles[-1] + palette.emphasis)
            case "s_open":
                styles.append(styles[-1] + palette.struck)
            case "strong_close" | "em_close" | "s_close":
                styles.pop()
    return _safe_again(spans) if made_of_entities else spans


def _safe_again(spans: list[Span]) -> list[Span]:
    """An entity may have made a control character, or a run of marks over one letter."""
    joined: list[Span] = []
    for text, style in spans:
        if joined and joined[-1][1] == style:
            joined[-1] = joined[-1][0] + text, style
        else:
            joined.append((text, style))
    return [(safe_text(text).replace("\t", "    "), style) for text, style in joined]
