"""The panes of all calls that run, ask, wait or have just ended."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.dom import DOMNode

from widgets.bars import Bar, joined
from widgets.between_keys import between_keys
from widgets.call_pane import CallPane
from widgets.output_pane import OutputPane
from widgets.pane_grid import Direction, PaneState, neighbour
from widgets.pane_layout import PaneLayout, state_of
from widgets.status import CallStatus


class PaneArea(Vertical):
    """Panes in the order of the calls, newest at the bottom right. Those over leave, oldest first.

    Attributes:
        opened: How many panes there have been.
    """

    KEEP = 16  # panes that are over
    FOLD_AFTER = 1.5  # seconds
    MANY = 4  # panes that are not folded; with more of them the area is "-many" until few are left at all
    DEFAULT_CSS = """
    PaneArea {
        & > VerticalScroll { height: 1fr; scrollbar-size-vertical: 1; }
        & > Bar { color: $text-muted; }
        &.-zoom CallPane { display: none; }
        &.-zoom CallPane.-zoomed { display: block; }
    }
    """
    HELP = (
        "The tool calls. tab goes to the next, ctrl with an arrow to the one beside; "
        "page up and page down scroll."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(str(number % 10), f"pane({number})", f"Go to pane {number}", id=f"panes.{number}")
            for number in range(1, 11)
        ),
        Binding("ctrl+left,h", "neighbour('left')", "Go to the pane at the left", id="panes.left"),
        Binding("ctrl+down,j", "neighbour('down')", "Go to the pane below", id="panes.down"),
        Binding("ctrl+up,k", "neighbour('up')", "Go to the pane above", id="panes.up"),
        Binding("ctrl+right,l", "neighbour('right')", "Go to the pane at the right", id="panes.right"),
    ]

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self.opened = 0
        self._panes: dict[str, CallPane] = {}
        self._bar = Bar()
        self._scroll = VerticalScroll(can_focus=False)
        self._grid = PaneLayout()
        self._scroll.styles.set_rule("layout", self._grid)  # `styles.layout` takes only Textual's own
        self._states: dict[CallPane, PaneState] = {}
        self._leaving: deque[CallPane] = deque()  # they are not shown any more

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

    @property
    def panes(self) -> Collection[CallPane]:
        """The panes there are, in the order of the calls."""
        return self._panes.values()

    @property
    def focused(self) -> CallPane | None:
        """The pane that has the focus, if one has."""
        node: DOMNode | None = self.screen.focused
        while node is not None and not isinstance(node, CallPane):
            node = node.parent
        return node

    def next_number(self) -> int:
        """The number of the next pane: the lowest that no pane has."""
        taken = {pane.number for pane in self._panes.values()}
        return next(n for n in range(1, len(taken) + 2) if n not in taken)

    def add(self, pane: CallPane) -> None:
        """Show the pane of a new call."""
        self.opened += 1
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

    def defer(self) -> None:
        """Someone is typing elsewhere: outputs that grow are drawn between two keys."""
        if outputs := self._growing():
            for output in outputs:
                output.defer()
            between_keys(self, self._look)

    def asking(self) -> list[CallPane]:
        """The panes whose calls ask, oldest first."""
        return [pane for pane in self._panes.values() if pane.status is CallStatus.ASKS]

    def focus_pane(self) -> bool:
        """Give the focus to the call that asks; else to one that waits for input, the newest that runs, or
        the newest. False if there is none.
        """
        panes = list(self._panes.values())
        if not panes:
            return False
        waiting = [pane for pane in panes if pane.status is CallStatus.INPUT]
        running = [pane for pane in panes if pane.status is CallStatus.RUNNING]
        unfolded = [pane for pane in panes if not pane.is_folded]
        [*self.asking()[:1], *waiting[:1], *running[-1:], *unfolded[-1:], panes[-1]][0].focus_body()
        return True

    def count(self) -> None:
        """Show how many run, ask, wait."""
        states = [pane.status for pane in self._panes.values()]
        words = (
            (CallStatus.RUNNING, "running", "running"),
            (CallStatus.ASKS, "asks", "ask"),
            (CallStatus.INPUT, "waits for input", "wait for input"),
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
        self._lay_out()

    def show(self, pane: CallPane) -> None:
        """Bring a pane into view, whatever has become of the others."""
        if self.has_class("-zoom") and not pane.is_alone:
            self._zoom(pane)
        if not self._scroll.region.contains_region(pane.region):
            pane.scroll_visible(animate=False, top=True)

    def _lay_out(self) -> None:
        """Lay the panes out anew if they are no longer as they were."""
        states = {pane: state_of(pane) for pane in self._panes.values()}
        for pane, state in states.items():
            if self._states.get(pane) is not state:
                pane.refresh(layout=True)
        self._states = states
        if sum(state is not PaneState.FOLDED for state in states.values()) > self.MANY:
            self.add_class("-many")
        elif len(states) <= self.MANY:
            self.remove_class("-many")

    def action_pane(self, number: int) -> None:
        """Focus a pane by its number."""
        for pane in self._panes.values():
            if pane.number == number:
                pane.focus_body()

    def action_neighbour(self, direction: Direction) -> None:
        """Focus the next pane in a direction; where one is alone, that of the grid it came from."""
        panes = list(self._panes.values())
        here = next((place for place, pane in enumerate(panes) if pane.has_focus_within), None)
        if here is None:
            return
        regions = self._grid.regions(panes, self._scroll.scrollable_content_region.size)
        if (near := neighbour(regions, here, direction)) is not None:
            if panes[near].is_folded and not panes[here].is_alone:
                panes[near].body.focus()  # passing through unfolds nothing
            else:
                panes[near].focus_body()

    def on_call_pane_zoomed(self, event: CallPane.Zoomed) -> None:
        """Show one pane alone, or all again."""
        event.stop()
        # The focus may have gone on to another pane meanwhile.
        pane = next((pane for pane in self._panes.values() if pane.has_focus_within), event.pane)
        self._zoom(None if self.has_class("-zoom") else pane)
        if not pane.has_focus_within:
            pane.focus_body()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """One pane alone: that is the one with the focus, or its keys would act unseen."""
        panes = [node for node in event.widget.ancestors if isinstance(node, CallPane)]
        if panes and self.has_class("-zoom"):
            self._zoom(panes[0])

    def _zoom(self, alone: CallPane | None) -> None:
        self.set_class(alone is not None, "-zoom")
        for pane in self._panes.values():
            pane.set_class(pane is alone, "-zoomed")

    def _refresh_lines(self) -> None:
        running = [p for p in self._panes.values() if p.status in (CallStatus.RUNNING, CallStatus.INPUT)]
        for pane in running:
            pane.refresh_line()
        # No key is taken while a pane is removed: one at a time, and not while much else is going on.
        if self._leaving and (not running or len(self._leaving) > 2 * self.KEEP):
            self._leaving.popleft().remove()
        self._lay_out()

    def _growing(self) -> list[OutputPane]:
        running = (pane.output for pane in self._panes.values() if pane.status is CallStatus.RUNNING)
        return [output for output in running if output is not None and not output.has_focus]

    def _look(self) -> None:
        for output in self._growing():
            output.look_between_keys()

    def _drop_oldest(self) -> None:
        over = [pane for pane in self._panes.values() if pane.status.is_over and not pane.has_focus_within]
        for pane in over[: max(len(over) - self.KEEP, 0)]:
            self._remove(pane)

    def _remove(self, pane: CallPane) -> None:
        if pane.is_alone:
            self._zoom(None)
        del self._panes[pane.call]
        pane.display = False
        self._leaving.append(pane)
