"""Where each value of a JSON file stands, to the byte. Only what is asked for is scanned."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from app.workspace.json_parse import STRING, Json, parse
from app.workspace.splice import BYTE_ORDER_MARK

Location: TypeAlias = tuple[str | int, ...]

_SPACE = re.compile(rb"[ \t\r\n]*")
_STRING = re.compile(STRING, re.DOTALL)
_SCALAR = re.compile(rb"[^],}\s]+")
_BRACKET = re.compile(rb'[^]["{}]*+(?:' + STRING + rb'[^]["{}]*+)*+([]{}[])', re.DOTALL)


class Item(NamedTuple):
    """A member of an object, or an element of an array.

    Args:
        start: Where its key begins, or the element.
        value: Where the value begins.
        end: Behind the value.
    """

    start: int
    value: int
    end: int


@dataclass(frozen=True, slots=True)
class Container:
    """An object or array.

    Args:
        start: Where its bracket is.
        end: Behind its closing bracket.
        items: In order.
        positions: Of each key of an object among the items; None for an array.
    """

    start: int
    end: int
    items: list[Item]
    positions: dict[str, int] | None

    def position(self, key: str | int) -> int:
        """Where an item that exists is among the items."""
        return key if isinstance(key, int) else (self.positions or {})[key]


class Document:
    """A JSON file: its bytes, its value, and where in the bytes each part of the value stands.

    Args:
        content: Of the file.

    Raises:
        EditError: It is not strict JSON.
    """

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.value = parse(content)
        self._containers: dict[int, Container] = {}
        self._start = _after_space(
            content, len(BYTE_ORDER_MARK) if content.startswith(BYTE_ORDER_MARK) else 0
        )

    def at(self, location: Location) -> Json:
        """The value at a location that exists."""
        value = self.value
        for key in location:
            value = value[key]  # type: ignore[index]  # the location says which it is
        return value

    def item(self, location: Location) -> Item:
        """The bytes of a location that exists; the root is an item without a key."""
        if not location:
            return Item(self._start, self._start, _value_end(self.content, self._start))
        container = self.container(location[:-1])
        return container.items[container.position(location[-1])]

    def container(self, location: Location) -> Container:
        """The object or array at a location. Scanned once."""
        start = self._start
        for key in location:
            container = self._scanned(start)
            start = container.items[container.position(key)].value
        return self._scanned(start)

    def _scanned(self, start: int) -> Container:
        if start not in self._containers:
            self._containers[start] = _scan(self.content, start)
        return self._containers[start]


def _scan(content: bytes, start: int) -> Container:
    """List the items of the container that begins at an offset, skipping over what is in them."""
    items: list[Item] = []
    positions: dict[str, int] | None = {} if content[start] == ord("{") else None
    offset = _after_space(content, start + 1)
    while content[offset] not in b"]}":
        if content[offset] == ord(","):
            offset = _after_space(content, offset + 1)
        first = value = offset
        if positions is not None:
            key_end = _value_end(content, first)
            positions[json.loads(content[first:key_end])] = len(items)
            value = _after_space(content, _after_space(content, key_end) + 1)
        end = _value_end(content, value)
        items.append(Item(first, value, end))
        offset = _after_space(content, end)
    return Container(start, offset + 1, items, positions)


def _after_space(content: bytes, offset: int) -> int:
    match = _SPACE.match(content, offset)
    assert match is not None
    return match.end()


def _value_end(content: bytes, start: int) -> int:
    if content[start] in b"{[":
        return _container_end(content, start)
    match = (_STRING if content[start] == ord('"') else _SCALAR).match(content, start)
    assert match is not None  # the content is JSON
    return match.end()


def _container_end(content: bytes, start: int) -> int:
    depth = 0
    for bracket in _BRACKET.finditer(content, start):
        depth += 1 if bracket[1] in b"{[" else -1
        if not depth:
            return bracket.end()
    raise AssertionError("the content is JSON")
