"""Values that JSON has a word for, made of any others."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

_DEEPEST = 100  # levels; more has no use, and no library writes it


def plain(value: object, depth: int = 0) -> object:
    """What JSON can hold of a value: lone surrogates are written out, what has no JSON form becomes text.

    Args:
        value: Anything.
        depth: In how many others it stands.
    """
    if depth > _DEEPEST:
        return "(nested too deep to be recorded)"
    match value:
        case str():
            return value if value.isascii() else value.encode("utf-8", "backslashreplace").decode()
        case bool() | None | float():
            return value
        case int():
            return value if -(2**63) <= value < 2**64 else str(value)
        case Mapping():
            return {str(plain(str(key))): plain(item, depth + 1) for key, item in value.items()}
        case list() | tuple():
            return [plain(item, depth + 1) for item in value]
        case _ if dataclasses.is_dataclass(value) and not isinstance(value, type):
            return {
                field.name: plain(getattr(value, field.name), depth + 1)
                for field in dataclasses.fields(value)
            }
        case _:
            return plain(str(value), depth)
