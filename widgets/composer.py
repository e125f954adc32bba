"""Where a person writes: many lines, history, pastes of any size; enter sends."""

from __future__ import annotations

import re
from dataclasses import dataclass
from re import Match
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import TextArea

from app.terminal.text import safe_text
from widgets.status import size

_MARK = re.compile(r"\[pasted \d+: [^\]]*\]")


class Composer(TextArea):
    """A text area whose enter key sends.

    Up on the first row and down on the last walk through what was sent before. Nothing written is lost on
    the way: what was begun comes back at the end, and a sent text that was changed stays changed. A paste
    that would take long to draw is written as a mark, and sent whole.
    """

    DEFAULT_CSS = """
    Composer {
        height: auto; min-height: 3; max-height: 10; padding: 0 1;
        border: round $border-blurred; background: $background; scrollbar-size-vertical: 1;
        &:focus { border: round $border; }
        & .text-area--cursor-line { background: $background; }
    }
    """
    HELP = "Where you write. A paste of any size is one text; a long one is shown as a mark."
    LONGEST = 20_000  # characters of a paste that are shown
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "send", "Send: give a task, or queue it", id="composer.send"),
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
        self._texts = [""]  # what was sent, as it was changed since; the last is being written
        self._position = 0  # of the shown text in `_texts`
        self._pasted: dict[str, str] = {}  # by mark

    def take(self) -> str:
        """What is written, kept in the history; the composer is empty then. Empty if it is blank."""
        text = self.text
        if not text.strip():
            return ""
        begun = self._texts.pop()
        if self._position < len(self._texts):  # an earlier text is sent again
            self._keep(begun)
        self._keep(text)
        self._texts.append("")
        self._position = len(self._texts) - 1
        self._show("")
        return _MARK.sub(self._whole, text)

    def take_back(self, text: str) -> None:
        """Put a text into the composer; if another was begun there, it is one step up in the history."""
        for mark, pasted in self._pasted.items():
            text = text.replace(pasted, mark)
        if not self.text.strip():
            self._show(text)
            return
        begun = self._texts.pop()
        is_last = self._position == len(self._texts)
        self._keep(text)
        self._texts.append(begun)
        if is_last:
            self._position = len(self._texts) - 1

    def action_send(self) -> None:
        """Send what is written."""
        if text := self.take():
            self.post_message(self.Sent(self, text))

    def action_newline(self) -> None:
        """Begin a new line."""
        self.replace("\n", *self.selection, maintain_selection_offset=False)

    def action_earlier(self) -> None:
        """Up a row; on the first, what was sent before."""
        if self._position and self.navigator.is_first_wrapped_line(self.cursor_location):
            self._step(-1)
        else:
            self.action_cursor_up()

    def action_later(self) -> None:
        """Down a row; on the last, what was sent after."""
        is_last = self._position == len(self._texts) - 1
        if not is_last and self.navigator.is_last_wrapped_line(self.cursor_location):
            self._step(1)
        else:
            self.action_cursor_down()

    async def on_key(self, event: events.Key) -> None:
        """Act on keys in the order they were typed: a binding would overtake letters that still wait here."""
        active = None if event.is_printable else self.screen.active_bindings.get(event.key)
        if active is not None and active.enabled:
            event.stop()
            event.prevent_default()
            await self.app.run_action(active.binding.action, active.node)

    def on_paste(self, event: events.Paste) -> None:
        """Make it safe to show, and quick. Textual inserts what is in the event after this."""
        text = safe_text(event.text)
        if len(text) > self.LONGEST:
            lines = text.count("\n") + 1
            mark = f"[pasted {len(self._pasted) + 1}: {lines:,} lines, {size(len(text.encode()))}]"
            self._pasted[mark] = text
            text = mark
        event.text = text

    def _whole(self, mark: Match[str]) -> str:
        return self._pasted.get(mark[0], mark[0])

    def _keep(self, text: str) -> None:
        if text.strip() and text not in self._texts[-1:]:
            self._texts.append(text)

    def _step(self, step: int) -> None:
        if self.text.strip() or self._position == len(self._texts) - 1:
            self._texts[self._position] = self.text
        self._position += step
        self._show(self._texts[self._position])

    def _show(self, text: str) -> None:
        self.load_text(text)
        self.move_cursor(self.document.end)
