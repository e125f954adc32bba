"""Reads a shell command, whatever it is, in bounded time."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from app.approval.shell.reader import Reader
from app.approval.shell.script import Script
from app.approval.shell.tokens import TooDeepError
from app.terminal.reveal import reveal

if TYPE_CHECKING:
    from tree_sitter import Language, Tree

LONGEST = 10_000  # characters that a person can be expected to have looked through
_LONGEST_PARSED = 32_768  # bytes
_PATIENCE = 0.1  # seconds of computing; everyday commands take less than a hundredth of it
# In search of an error among these, the parser cannot be stopped, and takes the square of their number.
_JOINTS = (b"|", b"<", b">", b"`")
_MOST_JOINTS = 300

_PADDING = re.compile(r"[ \t\n]{40}")
_CUTS = re.compile(r"[;&|()<>{},`\n\0]+|\$\(")


def parse(command: str) -> Script:
    """Read a command. Never raises; what is too long, too deep or not in order is broken.

    Args:
        command: Exactly what would be given to `bash -c`.
    """
    source = command.encode(errors="replace")
    tree = _tree(source) if _can_be_parsed(source) else None
    if tree is None:
        return broken(command)
    reader = Reader(source)
    try:
        script = reader.read(tree)
    except TooDeepError:
        return broken(command)
    if reader.doubtful:
        script = replace(script, pieces=_pieces(source))
    if odd := _looks_odd(command):
        script = replace(script, odd=odd)
    return script


def broken(command: str) -> Script:
    """A command that is not parsed."""
    why = "the command cannot be read: it is broken, unfinished or too long"
    return Script((), why, why, broken=True, pieces=_pieces(command.encode(errors="replace")))


def _pieces(source: bytes) -> tuple[str, ...]:
    """The command cut at every sign that can part commands, as if no quotes were there."""
    bare = source.replace(b"\\\n", b"").translate(None, b"'\"\\").decode()
    return tuple(filter(str.strip, _CUTS.split(bare)))


def _can_be_parsed(source: bytes) -> bool:
    if len(source) > _LONGEST_PARSED or b"\0" in source:
        return False
    return sum(map(source.count, _JOINTS)) <= _MOST_JOINTS


def _looks_odd(command: str) -> str:
    """Why a person could not trust their eyes."""
    if len(command) > LONGEST:
        return "the command is longer than 10,000 characters"
    if reveal(command) != command:
        return "the command holds invisible characters"
    if _PADDING.search(command):
        return "the command holds a long blank, behind which more may hide"
    return ""


def _tree(source: bytes) -> Tree | None:
    """The syntax tree; None if there are errors in it, or finding out takes too long."""
    from tree_sitter import Parser

    end = time.thread_time() + _PATIENCE
    try:
        tree = Parser(_language()).parse(
            lambda offset, _: source[offset:],
            progress_callback=lambda _, failed: failed or time.thread_time() > end,
        )
    except ValueError:  # "Parsing failed": it was stopped
        return None
    return None if tree.root_node.has_error else tree


@cache
def _language() -> Language:
    import tree_sitter_bash
    from tree_sitter import Language

    return Language(tree_sitter_bash.language())
