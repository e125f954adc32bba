"""The block parser of markdown-it, which tells how far content is indented and leaves none of it out."""

from __future__ import annotations

from markdown_it import MarkdownIt
from markdown_it.parser_block import ParserBlock
from markdown_it.rules_block import StateBlock, fence


def markdown_parser() -> MarkdownIt:
    """Without raw HTML; without reference links, whose definition could change a finished paragraph."""
    parser = MarkdownIt("commonmark")
    parser.block = _BlockParser()
    parser.configure("commonmark", {"html": False})
    return parser.enable(["table", "strikethrough"]).disable(["reference", "html_block"])


class _BlockParser(ParserBlock):
    """Notes at each quote, list item and fence how far its content is indented, as `meta["indent"]`."""

    def __init__(self) -> None:
        super().__init__()
        self.ruler.at("fence", _fence, {"alt": ["paragraph", "blockquote", "list"]})

    def tokenize(self, state: StateBlock, startLine: int, endLine: int) -> None:  # noqa: N803  # markdown-it's
        """Parse the content of the document, or of the quote or list item that was just opened."""
        if state.level >= state.md.options.maxNesting:
            _too_deep(state, startLine, endLine)
            return
        if state.tokens:
            state.tokens[-1].meta["indent"] = state.blkIndent
        super().tokenize(state, startLine, endLine)


def _fence(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    found = fence(state, start, end, silent)
    if found and not silent:
        state.tokens[-1].meta["indent"] = state.sCount[start]
    return found


def _too_deep(state: StateBlock, start: int, end: int) -> None:
    """Make one paragraph of what markdown-it would leave out, together with all that follows it."""
    line = start + 1
    while line < end and (state.isEmpty(line) or not 0 <= state.sCount[line] < state.blkIndent):
        line += 1
    state.line = line
    if content := state.getLines(start, line, state.blkIndent, False).strip():
        state.push("paragraph_open", "p", 1).map = [start, line]
        inline = state.push("inline", "", 0)
        inline.map, inline.content, inline.children = [start, line], content, []
        state.push("paragraph_close", "p", -1)
