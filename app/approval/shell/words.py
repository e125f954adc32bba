"""One word of a command, without its quotes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from app.approval.shell.grammar import NOT_CLEAR

_QUOTED: Final = "\x01"
# Stands for a substitution while a word is read; no command that could be decoded holds it.
HOLE: Final = "\udc80"
_META: Final = r" \t\n;&|()<>"
_BARE: Final = r"""[\w./:=@+,%^-]+"""
# In double quotes bash keeps a backslash, unless what follows has a meaning there.
_PLAIN = re.compile(rf"""(?:[^'"\\$`{HOLE}{_META}]|'[^']*'|"(?:[^"\\$`{HOLE}]|\\[^"\\$`{HOLE}\n])*")+""")
_PIECE = re.compile(
    rf"""\\(?P<escaped>.)|'(?P<single>[^']*)'|"(?P<double>(?:\\.|[^"\\])*)"|(?P<bare>[^'"\\{_META}]+)""",
    re.DOTALL,
)
_IN_DOUBLE = re.compile(r"""\\(?P<escaped>[$`"\\\n])|(?P<live>[$\udc80]+)|[^\\$\udc80]+|\\""")
_SIMPLE = re.compile(_BARE, re.ASCII)
_ODD_PARAMETER = re.compile(r"\$\{(?!\w+\})")
_TILDE = re.compile(r"(?:\A|[:=])~")


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a command.

    Attributes:
        text: The word without its quotes, before any expansion.
        shape: As long as the text; characters that quotes take the meaning from are masked.
        odd: Why what the program is given may be something else than the text; empty if it is just that, or
            the files that match it.
        unclear: Why not even the shape can be relied on; empty if it can.
    """

    text: str
    shape: str
    odd: str = ""
    unclear: str = ""

    @classmethod
    def quoted(cls, text: str) -> Word:
        """A word of which no character has a meaning for the shell."""
        return cls(text, _QUOTED * len(text))

    def part(self, start: int) -> Word:
        """The rest of the word from a position on."""
        return Word(self.text[start:], self.shape[start:])

    def holds(self, characters: str) -> bool:
        """Whether one of the characters stands in the word with its meaning for the shell."""
        return any(character in self.shape for character in characters)

    @property
    def globs(self) -> bool:
        """Whether the shell puts the names of files that match in its place."""
        return self.holds("*?[")


def decode(raw: str, holes: tuple[str, ...] = ()) -> Word:
    """Take the quotes off a word.

    Args:
        raw: The word as it stands in the command, with a `HOLE` for each substitution.
        holes: What stands there.
    """
    if _SIMPLE.fullmatch(raw):
        return Word(raw, raw)
    text: list[str] = []
    shape: list[str] = []
    unclear = ""
    position = 0
    for piece in _PIECE.finditer(raw):
        if piece.start() != position:
            break
        position = piece.end()
        match piece.lastgroup:
            case "escaped":
                plain = piece["escaped"].replace("\n", "")
                text.append(plain)
                shape.append(_QUOTED * len(plain))
            case "bare":
                text.append(piece["bare"])
                shape.append(piece["bare"])
            case _:
                if shape and shape[-1].endswith("$"):
                    unclear = "the command holds quotes with escapes"
                if piece["single"] is not None:
                    text.append(piece["single"])
                    shape.append(_QUOTED * len(piece["single"]))
                else:
                    _double(piece["double"], text, shape)
    if position != len(raw):
        whole = _filled(raw, holes)
        return Word(whole, whole, NOT_CLEAR, NOT_CLEAR)
    full_text, full_shape = _filled("".join(text), holes), _filled("".join(shape), holes)
    if _ODD_PARAMETER.search(full_shape):
        unclear = "the command computes a part of itself"
    return Word(full_text, full_shape, _odd(raw, "".join(shape), holes), unclear)


def _double(quoted: str, text: list[str], shape: list[str]) -> None:
    """Inside double quotes only `$` and substitutions keep their meaning."""
    for piece in _IN_DOUBLE.finditer(quoted):
        plain = piece[0] if piece["escaped"] is None else piece["escaped"].replace("\n", "")
        text.append(plain)
        shape.append(plain if piece["live"] else _QUOTED * len(plain))


def _filled(text: str, holes: tuple[str, ...]) -> str:
    if not holes:
        return text
    first, *rest = text.split(HOLE)
    return first + "".join(hole + after for hole, after in zip(holes, rest, strict=False))


def _odd(raw: str, shape: str, holes: tuple[str, ...]) -> str:
    """Why the shell may make something else of a word."""
    if not _PLAIN.fullmatch(raw):
        if any(not hole.startswith("${") for hole in holes):
            return "the command runs another one to build itself"
        if holes or "$" in shape:
            return "the command holds $, whose value is not known"
        return "the command holds \\, which can hide what it means"
    if raw.startswith("#"):
        return NOT_CLEAR
    if "~" in shape and _TILDE.search(shape):
        return "the command holds ~, which stands for another folder"
    if "{" in shape and ("," in shape or ".." in shape):
        return "the command holds { }, which stands for several words"
    return ""
