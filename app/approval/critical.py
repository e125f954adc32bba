"""Commands that ask in every mode: what reaches out of the workspace, into .git, or for more rights.

The words of a command are looked at, not its meaning, so this errs on the side of asking.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from itertools import takewhile

from app.approval.inline_code import awk, interpreter, is_awk, is_interpreter, sed_files
from app.approval.places import Here, reaches, shown, target_reaches
from app.approval.programs import (
    CHANGES,
    FETCHES,
    NOT_READ_ONLY,
    READ_ONLY,
    SHELLS,
    SYSTEM_FOLDERS,
    git,
    listed,
    sets_powerful,
    without_message,
)
from app.approval.shell.parser import LONGEST, parse
from app.approval.shell.script import SimpleCommand
from app.approval.shell.words import Word
from app.approval.wrappers import unwrapped

_DEEPEST = 3
_MOST = 500
_LOOPBACK = re.compile(r"https?://(?:127\.0\.0\.1|localhost|\[::1\])(?:[:/?]|$)")
# Several commands, or one that is told where to go: make -C, env --chdir.
_MAY_MOVE = re.compile(r"[;&|(){}`\n]|-\w*C|cd|dir")
_MAY_BE_COMMAND = re.compile(r"[ \t\n`]|\$\(")
_FIND_ACTIONS = frozenset({"-exec", "-execdir", "-ok", "-okdir"})
_FIND_CHANGES = frozenset({"-delete", "-fprint", "-fprint0", "-fprintf", "-fls"})


def critical(command: str, here: Here) -> str:
    """Why a command must be asked about even in mode auto; empty if nothing was found.

    Args:
        command: The exact shell command.
        here: Where it runs.
    """
    if len(command) > LONGEST:
        return "the command is longer than 10,000 characters"
    if not command.replace("\n", "").replace("\t", "").isprintable():
        return "the command holds invisible characters"
    why = _Judge(here, 0).command(command)
    if not why and here.cwd != here.root and _MAY_MOVE.search(command):
        # Where its later words start from is not known: none may lead out of the workspace from its root.
        why = _Judge(Here(here.root, here.root), 0).command(command)
    return why


class _Judge:
    """Judges commands, and the commands in their words."""

    def __init__(self, here: Here, depth: int) -> None:
        self._here = here
        self._depth = depth

    def command(self, command: str) -> str:
        """Judge a whole command."""
        if self._depth > _DEEPEST:
            return "the command holds commands in commands"
        script = parse(command)
        return script.unclear or self._commands(script.commands)

    def _commands(self, commands: Sequence[SimpleCommand]) -> str:
        if len(commands) > _MOST:
            return f"the command holds more than {_MOST} commands"
        fetched = False
        for simple in commands:
            for target in simple.outputs:
                if why := target_reaches(target, self._here):
                    return why
            if any(word.text.startswith(("/dev/tcp", "/dev/udp")) for word in simple.inputs):
                return "talks to another machine"
            words, why = self._program_words(simple)
            if why:
                return why
            if not words:
                continue
            name = os.path.basename(words[0].text)
            if fetched and (name in SHELLS or is_interpreter(name)):
                return f"{name} may run what was fetched"
            fetched = fetched or name in FETCHES
            if why := self._program(name, words):
                return why
        return ""

    def _program_words(self, simple: SimpleCommand) -> tuple[list[Word], str]:
        """The words from the program on, without wrappers; or why to ask."""
        for word in simple.assignments:
            if why := sets_powerful(word.text) or _holds_command(word):
                return [], why
            # A variable by itself does nothing; what uses it is judged by its `$`.
            if simple.words and (why := self._word(word)):
                return [], why
        rest, why = unwrapped(list(simple.words), self._here)
        return ([*rest, *simple.inputs] if rest else rest), why

    def _program(self, name: str, words: list[Word]) -> str:
        """Judge one program and the words it is given."""
        program, arguments = words[0], words[1:]
        folder = os.path.dirname(program.text)
        if program.text not in {"[", "[["}:
            if program.holds("$*?[{"):
                return f"which program {shown(program.text)} is, is not known"
            if folder not in SYSTEM_FOLDERS and (why := reaches(program, self._here)):
                return f"runs a program: {why}"
        if why := listed(name, arguments):
            return why
        if name in READ_ONLY and (not folder or folder in SYSTEM_FOLDERS):
            unusual = NOT_READ_ONLY.get(name, ())
            return f"{name} with an unusual option" if _any_starts(arguments, unusual) else ""
        return self._special(name, arguments) or self._arguments(name, arguments)

    def _special(self, name: str, arguments: list[Word]) -> str:
        """What some programs mean by their words."""
        match name:
            case "cd" | "pushd" | "popd":
                plain = [word.text for word in arguments if word.text not in {"--", "-P", "-L"}]
                stays = name == "cd" and len(plain) == 1 and plain != ["-"]
                return "" if stays else f"{name} leads elsewhere"
            case "read":
                return next((why for word in arguments if (why := sets_powerful(f"{word.text}="))), "")
            case "find":
                return self._find(arguments)
            case _ if name in FETCHES:
                here = [bool(_LOOPBACK.match(word.text)) for word in arguments if "://" in word.text]
                return "" if here and all(here) else f"{name} talks to another machine"
            case "git":
                return git(arguments)
            case _ if is_interpreter(name):
                return interpreter(name, arguments, self._here)
            case _ if name in SHELLS:
                return self._shell(name, arguments)
            case _:
                return ""

    def _arguments(self, name: str, arguments: list[Word]) -> str:
        """Judge every word of a program that is not known to only read."""
        if is_awk(name):
            return awk(arguments, self._here)
        if name == "sed":
            files = sed_files(arguments)
            if files is None:
                return "the sed script does more than plain editing"
            arguments = files
        if name == "git":
            arguments = without_message(arguments)
        nested = not is_interpreter(name)
        for word in arguments:
            if why := self._word(word, whole=name in CHANGES, nested=nested):
                return f"{name}: {why}"
        return ""

    def _word(self, word: Word, *, whole: bool = False, nested: bool = True) -> str:
        """Judge a word as a place and, if it holds blanks, as a command."""
        if why := sets_powerful(word.text) or reaches(word, self._here, whole=whole):
            return why
        if not nested or not _MAY_BE_COMMAND.search(word.text):
            return ""
        named = re.match(r"(?:--?)?[\w-]+=", word.text)
        command = word.text[named.end() :] if named else word.text
        script = parse(command)
        if script.broken and "`" not in command and "$(" not in command and self._depth < _DEEPEST:
            # No shell runs it as it is, but it may be a part of a command, or be several.
            words = (tuple(Word(word, word) for word in piece.split()) for piece in script.pieces)
            return _Judge(self._here, self._depth + 1)._commands([SimpleCommand(some) for some in words])
        return self._nested(command)

    def _nested(self, command: str) -> str:
        """Judge a word that is a command."""
        return _Judge(self._here, self._depth + 1).command(command)

    def _shell(self, name: str, arguments: list[Word]) -> str:
        """Judge what a shell is to run: a file, the words after -c, or what it reads."""
        texts = [word.text for word in arguments]
        if texts == ["--version"]:
            return ""
        plain = [text for text in texts if not text.startswith(("-", "+"))]
        if not plain or "/dev/stdin" in plain or _any_starts(arguments, ("-s",)) or "-" in texts:
            return f"{name} runs what it is given to read"
        if any(re.match(r"-[A-Za-z]*c", text) for text in texts):
            return next((why for why in map(self._nested, plain) if why), "")
        return ""

    def _find(self, arguments: list[Word]) -> str:
        """Judge the actions of find: to change files, it must start in a folder of the workspace."""
        starts = list(takewhile(lambda word: not word.text.startswith("-"), arguments))
        confined = bool(starts) and not any(reaches(start, self._here, whole=True) for start in starts)
        for position, word in enumerate(arguments):
            if word.text in _FIND_ACTIONS:
                program = arguments[position + 1].text if position + 1 < len(arguments) else "a command"
                if program not in READ_ONLY or program in NOT_READ_ONLY:
                    return f"find runs {shown(program)} on what it finds"
            elif word.text in _FIND_CHANGES and not confined:
                return f"find {word.text} changes all of the workspace"
        return ""


def _holds_command(word: Word) -> str:
    """A value in which arithmetic or a test would find a command to run."""
    return "the command hides another one in a variable" if "$(" in word.text or "`" in word.text else ""


def _any_starts(words: list[Word], starts: tuple[str, ...]) -> bool:
    return any(word.text.startswith(starts) for word in words) if starts else False
