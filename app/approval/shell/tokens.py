"""The words and signs of a command, in order, as its syntax tree has them.

The tree is only believed where the text agrees: what stands between two tokens must be blank.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from app.approval.shell import grammar

if TYPE_CHECKING:
    from tree_sitter import Node, Tree

_CONTINUED = re.compile(rb"(?:\\\n)+")
_BLANK = re.compile(rb"(?:[ \t\n]|\\\n)*")
_PLAIN_BLANK = re.compile(rb"[ \t\n](?:[ \t\n]|\\\n)*")
_COMPUTES = re.compile(rb"[$`<>]")

_DEEPEST = 50

Role = Literal["word", "text", "operator", "keyword", "descriptor", "redirect", "comment"]


class TooDeepError(Exception):
    """Substitutions are nested so deep that reading them would take the square of their number."""


@dataclass(slots=True)
class Token:
    """A word of a command or a sign between words.

    Attributes:
        role: What it is. A text is what is no word of a command, such as the values of a loop.
        kind: The kind of its node.
        start, end: Where it stands, in bytes.
        level: Which command it belongs to: 0 for the whole one, others for the substitutions in it.
        joined: Whether nothing separates it from the token before it.
        newline: Whether a newline does.
        holes: The parts of it that are computed.
    """

    role: Role
    kind: str
    start: int
    end: int
    level: int
    joined: bool
    newline: bool
    holes: list[tuple[int, int]] = field(default_factory=list)


@dataclass(slots=True)
class _Level:
    number: int
    end: int
    stop: int
    inside: Token | None = None


class Tokens:
    """Cuts one command.

    Args:
        source: The command.

    Attributes:
        kinds: The kinds of nodes seen that no plain command has.
        plain: Whether nothing but blanks separates the tokens.
        clear: Whether what separates them has a meaning that is known.
    """

    def __init__(self, source: bytes) -> None:
        self._source = source
        self._levels = [_Level(0, 0, len(source))]
        self._count = 1
        self.kinds: dict[str, None] = {}
        self.plain = True
        self.clear = True

    def read(self, tree: Tree) -> Iterator[Token]:
        """The tokens of a tree without errors; the holes of one are complete when all have been read.

        Raises:
            TooDeepError: Nobody writes such commands by hand.
        """
        cursor = tree.walk()
        parents = [""]
        while (node := cursor.node) is not None:
            kind = node.type
            level = self._level(node.start_byte)
            if level.inside:
                down = self._look_inside(level.inside, node, kind)
            elif kind in grammar.CONTAINERS:
                down = self._open(node, kind)
            else:
                token = self._token(level, node, kind, parents[-1])
                yield token
                down = token is level.inside
            if down and cursor.goto_first_child():
                parents.append(kind)
                continue
            while not cursor.goto_next_sibling():
                if not cursor.goto_parent():
                    return self._end()
                parents.pop()

    def _end(self) -> None:
        size = len(self._source)
        level = self._level(size)
        self._separate(level, size, size)

    def _level(self, start: int) -> _Level:
        """The level that a position belongs to, once those that end before it have been left."""
        while len(self._levels) > 1 and self._levels[-1].stop <= start:
            level = self._levels.pop()
            self._separate(level, level.stop, level.stop)
        level = self._levels[-1]
        if level.inside and level.inside.end <= start:
            level.inside = None
        return level

    def _open(self, node: Node, kind: str) -> bool:
        if kind not in grammar.PLAIN:
            self.kinds[kind] = None
            if kind == "for_statement" and all(child.type != "in" for child in node.children):
                self.kinds["positional_loop"] = None
        return True

    def _token(self, level: _Level, node: Node, kind: str, parent: str) -> Token:
        start, end = node.start_byte, node.end_byte
        joined, newline = self._separate(level, start, end)
        role = self._role(node, kind, parent)
        token = Token(role, kind, start, end, level.number, joined, newline)
        if role in {"word", "text"}:
            if role == "text" or kind == "variable_assignment":
                self.kinds[kind] = None
            if _COMPUTES.search(self._source, start, end):
                level.inside = token
                self._look_inside(token, node, kind)
        return token

    def _role(self, node: Node, kind: str, parent: str) -> Role:
        if kind == "comment":
            return "comment"
        if kind == "file_descriptor":
            return "descriptor"
        if kind == "variable_assignment":
            # The values of an array are no command, though they look like one.
            array = b"=(" in self._source[node.start_byte : node.end_byte]
            return "text" if array or parent == "c_style_for_statement" else "word"
        if node.is_named:
            return "word" if parent in grammar.WORD_PARENTS and not kind.startswith("heredoc") else "text"
        if kind in grammar.OPERATORS:
            return "operator"
        if parent in grammar.REDIRECT_PARENTS:
            return "redirect"
        return "word" if parent in grammar.WORD_PARENTS else "keyword"

    def _look_inside(self, token: Token, node: Node, kind: str) -> bool:
        """Take in a part of a word or text; what is substituted in it is a level of its own."""
        if kind in grammar.COMPUTED:
            start, end = node.start_byte, node.end_byte
            if not token.holes or token.holes[-1][1] <= start:
                token.holes.append((start, end))
            if kind != "expansion":
                self.kinds[kind] = None
            if kind in grammar.SUBSTITUTIONS:
                if len(self._levels) > _DEEPEST:
                    raise TooDeepError
                self._levels.append(_Level(self._count, start, end))
                self._count += 1
        return True

    def _separate(self, level: _Level, start: int, end: int) -> tuple[bool, bool]:
        """Go on to a token: whether it is joined to the one before it, and whether a newline parts them."""
        gap = self._source[level.end : start]
        level.end = end
        if not gap or gap == b" ":
            return not gap, False
        if _CONTINUED.fullmatch(gap):
            self.plain = False
            return True, False
        self.plain = self.plain and _PLAIN_BLANK.fullmatch(gap) is not None
        self.clear = self.clear and _BLANK.fullmatch(gap) is not None
        return False, b"\n" in gap.replace(b"\\\n", b"")
