"""JSON that is written piece by piece, so that a long list need not be in memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from tempfile import SpooledTemporaryFile

import orjson

from app.trajectory.plain_values import plain

_IN_MEMORY = 2**20  # bytes
_PIECE = 2**18  # bytes


def dumped(value: object, *, indented: bool = False) -> bytes:
    """A value as JSON, whatever is in it: what JSON has no word for is written as text."""
    option = orjson.OPT_INDENT_2 if indented else None
    try:
        return orjson.dumps(value, option=option)
    except TypeError:  # half of a surrogate pair, a number of any length, nested too deep
        return orjson.dumps(plain(value), option=option)


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
