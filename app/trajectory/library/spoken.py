"""What was said in a run, as one text that is searched, and the place of each part of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.terminal.text import safe_text
from app.trajectory.content import Text, Thinking
from app.trajectory.events import (
    ContextCompacted,
    Event,
    ModelResponse,
    SessionImported,
    TaskEnded,
    ToolFinished,
    ToolRequested,
    UserMessage,
)

LONGEST_PART = 8_000
"""Characters of one prompt, answer, call or result that are searched."""

LONGEST = 1_000_000
"""Characters of one run that are searched."""

_BEFORE, _AFTER = 40, 240  # characters of an excerpt around what was found
_DEEPEST = 20  # levels of arguments
_MARK = re.compile("\x1e(\\d+)\x1f")  # a part, and the number of its event; no safe text has either
_BLANKS = re.compile(r"\s+")
_WORD = re.compile(r'"([^"]*)"?|(\S+)')


class Spoken:
    """Gathers what was said, until there is enough of it.

    Args:
        redact: Takes secrets out of a text.
    """

    def __init__(self, redact: Callable[[str], str]) -> None:
        self._redact = redact
        self._parts: list[str] = []
        self._left = LONGEST

    def add(self, number: int, event: Event) -> None:
        """Take an event of a number."""
        if self._left <= 0:
            return
        for text in _texts(event):
            # a secret must not be cut before it is found
            part = safe_text(self._redact(text[: 2 * LONGEST_PART]))[: min(LONGEST_PART, self._left)]
            if part and not part.isspace():
                self._parts.append(f"\x1e{number}\x1f{part}")
                self._left -= len(part)

    def text(self) -> str:
        """All of it, each part marked with the number of its event."""
        return "".join(self._parts)


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A part of what was said: one line of it, and the number of its event."""

    text: str
    number: int


def without_marks(text: str) -> str:
    """What `Spoken` gathered, as it is indexed."""
    return _MARK.sub("\n", text)


def words_of(search: str) -> list[str]:
    """What a person searches for: words, and in double quotes words that stand together. In lower case."""
    found = (quoted or word for quoted, word in _WORD.findall(search.lower()))
    return [word for word in found if any(letter.isalnum() for letter in word)]


def query(search: str) -> str:
    """The same, as SQLite's full-text search has it; a last word with no blank after it may go on."""
    words = [word.replace('"', "").replace("\0", "") for word in words_of(search)]
    goes_on = words and search.endswith(words[-1])
    return " AND ".join(f'"{word}"' for word in words) + ("*" if goes_on else "")


def excerpt(text: str, words: Sequence[str]) -> Excerpt:
    """Where words stand: the first place of the longest of them that is there as it is written.

    Args:
        text: What `Spoken` gathered.
        words: In lower case.
    """
    lower = text.lower()
    places = (lower.find(word) for word in sorted(words, key=len, reverse=True))
    at = next((place for place in places if place >= 0), 0)
    begin = text.rfind("\x1e", 0, at + 1)
    mark = _MARK.match(text, max(begin, 0))
    if mark is None:
        return Excerpt("", 0)
    end = text.find("\x1e", mark.end())
    end = len(text) if end < 0 else end
    start = max(at - _BEFORE, mark.end())
    if start > mark.end():
        start = max(text.find(" ", start, at) + 1, start)  # with a whole word
    shown = _BLANKS.sub(" ", text[start : min(max(at, start) + _AFTER, end)]).strip()
    return Excerpt(("… " if start > mark.end() else "") + shown, int(mark[1]))


def _texts(event: Event) -> Iterator[str]:
    match event:
        case UserMessage(text=text) | ContextCompacted(summary=text) | ToolFinished(content=text):
            yield text
        case ModelResponse(blocks=blocks):
            yield from (block.text for block in blocks if isinstance(block, Text | Thinking))
        case ToolRequested(name=name, arguments=arguments):
            yield "\n".join((name, *_leaves(arguments)))
        case SessionImported(title=text) | TaskEnded(error=text):
            yield text
        case _:
            pass


def _leaves(value: object, depth: int = 0) -> Iterator[str]:
    """The texts in the arguments of a call."""
    match value:
        case str():
            yield value[:LONGEST_PART]
        case Mapping() if depth < _DEEPEST:
            for item in value.values():
                yield from _leaves(item, depth + 1)
        case list() | tuple() if depth < _DEEPEST:
            for item in value:
                yield from _leaves(item, depth + 1)
        case _:
            pass
