"""Markdown of a run as HTML in which nothing can be loaded, followed or run."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

_LONGEST = 20_000  # characters; there are texts that take the square of their length


def rich_text() -> Callable[[str], str]:
    """What makes HTML of a text. Tags in it, addresses and images are shown as they are written."""
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"])
    parser.disable(["html_block", "html_inline", "image", "link", "autolink", "reference", "entity"])

    def rich(text: str) -> str:
        if len(text) > _LONGEST:
            return f'<pre class="plain">{escape(text)}</pre>'
        return str(parser.render(text))

    return rich
