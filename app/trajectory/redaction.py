"""Secrets are taken out of events before they are written."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeVar, cast

import orjson
from ahocorasick_rs import AhoCorasick

from app.settings.secrets import NAMES, is_secret, secrets_of
from app.trajectory.secret_kinds import KINDS, SecretKind, is_plain

T = TypeVar("T")

_SHORTEST = 8  # characters; a shorter text is no secret of any kind but the person's own
_DEEPEST = 100  # levels
_LONGEST_LINE = 10_000  # characters that a person's own pattern sees at once


class Redactor:
    """Replaces secrets by `[redacted: what it was]`.

    Args:
        environ: The environment; values of its secret variables are secrets wherever they stand.
        values: Further values that are, by what they are called.
        patterns: Regular expressions of the person's own.

    Raises:
        re.error: One of the patterns is wrong.
    """

    def __init__(
        self,
        environ: Mapping[str, str] | None = None,
        *,
        values: Mapping[str, str] | None = None,
        patterns: Iterable[str] = (),
    ) -> None:
        known = secrets_of(environ or {}) | dict(values or {})
        exact: list[tuple[str, SecretKind | str]] = [
            (value, name) for name, value in known.items() if len(value) >= _SHORTEST
        ]
        exact += [(sign, kind) for kind in KINDS if not kind.folded for sign in kind.signs]
        self._exact = _Signs(exact)
        self._folded = _Signs([(sign, kind) for kind in KINDS if kind.folded for sign in kind.signs])
        self._patterns = [re.compile(pattern) for pattern in patterns]
        signs = {sign.lower() for kind in KINDS for sign in kind.signs}
        signs.update(
            orjson.dumps(value).decode()[1:-1].lower() for value, name in exact if isinstance(name, str)
        )
        self._any = AhoCorasick([*signs, *NAMES])

    def redact(self, value: T) -> tuple[T, int]:
        """An event, or what is shown of one, without secrets, and how many were taken out of it."""
        if not self._may_hold_secrets(value):
            return value, 0
        count = _Count()
        redacted = self._without(value, count)
        return (redacted, count.number) if count.number else (value, 0)

    def _may_hold_secrets(self, value: object) -> bool:
        """Whether there is a sign of a secret anywhere in it, in upper or lower case."""
        if self._patterns:
            return True
        try:
            text = orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode().lower()
        except (TypeError, ValueError, RecursionError):  # JSON has no word for something in it
            return True
        return bool(self._any.find_matches_as_indexes(text))

    def text(self, text: str) -> tuple[str, int]:
        """A text without secrets, and how many were taken out of it."""
        if len(text) < _SHORTEST and not self._patterns:
            return text, 0
        text = _whole(text)
        pieces: list[str] = []
        end = count = 0
        for start, stop, name in sorted(self._found(text), key=lambda each: (each[0], -each[1])):
            if start >= end:
                pieces += text[end:start], f"[redacted: {name}]"
                count += 1
            end = max(end, stop)  # what overlaps is one secret
        return ("".join(pieces) + text[end:], count) if count else (text, 0)

    def _found(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Where secrets begin and end, and what they are; some may overlap."""
        for signs, shown in ((self._exact, text), (self._folded, _lower(text))):
            for meant, start, stop in signs.found(shown):
                if isinstance(meant, str):
                    yield start, stop, meant
                elif (span := _secret_at(meant, text, start)) is not None:
                    yield *span, meant.name
        for pattern in self._patterns:
            for start, line in _lines(text):
                for match in pattern.finditer(line):
                    if match.end() > match.start():
                        yield start + match.start(), start + match.end(), "own pattern"

    def _without(self, value: T, count: _Count, *, named: bool = False, depth: int = 0) -> T:
        """A value without secrets: itself, where it holds none."""
        result: object = value
        match value:
            case str():
                result, number = self.text(value)
                if named and not number and len(value) >= _SHORTEST and not is_plain(value):
                    result, number = "[redacted: secret]", 1
                count.number += number
            case Mapping() | list() | tuple() if depth > _DEEPEST:
                result = "(nested too deep to be recorded)"
                count.number += 1
            case Mapping():
                result = {
                    self._without(key, count): self._without(
                        item, count, named=is_secret(str(key)), depth=depth + 1
                    )
                    for key, item in value.items()
                }
            case list() | tuple():
                result = type(value)(
                    self._without(item, count, named=named, depth=depth + 1) for item in value
                )
            case _ if dataclasses.is_dataclass(value) and not isinstance(value, type):
                before = count.number
                fields = {
                    field.name: self._without(getattr(value, field.name), count, depth=depth + 1)
                    for field in dataclasses.fields(value)
                    if field.init
                }
                if count.number > before:
                    result = dataclasses.replace(value, **fields)
        return cast("T", result)


@dataclasses.dataclass(slots=True)
class _Count:
    number: int = 0


class _Signs:
    """Finds many texts in another at once.

    Args:
        signs: Each text, and what it is the sign of.
    """

    def __init__(self, signs: Sequence[tuple[str, SecretKind | str]]) -> None:
        self._meant = [meant for _, meant in signs]
        self._search = AhoCorasick([sign for sign, _ in signs])

    def found(self, text: str) -> Iterator[tuple[SecretKind | str, int, int]]:
        """What there is a sign of, and where the sign begins and ends."""
        for index, start, stop in self._search.find_matches_as_indexes(text, overlapping=True):
            yield self._meant[index], start, stop


def _secret_at(kind: SecretKind, text: str, start: int) -> tuple[int, int] | None:
    """The secret of a kind whose sign is at a place, if there is one."""
    match = kind.pattern.match(text, start)
    if match is None:
        return None
    group = "secret" if "secret" in kind.pattern.groupindex else 0
    return None if kind.harmless(match[group]) else match.span(group)


def _lower(text: str) -> str:
    """A text in lower case, every character at its place."""
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join(char.lower() if char.isascii() else char for char in text)


def _whole(text: str) -> str:
    """A text as UTF-8 can hold it."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines of a text, cut where they are long, each with its place."""
    start = 0
    for line in text.splitlines(keepends=True):
        for cut in range(0, len(line), _LONGEST_LINE):
            yield start + cut, line[cut : cut + _LONGEST_LINE]
        start += len(line)
