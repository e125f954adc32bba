"""A shell command cut into simple commands and their words; what the cut cannot be sure of is refused."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

_QUOTED: Final = "\x01"
_MOST: Final = 500
_TOKEN = re.compile(
    r"""
    (?P<blank>(?:[ \t]|\\\n)+)
    |(?P<comment>\#[^\n]*)
    |(?P<redirect>&>>?|[0-9]*(?:>[>|&]?|<[<&>]?))
    |(?P<separator>&&|\|\||\|&|;;&?|;&|[;&|()\n])
    |(?P<word>(?:\\.|'[^']*'|"(?:\\.|[^"\\])*"|[^ \t\n;&|()<>'"\\])+)
    """,
    re.VERBOSE | re.DOTALL,
)
_PIECE = re.compile(
    r"""\\(?P<escaped>.)|'(?P<single>[^']*)'|"(?P<double>(?:\\.|[^"\\])*)"|(?P<bare>[^'"\\]+)""", re.DOTALL
)
_IN_DOUBLE = re.compile(r"""\\(?P<escaped>[$`"\\\n])|\$|[^\\$]+|\\""")
_ODD_PARAMETER = re.compile(r"\$\{(?!\w+\})")


class UnclearError(Exception):
    """The command cannot be cut into words with certainty; the message says why, for a person."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a command.

    Attributes:
        text: The word without its quotes, before any expansion.
        shape: As long as the text; characters that quotes take the meaning from are masked.
    """

    text: str
    shape: str

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


@dataclass(slots=True)
class SimpleCommand:
    """The words of one program call, and the files its redirects name."""

    words: list[Word] = field(default_factory=list)
    inputs: list[Word] = field(default_factory=list)
    outputs: list[Word] = field(default_factory=list)


def simple_commands(command: str) -> list[SimpleCommand]:
    """Cut a command at its operators.

    Raises:
        UnclearError: It is unbalanced, or holds substitutions, here-documents or function definitions.
    """
    joined = command.replace("\\\n", "")
    if "`" in joined or "$(" in joined:
        raise UnclearError("the command runs another one to build itself")
    current = SimpleCommand()
    commands = [current]
    redirect = separator = ""
    both = False
    position = 0
    while position < len(command):
        token = _TOKEN.match(command, position)
        if token is None:
            raise UnclearError("the command has unbalanced quotes")
        position = token.end()
        text = token[0]
        match token.lastgroup:
            case "word" if redirect:
                files = current.outputs if ">" in redirect else current.inputs
                files.append(_word(text))
                redirect = ""
            case "word":
                if both:
                    # After `&> file`, bash goes on with the same command, a plain sh with a new one.
                    raise UnclearError("the command has words after &>")
                current.words.append(_word(text))
                separator = ""
            case "redirect" | "separator" if redirect:
                raise UnclearError("the command redirects from or into another one")
            case "redirect":
                if "<<" in text:
                    raise UnclearError("the command holds a here-document")
                redirect = text
                separator = ""
                both = both or text.startswith("&")
            case "separator":
                if separator == "(" and text == ")":
                    raise UnclearError("the command defines a function")
                separator = text
                both = False
                current = SimpleCommand()
                commands.append(current)
                if len(commands) > _MOST:
                    raise UnclearError(f"the command holds more than {_MOST} commands")
            case _:
                pass
    if redirect:
        raise UnclearError("the command ends in a redirect")
    return commands


def _word(raw: str) -> Word:
    """Take the quotes off a word."""
    if not any(quote in raw for quote in "'\"\\$"):
        return Word(raw, raw)
    text: list[str] = []
    shape: list[str] = []
    for piece in _PIECE.finditer(raw):
        match piece.lastgroup:
            case "escaped":
                plain = piece["escaped"]
                if plain != "\n":
                    text.append(plain)
                    shape.append(_QUOTED)
            case "bare":
                text.append(piece["bare"])
                shape.append(piece["bare"])
            case _:
                if shape and shape[-1].endswith("$"):
                    raise UnclearError("the command holds quotes with escapes")
                if piece["single"] is not None:
                    text.append(piece["single"])
                    shape.append(_QUOTED * len(piece["single"]))
                else:
                    _double(piece["double"], text, shape)
    word = Word("".join(text), "".join(shape))
    if _ODD_PARAMETER.search(word.shape):
        raise UnclearError("the command computes a part of itself")
    return word


def _double(quoted: str, text: list[str], shape: list[str]) -> None:
    """Inside double quotes only `$` keeps its meaning."""
    if _ODD_PARAMETER.search(quoted.replace("\\\n", "")):
        raise UnclearError("the command computes a part of itself")
    for piece in _IN_DOUBLE.finditer(quoted):
        if piece[0] == "$":
            text.append("$")
            shape.append("$")
        else:
            plain = piece[0] if piece["escaped"] is None else piece["escaped"].replace("\n", "")
            text.append(plain)
            shape.append(_QUOTED * len(plain))
