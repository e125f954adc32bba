"""The panes of all calls that run, ask, wait or have just ended."""

from __future__ import annotations

from typing import ClassVar

from textual import events
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
    LEAST = 4  # rows of a pane that is not folded
    ASKING = 11  # rows of one that asks, where there is room
    DEFAULT_CSS = """
    PaneArea {
        & > VerticalScroll { height: 1fr; scrollbar-size-vertical: 1; }
        & > Bar { color: $text-muted; }
        &.-zoom CallPane { display: none; }
        &.-zoom CallPane.-zoomed { display: block; }
    }
    """
    HELP = "The tool calls. tab goes from one to the next, page up and page down scroll."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(str(number), f"pane({number})", f"Go to pane {number}", id=f"panes.{number}")
        for number in range(1, 10)
    ]

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self._panes: dict[str, CallPane] = {}
        self._bar = Bar()
        self._scroll = VerticalScroll(can_focus=False)

    def compose(self) -> ComposeResult:
        """A line with the counts, and the panes."""
        yield self._bar
        yield self._scroll

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
        self._scroll.mount(pane)
        self._drop_oldest()
        self.count()

    def finished(self, pane: CallPane) -> None:
        """A call is over: its pane folds after a moment, unless it failed or is looked at."""
        pane.set_timer(self.FOLD_AFTER, pane.fold)
        self._drop_oldest()
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
        panes = list(self._panes.values())
        unfolded = [pane for pane in panes if not pane.is_folded]
        if not panes:
            return False
        [*self.asking()[:1], *unfolded[-1:], panes[-1]][0].focus_body()
        return True

    def count(self) -> None:
        """Show how many run, ask, wait."""
        states = [pane.status for pane in self._panes.values()]
        words = (
            (CallStatus.RUNNING, "running", "running"),
            (CallStatus.ASKS, "asks", "ask"),
            (CallStatus.WAITS, "waits", "wait"),
            (CallStatus.FAILED, "failed", "failed"),
        )
        parts = [
            Content.styled(f"{count} {one if count == 1 else more}", status.colour)
            for status, one, more in words
            if (count := states.count(status))
        ]
        none = "all calls are over" if states else "tool calls appear here"
        self._bar.show(joined(*parts) if parts else Content(none))
        self._share()

    def show(self, pane: CallPane) -> None:
        """Bring a pane into view, whatever has become of the others."""
        if self.has_class("-zoom") and not pane.is_alone:
            self._zoom(pane)
        if not self._scroll.region.contains_region(pane.region):
            pane.scroll_visible(animate=False, top=True)

    def on_resize(self) -> None:
        """Share the rows anew."""
        self._share()

    def _share(self) -> None:
        """Give each pane its rows: one if folded, enough to read a question, the rest in equal parts."""
        room = self._scroll.size.height
        if not room:
            return
        panes = list(self._panes.values())
        folded = sum(pane.is_folded for pane in panes)
        asking = len(self.asking())
        others = len(panes) - folded - asking
        spare = (room - folded - self.LEAST * others) // max(asking, 1)
        question = max(self.LEAST * 2, min(self.ASKING, spare) if others else spare)
        rest, extra = divmod(max(room - folded - question * asking, 0), max(others, 1))
        for pane in panes:
            if pane.is_alone:
                rows = room
            elif pane.is_folded:
                rows = 1
            elif pane.status is CallStatus.ASKS:
                rows = question
            else:
                rows = max(self.LEAST, rest + (extra > 0))
                extra -= 1
            if pane.styles.height is None or pane.styles.height.value != rows:
                pane.styles.height = rows

    def action_pane(self, number: int) -> None:
        """Focus a pane by its number."""
        for pane in self._panes.values():
            if pane.number == number:
                pane.focus_body()

    def on_call_pane_zoomed(self, event: CallPane.Zoomed) -> None:
        """Show one pane alone, or all again."""
        event.stop()
        self._zoom(None if self.has_class("-zoom") else event.pane)
        event.pane.focus_body()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """One pane alone: that is the one with the focus, or its keys would act unseen."""
        panes = [node for node in event.widget.ancestors if isinstance(node, CallPane)]
        if panes and self.has_class("-zoom"):
            self._zoom(panes[0])

    def _zoom(self, alone: CallPane | None) -> None:
        self.set_class(alone is not None, "-zoom")
        for pane in self._panes.values():
            pane.set_class(pane is alone, "-zoomed")
        self._share()

    def _refresh_lines(self) -> None:
        for pane in self._panes.values():
            if pane.status is CallStatus.RUNNING:
                pane.refresh_line()
        self._share()

    def _drop_oldest(self) -> None:
        over = [pane for pane in self._panes.values() if pane.status.is_over and not pane.has_focus_within]
        for pane in over[: max(len(over) - self.KEEP, 0)]:
            self._remove(pane)

    def _remove(self, pane: CallPane) -> None:
        if pane.is_alone:
            self._zoom(None)
        del self._panes[pane.call]
        pane.remove()
