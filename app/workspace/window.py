"""A few lines of a file of any size, read without holding the rest of it."""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass
from pathlib import Path

from app.workspace.atomic import Stamp, StoppedError
from app.workspace.opening import opened_file

_PIECE = 2**20
_COUNTED = 64 * 2**20
_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"%PDF-", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x1f\x8b", "gzip data"),
    (b"\x7fELF", "an ELF program"),
    (b"\xff\xfe", "UTF-16 text"),
    (b"\xfe\xff", "UTF-16 text"),
)


@dataclass(frozen=True, slots=True)
class Window:
    """What was asked for, as far as it fits.

    Args:
        content: Bytes from the start of the first line asked for.
        total: Lines in the file; None if it is too long to count them.
        size: Bytes in the file.
        kind: What it is instead of text; empty for text.
        stamp: The state of the file that was read.
    """

    content: bytes
    total: int | None
    size: int
    kind: str
    stamp: Stamp


def read_window(real: Path, first: int, last: int | None, limit: int, stop: threading.Event) -> Window:
    """Read some lines.

    Args:
        real: Real path of the file.
        first: Number of the first line, from 1.
        last: Number of the last; None for the end of the file.
        limit: Most bytes to keep.
        stop: Set to give up.

    Raises:
        OSError: The file cannot be read.
    """
    with opened_file(real) as (descriptor, status):
        size, stamp = status.st_size, Stamp.of(status)
        piece = os.read(descriptor, _PIECE)
        if kind := _kind(piece):
            return Window(b"", None, size, kind, stamp)
        kept = bytearray()
        ended = 0  # lines that ended before this piece
        unended = False
        while piece:
            if stop.is_set():
                raise StoppedError
            newlines = piece.count(b"\n")
            if ended + newlines >= first - 1:
                if len(kept) < limit and (last is None or ended < last):
                    start = _after(piece, max(first - 1 - ended, 0))
                    end = len(piece) if last is None else _after(piece, last - ended)
                    kept += piece[start : min(end, start + limit - len(kept))]
                elif size > _COUNTED:
                    return Window(bytes(kept), None, size, "", stamp)
            ended += newlines
            unended = not piece.endswith(b"\n")
            piece = os.read(descriptor, _PIECE)
        return Window(bytes(kept), ended + unended, size, "", stamp)


def _after(piece: bytes, newlines: int) -> int:
    """The offset after so many newlines; the end of the piece if it has fewer."""
    offset = 0
    for _ in range(newlines):
        offset = piece.find(b"\n", offset) + 1
        if not offset:
            return len(piece)
    return offset


def _kind(head: bytes) -> str:
    kind = next((kind for signature, kind in _SIGNATURES if head.startswith(signature)), "")
    if not kind and head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        kind = "a WebP image"
    return kind or ("binary data" if b"\0" in head else "")
