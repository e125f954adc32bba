"""A field of one line, whose keys act in the order they are typed, and whose pastes are plain text."""

from __future__ import annotations

from textual import events
from textual.widgets import Input

from app.terminal.text import safe_line
from widgets.typed_order import act_in_order


class PlainLine(Input):
    """Where a person writes a few words.

    Args:
        enter: An action for the enter key, in place of a message.
        placeholder: What is to be written there.
        id: The widget's id.
    """

    def __init__(self, *, enter: str = "", placeholder: str = "", id: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(placeholder=placeholder, id=id, compact=True, select_on_focus=False)
        self.cursor_blink = False
        self._enter = enter

    async def on_key(self, event: events.Key) -> None:
        """Act on what is no text, before the next key is looked at."""
        await act_in_order(self, event, is_text=True)

    async def action_submit(self) -> None:
        """It is written."""
        if self._enter:
            await self.app.run_action(self._enter, self)
        else:
            await super().action_submit()

    def on_paste(self, event: events.Paste) -> None:
        """Keep it on one line, and plain. Textual inserts what is in the event after this."""
        event.text = safe_line(event.text)
