"""Find words in all records of a run, in the bytes of its lines: nothing is decoded."""

from __future__ import annotations

import dataclasses
import re
from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import orjson

from app.trajectory.codec import KINDS
from app.trajectory.content import Text, Thinking, ToolCall, Usage
from app.trajectory.effects import Effects
from app.trajectory.review import HunkDecision
from app.trajectory.runs.run import Run

_PIECE = 2**20  # bytes that are searched in one go
_LONG = 4  # pieces; a line that is longer is never whole in memory
_WAIT = 0.1  # seconds
_WORD = re.compile(r'"([^"]+)"|(\S+)')

_PARTS = (*KINDS.values(), Text, Thinking, ToolCall, Usage, Effects, HunkDecision)
_FIELDS = {field.name.encode() for part in _PARTS for field in dataclasses.fields(part)}
_BLOCKS = {block.type.encode() for block in (Text(""), Thinking(""), ToolCall("", "", {}))}
_NAME = re.compile(rb'"([a-z_]+)"(:?)')
_TYPE = b'"type":'
_LONGEST_NAME = 64  # bytes
_BEGINNING = 100  # bytes of a line, at most, up to its kind
_ESCAPE = re.compile(rb"(?<!\\)(?:\\\\)*\\(?:u[0-9a-f]{0,3})?\Z")
_LONGEST_CRC = 20  # bytes
_LONGEST_ESCAPE = 64  # bytes, with what stands before it
_END = re.compile(rb',"source":"[^"\\]*+(?:\\.[^"\\]*+)*+"(?:,"blobs":\{[^{}]*\})?,"crc":\d+\}\n')


@dataclass(frozen=True, slots=True)
class Found:
    """What a part of a search found.

    Args:
        rows: Those that have all the words, in their order.
        searched_bytes: How far it came.
        total_bytes: Of all lines that are known so far.
    """

    rows: array[int]
    searched_bytes: int
    total_bytes: int


def search(run: Run, words: str, *, stop: Callable[[], bool], start: int = 0) -> Iterator[Found]:
    """The rows that have all of some words, part after part of the run.

    Args:
        run: Searched while it is read, up to where it is complete.
        words: In any case, as far as they are ASCII; what is in double quotes is one word.
        stop: Asked now and then; True ends the search.
        start: The first row.
    """
    needles = _needles(words)
    row = start
    while needles and not stop():
        complete = run.complete
        if row == (count := len(run)):
            if complete:
                return
            run.wait(row + 1, _WAIT)
            continue
        offset, length = run.rows.place(row)
        last = count - 1
        if offset + _PIECE < run.rows.end:
            last = max(run.rows.at(offset + _PIECE, row) - 1, row)  # the one that is there may be very long
        if length > _LONG * _PIECE:
            found = array("I", [row] if _has_all(run, offset, length, needles) else [])
        else:
            found = _rows_with(run, row, last, needles)
        row = last + 1
        yield Found(found, sum(run.rows.place(last)), run.rows.end)


def _needles(words: str) -> list[bytes]:
    """The words as they stand in a line in lower case, the longest first: it is the rarest."""
    found = (quoted or plain for quoted, plain in _WORD.findall(words))
    clean = (word.encode("utf-8", "replace").decode() for word in found)
    return sorted((orjson.dumps(word)[1:-1].lower() for word in clean), key=len, reverse=True)


def _rows_with(run: Run, first: int, last: int, needles: Sequence[bytes]) -> array[int]:
    """Those of the rows from one up to another, that one too, that have all words."""
    rows = run.rows
    base, _ = rows.place(first)
    lines = run.read(base, sum(rows.place(last)) - base).lower()
    found = array("I")
    row = first
    at = lines.find(needles[0])
    while at >= 0:
        row = rows.at(base + at, row)
        start, length = rows.place(row)
        start -= base
        if all(_has(lines, needle, start, start + length) for needle in needles):
            found.append(row)
        at = lines.find(needles[0], start + length)
    return found


def _has(lines: bytes, needle: bytes, start: int, stop: int) -> bool:
    """Whether a word is in what a line says, beside how it is written down."""
    at = lines.find(needle, start, stop)
    while at >= 0:
        if _is_text(lines, at, start, stop):
            return True
        at = lines.find(needle, at + 1, stop)
    return False


def _is_text(lines: bytes, at: int, start: int, stop: int) -> bool:
    """Whether a place in a line is not in its envelope, an escape, or the name of a field."""
    if at - start < _BEGINNING and at < lines.find(b',"kind":', start, start + _BEGINNING):
        return False
    if stop - at < _LONGEST_CRC and at > lines.rfind(b',"crc":', start, stop):
        return False
    if lines.rfind(b"\\", at - 5, at) >= start and _ESCAPE.search(
        lines, max(start, at - _LONGEST_ESCAPE), at
    ):
        return False
    if _is_name(lines, at, start):
        return False
    source = lines.rfind(b',"source":"', start, at + 1)
    return source < 0 or not _END.match(lines, source, stop)


def _is_name(lines: bytes, at: int, start: int) -> bool:
    """Whether a place is in the name of a field of ours, or in what kind of block something is."""
    quote = lines.rfind(b'"', max(start, at - _LONGEST_NAME), at + 1)
    name = _NAME.match(lines, quote) if quote >= 0 else None
    if name is None or at >= name.end():
        return False
    return name[1] in _FIELDS if name[2] else name[1] in _BLOCKS and lines.endswith(_TYPE, start, quote)


def _has_all(run: Run, offset: int, length: int, needles: Sequence[bytes]) -> bool:
    """Whether a line that is longer than memory should hold has all words."""
    missing = set(needles)
    overlap = len(needles[0]) - 1
    for at in range(offset, offset + length, _PIECE):
        piece = run.read(at, min(_PIECE + overlap, offset + length - at)).lower()
        missing = {needle for needle in missing if needle not in piece}
    return not missing
