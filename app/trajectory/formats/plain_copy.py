"""A file that is compressed or in UTF-16, copied as plain UTF-8 into a file that has no name."""

from __future__ import annotations

import codecs
import tempfile
from collections.abc import Callable, Generator
from contextlib import closing
from pathlib import Path
from typing import BinaryIO

_PIECE = 2**20  # bytes
_SIP = 2**10  # bytes; they may be 32,000 times as many once they are unpacked
_ZSTANDARD = b"\x28\xb5\x2f\xfd"
_UTF_16 = {
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
    b"{\0": "utf-16-le",
    b"[\0": "utf-16-le",
    b"\0{": "utf-16-be",
    b"\0[": "utf-16-be",
}


def plain_copy(path: Path, head: bytes, limit: int, problem: Callable[[str], None]) -> BinaryIO | None:
    """The copy; None if the file is plain already.

    Args:
        path: Of the file.
        head: Its first bytes, four at least.
        limit: Bytes of the copy, at most.
        problem: Told what is wrong with the file.

    Raises:
        OSError: It cannot be read, or the copy cannot be written.
    """
    if head.startswith(_ZSTANDARD):
        pieces = _unpacked(path, problem)
    elif encoding := _UTF_16.get(head[:2]):
        problem("it is in UTF-16")
        pieces = _decoded(path, encoding)
    else:
        return None
    copy = tempfile.TemporaryFile(prefix="sawhorse-")  # noqa: SIM115 - it is closed with what reads it
    size = 0
    with closing(pieces):
        for piece in pieces:
            size += len(piece)
            if size > limit:
                problem(f"more than {limit / 2**20:,.0f} MB are packed in it; the rest is left out")
                break
            copy.write(piece)
    copy.flush()
    return copy


def _unpacked(path: Path, problem: Callable[[str], None]) -> Generator[bytes]:
    """What a file of any number of frames holds, as far as it is whole."""
    import zstandard

    unpacker = zstandard.ZstdDecompressor().decompressobj()
    begun = False
    try:
        for packed in _pieces(path, _SIP):
            data = packed
            while data:
                begun = True
                yield unpacker.decompress(data)
                data = unpacker.unused_data
                if unpacker.eof:
                    unpacker = zstandard.ZstdDecompressor().decompressobj()
                    begun = False
    except zstandard.ZstdError:
        problem("the compressed file is damaged; what comes before the damage is shown")
    else:
        if begun:
            problem("the compressed file is cut off; what comes before that is shown")


def _decoded(path: Path, encoding: str) -> Generator[bytes]:
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    for piece in _pieces(path, _PIECE):
        yield decoder.decode(piece).encode("utf-8", "replace")
    yield decoder.decode(b"", final=True).encode("utf-8", "replace")


def _pieces(path: Path, size: int) -> Generator[bytes]:
    with path.open("rb") as stream:
        while piece := stream.read(size):
            yield piece
