"""Records to lines of JSON and back.

A line is one object: `v`, `seq`, `ts`, `kind`, the event's fields, then as far as they are needed `agent`,
`source` and `blobs`, and last `crc`, the CRC-32 of the line up to the comma before it.
"""

from __future__ import annotations

import dataclasses
import re
import zlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from operator import attrgetter
from typing import Any, get_args  # Any: fields of a decoded JSON object

import orjson

from app.trajectory.blobs import BlobError
from app.trajectory.content import Block, Text, Thinking, ToolCall, Usage
from app.trajectory.effects import Effects
from app.trajectory.events import Event, Record
from app.trajectory.large_values import WHOLE, put_aside, put_back
from app.trajectory.plain_values import plain
from app.trajectory.review import HunkDecision

VERSION = 1
KINDS: Mapping[str, type] = {kind.kind: kind for kind in get_args(Event)}
_FIELDS: Mapping[type, tuple[str, ...]] = {
    kind: tuple(field.name for field in dataclasses.fields(kind)) for kind in KINDS.values()
}
_CRC = b',"crc":'
_BEGINNING = re.compile(rb'\{"v":\d+,"seq":(\d{1,18}),')
_OPTIONS = orjson.OPT_NON_STR_KEYS


class DamagedLineError(Exception):
    """A line is no record; the message says why."""


def encode(record: Record) -> bytes:
    """One line, with its newline. Never raises for what a model, a tool or a file can send."""
    head = _head(record)
    try:
        return _line(orjson.dumps(head, option=_OPTIONS))
    except (TypeError, ValueError, RecursionError):  # what JSON, or our library, has no word for
        return _line(orjson.dumps(plain(head)))


def encode_apart(record: Record, put: Callable[[bytes], str]) -> bytes:
    """One line of bounded length: what is large in it is given to `put`, which keeps and names it.

    Raises:
        OSError: `put` does.
    """
    head = plain(_head(record))
    assert isinstance(head, dict)
    if names := put_aside(head, put):
        head["blobs"] = names
    return _line(orjson.dumps(head))


def decode(line: bytes, get: Callable[[str], bytes] | None = None) -> Record:
    """The record of one line.

    Args:
        line: With or without its newline.
        get: What the name of a blob stands for; may raise `BlobError`. Left out, a large text is cut short.

    Raises:
        DamagedLineError: The line is torn, its checksum is wrong, or its kind is not known.
    """
    fields = decode_object(line)
    try:
        if "blobs" in fields:
            put_back(fields, fields["blobs"], get or _without_blobs)
        kind = KINDS[fields["kind"]]
        names = _FIELDS[kind]
        values = {name: _REBUILD.get(name, _same)(value) for name, value in fields.items() if name in names}
        ts = datetime.fromisoformat(fields["ts"]).timestamp()
        agent, source = str(fields.get("agent", "")), str(fields.get("source", ""))
        return Record(int(fields["seq"]), ts, kind(**values), agent, source)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise DamagedLineError(f"not an event of version {VERSION}: {error}") from None


def blobs_of(line: bytes) -> list[str]:
    """The names of the blobs that a whole line needs."""
    names = decode_object(line).get("blobs") if b'"blobs":' in line else None
    return [str(name).removesuffix(WHOLE) for name in names.values()] if isinstance(names, dict) else []


def number_of(line: bytes) -> int | None:
    """The number of a line's record, without a look at the checksum; None if it has none."""
    found = _BEGINNING.match(line)
    return int(found[1]) if found else None


def decode_object(line: bytes) -> dict[str, Any]:
    """The JSON object of one line, its checksum verified.

    Raises:
        DamagedLineError: The line is torn or its checksum is wrong.
    """
    body, comma, rest = line.rstrip(b"\r\n").rpartition(_CRC)
    try:
        if not comma or zlib.crc32(body) != int(rest[:-1]):
            raise DamagedLineError("the checksum is wrong")
        fields = orjson.loads(line)
    except ValueError:
        raise DamagedLineError("not a JSON object") from None
    if not isinstance(fields, dict):
        raise DamagedLineError("not a JSON object")
    return fields


def _head(record: Record) -> dict[str, object]:
    event = record.event
    kind = type(event)
    head: dict[str, object] = {
        "v": VERSION,
        "seq": record.seq,
        "ts": _timestamp(record.ts),
        "kind": event.kind,
    }
    head.update(zip(_FIELDS[kind], _VALUES[kind](event), strict=True))
    if record.agent:
        head["agent"] = record.agent
    if record.source:
        head["source"] = record.source
    return head


def _timestamp(seconds: float) -> str:
    whole, micro = divmod(round(seconds * 1_000_000), 1_000_000)
    return f"{_second(whole)}.{micro:06d}Z"


@lru_cache(maxsize=4)
def _second(seconds: int) -> str:
    """A time without its zone, which is UTC; most events share theirs with the one before."""
    return datetime.fromtimestamp(seconds, UTC).isoformat()[: -len("+00:00")]


def _values_of(names: tuple[str, ...]) -> Callable[[object], tuple[object, ...]]:
    """What gives the values of some fields, in one step."""
    if len(names) > 1:
        return attrgetter(*names)
    return lambda event: tuple(getattr(event, name) for name in names)


_VALUES = {kind: _values_of(names) for kind, names in _FIELDS.items()}


def _line(body: bytes) -> bytes:
    body = body[:-1]
    return b"%b%b%d}\n" % (body, _CRC, zlib.crc32(body))


def _without_blobs(name: str) -> bytes:
    raise BlobError(f"blob {name} was not looked for")


def _blocks(value: list[dict[str, Any]]) -> tuple[Block, ...]:
    return tuple(_block(dict(item)) for item in value)


def _block(item: dict[str, Any]) -> Block:
    kind = item.pop("type")
    match kind:
        case "text":
            return Text(**item)
        case "thinking":
            return Thinking(**item)
        case "tool_call":
            return ToolCall(**item)
    raise ValueError(f"unknown block {kind!r}")


def _effects(value: dict[str, Any]) -> Effects:
    return Effects(
        **{**value, **{name: tuple(value.get(name, ())) for name in ("reads", "writes", "variables")}}
    )


def _same(value: object) -> object:
    return value


_REBUILD: Mapping[str, Callable[[Any], object]] = {
    "blocks": _blocks,
    "usage": lambda value: Usage(**value),
    "effects": lambda value: value and _effects(value),
    "waits_for": tuple,
    "rules": tuple,
    "hunks": lambda value: tuple(HunkDecision(**hunk) for hunk in value),
}
