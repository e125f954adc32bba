"""The one parser of markdown: parts of a text, and inline text as styled spans."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from rich.style import Style

from app.terminal.text import safe_line, safe_text
from widgets.conversation.line import Span
from widgets.conversation.palette import Palette

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token


@cache
def _parser() -> MarkdownIt:
    """Without raw HTML; without reference links, whose definition could change a finished paragraph."""
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": False})
    return parser.enable(["table", "strikethrough"]).disable(["reference", "html_block"])


def parse_blocks(source: str) -> list[Token]:
    """The block structure only: inline text stays unparsed, which takes a quarter of the time."""
    tokens: list[Token] = []
    parser = _parser()
    parser.block.parse(source, parser, {}, tokens)
    return tokens


@dataclass(slots=True)
class Cut:
    """Where a part begins: a top-level block, or an item of a top-level list.

    Args:
        line: The first line of the source.
        kind: The type of the first token.
        ordinal: The number of an item in an ordered list.
        tight: No blank line is above it.
    """

    line: int
    kind: str
    ordinal: int | None = None
    tight: bool = False


def split(source: str, ordinal: int | None = None) -> list[Cut]:
    """Find the parts of a text.

    Args:
        source: Markdown.
        ordinal: The number of the first item where the text goes on with a list.
    """
    cuts: list[Cut] = []
    lines: list[str] | None = None
    number: int | None = None
    first_item = True
    for token in parse_blocks(source):
        if token.map is None or token.nesting == -1:
            continue
        start = token.map[0]
        if token.level == 0 and token.type.endswith("list_open"):
            number = list_start(token)
            if not cuts and ordinal is not None and number is not None:
                number = ordinal
            first_item = True
        elif token.level == 0:
            cuts.append(Cut(start, token.type))
        elif token.level == 1 and token.type == "list_item_open":
            if lines is None:
                lines = source.split("\n")
            cuts.append(Cut(start, token.type, number, not first_item and bool(lines[start - 1].strip())))
            number = None if number is None else number + 1
            first_item = False
    return cuts


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
