"""Puts the tokens of a command together to simple commands."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.approval.shell import grammar
from app.approval.shell.script import Script, SimpleCommand
from app.approval.shell.tokens import Token, Tokens
from app.approval.shell.words import HOLE, Word, decode

if TYPE_CHECKING:
    from tree_sitter import Tree

_REDIRECTS = "the command reads or writes a file by a redirect"
_PLAIN_REDIRECT = re.compile(rb"2>&1|[12]?>[ \t]*/dev/null")
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*(?:\[[^]]*\])?\+?=", re.ASCII)
_QUOTED = r"""'[^']*'|"(?:\\.|[^"\\])*"|\\."""
_ONE_TEST = re.compile(rf"(?:{_QUOTED}|[^'\"\\;&|()<>`\n])*", re.DOTALL)
_ONE_LINE = re.compile(rf"(?:{_QUOTED}|[^'\"\\;`\n])*", re.DOTALL)


@dataclass(slots=True)
class _Redirect:
    """A redirect, and where it starts: with its sign or the number in front of it."""

    sign: str
    start: int
    target: list[Token] = field(default_factory=list)


@dataclass(slots=True)
class _Command:
    """A simple command while it is read. A word may be several tokens; what a loop sets ends in `=`."""

    after: str
    words: list[list[Token]] = field(default_factory=list)
    redirects: list[_Redirect] = field(default_factory=list)
    sets: str = ""

    @property
    def empty(self) -> bool:
        """Whether nothing belongs to it yet."""
        return not (self.words or self.redirects or self.sets)


@dataclass(slots=True)
class _Level:
    """What is being read of the command, or of a substitution in it.

    Attributes:
        command: What the next word belongs to.
        redirect: A redirect that has no file yet.
        number: Where the number in front of a redirect stands; -1 without one.
        word: The word just read, of which the next token may be a part; a text has none to be a part of.
        text: Whether a text has just been read.
        operator: Whether an operator has been read, and nothing since.
    """

    command: _Command
    redirect: _Redirect | None = None
    number: int = -1
    word: list[Token] | None = None
    text: bool = False
    operator: bool = True


class Reader:
    """Reads one command.

    Args:
        source: The command.

    Attributes:
        doubtful: Whether bash may read the text another way than the tree does.
    """

    def __init__(self, source: bytes) -> None:
        self.doubtful = False
        self._source = source
        self._commands: list[_Command] = []
        self._levels: dict[int, _Level] = {}
        self._texts: list[Token] = []
        self._documents: list[str] = []
        self._odd = ""
        self._unclear = ""

    def read(self, tree: Tree) -> Script:
        """The script that a tree without errors stands for.

        Raises:
            TooDeepError: Its substitutions are nested too deep.
        """
        tokens = Tokens(self._source)
        cut = list(tokens.read(tree))
        for kind in tokens.kinds:
            self._note(grammar.odd(kind), grammar.UNCLEAR.get(kind, ""))
        for token in cut:
            self._take(token)
        commands = tuple(self._built(command) for command in self._commands if not command.empty)
        for text in self._texts:
            self._check(text)
        if not tokens.plain:
            self._note("the command holds \\, which can hide what it means")
        if not tokens.clear:
            self._doubt()
        return Script(commands, self._odd, self._unclear, tuple(self._documents))

    def _note(self, odd: str, unclear: str = "") -> None:
        """Keep the first reason against the command."""
        self._odd = self._odd or odd
        self._unclear = self._unclear or unclear

    def _doubt(self) -> None:
        self.doubtful = True
        self._note(grammar.NOT_CLEAR, grammar.NOT_CLEAR)

    def _take(self, token: Token) -> None:
        level = self._levels.get(token.level)
        if level is None:
            level = self._levels[token.level] = _Level(self._begin(""))
        if token.newline:
            self._cut(level, "\n")
        match token.role:
            case "word":
                self._take_word(level, token)
            case "text":
                self._take_text(level, token)
            case "operator":
                if level.operator or token.newline or token.kind not in grammar.PLAIN_OPERATORS:
                    self._note(grammar.odd(token.kind))
                self._cut(level, token.kind)
                level.operator = True
            case "keyword":
                if token.kind not in grammar.BRACKETS:
                    self._expect_apart(level, token)
                self._cut(level, token.kind)
                # Here `!a` and `{a` are words; only brackets need no blank behind them.
                level.operator, level.text = False, token.kind not in grammar.BRACKETS
            case "redirect":
                self._take_redirect(level, token)
            case "descriptor":
                self._expect_apart(level, token)
                if not self._source[token.start : token.end].isdigit():
                    self._doubt()
                level.number, level.word = token.start, None
            case "comment":
                self._expect_apart(level, token)

    def _expect_apart(self, level: _Level, token: Token) -> None:
        """Where the tree starts something new, bash must not be in the middle of a word."""
        if token.joined and (level.word or level.text):
            self._doubt()

    def _take_word(self, level: _Level, token: Token) -> None:
        if token.joined and level.word:
            level.word.append(token)
            return
        self._expect_apart(level, token)
        command, level.operator, level.text = level.command, False, False
        level.word = [token]
        if redirect := level.redirect:
            redirect.target, level.redirect = level.word, None
            command.redirects.append(redirect)
            if redirect.sign.endswith("&") and self._source[token.start : token.start + 1] == b"-":
                # `>& -a b` closes, then runs `a b`.
                self._doubt()
            return
        if any(redirect.sign.startswith("&") for redirect in command.redirects):
            # After `&> file`, bash goes on with the same command, a plain sh with a new one.
            self._note("", "the command has words after &>")
        command.words.append(level.word)

    def _take_redirect(self, level: _Level, token: Token) -> None:
        if level.redirect or (level.number >= 0 and not token.joined):
            self._doubt()
        start = level.number if level.number >= 0 else token.start
        level.number, level.word, level.redirect = -1, None, None
        if token.kind in grammar.NO_FILE:
            self._note(_REDIRECTS)
        else:
            level.redirect = _Redirect(token.kind, start)

    def _take_text(self, level: _Level, token: Token) -> None:
        if not token.kind.startswith("heredoc"):
            self._expect_apart(level, token)
        level.operator, level.text, level.word = False, True, None
        text = self._source[token.start : token.end].decode()
        match token.kind:
            case "variable_name":
                level.command.sets = f"{text}="
            case "variable_assignment":
                level.command.sets = f"{text.partition('=')[0]}="
                self._texts.append(token)
            case "heredoc_body":
                self._documents.append(text)
            case _:
                self._texts.append(token)

    def _begin(self, after: str) -> _Command:
        command = _Command(after)
        self._commands.append(command)
        return command

    def _cut(self, level: _Level, operator: str) -> None:
        """End a command; of a newline behind another operator, nothing is to be told."""
        if level.redirect or level.number >= 0:
            self._doubt()
        if not level.command.empty:
            level.command = self._begin(operator)
        elif operator != "\n":
            level.command.after = operator
        level.redirect = level.word = None
        level.number, level.text = -1, False

    def _built(self, command: _Command) -> SimpleCommand:
        words = [self._word(tokens) for tokens in command.words]
        count = 0
        while count < len(words) and self._assigns(command.words[count]):
            self._note(grammar.odd("variable_assignment"))
            count += 1
        assignments = words[:count]
        if command.sets:
            assignments.append(Word(command.sets, command.sets))
        if len(words) > count and words[count].shape in grammar.RESERVED:
            self._note(f"the command holds {words[count].text}")
            alone = words[count].text in grammar.PREFIXES
            if not alone or any(word.shape in grammar.RESERVED for word in words[count + 1 :]):
                self._doubt()
        inputs, outputs = self._files(command.redirects)
        return SimpleCommand(tuple(words[count:]), tuple(assignments), inputs, outputs, command.after)

    def _files(self, redirects: list[_Redirect]) -> tuple[tuple[Word, ...], tuple[Word, ...]]:
        """The files that redirects read, and those that they write."""
        inputs: list[Word] = []
        outputs: list[Word] = []
        for redirect in redirects:
            target = self._word(redirect.target)
            if not _PLAIN_REDIRECT.fullmatch(self._source, redirect.start, redirect.target[-1].end):
                self._note(_REDIRECTS)
            if redirect.sign == "<<<":
                self._documents.append(target.text)
            elif ">" in redirect.sign:
                outputs.append(target)
            else:
                inputs.append(target)
        return tuple(inputs), tuple(outputs)

    def _assigns(self, tokens: list[Token]) -> bool:
        """Whether a word in front of the program sets a variable; no quotes may stand in the name."""
        raw, _ = self._raw(tokens)
        return _ASSIGNMENT.match(raw.replace("\\\n", "")) is not None

    def _word(self, tokens: list[Token]) -> Word:
        raw, holes = self._raw(tokens)
        word = decode(raw, holes)
        self._note(word.odd, word.unclear)
        if word.unclear == grammar.NOT_CLEAR:
            self._doubt()
        return word

    def _raw(self, tokens: list[Token]) -> tuple[str, tuple[str, ...]]:
        """The text of a word with its holes, and what stands in them."""
        pieces: list[str] = []
        holes: list[str] = []
        position = tokens[0].start
        for token in tokens:
            for start, end in token.holes:
                pieces.append(self._source[position:start].decode())
                holes.append(self._source[start:end].decode())
                position = end
        pieces.append(self._source[position : tokens[-1].end].decode())
        return HOLE.join(pieces), tuple(holes)

    def _check(self, text: Token) -> None:
        """A text the tree takes for a test or a list must not be able to hold a command."""
        raw, _ = self._raw([text])
        one = _ONE_TEST if raw.startswith("[") and not raw.startswith("[[") else _ONE_LINE
        if not one.fullmatch(raw):
            self._doubt()
