"""The screen of a program that runs on a terminal; a person can take it over and type into it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Protocol

from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.selection import Selection
from textual.strip import Strip
from textual.timer import Timer
from textual.widget import Widget

from app.terminal.emulator import Cursor, Emulator
from app.terminal.keys import key_bytes, paste_bytes
from widgets.selected_row import selection_in, with_selection
from widgets.typed_order import act_in_order

_PIECE = 1024  # bytes between two looks at the clock
_BUDGET = 0.005  # seconds of following in one tick
_TOO_MUCH = 256 << 10  # bytes, beyond which nobody sees what they draw
_RECENT = 64 << 10  # bytes that are followed then
_GOOD_START = re.compile(rb"\n|(?=\x1b)")


class TerminalSource(Protocol):
    """Bytes that a program writes, in a file that grows."""

    @property
    def size(self) -> int:
        """Bytes at the last `poll`."""
        ...

    def poll(self) -> bool:
        """Look whether there is more. True if so. Must be quick."""
        ...

    def read(self, size: int, offset: int) -> bytes:
        """Read bytes; fewer, or none, at the end or when they cannot be read."""
        ...

    def close(self) -> None:
        """Let go of whatever is open, until the next `poll`."""
        ...


class TerminalPane(Widget, can_focus=True):
    """Draws what a program has on its terminal, and gives the program the size of the pane.

    While a person is attached every key and paste goes to the program, whatever else it is bound to; only one
    key leads back. The pane follows the program even where it is not seen: the program may wait for a reply.

    Args:
        source: What the program writes.
        columns: Width of the program's terminal when it was started.
        rows: Its height.
        clock: Seconds, for the time that following takes.
        id: The widget's id.
    """

    DEFAULT_CSS = """
    TerminalPane { height: 1fr; background: $background; color: $foreground; }
    """
    HELP = "The screen of a program. While you are attached, every key goes to it."
    ALLOW_MAXIMIZE = False  # escape would end that, instead of going to the program
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+right_square_bracket", "detach", "Stop typing into the program", id="terminal.detach"),
    ]

    FOCUSED_RATE: ClassVar[int] = 30
    """Looks a second for more output, while it has the focus."""
    BACKGROUND_RATE: ClassVar[int] = 8
    """Looks a second otherwise."""
    LINGER: ClassVar[float] = 1.0
    """Seconds after the end of the program in which keys still go to it, that is nowhere."""
    PRESENT: ClassVar[float] = 5.0
    """Seconds after which an attached person is said to be there still."""
    LEAST: ClassVar[Size] = Size(20, 5)
    """The smallest terminal that a program is given; a smaller pane shows the rows above the cursor."""

    takes_keys: reactive[bool] = reactive(False, bindings=True, toggle_class="-attached")
    """Whether a person is attached."""

    @dataclass
    class Typed(Message):
        """These bytes are for the program: a person typed them, or it asked its terminal something.

        None at all say that the person is still attached.
        """

        data: bytes
        by_person: bool

    @dataclass
    class Resized(Message):
        """The program's terminal has another size."""

        columns: int
        rows: int

    class Detached(Message):
        """The person is no longer attached."""

    def __init__(
        self,
        source: TerminalSource,
        *,
        columns: int = 80,
        rows: int = 24,
        clock: Callable[[], float] = time.monotonic,
        id: str | None = None,  # noqa: A002  # Textual's name
    ) -> None:
        super().__init__(id=id)
        self._source = source
        self._clock = clock
        self._emulator = Emulator(columns, rows)
        self._offset = 0
        self._finished = False  # the program has ended
        self._is_over = False  # and all it wrote has been seen
        self._timer: Timer | None = None
        self._presence: Timer | None = None
        self._top = 0
        self._drawn_cursor: Cursor | None = None

    @property
    def used_alternate_screen(self) -> bool:
        """Whether the program has ever used the whole terminal: as lines its output makes no sense then."""
        return self._emulator.used_alternate

    def attach(self) -> None:
        """Let the person type into the program."""
        if not self._finished:
            self.takes_keys = True
            self.focus()
            self._presence = self.set_interval(self.PRESENT, self._say_present)

    def detach(self) -> None:
        """Keys are for the workbench again."""
        if self.takes_keys:
            self.takes_keys = False
            if self._presence is not None:
                self._presence.stop()
            self.post_message(self.Detached())

    def finish(self) -> None:
        """The program has ended: show the rest of what it wrote, then look no more."""
        self._finished = True
        if (
            self.takes_keys
        ):  # keys that are on their way are for the program: here they would mean something else
            self.set_timer(self.LINGER, self.detach)
        if self._timer is not None:
            self._tick()

    def on_mount(self) -> None:
        """Start looking."""
        self._look(self.FOCUSED_RATE if self.has_focus else self.BACKGROUND_RATE)
        self._tick()

    def on_unmount(self) -> None:
        """Let go of the source."""
        self._source.close()

    def on_resize(self) -> None:
        """Keep the cursor in view."""
        self._show()

    def on_focus(self) -> None:
        """Look more often."""
        self._look(self.FOCUSED_RATE)

    def on_blur(self) -> None:
        """Look less often. Who goes elsewhere does not come back to find the keys taken."""
        self._look(self.BACKGROUND_RATE)
        if self.app.app_focus:  # not where only the window of the workbench has lost the focus
            self.detach()

    def check_consume_key(self, key: str, character: str | None) -> bool:  # noqa: ARG002  # Textual's signature
        """While attached, no key is left for the bindings of what is around."""
        return self.takes_keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002  # Textual's signature
        """Only who is attached can detach."""
        return self.takes_keys if action == "detach" else True

    def action_detach(self) -> None:
        """Keys are for the workbench again."""
        self.detach()

    async def on_key(self, event: events.Key) -> None:
        """Give the key to the program. A binding would overtake the keys that still wait here."""
        if not self.takes_keys:
            await act_in_order(self, event)  # the keys that come with the one that attaches are the program's
            return
        event.stop()
        event.prevent_default()
        if not event.is_printable and event.key in self.screen.active_bindings:
            self.detach()
            return
        modes = self._emulator.modes
        self._send(
            key_bytes(event.key, event.character, application_cursor=modes.application_cursor), by_person=True
        )

    def on_paste(self, event: events.Paste) -> None:
        """Give the paste to the program."""
        if self.takes_keys:
            event.stop()
            self._send(
                paste_bytes(event.text, bracketed=self._emulator.modes.bracketed_paste), by_person=True
            )

    def watch_takes_keys(self) -> None:
        """Show the cursor, or no longer."""
        self._show()

    def render_line(self, y: int) -> Strip:
        """Draw one line of the view.

        Args:
            y: From the top of the view.
        """
        width, base, row = self.size.width, self.rich_style, self._top + y
        if row >= self._emulator.rows:
            return Strip.blank(width, base)
        has_cursor = self._drawn_cursor is not None and self._drawn_cursor.row == row
        strip = Strip(self._emulator.line(row, base, with_cursor=has_cursor))
        strip = with_selection(self, strip, selection_in(self), row)
        return strip.crop_extend(0, width, base).apply_offsets(0, row)

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The selected text.

        Args:
            selection: Rows and characters.
        """
        rows = [self._emulator.line(row, Style.null()) for row in range(self._emulator.rows)]
        lines = ["".join(segment.text for segment in row).rstrip() for row in rows]
        return selection.extract("\n".join(lines)), "\n"

    def _look(self, rate: int) -> None:
        """Look for more so many times a second, unless all has been seen."""
        if self._timer is not None:
            self._timer.stop()
        if not self._is_over:
            self._timer = self.set_interval(1 / rate, self._tick)

    def _tick(self) -> None:
        if not self._finished:
            self._fit()
        self._source.poll()
        caught_up = self._follow()
        replies = self._emulator.take_replies()
        if not self._finished:
            self._send(replies, by_person=False)
        elif caught_up and self._timer is not None:
            self._is_over = True
            self._timer.stop()
        self._show()

    def _fit(self) -> None:
        """Give the program the size of the pane; a drag of the window comes to few sizes this way."""
        columns, rows = max(self.size.width, self.LEAST.width), max(self.size.height, self.LEAST.height)
        if self.size and (columns, rows) != (self._emulator.columns, self._emulator.rows):
            self._emulator.resize(columns, rows)
            self.post_message(self.Resized(columns, rows))

    def _follow(self) -> bool:
        """Follow what is new, for a few milliseconds. True if that is all there is."""
        if not 0 <= self._source.size - self._offset <= _TOO_MUCH:
            self._skip()
        end = self._clock() + _BUDGET
        while (left := self._source.size - self._offset) > 0:
            data = self._source.read(min(left, _PIECE), self._offset)
            self._emulator.feed(data)
            self._offset += len(data)
            if not data or self._clock() >= end:
                return not data
        return True

    def _skip(self) -> None:
        """Go on near the end, where a line or a sequence begins."""
        self._offset = max(self._source.size - _RECENT, 0)
        start = _GOOD_START.search(self._source.read(_PIECE, self._offset))
        if self._offset and start is not None:
            self._offset += start.end()
        self._emulator.skip()

    def _show(self) -> None:
        """Repaint the rows that have changed."""
        cursor = self._emulator.cursor
        drawn = cursor if self.takes_keys and cursor.visible else None
        dirty = self._emulator.take_dirty()
        if drawn != self._drawn_cursor:
            dirty |= {place.row for place in (drawn, self._drawn_cursor) if place is not None}
            self._drawn_cursor = drawn
        height = self.size.height
        top = max(min(cursor.row - height + 1, self._emulator.rows - height), 0)
        if top != self._top:
            self._top = top
            self.refresh()
        elif rows := [row - top for row in dirty if top <= row < top + height]:
            self.refresh(*(Region(0, row, self.size.width, 1) for row in rows))

    def _say_present(self) -> None:
        if not self._finished:
            self.post_message(self.Typed(b"", by_person=True))

    def _send(self, data: bytes, *, by_person: bool) -> None:
        if data and not self._finished:
            self.post_message(self.Typed(data, by_person))
