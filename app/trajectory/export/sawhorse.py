"""A run as lines of ours, each of them whole: what is too long for a line is cut."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import TypeVar, cast

from app.trajectory.codec import encode
from app.trajectory.events import Record
from app.trajectory.lines import LONGEST

T = TypeVar("T")

_KEPT = 100_000  # characters of each text in a line that would be too long


def sawhorse(records: Iterable[Record]) -> Iterator[bytes]:
    """The lines of a trajectory.

    Args:
        records: In order; they keep their numbers.
    """
    for record in records:
        line = encode(record)
        yield line if len(line) < LONGEST else encode(replace(record, event=_cut(record.event)))


def _cut(value: T) -> T:
    """A value whose texts are not long."""
    result: object = value
    match value:
        case str() if len(value) > _KEPT:
            result = f"{value[:_KEPT]}\n[{len(value) - _KEPT:,} characters are left out]"
        case Mapping():
            result = {key: _cut(item) for key, item in value.items()}
        case list() | tuple():
            result = type(value)(_cut(item) for item in value)
        case _ if is_dataclass(value) and not isinstance(value, type):
            changed = {field.name: _cut(getattr(value, field.name)) for field in fields(value) if field.init}
            result = replace(value, **changed)
    return cast("T", result)
