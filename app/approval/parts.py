"""The commands that a plain script runs, each with where it runs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.approval.folders import folders
from app.approval.places import Here, reaches
from app.approval.read_only import only_reads
from app.approval.shell.script import Script
from app.approval.shell.words import Word


@dataclass(frozen=True, slots=True)
class Part:
    """A command of a plain script.

    Attributes:
        words: The program and what it is given.
        folders: Where it may start.
        here: Where the script runs.
    """

    words: tuple[Word, ...]
    folders: frozenset[str]
    here: Here

    @property
    def in_root(self) -> bool:
        """Whether it starts in the root of the workspace."""
        return self.folders == {self.here.root}

    def leads_out(self, word: Word) -> str:
        """Why a word names a place that must not be read unasked; empty if it does not."""
        return self._first(word, reads=True)

    def may_destroy(self, word: Word) -> str:
        """Why a word names a place that must not be changed unasked; empty if it does not."""
        return self._first(word, reads=False)

    def _first(self, word: Word, *, reads: bool) -> str:
        places = (Here(self.here.root, folder) for folder in sorted(self.folders))
        reasons = (reaches(word, place, whole=not reads, reads=reads) for place in places)
        return next(filter(None, reasons), "")

    def refusal(self, vouched: int = 0) -> str | None:
        """Why it may do more than read; empty if it does not, None if its program is none for reading.

        Args:
            vouched: How many of its first words a rule names; nothing is held against those.
        """
        moved = self.folders != {self.here.cwd}
        if self.words[0].text == "git" and not self.in_root and (moved or not vouched):
            return "git may be told by the folder it runs in to run programs"
        return only_reads(self.words, self.leads_out, vouched=vouched)


def parts(script: Script, here: Here) -> Iterator[Part]:
    """The commands of a plain script in their order."""
    for command, starts in folders(script.commands, here):
        yield Part(command.words, starts, here)
