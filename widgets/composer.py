"""Where a person writes: many lines, history, pastes of any size; enter sends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import TextArea


class Composer(TextArea):
    """A text area whose enter key sends.

    Up on the first line and down on the last walk through what was sent before; what was being written is
    kept and comes back at the end.
    """

    DEFAULT_CSS = """
    Composer {
        height: auto; min-height: 3; max-height: 10; padding: 0 1;
        border: round $border-blurred; background: $background; scrollbar-size-vertical: 1;
        &:focus { border: round $border; }
        & .text-area--cursor-line { background: $background; }
    }
    """
    HELP = "Where you write. A paste of any size is one text."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "send", "Send: give a task, or queue it", id="composer.send", priority=True),
        Binding("ctrl+j,shift+enter", "newline", "Begin a new line", id="composer.newline", show=False),
        Binding("up", "earlier", "What you sent before", id="composer.earlier", show=False),
        Binding("down", "later", "What you sent after", id="composer.later", show=False),
    ]

    @dataclass
    class Sent(Message):
        """The person sent a text that is not blank. The composer is empty now."""

        composer: Composer
        text: str

        @property
        def control(self) -> Composer:
            return self.composer

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id, soft_wrap=True, tab_behavior="focus", show_line_numbers=False)
        self.cursor_blink = False
        self._sent: list[str] = []
        self._position = 0  # in `_sent`; its length means what is being written
        self._draft = ""

    def take_back(self, text: str) -> None:
        """Put a text into the composer, unless the person has begun another."""
        if not self.text.strip():
            self._replace(text)

    def take(self) -> str:
        """What is written, kept in the history; the composer is empty then. Empty if it is blank."""
        text = self.text
        if not text.strip():
            return ""
        if not self._sent or self._sent[-1] != text:
            self._sent.append(text)
        self._replace("")
        self._position = len(self._sent)
        return text

    def action_send(self) -> None:
        """Send what is written."""
        if text := self.take():
            self.post_message(self.Sent(self, text))

    def action_newline(self) -> None:
        """Begin a new line."""
        self.insert("\n")

    def action_earlier(self) -> None:
        """Up a line; on the first, what was sent before."""
        if self.cursor_location[0] > 0 or not self._position:
            self.action_cursor_up()
            return
        if self._position == len(self._sent):
            self._draft = self.text
        self._position -= 1
        self._replace(self._sent[self._position])

    def action_later(self) -> None:
        """Down a line; on the last, what was sent after."""
        if self.cursor_location[0] < self.document.line_count - 1 or self._position == len(self._sent):
            self.action_cursor_down()
            return
        self._position += 1
        last = self._position == len(self._sent)
        self._replace(self._draft if last else self._sent[self._position])

    async def _on_paste(self, event: events.Paste) -> None:
        event.text = event.text.replace("\r\n", "\n").replace("\r", "\n")  # terminals send returns
        await super()._on_paste(event)

    def _replace(self, text: str) -> None:
        self.load_text(text)
        self.move_cursor(self.document.end)
