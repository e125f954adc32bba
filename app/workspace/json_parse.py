"""A file as strict JSON, or where it is not."""

from __future__ import annotations

import json
import re
from typing import NoReturn, TypeAlias

from app.workspace.errors import EditError
from app.workspace.lines import line_number
from app.workspace.splice import BYTE_ORDER_MARK

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"

LARGEST = 16 * 2**20
STRING = rb'"(?:[^"\\]|\\.)*+"'
_TOKEN = re.compile(STRING + rb"|[][{}:]|NaN|-?Infinity", re.DOTALL)
_COMMENTS = ("//", "/*", "#")
_LONGEST_INTEGER = 4_000  # digits; Python itself refuses to read much longer ones


class _DuplicateKeyError(Exception):
    """An object has a key twice."""


class _ConstantError(Exception):
    """NaN or an infinity, which Python's parser would take."""


def parse(content: bytes) -> Json:
    """The value a file holds.

    Args:
        content: Of the file; a byte order mark may come first.

    Raises:
        EditError: It is not strict JSON; the message says where and why.
    """
    if len(content) > LARGEST:
        raise EditError(
            f"has {len(content) / 2**20:,.0f} MiB, more than is edited as JSON; use jq, or str_replace"
        )
    try:
        text = content.removeprefix(BYTE_ORDER_MARK).decode()
    except UnicodeDecodeError as error:
        line = line_number(content, error.start)
        raise EditError(f"is not JSON: line {line} has bytes that are not UTF-8; convert it first") from None
    try:
        value: Json = json.loads(text, object_pairs_hook=_object, parse_constant=_refused, parse_int=_integer)
    except json.JSONDecodeError as error:
        raise EditError(_reason(error)) from None
    except RecursionError:
        raise EditError("is nested too deeply to be edited as JSON; use str_replace") from None
    except _DuplicateKeyError:
        raise EditError(_duplicate(content)) from None
    except _ConstantError:
        raise EditError(_constant(content)) from None
    return value


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise _DuplicateKeyError
    return made


def _refused(_: str) -> NoReturn:
    raise _ConstantError


def _integer(digits: str) -> int | float:
    return int(digits) if len(digits) <= _LONGEST_INTEGER else float(digits)


def _reason(error: json.JSONDecodeError) -> str:
    text, position = error.doc, error.pos
    if not text.strip():
        return "is empty, so it is not JSON; write a value such as {} with create first"
    place = f"line {error.lineno}, column {error.colno}"
    if text.startswith(_COMMENTS, position):
        return f"is not strict JSON but JSONC: a comment at {place}; use str_replace to edit it"
    around = text[:position].rstrip()[-1:] + text[position : position + 1]
    if around in (",]", ",}") or error.msg.startswith("Illegal trailing comma"):
        return f"is not strict JSON but JSONC: a trailing comma before {place}; use str_replace to edit it"
    what = error.msg[:1].lower() + error.msg[1:].removesuffix(" at")
    return f"is not JSON: {what} at {place}; mend it with str_replace"


def _duplicate(content: bytes) -> str:
    """Name the key; called only for a file that has one."""
    objects: list[dict[str, int]] = []
    last = b""
    start = 0
    for token in _TOKEN.finditer(content):
        match token.group():
            case b"{" | b"[":
                objects.append({})
            case b"}" | b"]":
                objects.pop()
            case b":":
                key = json.loads(last)
                if key in objects[-1]:
                    first, second = (line_number(content, at) for at in (objects[-1][key], start))
                    return (
                        f"has the key {json.dumps(key)} twice in one object, at lines {first} and {second}; "
                        "take one away with str_replace"
                    )
                objects[-1][key] = start
            case string:
                last, start = string, token.start()
    return "has a key twice in one object; take one away with str_replace"


def _constant(content: bytes) -> str:
    for token in _TOKEN.finditer(content):
        if token.group().endswith((b"N", b"y")):
            column = token.start() - content.rfind(b"\n", 0, token.start())
            return (
                f"is not JSON: {token.group().decode()} at line {line_number(content, token.start())}, "
                f"column {column}; mend it with str_replace"
            )
    return "is not JSON: it has NaN or Infinity; mend it with str_replace"
