"""A terminal pane among other things that take keys."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import repeat
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.pilot import Pilot
from textual.strip import Strip
from textual.widgets import Input

from app.execution.spool import SpoolFile
from tests.widgets.terminal import Stage, settle
from widgets.terminal_pane import TerminalPane

WIDTH, HEIGHT = 40, 10
SIZE = (WIDTH, HEIGHT + 4)
FULL = b"".join(b"row %d\r\n" % row for row in range(HEIGHT - 1))


class Pane(TerminalPane):
    """Remembers which rows were drawn."""

    drawn: ClassVar[list[int]] = []

    def render_line(self, y: int) -> Strip:
        self.drawn.append(y)
        return super().render_line(y)


class Area(Vertical):
    """Has keys of its own, as what is around a pane has."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("i", "attach"),
        *(
            Binding(key, f"act('{key}')")
            for key in ("y", "n", "c", "1", "enter", "up", "ctrl+right_square_bracket")
        ),
    ]

    def action_act(self, name: str) -> None:
        assert isinstance(self.app, Desk)
        self.app.acts.append(name)

    def action_attach(self) -> None:
        self.query_one(Pane).attach()


class Desk(Stage[Pane]):
    """A pane in an area, something else that can have the focus, and what comes of the keys."""

    CSS = f"Area {{ height: {HEIGHT}; }}"
    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(key, f"act('{key}')", id=f"desk.{key}", priority=True)
            for key in ("ctrl+q", "f2", "ctrl+a", "escape", "shift+tab", "q")
        ),
        Binding("ctrl+s", "act('ctrl+s')"),
        Binding("tab", "act('tab')"),
    ]

    def __init__(self, spool: SpoolFile, clock: Iterator[float] | None = None) -> None:
        clock = clock or repeat(0.0)
        super().__init__(Pane(spool, columns=WIDTH, rows=HEIGHT, clock=lambda: next(clock)))
        self.acts: list[str] = []
        self.typed: list[bytes] = []
        self.sizes: list[tuple[int, int]] = []
        self.detached = 0

    def compose(self) -> ComposeResult:
        with Area():
            yield self.widget
        yield Input()

    def action_act(self, name: str) -> None:
        self.acts.append(name)

    def on_terminal_pane_typed(self, event: TerminalPane.Typed) -> None:
        self.typed.append(event.data)

    def on_terminal_pane_resized(self, event: TerminalPane.Resized) -> None:
        self.sizes.append((event.columns, event.rows))

    def on_terminal_pane_detached(self) -> None:
        self.detached += 1

    def on_paste(self, event: events.Paste) -> None:
        self.acts.append(f"paste {event.text}")

    @property
    def shown(self) -> list[str]:
        """The rows of the pane."""
        return self.rows[: self.widget.size.height]

    def takes_keys(self) -> bool:
        """Whether a person is attached."""
        return self.widget.takes_keys

    def has_focus(self) -> bool:
        """Whether the pane has the focus."""
        return self.widget.has_focus


async def attach(pilot: Pilot[None], desk: Desk) -> None:
    """Let the person type into the program."""
    desk.widget.attach()
    await settle(pilot)
    assert desk.widget.has_focus
