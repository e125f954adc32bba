"""What an emulator makes of bytes."""

from __future__ import annotations

from rich.style import Style

from app.terminal.emulator import Emulator

BASE = Style(color="white", bgcolor="black")
FULL = b"".join(b"row%d\r\n" % number for number in range(4)) + b"row4"


def emulated(*pieces: bytes, columns: int = 20, rows: int = 5) -> Emulator:
    """An emulator that was fed with these bytes."""
    emulator = Emulator(columns, rows)
    for piece in pieces:
        emulator.feed(piece)
    return emulator


def rows(emulator: Emulator) -> list[str]:
    """What is on the screen, without blanks at the ends of rows."""
    lines = (emulator.line(row, BASE) for row in range(emulator.rows))
    return ["".join(segment.text for segment in line).rstrip() for line in lines]


def screen(emulator: Emulator) -> str:
    """The same as one text, without empty rows at the end."""
    return "\n".join(rows(emulator)).rstrip("\n")
