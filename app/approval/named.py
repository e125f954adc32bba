"""Which paths a command names, wherever in it they stand. Its text is looked at, not its meaning."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

from app.approval.places import Here
from app.approval.shell.parser import parse

# Inside quotes, substitutions, options with a value and pieces of `a:b`, too.
_PIECE = re.compile(r"[^\s'\"`$(){}\[\];|&<>=:,@]+")


def named_paths(command: str, here: Here, home: str) -> frozenset[str]:
    """The paths that words of a command, or pieces of them, may stand for. Links are not followed.

    Args:
        command: The exact shell command.
        here: Where it runs; a `cd` in it may lead to the root of the workspace.
        home: What `~` means.
    """
    return frozenset(
        os.path.normpath(os.path.join(folder, f"{home}{text[1:]}" if text[:2] in ("~", "~/") else text))
        for text in {*_texts(command)}
        for folder in {here.cwd, here.root}
    )


def _texts(command: str) -> Iterator[str]:
    yield from _PIECE.findall(command)
    for simple in parse(command).commands:
        for word in (*simple.words, *simple.assignments, *simple.inputs, *simple.outputs):
            yield word.text
            # Quotes in the middle of a word are gone now.
            yield from _PIECE.findall(word.text)
