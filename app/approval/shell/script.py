"""A command as data: the simple commands in it, and why it may be more than they show."""

from __future__ import annotations

from dataclasses import dataclass

from app.approval.shell.words import Word


@dataclass(frozen=True, slots=True)
class SimpleCommand:
    """The words of one program call, and what goes with it.

    Attributes:
        words: The program and what it is given; empty if there are only assignments or redirects.
        assignments: The words in front of it that set a variable. A loop over `x` is one that is `x=`.
        inputs: Files that its redirects read.
        outputs: Files that its redirects write.
        after: The operator in front of it; a newline counts as one, so does a keyword.
    """

    words: tuple[Word, ...]
    assignments: tuple[Word, ...] = ()
    inputs: tuple[Word, ...] = ()
    outputs: tuple[Word, ...] = ()
    after: str = ""

    @property
    def texts(self) -> tuple[str, ...]:
        """The words without their quotes."""
        return tuple(word.text for word in self.words)


@dataclass(frozen=True, slots=True)
class Script:
    """What a command holds.

    Attributes:
        commands: Every simple command found anywhere in it, in the order of the text, also in substitutions,
            loops and functions. None if it is broken.
        odd: Why it is not plain: only programs with words, joined by `&&`, `||`, `;`, `|` and newlines. Empty
            if it is; then the commands are just what bash would run.
        unclear: Why it cannot even be cut into commands with certainty.
        documents: The texts of its here-documents and here-strings.
        broken: Whether it could not be parsed.
        pieces: Whatever could be a simple command if no quotes count. Only where the commands may not be all.
    """

    commands: tuple[SimpleCommand, ...]
    odd: str = ""
    unclear: str = ""
    documents: tuple[str, ...] = ()
    broken: bool = False
    pieces: tuple[str, ...] = ()
