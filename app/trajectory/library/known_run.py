"""One run, as the library knows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.trajectory.library.liveness import State


@dataclass(frozen=True, slots=True)
class KnownRun:
    """What the library knows of a run. None where its format does not say.

    Args:
        file: Its path, or that of its folder.
        format: What its format is called; `sawhorse` is ours.
        variant: Which way of writing it; empty if there is but one.
        title: What was asked first, or what it calls itself. One safe line.
        models: Those that answered.
        workspace: The folder that was worked in.
        started: Seconds since the epoch; 0 if that is not known.
        ended: Likewise, of its last record.
        changed: When its file was written to.
        turns: Answers of the model.
        calls: Calls of tools.
        errors: Those that failed.
        tokens: To the model and from it.
        cost: US dollars.
        size: Bytes.
        state: live: it is being written. crashed: one of ours that was cut off. unfinished: one of another
            agent that ends with a question.
        described: What it can be found by beside its state, in lower case.
    """

    file: str
    format: str
    variant: str
    title: str
    models: tuple[str, ...]
    workspace: str
    started: float
    ended: float
    changed: float
    turns: int | None
    calls: int | None
    errors: int | None
    tokens: int | None
    cost: float | None
    size: int
    state: State
    described: str

    @property
    def path(self) -> Path:
        """Its file, or its folder."""
        return Path(self.file)

    @property
    def when(self) -> float:
        """When it began; where that is not known, when its file was written to."""
        return self.started or self.changed

    @property
    def duration(self) -> float | None:
        """Seconds from its first record to its last; None if the file says nothing sensible."""
        return self.ended - self.started if 0 < self.started <= self.ended else None

    def has(self, words: Sequence[str]) -> bool:
        """Whether each word, in lower case, is in what describes it, or is its state."""
        return all(word in self.described or word == self.state for word in words)


@dataclass(frozen=True, slots=True)
class Hit:
    """A run in which words were found.

    Args:
        run: The run.
        number: Of the event in which the first of them are.
        snippet: What stands there. One safe line.
    """

    run: KnownRun
    number: int
    snippet: str

    @property
    def path(self) -> Path:
        """Of the run."""
        return self.run.path

    @property
    def title(self) -> str:
        """Of the run."""
        return self.run.title


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found: so many runs, and the newest of them."""

    total: int
    hits: tuple[Hit, ...]
