"""Edits of a JSON file as bytes: what is not named stays as it is, to the byte."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from app.workspace.errors import EditError
from app.workspace.json_parse import Json
from app.workspace.json_query import compile_query, kind, shown
from app.workspace.json_spans import Container, Document, Location
from app.workspace.json_style import Style, line_indent, style_of, without_blank_lines
from app.workspace.splice import Splice

_APPENDS = re.compile(r"\[\s*-\s*\]\s*$")


@dataclass(frozen=True, slots=True)
class JsonChange:
    """What an edit does.

    Args:
        splices: In the order of the file, none over another; offsets are those of the old content.
        locations: The values that are set, added or removed.
    """

    splices: list[Splice]
    locations: list[Location]


def set_values(content: bytes, path: str, value: Json) -> JsonChange:
    """Replace each value a JSONPath matches; a last key that an object does not have yet is made.

    Args:
        content: Of the file.
        path: The JSONPath.
        value: What takes their place.

    Raises:
        EditError: The file is not JSON, nothing matches, or matches lie within each other.
    """
    document, query = Document(content), compile_query(path)
    found = query.find(document.value)
    made = []
    if isinstance(key := query.last, str):
        known = set(found)
        parents = query.parent.find(document.value)
        made = [
            (*parent, key)
            for parent in parents
            if isinstance(document.at(parent), dict) and (*parent, key) not in known
        ]
    if not found and not made:
        raise query.no_match(document.value)
    _refuse_nested(found + made)
    pen = _Pen(document, style_of(content))
    splices = [pen.replace(location, value) for location in found]
    splices += [pen.insert(location[:-1], location[-1], value) for location in made]
    changing = [splice for splice in splices if splice.removed != splice.added]
    if not changing:
        raise EditError(f"{path} has that value already; nothing to change")
    return JsonChange(_ordered(changing), found + made)


def add_values(content: bytes, path: str, value: Json) -> JsonChange:
    """Add a key to each object, or an element to each array, that the path up to its end matches.

    Args:
        content: Of the file.
        path: The JSONPath; it ends in a new key, in the index to insert before, or in [-] to append.
        value: What is added.

    Raises:
        EditError: The file is not JSON, the key exists, or the place cannot take what is added.
    """
    document = Document(content)
    if append := _APPENDS.search(path):
        parent, key = compile_query(path[: append.start()]), None
    else:
        query = compile_query(path)
        if query.last is None:
            raise EditError(f"to add, {path} must end in a key, in an index, or in [-] to append")
        parent, key = query.parent, query.last
    found = parent.find(document.value)
    if not found:
        raise parent.no_match(document.value)
    targets = [(*place, _new_key(document, place, key)) for place in found]
    pen = _Pen(document, style_of(content))
    return JsonChange(_ordered(pen.insert(target[:-1], target[-1], value) for target in targets), targets)


def remove_values(content: bytes, path: str) -> JsonChange:
    """Take away each member or element a JSONPath matches, with its comma and its line.

    Args:
        content: Of the file.
        path: The JSONPath.

    Raises:
        EditError: The file is not JSON, nothing matches, or all of it would go.
    """
    document, query = Document(content), compile_query(path)
    found = query.find(document.value)
    if not found:
        raise query.no_match(document.value)
    if () in found:
        raise EditError("the whole document cannot be removed; set $ to a new value instead")
    matched = set(found)
    going: dict[Location, set[int]] = {}
    for location in found:
        parent = location[:-1]
        if any(location[:length] in matched for length in range(1, len(location))):
            continue  # what it lies in goes anyway
        position = document.container(parent).position(location[-1])
        going.setdefault(parent, set()).add(position)
    splices = [
        splice
        for parent, positions in going.items()
        for splice in _removals(content, document.container(parent), positions)
    ]
    return JsonChange(_ordered(splices), found)


@dataclass(frozen=True, slots=True)
class _Pen:
    """Writes new values into a document, in its own style."""

    document: Document
    style: Style

    def replace(self, location: Location, value: Json) -> Splice:
        """Put a value in place of one that exists."""
        content, item = self.document.content, self.document.item(location)
        old = content[item.value : item.end]
        lines = self._in_lines(location)
        indent = line_indent(content, item.value) if lines else None
        return Splice(item.value, old, self.style.written(value, indent))

    def insert(self, parent: Location, key: str | int, value: Json) -> Splice:
        """Put a new member last into an object, or a new element before an index of an array."""
        content, container = self.document.content, self.document.container(parent)
        if not container.items:
            return self._fill(parent, container, key, value)
        position = key if isinstance(key, int) else len(container.items)
        separator = self._separator(container, position)
        neighbour = container.items[max(position - 1, 0)]
        lines = b"\n" in separator + content[neighbour.value : neighbour.end]
        written = self._item(key, value, line_indent(content, neighbour.end - 1) if lines else None)
        if position == len(container.items):
            return Splice(neighbour.end, b"", separator + written)
        return Splice(container.items[position].start, b"", written + separator)

    def _fill(self, parent: Location, container: Container, key: str | int, value: Json) -> Splice:
        content, style = self.document.content, self.style
        inside = container.start + 1
        if self._in_lines(parent):
            outer = style.newline + line_indent(content, container.start)
            inner = outer + style.unit.encode()
            added = inner + self._item(key, value, inner.removeprefix(style.newline)) + outer
        else:
            added = self._item(key, value, None)
        return Splice(inside, content[inside : container.end - 1], added)

    def _item(self, key: str | int, value: Json, indent: bytes | None) -> bytes:
        written = self.style.written(value, indent)
        if isinstance(key, int):
            return written
        return self.style.written(key, None) + self.style.colon.encode() + written

    def _separator(self, container: Container, position: int) -> bytes:
        """What parts a new item from its neighbour: the same as the items there."""
        content, items = self.document.content, container.items
        if len(items) > 1:
            right = min(max(position, 1), len(items) - 1)
            return without_blank_lines(content[items[right - 1].end : items[right].start])
        margin = content[container.start + 1 : items[0].start]
        return b"," + without_blank_lines(margin) if b"\n" in margin else self.style.comma.encode()

    def _in_lines(self, location: Location) -> bool:
        """Whether a value there goes over several lines: as the old one does, or else what it lies in."""
        content, item = self.document.content, self.document.item(location)
        if self.document.at(location) and content[item.value] in b"{[":
            return b"\n" in content[item.value : item.end]
        if not location:
            return True
        around = self.document.container(location[:-1])
        return b"\n" in content[around.start : around.items[0].start]


def _new_key(document: Document, place: Location, key: str | int | None) -> str | int:
    """The key or index to add at a place; None appends."""
    value = document.at(place)
    if isinstance(value, list):
        if isinstance(key, str):
            raise EditError(
                f"{shown(place)} is an array and takes no key {key!r}; end the path in an index, or [-]"
            )
        count = len(value)
        if key is None or key == count:
            return count
        if not -count <= key < count:
            raise EditError(
                f"index {key} is out of range: {shown(place)} has {count} elements; use 0 to {count}, or [-]"
            )
        return key % count
    if not isinstance(value, dict):
        raise EditError(f"nothing can be added in {shown(place)}: it is {kind(value)}")
    if not isinstance(key, str):
        raise EditError(f"{shown(place)} is an object; end the path in a key, such as .name")
    if key in value:
        raise EditError(f"{shown((*place, key))} exists already; use set to replace it")
    return key


def _removals(content: bytes, container: Container, going: set[int]) -> list[Splice]:
    items = container.items
    if len(going) == len(items):
        inside = container.start + 1
        return [Splice(inside, content[inside : container.end - 1], b"")]
    splices = []
    for first in sorted(going):
        if first - 1 in going:
            continue
        last = first
        while last + 1 in going:
            last += 1
        # An item that begins a line makes way for the next one; any other goes with the comma before it.
        before = content[items[first - 1].end : items[first].start] if first else b""
        if first and (last + 1 == len(items) or b"\n" not in before):
            start, end = items[first - 1].end, items[last].end
        else:
            start, end = items[first].start, items[last + 1].start
        splices.append(Splice(start, content[start:end], b""))
    return splices


def _refuse_nested(locations: list[Location]) -> None:
    """A value cannot be set and stay a part of another that is set."""
    places = set(locations)
    for location in locations:
        for length in range(len(location)):
            if (outer := location[:length]) in places:
                raise EditError(
                    f"json_path matches {shown(location)} and {shown(outer)}, which holds it; name one"
                )


def _ordered(splices: Iterable[Splice]) -> list[Splice]:
    return sorted(splices, key=lambda splice: splice.offset)
