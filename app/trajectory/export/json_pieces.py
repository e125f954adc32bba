"""JSON that is written piece by piece, so that a long list need not be in memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from tempfile import SpooledTemporaryFile

import orjson

_IN_MEMORY = 2**20  # bytes
_PIECE = 2**18  # bytes
_DEEPEST = 100  # levels


def dumped(value: object, *, indented: bool = False) -> bytes:
    """A value as JSON, whatever is in it: what JSON has no word for is written as text."""
    option = orjson.OPT_INDENT_2 if indented else None
    try:
        return orjson.dumps(value, option=option)
    except TypeError:  # half of a surrogate pair, a number of any length, nested too deep
        return orjson.dumps(_plain(value), option=option)


class Later:
    """Items of a list that comes later in the document than they come up; beyond a megabyte in a file."""

    def __init__(self) -> None:
        self._file = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - open until it is given out
        self.count = 0

    def add(self, item: object) -> None:
        """Append one."""
        self._file.write(separated(item, first=not self.count))
        self.count += 1

    def pieces(self) -> Iterator[bytes]:
        """All of them, with commas between them; they are gone after that."""
        self._file.seek(0)
        with self._file as file:
            while piece := file.read(_PIECE):
                yield piece


def separated(item: object, *, first: bool) -> bytes:
    """An item of a list on a line of its own, after what separates it from the one before."""
    return (b"\n" if first else b",\n") + dumped(item)


def members(values: Mapping[str, object]) -> bytes:
    """Names and values, as they stand between the braces of an object."""
    return dumped(values)[1:-1]


def _plain(value: object, depth: int = 0) -> object:
    if depth > _DEEPEST:
        return "(nested too deep to be written)"
    match value:
        case str():
            return value.encode("utf-8", "replace").decode()
        case bool() | None | float():
            return value
        case int():
            return value if -(2**63) <= value < 2**64 else str(value)
        case Mapping():
            return {str(_plain(str(key))): _plain(item, depth + 1) for key, item in value.items()}
        case list() | tuple():
            return [_plain(item, depth + 1) for item in value]
        case _:
            return _plain(str(value))
