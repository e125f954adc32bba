"""What a program may be given so that it still only reads: tables of options, and the check against one."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from app.approval.places import shown
from app.approval.shell.words import Word

Operands = Literal["paths", "texts", "pattern", "anything"]

_NUMBER = re.compile(r"-\d[\w.]*")


@dataclass(frozen=True, slots=True)
class Program:
    """What a program may be given; any other option asks, so an abbreviation of one does, too.

    Attributes:
        flags: Options without a value, such as `-l`, or whose value can only be joined to them.
        valued: Options whose value may be the next word.
        operands: What the other words are: paths to read, texts, a pattern and then paths; or nothing of
            the program matters.
        most: How many of them there may be.
        globs: Whether the name of any file can stand for any word.
        exact: Whether options are long words with one dash.
        given: Options in whose presence no operand is a pattern.
    """

    flags: frozenset[str]
    valued: frozenset[str]
    operands: Operands = "paths"
    most: int | None = None
    globs: bool = False
    exact: bool = False
    given: frozenset[str] = frozenset()


def program(
    short: str = "",
    long: str = "",
    operands: Operands = "paths",
    *,
    most: int | None = None,
    globs: bool = False,
    given: str = "",
) -> Program:
    """A row of a table.

    Args:
        short: Letters of options; a colon behind one means that it takes a value.
        long: Names of long options without dashes; an equals sign behind one means that it takes a value.
        operands, most, globs: See `Program`.
        given: Options in whose presence no operand is a pattern, with their dashes.
    """
    letters = re.findall(r"(.)(:?)", short)
    names = re.findall(r"([^\s=]+)(=?)", long)
    options = [(f"-{letter}", sign) for letter, sign in letters]
    options += [(f"--{name}", sign) for name, sign in names]
    return Program(
        frozenset(option for option, sign in options if not sign),
        frozenset(option for option, sign in options if sign),
        operands,
        most,
        globs,
        given=frozenset(given.split()),
    )


def may_be_option(word: Word) -> bool:
    """Whether the name of a file, put in place of a word, may be an option that the word does not show."""
    return word.globs and (word.shape[0] in "*?[" or (word.text[0] == "-" and "=" not in word.text))


def refusal(
    allowed: Program, words: Sequence[Word], leads_out: Callable[[Word], str], *, vouched: int = 0
) -> str:
    """Why the words of a program may make it do more than read in the workspace; empty if they do not.

    Args:
        allowed: What the program may be given.
        words: What it is given.
        leads_out: Why a word leads out of the workspace, or "".
        vouched: How many of the first words a rule names; nothing is held against those.
    """
    vouched = max(vouched, 0)
    if not allowed.globs:
        for word in words[vouched:]:
            if may_be_option(word):
                return f"the name of a file in place of {shown(word.text)} may be an option"
    if allowed.operands == "anything":
        return next((why for word in words if word.globs and (why := leads_out(word))), "")
    return _options(allowed, words, leads_out, vouched)


def _options(allowed: Program, words: Sequence[Word], leads_out: Callable[[Word], str], vouched: int) -> str:
    """Tell options, their values and operands apart as getopt does, and judge them."""
    operands: list[tuple[int, Word]] = []
    seen: set[str] = set()
    value_of = ""
    ended = False
    for position, word in enumerate(words):
        text = word.text
        if value_of:
            if text.startswith("-") and not _NUMBER.fullmatch(text) and position >= vouched:
                return f"{shown(text)} behind {shown(value_of)} is not clear"
            value_of = ""
        elif ended or text == "-" or not text.startswith("-"):
            operands.append((position, word))
        elif text == "--" and not allowed.exact:
            ended = True
        else:
            known, takes_value = _known(allowed, text, seen)
            if not known and position >= vouched:
                return f"{shown(text)} is not known to only read"
            value_of = text if takes_value else ""
    pattern = allowed.operands == "pattern" and not seen & allowed.given
    for index, (position, word) in enumerate(operands):
        if position < vouched:
            continue
        if allowed.most is not None and (index >= allowed.most or word.globs):
            return f"{shown(word.text)} may be written or created"
        path = allowed.operands == "paths" or (allowed.operands == "pattern" and (index or not pattern))
        if (path or word.globs) and (why := leads_out(word)):
            return why
    return ""


def _known(allowed: Program, text: str, seen: set[str]) -> tuple[bool, bool]:
    """Whether all options in a word are allowed, and whether the next word is the value of the last."""
    if text.startswith("--") or allowed.exact:
        name = text if allowed.exact else text.partition("=")[0]
        seen.add(name)
        return name in allowed.flags or name in allowed.valued, name in allowed.valued and "=" not in text
    for at in range(1, len(text)):
        letter = f"-{text[at]}"
        seen.add(letter)
        if letter in allowed.valued:
            return True, at == len(text) - 1
        if letter not in allowed.flags:
            return False, False
    return True, False
