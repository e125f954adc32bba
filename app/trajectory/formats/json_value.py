"""JSON as programs write it, more than the standard allows."""

from __future__ import annotations

import json

import orjson

_MARK = b"\xef\xbb\xbf"


def parsed(data: bytes) -> tuple[object, str]:
    """The value and an empty text; or None, and why it is no JSON. Never raises.

    Args:
        data: UTF-8, with or without a byte order mark.
    """
    data = data.removeprefix(_MARK)
    try:
        return orjson.loads(data), ""
    except ValueError as error:
        why = str(error)
    try:  # what is common and no standard: NaN, lone surrogates, numbers of any length
        return json.loads(data), ""
    except RecursionError:
        return None, "nested too deep"
    except (ValueError, MemoryError):
        return None, why
