"""Head and tail of a text that is too long to keep."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Excerpt:
    """What is kept of a text.

    Args:
        head: Its beginning; all of it where nothing is left out.
        left_out: What lies between head and tail, in words; empty where nothing does.
        tail: Its end.
    """

    head: str = ""
    left_out: str = ""
    tail: str = ""

    def __str__(self) -> str:
        if not self.left_out:
            return self.head
        return f"{self.head}\n… {self.left_out} left out …\n{self.tail}"


def excerpt(text: str, lines: int = 200, characters: int = 32_768) -> Excerpt:
    """Keep the head and the tail of a text.

    Args:
        text: The whole text. What is kept of it is a copy.
        lines: At most so many lines at each end.
        characters: At most so many characters at each end.
    """
    text = text.rstrip("\n")
    head = _head_end(text, lines, characters)
    tail = _tail_start(text, lines, characters)
    if tail <= head:
        return Excerpt(text)
    count = text.count("\n", head, tail)
    left_out = f"{count:,} lines" if count > 1 else f"{tail - head:,} characters"
    return Excerpt(text[:head].removesuffix("\n"), left_out, text[tail:])


def _head_end(text: str, lines: int, characters: int) -> int:
    end = 0
    for _ in range(lines):
        newline = text.find("\n", end, characters)
        if newline < 0:
            return end or min(characters, len(text))
        end = newline + 1
    return end


def _tail_start(text: str, lines: int, characters: int) -> int:
    least = max(len(text) - characters, 0)
    start = len(text)
    for _ in range(lines):
        newline = text.rfind("\n", least, max(start - 1, 0))
        if newline < 0:
            return least if start == len(text) or least == 0 else start
        start = newline + 1
    return start
