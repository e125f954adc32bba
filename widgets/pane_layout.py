"""The layout of the pane area: Textual asks it where the panes go."""

from __future__ import annotations

from collections.abc import Sequence

from textual.geometry import NULL_OFFSET, NULL_SPACING, Region, Size
from textual.layout import Layout, WidgetPlacement
from textual.scrollbar import ScrollBar
from textual.widget import Widget

from widgets.call_pane import CallPane
from widgets.pane_grid import PaneState, arrange
from widgets.status import CallStatus


class PaneLayout(Layout):
    """Places panes as a grid, and remembers where they were. One that is alone has all the room."""

    name = "panes"

    def __init__(self) -> None:
        self._before: dict[CallPane, Region] = {}

    def regions(self, panes: Sequence[CallPane], size: Size) -> list[Region]:
        """The region of each pane, where all of them are shown."""
        before = [self._before.get(pane) for pane in panes]
        return arrange([state_of(pane) for pane in panes], size, before)

    def arrange(
        self,
        parent: Widget,
        children: list[Widget],
        size: Size,
        greedy: bool = True,  # noqa: ARG002  # Textual calls it so
    ) -> list[WidgetPlacement]:
        """Place the children; called for every change of the layout, not for every frame."""
        panes = [child for child in children if isinstance(child, CallPane)]
        regions = self.regions(panes, size)
        if not any(pane.is_alone for pane in panes):
            now = dict(zip(panes, regions, strict=True))
            self._hold(parent, now, size)
            self._before = now
        return [
            WidgetPlacement(region, NULL_OFFSET, NULL_SPACING, pane)
            for pane, region in zip(panes, regions, strict=True)
        ]

    def _hold(self, area: Widget, now: dict[CallPane, Region], size: Size) -> None:
        """Scroll as the panes move, so that the first one in view stays where it is on the screen."""
        top = area.scroll_offset.y
        in_view = (pane for pane in now if pane in self._before and self._before[pane].y >= top)
        held = next(in_view, None)
        if not top or held is None:
            return
        furthest = max(region.bottom for region in now.values()) - size.height
        y = max(0, min(top + now[held].y - self._before[held].y, furthest))
        # Set as usual, they would show one frame with the old position.
        area.set_reactive(Widget.scroll_y, y)
        area.set_reactive(Widget.scroll_target_y, y)
        area.vertical_scrollbar.set_reactive(ScrollBar.position, y)


def state_of(pane: CallPane) -> PaneState:
    """What of a pane has to be seen."""
    if pane.is_folded:
        return PaneState.FOLDED
    return PaneState.ASKS if pane.status is CallStatus.ASKS else PaneState.OPEN
