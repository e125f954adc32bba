"""Programs that run the command made of their last words: env, timeout, xargs, python -m and the like."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass

from app.approval.places import Here, reaches, shown
from app.approval.programs import NOT_READ_ONLY, READ_ONLY, SYSTEM_FOLDERS, is_assignment, sets_powerful
from app.approval.shell.words import Word


@dataclass(frozen=True, slots=True)
class _Wrapper:
    """How the words of a wrapper are told from the command it runs.

    Attributes:
        valued: Options with a value, joined or in the next word.
        flags: Options without a value; any other option asks.
    """

    valued: frozenset[str]
    flags: frozenset[str]


def _wrapper(valued: str = "", flags: str = "") -> _Wrapper:
    return _Wrapper(frozenset(valued.split()), frozenset(flags.split()))


_WRAPPERS = {
    "env": _wrapper("-u --unset", "- -i -0 --ignore-environment"),
    "time": _wrapper("-f -o --format --output", "-p -v -a"),
    "timeout": _wrapper("-k -s --kill-after --signal", "--foreground --preserve-status -v"),
    "nice": _wrapper("-n --adjustment"),
    "stdbuf": _wrapper("-i -o -e --input --output --error"),
    "command": _wrapper("", "-p"),
    "builtin": _wrapper(),
    "xargs": _wrapper("-n -P -I -L -d -s -a -E --max-args --max-procs --delimiter", "-0 -r -t --null"),
    "npx": _wrapper("", "--no --no-install"),
}
_RUNNERS = frozenset({"uv", "poetry", "pdm", "pipenv", "hatch"})
_RUN = _wrapper("", "--offline --frozen --locked --no-sync -q")
_PYTHON = re.compile(r"(?:python|pypy)[\d.]*")


def unwrapped(words: list[Word], here: Here) -> tuple[list[Word], str]:
    """Take the wrappers off a command.

    Args:
        words: The words from the first program on.
        here: Where it runs.

    Returns:
        The words of the innermost program (none if there is none), and why to ask, if so.
    """
    position = 0
    while position < len(words):
        name = os.path.basename(words[position].text)
        following = words[position + 1].text if position + 1 < len(words) else ""
        why = ""
        if _PYTHON.fullmatch(name):
            start = _module(words, position)
        elif name == "command" and following in {"-v", "-V"}:
            return [], ""
        elif name in _RUNNERS and following == "run":
            start, why = _behind_options(_RUN, words, position + 2)
        elif name in _WRAPPERS:
            start, why = _behind_options(_WRAPPERS[name], words, position + 1)
            start += name == "timeout"
        else:
            break
        if why:
            return [], f"{name} {why}"
        if start == position:
            break
        for word in words[position:start]:
            if why := sets_powerful(word.text) or _reaches(word, here):
                return [], why
        position = start
        if name == "xargs" and position < len(words):
            program = words[position].text
            if program not in READ_ONLY or program in NOT_READ_ONLY:
                return [], f"xargs runs {shown(program)} on what it reads"
    return words[position:], ""


def _reaches(word: Word, here: Here) -> str:
    return "" if os.path.dirname(word.text) in SYSTEM_FOLDERS else reaches(word, here)


def _module(words: list[Word], position: int) -> int:
    """Where the module of `python -m` stands; the position of python itself if it runs anything else."""
    for index in range(position + 1, len(words)):
        text = words[index].text
        if text == "-m":
            return index + 1
        if re.match(r"-[A-Za-z]*c", text):
            break
    return position


def _behind_options(wrapper: _Wrapper, words: list[Word], position: int) -> tuple[int, str]:
    """The position behind the options and assignments of a wrapper, and why to ask, if so."""
    while position < len(words):
        text = words[position].text
        if text in wrapper.valued:
            position += 2
        elif text == "--" or text in wrapper.flags or is_assignment(words[position]):
            position += 1
        elif text.startswith("-"):
            if text.partition("=")[0] not in wrapper.valued and text[:2] not in wrapper.valued:
                return position, f"with {shown(text)}"
            position += 1
        else:
            break
    return position, ""
