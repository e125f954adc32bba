"""JSON as programs write it, more than the standard allows, and less than whole."""

from __future__ import annotations

import json
import re

import orjson

_MARK = b"\xef\xbb\xbf"
# A string without an end is taken whole: else each quotation mark in it would be tried as a beginning.
_TOKENS = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"?|[{}\[\],]', re.DOTALL)
_ENDS = {"{": "}", "[": "]"}


def parsed(data: bytes) -> tuple[object, str]:
    """The value and an empty text; or None, and why it is no JSON. Never raises.

    Args:
        data: UTF-8, with or without a byte order mark.
    """
    data = data.removeprefix(_MARK)
    try:
        return orjson.loads(data), ""
    except orjson.JSONDecodeError as error:  # its own text counts lines of the value, not of its file
        why = f"{error.msg}, at character {error.pos + 1:,}"
    try:  # what is common and no standard: NaN, lone surrogates, numbers of any length
        return json.loads(data), ""
    except RecursionError:
        return None, "nested too deep"
    except (ValueError, MemoryError):
        return None, why


def parsed_beginning(data: bytes) -> object:
    """What comes before the damage in an object or a list; None if that is nothing.

    Args:
        data: Such as a document that its program was writing when it was killed.
    """
    text = data.removeprefix(_MARK).decode("utf-8", "replace")
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        damage = error.pos
    except (ValueError, RecursionError, MemoryError):
        return None
    end = 0  # of the last value that is whole
    open_ones: list[str] = []
    for token in _TOKENS.finditer(text, 0, damage):
        match token[0]:
            case "{" | "[" as begins:
                open_ones.append(_ENDS[begins])
                end = token.end()
            case "}" | "]" if open_ones:
                open_ones.pop()
                end = token.end()
            case ",":
                end = token.start()
    closed = text[:end] + "".join(reversed(open_ones))
    return parsed(closed.encode("utf-8", "surrogatepass"))[0] or None
