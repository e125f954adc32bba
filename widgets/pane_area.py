"""The panes of all calls that run, ask, wait or have just ended."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content

from widgets.bars import Bar, joined
from widgets.call_pane import CallPane
from widgets.status import CallStatus


class PaneArea(Vertical):
    """Panes in the order of the calls, newest at the bottom. Panes that are over leave, oldest first."""

    KEEP = 16  # panes that are over
    FOLD_AFTER = 1.5  # seconds
    DEFAULT_CSS = """
    PaneArea {
        & > VerticalScroll { height: 1fr; scrollbar-size-vertical: 1; }
        & > Bar { color: $text-muted; }
        &.-zoom CallPane { display: none; }
        &.-zoom CallPane.-zoomed { display: block; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(str(n), f"pane({n})", f"Go to pane {n}", id=f"panes.{n}")
            for n in range(1, 10)
        ),
    ]  # fmt: skip

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self._panes: dict[str, CallPane] = {}

    def compose(self) -> ComposeResult:
        """A line with the counts, and the panes."""
        yield Bar()
        yield VerticalScroll(can_focus=False)

    def on_mount(self) -> None:
        """Keep times and bytes moving."""
        self.set_interval(0.25, self._refresh_lines)
        self.count()

    def get(self, call: str) -> CallPane | None:
        """The pane of a call, if it is still here."""
        return self._panes.get(call)

    def next_number(self) -> int:
        """The number of the next pane: the lowest that no pane has."""
        taken = {pane.number for pane in self._panes.values()}
        return next(n for n in range(1, len(taken) + 2) if n not in taken)

    def add(self, pane: CallPane) -> None:
        """Show the pane of a new call."""
        self._panes[pane.call] = pane
        self.query_one(VerticalScroll).mount(pane)
        self._drop_oldest()
        self.count()

    def finished(self, pane: CallPane) -> None:
        """A call is over: its pane folds after a moment, unless it failed or is looked at."""
        pane.set_timer(self.FOLD_AFTER, pane.fold)
        self.count()

    def clear_finished(self) -> None:
        """Remove the panes of all calls that are over, but for one that has the focus."""
        for pane in [pane for pane in self._panes.values() if pane.status.is_over]:
            if not pane.has_focus_within:
                self._remove(pane)
        self.count()

    def asking(self) -> list[CallPane]:
        """The panes whose calls ask, oldest first."""
        return [pane for pane in self._panes.values() if pane.status is CallStatus.ASKS]

    def focus_pane(self) -> bool:
        """Give the focus to the call that asks, or else to the newest; False if there is none."""
        panes = self.asking() or [p for p in self._panes.values() if not p.is_folded][-1:]
        panes = panes or list(self._panes.values())[-1:]
        if panes:
            panes[0].focus_body()
        return bool(panes)

    def count(self) -> None:
        """Show how many run, ask, wait."""
        states = [pane.status for pane in self._panes.values()]
        words = (
            (CallStatus.RUNNING, "running"),
            (CallStatus.ASKS, "asks"),
            (CallStatus.WAITS, "waits"),
            (CallStatus.FAILED, "failed"),
        )
        parts = [
            Content.styled(f"{states.count(status)} {word}", status.colour)
            for status, word in words
            if status in states
        ]
        self.query_one(Bar).show(joined(*parts) if parts else Content("tool calls appear here"))

    def action_pane(self, number: int) -> None:
        """Focus a pane by its number."""
        for pane in self._panes.values():
            if pane.number == number:
                pane.focus_body()

    def on_call_pane_zoomed(self, event: CallPane.Zoomed) -> None:
        """Show one pane alone, or all again."""
        event.stop()
        alone = not self.has_class("-zoom")
        self.set_class(alone, "-zoom")
        for pane in self._panes.values():
            pane.set_class(alone and pane is event.pane, "-zoomed")
        event.pane.focus_body()

    def _refresh_lines(self) -> None:
        for pane in self._panes.values():
            if pane.status is CallStatus.RUNNING:
                pane.refresh_line()

    def _drop_oldest(self) -> None:
        over = [pane for pane in self._panes.values() if pane.status.is_over and not pane.has_focus_within]
        for pane in over[: max(len(over) - self.KEEP, 0)]:
            self._remove(pane)

    def _remove(self, pane: CallPane) -> None:
        if pane.has_class("-zoomed"):
            self.remove_class("-zoom")
        del self._panes[pane.call]
        pane.remove()
