"""Values of a JSON file as text for a model, numbers and escapes as the file spells them."""

from __future__ import annotations

import re

from app.workspace.json_parse import STRING
from app.workspace.json_query import compile_query, shown
from app.workspace.json_spans import Document
from app.workspace.lines import line_number

_TOKEN = re.compile(STRING + rb'|[][{}:,]|[^][{}:,"\s]+', re.DOTALL)
_OPENING = (b"{", b"[")
_CLOSING = (b"}", b"]")


def view_values(content: bytes, path: str, *, pretty: bool, limit: int) -> str:
    """What a JSONPath matches, each with its place and line.

    Args:
        content: Of the file.
        path: The JSONPath.
        pretty: Lay the values out in lines; otherwise they are shown as they stand.
        limit: Most characters.

    Raises:
        EditError: The file is not JSON, or nothing matches.
    """
    document, query = Document(content), compile_query(path)
    found = query.find(document.value)
    if not found:
        raise query.no_match(document.value)
    text = ""
    for count, location in enumerate(found):
        if len(text) >= limit:
            return f"{text}[{count:,} of {len(found):,} matches are shown; name more of the path]\n"
        item = document.item(location)
        raw = content[item.value : item.end]
        value = (laid_out(raw) if pretty else raw).decode()
        room = max(limit - len(text), 0)
        if len(value) > room:
            value = f"{value[:room]}\n[{len(value) - room:,} more characters; name more of the path]"
        text += f"{shown(location)} (line {line_number(content, item.start)}): {value}\n"
    return text


def laid_out(raw: bytes) -> bytes:
    """JSON in lines, two blanks a level."""
    parts: list[bytes] = []
    depth = 0
    before = b""
    for match in _TOKEN.finditer(raw):
        token = match.group()
        depth -= token in _CLOSING
        if (before in _OPENING) != (token in _CLOSING) or before == b",":
            parts.append(b"\n" + b"  " * depth)  # but an empty container stays closed up
        parts.append(b": " if token == b":" else token)
        depth += token in _OPENING
        before = token
    return b"".join(parts)
