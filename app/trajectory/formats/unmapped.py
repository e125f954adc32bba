"""What is shown of a record for which there is no event of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from app.trajectory.events import Unmapped
from app.trajectory.formats.parts import first_line
from app.trajectory.formats.values import items, mapping

_IDS = ("uuid", "Uuid", "id", "Id", "ID", "_ids", "_at", "_at_ms")
_SAME_EVERYWHERE = {
    "type",
    "subtype",
    "timestamp",
    "cwd",
    "version",
    "gitBranch",
    "userType",
    "isSidechain",
    "entrypoint",
    "slug",
    "role",
}
_MOST_VALUES = 8
_DEEPEST = 5
_LONGEST_DAMAGED = 1_000  # bytes


def unmapped(kind: str, record: object) -> Unmapped:
    """A record, as its type and the first of its plain values, without those that only name it.

    Args:
        kind: Its type.
        record: What it holds.
    """
    found: list[str] = []
    for value in _values(record, 0):
        found.append(value)
        if len(found) == _MOST_VALUES:
            break
    return Unmapped(kind or "record", first_line(", ".join(found)))


def damaged(line: bytes) -> Unmapped:
    """A line that is no JSON.

    Args:
        line: As the file has it.
    """
    return Unmapped("damaged line", first_line(line[:_LONGEST_DAMAGED].decode("utf-8", "replace")))


def _values(value: object, depth: int) -> Iterator[str]:
    if isinstance(value, str):
        if value.strip():
            yield first_line(value)
    elif isinstance(value, bool):
        return
    elif isinstance(value, int | float):
        yield f"{value:,}"
    elif depth < _DEEPEST:
        yield from _nested(value, depth)


def _nested(value: object, depth: int) -> Iterator[str]:
    for member in items(value)[:_MOST_VALUES]:
        yield from _values(member, depth + 1)
    for name, member in _named(mapping(value)):
        if isinstance(member, bool):
            if member:
                yield name
        elif isinstance(member, int | float):
            yield f"{name} {member:,}"
        else:
            yield from _values(member, depth + 1)


def _named(record: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    return (
        (name, value)
        for name, value in record.items()
        if name not in _SAME_EVERYWHERE and not name.endswith(_IDS)
    )
