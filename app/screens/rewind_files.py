"""The files of a plan to go back, each with a mark: is it taken?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate
from textwrap import wrap

from rich.cells import cell_len
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from app.workspace.rewind import Plan
from app.workspace.snapshot_store import Change, Kept
from widgets.diff.parse import FileDiff
from widgets.text_view import revealed


class RewindFiles(OptionList):
    """At first those of the plan are taken, and what others have changed is not; the person may differ.

    What cannot be brought back is there to be looked at, with the reason.
    """

    def __init__(self, *, id: str) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id, markup=False)
        self._changes: Sequence[Change] = ()
        self._first_hunks: Mapping[str, int] = {}
        self._reasons: Mapping[str, str] = {}  # why a file is left alone
        self._planned: frozenset[str] = frozenset()
        self._others: frozenset[str] = frozenset()
        self._taken: frozenset[str] = frozenset()

    def show(self, plan: Plan | None, changes: Sequence[Change], diff: Sequence[FileDiff]) -> None:
        """Show the files of a plan, marked as it says; none without a plan.

        Args:
            plan: The plan.
            changes: What has changed since the checkpoint that it goes back to.
            diff: The same, as it is read; its end may be missing.
        """
        self._changes = changes
        self._first_hunks = _first_hunks(changes, diff)
        refused = plan.refused if plan is not None else ()
        self._reasons = {file.path: file.reason for file in refused}
        self._others = frozenset(file.path for file in refused if file.by_name)
        self._planned = frozenset(change.path for change in plan.changes) if plan is not None else frozenset()
        self._taken = self._planned
        self.set_options(Option(self._line(change)) for change in changes)

    @property
    def taken(self) -> int:
        """How many files going back takes."""
        return len(self._taken)

    @property
    def left(self) -> int:
        """How many of those that others have changed it leaves alone."""
        return len(self._others - self._taken)

    @property
    def lost(self) -> int:
        """How many cannot be brought back."""
        return len(self._reasons) - len(self._others)

    @property
    def paths(self) -> list[str] | None:
        """The files that are taken; None if they are those of the plan."""
        return None if self._taken == self._planned else sorted(self._taken)

    @property
    def path(self) -> str:
        """The highlighted file; empty if none is."""
        return "" if self.highlighted is None else self._changes[self.highlighted].path

    @property
    def first_hunk(self) -> int | None:
        """The number of its first hunk in the diff; None if it has none there."""
        return self._first_hunks.get(self.path)

    def toggle(self) -> None:
        """Take the highlighted file, or leave it alone."""
        if self._can_go_back(self.path):
            self._taken ^= {self.path}
            self._draw()
        elif self.path:
            self.notify(f"It stays: {revealed(self._reasons[self.path])}", markup=False)

    def toggle_others(self) -> None:
        """Take all that others have changed; where all are taken, none."""
        self._taken = self._taken | self._others if self.left else self._taken - self._others
        self._draw()

    def on_focus(self) -> None:
        """Begin with the first."""
        if self.highlighted is None:
            self.action_first()

    def on_resize(self) -> None:
        """Fit the names into the width."""
        self._draw()

    def _draw(self) -> None:
        for index, change in enumerate(self._changes):
            self.replace_option_prompt_at_index(index, self._line(change))

    def _line(self, change: Change) -> Content:
        path, width = change.path, self.scrollable_content_region.width - 2
        figures = f" +{change.added:,} -{change.removed:,}"
        name = _end(revealed(path), width - len(figures))
        gap = " " * (width - cell_len(name) - len(figures))
        reason = wrap(revealed(self._reasons.get(path, "")), max(width, 1))
        return Content.assemble(
            self._mark(path),
            name,
            (f"{gap}{figures}", "dim"),
            ("".join(f"\n  {line}" for line in reason), "dim"),
        )

    def _mark(self, path: str) -> tuple[str, str]:
        if path in self._taken:
            return "● ", "$text-success"
        return ("○ ", "$text-warning") if self._can_go_back(path) else ("⊘ ", "dim")

    def _can_go_back(self, path: str) -> bool:
        return path in self._planned or path in self._others


def _first_hunks(changes: Sequence[Change], diff: Sequence[FileDiff]) -> Mapping[str, int]:
    """By path: the number of its first hunk. The diff has the files in the order of the changes.

    One that became a link, or no longer is one, is in it twice: it is deleted and made anew.
    """
    paths = (
        change.path
        for change in changes
        for _ in range(1 + (change.kind == "changed" and _is_link(change.old) != _is_link(change.new)))
    )
    hunks = accumulate((len(file.hunks) for file in diff), initial=0)
    first: dict[str, int] = {}
    for path, file, hunk in zip(paths, diff, hunks, strict=False):
        if file.hunks:
            first.setdefault(path, hunk)
    return first


def _is_link(kept: Kept | None) -> bool:
    return kept is not None and kept.is_link


def _end(name: str, cells: int) -> str:
    """A name without its beginning, where there is no room: the end tells more."""
    if cell_len(name) <= cells:
        return name
    end = name[-max(cells, 1) :]
    while cell_len(end) >= max(cells, 1):
        end = end[1:]
    return f"…{end}"
