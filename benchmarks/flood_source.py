"""Writes so many bytes to standard output, at once or evenly over some seconds, and notes when.

    python flood_source.py LOG BYTES [SECONDS]

Needs nothing but the standard library: a copy of this file runs anywhere.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from hashlib import sha256

FIRST = b"the first line of the flood\n"
LAST = b"the last line of the flood\n"
NEEDLE = b"a needle"
_STEP = 1 << 16  # bytes of a write
_STEPS = 1000  # writes a second, when it writes evenly


def _block() -> bytes:
    """A megabyte of lines that all differ, one of them with a needle."""
    lines = [
        f"{number:07} a line of a compiler: warning, note, candidate, template" for number in range(12_500)
    ]
    lines[5000] = NEEDLE.decode()
    return "".join(f"{line:<79}\n" for line in lines).encode()


BLOCK = _block()


def flood(size: int) -> Iterator[bytes]:
    """The pieces of a flood of so many bytes."""
    yield FIRST
    left = size - len(FIRST) - len(LAST)
    while left > 0:
        yield BLOCK if left >= len(BLOCK) else BLOCK[: left - 1] + b"\n"
        left -= len(BLOCK)
    yield LAST


def needles(size: int) -> int:
    """How many needles are in it."""
    return sum(piece.count(NEEDLE) for piece in flood(size))


def digest(size: int) -> str:
    """Its SHA-256."""
    whole = sha256()
    for piece in flood(size):
        whole.update(piece)
    return whole.hexdigest()


def _write(size: int, seconds: float) -> Iterator[int]:
    """Write a flood; the numbers of bytes taken."""
    begun, done = time.monotonic(), 0
    step = max(1, int(size / (seconds * _STEPS))) if seconds else _STEP
    for piece in flood(size):
        left = memoryview(piece)
        while left:
            if seconds:
                time.sleep(max(0.0, begun + done * seconds / size - time.monotonic()))
            written = os.write(1, left[:step])
            left, done = left[written:], done + written
            yield written


def main(log: str, size: str, seconds: str = "0") -> None:
    """Write, and note the time of the first and the last byte, and their number, however it ends."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    begun, done = time.monotonic(), 0
    try:
        for written in _write(int(size), float(seconds)):
            done += written
    except BrokenPipeError:
        pass
    finally:
        line = f"{begun} {time.monotonic()} {done}\n"
        descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.write(descriptor, line.encode())


if __name__ == "__main__":
    main(*sys.argv[1:])
