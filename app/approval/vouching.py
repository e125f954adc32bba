"""Whether a rule allows a command. A rule vouches for the words that it names, not for what follows them."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import replace

from app.approval.dangers import danger
from app.approval.inline_code import awk, is_awk, is_interpreter, sed_files
from app.approval.launchers import RUNNERS, WRAPPERS
from app.approval.names import names
from app.approval.options import may_be_option
from app.approval.parts import Part
from app.approval.places import shown
from app.approval.programs import CHANGES, SHELLS
from app.approval.shell.words import Word
from app.approval.verdict import Prefix

_ELSEWHERE = "the rule is about a file seen from the root of the workspace, and this runs elsewhere"
# Wrappers, and what changes the meaning of later commands, or looks for commands in the names of variables.
_NEVER = (WRAPPERS - SHELLS) | names(
    "busybox read let declare typeset local readonly getopts mapfile readarray unset export set"
)
_CHANGES = CHANGES | {"dd", "mkdir", "tee"}
_SAYS_VERSION = frozenset({"--version", "-V", "-v", "--help", "-h"})
# What may stand in front of the file that an interpreter or a shell runs.
_PYTHON_OPTIONS = names("-B -E -I -O -OO -P -s -u")
_SHELL_OPTIONS = names("-e -eu -eux -ex -u -x --norc --noprofile")
_SED_WRITES = re.compile(r"-[nErsuz]*i|--i")


def fits(words: Sequence[Word], rule: Prefix) -> bool:
    """Whether a command begins with just the words of a rule."""
    if not rule or len(rule) > len(words):
        return False
    return all(word.text == text and not word.globs for word, text in zip(words, rule, strict=False))


def objection(part: Part, vouched: int) -> str:
    """Why a command must be asked about although a rule fits it; empty if nothing speaks against it.

    Programs are known by their names, in whatever folder they are.

    Args:
        part: The command.
        vouched: How many of its first words the rule names.
    """
    if not part.in_root and any("/" in word.text and word.text[0] != "/" for word in part.words[:vouched]):
        return _ELSEWHERE
    name = os.path.basename(part.words[0].text)
    words = (Word.quoted(name), *part.words[1:])
    part = replace(part, words=words)
    if name in _NEVER:
        return "it can make other commands of its words; only rules for those help"
    if name.startswith("mkfs"):
        return "it can destroy a disk"
    if inner := _inner(words):
        if vouched <= inner or words[inner].text.startswith("-"):
            return "the rule does not name the program that it runs"
        return objection(replace(part, words=words[inner:]), vouched - inner)
    for word in words[1:]:
        if name in _CHANGES and (why := part.may_destroy(word)):
            return why
    for word in words[vouched:]:
        if may_be_option(word):
            return f"the name of a file in place of {shown(word.text)} may be an option"
    if name in SHELLS or is_interpreter(name):
        return _code(part, vouched)
    if is_awk(name) and (why := awk(list(words[vouched:]), part.here)):
        return why
    if name == "sed":
        return _sed(part, vouched)
    refused = part.refusal(vouched)
    return danger(words, vouched) if refused is None else refused


def _inner(words: Sequence[Word]) -> int:
    """Where the program stands that a runner such as `uv run` starts; 0 if the program is no runner."""
    behind = RUNNERS.get(words[0].text)
    if behind is None:
        return 0
    at = next((at for at, word in enumerate(words) if at and word.text in behind), 0) if behind else 0
    return at + 1 if len(words) > at + 1 and (at or not behind) else 0


def _code(part: Part, vouched: int) -> str:
    """Why it is not known which code a shell or an interpreter runs."""
    words, name = part.words, part.words[0].text
    texts = [word.text for word in words]
    if len(texts) == 2 and texts[1] in _SAYS_VERSION:
        return ""
    python = name.startswith("py")
    harmless = _SHELL_OPTIONS if name in SHELLS else _PYTHON_OPTIONS if python else ()
    for position, word in enumerate(words[1:], 1):
        named = position < vouched
        if named and word.text == "--test":
            return ""
        if python and word.text == "-m" and position + 1 < vouched:
            return ""
        if word.text in harmless:
            continue
        if word.text.startswith("-") or word.text in {"/dev/stdin", "eval", "repl"}:
            return f"{name} {shown(word.text)} runs code that the rule does not name"
        return part.leads_out(word) if not named else "" if part.in_root else _ELSEWHERE
    return f"{name} runs what it is given to read"


def _sed(part: Part, vouched: int) -> str:
    """Why a script of sed may do more than edit text."""
    rest = list(part.words[vouched:])
    files = sed_files(rest)
    if files is None or any(_SED_WRITES.match(word.text) for word in rest):
        return "the sed script or its options do more than print"
    return next((why for word in files if (why := part.may_destroy(word))), "")
