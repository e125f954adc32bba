"""The history of checkpoints: what each one is, which turns stand, and where somebody else was at work."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

Act = Literal["turn", "undo", "redo", "others"]
_KEPT_BY_GIT = ("id", "tree")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A state of the workspace that differs from the one before it.

    Args:
        act: What made it differ; `others` is whoever is not the session. The first one is theirs.
        turn: The turn that did, or the last one before.
        label: What the turn did, in a few words.
        files: How many differ from the checkpoint before; `added` and `removed` are their lines.
        left_out: What is not in it, each with the reason; a folder ends in `/`.
        modes: Permissions of files that have others than a new file gets.
        to: Of an undo or redo: the checkpoint it went to.
        whole: Of an undo or redo: it was not limited to some files, or to some hunks of them.
        taken: Seconds since the epoch.
        id: Its name; empty until it is kept.
        tree: Names the snapshot.
    """

    act: Act
    turn: int
    label: str = ""
    files: int = 0
    added: int = 0
    removed: int = 0
    left_out: Mapping[str, str] = field(default_factory=dict)
    modes: Mapping[str, int] = field(default_factory=dict)
    to: str = ""
    whole: bool = True
    taken: float = 0.0
    id: str = ""
    tree: str = ""

    def message(self) -> str:
        """What is kept of it beside the snapshot, as ASCII."""
        names = (name for name in self.__dataclass_fields__ if name not in _KEPT_BY_GIT)
        return json.dumps({name: getattr(self, name) for name in names})

    @classmethod
    def of(cls, identity: str, tree: str, message: str) -> Checkpoint:
        """The checkpoint of a commit."""
        return cls(**json.loads(message), id=identity, tree=tree)

    def leaves_out(self, path: str) -> bool:
        """Whether the path, or a folder it lies in, is not part of the snapshot."""
        parts = path.split("/")
        folders = ("/".join(parts[:end]) + "/" for end in range(1, len(parts)))
        return path in self.left_out or any(folder in self.left_out for folder in folders)


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn that changed files; `after` is None if it was under way when the session was cut off."""

    number: int
    label: str
    before: Checkpoint
    after: Checkpoint | None = None


@dataclass(frozen=True, slots=True)
class Timeline:
    """What has happened to the workspace.

    Args:
        turns: All turns that changed files, oldest first.
        standing: Those that are not undone.
        redo: What the last undo went away from; None if there is nothing to do again.
    """

    turns: tuple[Turn, ...]
    standing: tuple[Turn, ...]
    redo: Checkpoint | None


def timeline(log: Sequence[Checkpoint], under_way: tuple[int, str] | None = None) -> Timeline:
    """Follow a history.

    Args:
        log: All checkpoints, oldest first.
        under_way: Number and label of a turn that has begun and is not over.
    """
    turns: list[Turn] = []
    standing: list[Turn] = []
    undone: list[tuple[Checkpoint, list[Turn]]] = []  # where each undo went away from, and what it took back
    place = {checkpoint.id: number for number, checkpoint in enumerate(log)}
    for before, after in pairwise(log):
        match after.act:
            case "turn":
                turns.append(Turn(after.turn, after.label, before, after))
                standing.append(turns[-1])
                undone.clear()
            case "undo":
                first = place[after.to] if after.whole else len(log)
                back = [turn for turn in standing if place[turn.before.id] >= first]
                standing = standing[: len(standing) - len(back)]
                undone.append((before, back))
            case "redo":
                if undone and after.whole:
                    standing += undone.pop()[1]
            case "others":
                pass
    if under_way is not None and log:
        turns.append(Turn(*under_way, before=log[-1]))
        standing.append(turns[-1])
    return Timeline(tuple(turns), tuple(standing), undone[-1][0] if undone else None)


def by_others(log: Sequence[Checkpoint]) -> Iterator[tuple[Checkpoint, Checkpoint]]:
    """The neighbours between which somebody else was at work."""
    return ((before, after) for before, after in pairwise(log) if after.act == "others")
