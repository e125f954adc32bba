"""Which rule of a set a command fits, wherever in it the program stands."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from app.approval.inline_code import is_interpreter
from app.approval.launchers import RUN_OPTIONS, RUNNERS, WRAPPERS
from app.approval.shell.grammar import RESERVED
from app.approval.shell.parser import broken, parse
from app.approval.shell.script import Script
from app.approval.shell.words import Word
from app.approval.verdict import Prefix

_DEEPEST = 4
_PATIENCE = 0.2  # seconds of computing for the commands in words
_LONGEST_NAME = 255
_MOST_OPTIONS = 200
_MAY_BE_COMMAND = re.compile(r"[ \t\n;&|()<>`$'\"\\]")
# What may stand for nothing.
_NOTHING = re.compile(r"\$(?:\w+|\{[^{}]*\}|\([^()]*\)|[@*#?$!-])|`[^`]*`")
_MODULE = re.compile(r"-[A-Za-z]*m")


@dataclass(frozen=True, slots=True)
class Match:
    """A rule, and the words of the command that it fits; none of a command that cannot be read."""

    rule: Prefix
    words: tuple[str, ...]


def find_rule(script: Script, rules: Collection[Prefix]) -> Match | None:
    """The first rule that fits a command found anywhere in a script.

    A program fits whatever folder it is in, options between it and its subcommand do not count, and what
    another program may run counts as well: this errs on the side of fitting.
    """
    return _Search(rules).script(script, 0) if rules else None


class _Search:
    """Looks for commands that rules fit."""

    def __init__(self, rules: Collection[Prefix]) -> None:
        self._end = time.thread_time() + _PATIENCE
        self._rules: dict[str, list[Prefix]] = {}
        for rule in filter(None, rules):
            self._rules.setdefault(os.path.basename(rule[0]), []).append(rule)

    def script(self, script: Script, depth: int) -> Match | None:
        """Look through a whole script."""
        wraps = False
        for command in script.commands:
            words = command.words
            for start in _starts(words):
                if found := self._at(words, start):
                    return found
                if start and (found := self._nested(words[start].text, depth)):
                    return found
            wraps = wraps or any(os.path.basename(word.text) in WRAPPERS for word in words)
        for document in script.documents if wraps else ():
            if found := self._nested(document, depth):
                return found
        return self._pieces(script.pieces)

    def _pieces(self, pieces: Sequence[str]) -> Match | None:
        """Look for the words of a rule, in their order, in what could not be parsed."""
        text = "\n".join(pieces)
        for rule in (rule for some in self._rules.values() for rule in some):
            words = (os.path.basename(rule[0]), *rule[1:])
            if all(word in text for word in words):
                patterns = [re.compile(rf"(?<![\w.-]){re.escape(word)}(?![\w.-])") for word in words]
                if any(words[0] in piece and _in_order(patterns, piece) for piece in pieces):
                    return Match(rule, ())
        return None

    def _nested(self, text: str, depth: int) -> Match | None:
        """Look through a word that a program may run as a command."""
        if not _MAY_BE_COMMAND.search(text):
            return None
        for command in _values(text):
            known = depth < _DEEPEST and time.thread_time() < self._end
            if found := self.script(parse(command) if known else broken(command), depth + 1):
                return found
        return None

    def _at(self, words: Sequence[Word], start: int) -> Match | None:
        """The rule that fits the words from a position on."""
        program = words[start]
        rules = [rule for name in _names(program) for rule in self._rules.get(os.path.basename(name), ())]
        if program.globs:
            rules += [rule for name, some in self._rules.items() if _may_be(program, name) for rule in some]
        for rule in rules:
            if _continues(words, start + 1, rule[1:]):
                return Match(rule, tuple(word.text for word in words[start:]))
        return None


def _starts(words: Sequence[Word]) -> Iterator[int]:
    """Where in a command the name of a program may stand."""
    if not words:
        return
    first = 0
    while first < len(words) - 1 and not _NOTHING.sub("", words[first].text):
        first += 1  # it may stand for nothing
    yield from range(first + 1)
    name = os.path.basename(words[first].text)
    if name in WRAPPERS or name in RESERVED or RUNNERS.get(name) == frozenset():
        yield from range(first + 1, len(words))
        return
    markers = RUNNERS.get(name, frozenset()) | RUN_OPTIONS.get(name, frozenset())
    module = is_interpreter(name)
    for index in range(first + 1, len(words)) if markers or module else ():
        text = words[index].text
        if text.partition("=")[0] in markers or (module and _MODULE.match(text)):
            # The program may be joined to the option.
            yield from range(index, len(words))
            return


def _in_order(patterns: Sequence[re.Pattern[str]], text: str) -> bool:
    """Whether each pattern is found behind the one before it."""
    position = 0
    for pattern in patterns:
        found = pattern.search(text, position)
        if found is None:
            return False
        position = found.end()
    return True


def _names(word: Word) -> Iterator[str]:
    """What the name of a program may be."""
    yield from _values(word.text)
    yield _NOTHING.sub("", word.text)
    if "{" in word.shape:
        yield from re.split(r"[{},]", word.text)


def _values(text: str) -> Iterator[str]:
    """A word, and the value of the option that it may be."""
    yield text
    if text.startswith("-") and not text.startswith("--"):
        yield from (text[2:], text[3:], text[4:])  # joined to some letters
    if "=" in text:
        yield text.partition("=")[2]


def _continues(words: Sequence[Word], start: int, rest: Prefix) -> bool:
    """Whether the rest of a rule follows, behind options and what may be their values."""
    value = False
    for index in range(start, len(words) - len(rest) + 1):
        if all(map(_may_be, words[index : index + len(rest)], rest)):
            return True
        option = words[index].text.startswith("-")
        if not (option or value):
            return False
        if index - start > _MOST_OPTIONS:
            return True  # nobody writes so many but to hide what follows
        value = option
    return not rest


def _may_be(word: Word, text: str) -> bool:
    """Whether a word is a text, or names of files may make it one."""
    if not word.globs:
        return word.text == text
    if len(word.text) > _LONGEST_NAME:
        return True
    pairs = zip(word.text, word.shape, strict=True)
    pattern = "".join("?" if char != shape and char in "*?[" else char for char, shape in pairs)
    return fnmatchcase(text, os.path.basename(_NOTHING.sub("*", pattern)))
