"""A field for one line, whose keys act in the order they are typed, and whose pastes are plain text."""

from __future__ import annotations

from textual import events
from textual.widgets import Input

from app.terminal.text import safe_line
from widgets.typed_order import act_in_order


class LineField(Input):
    """Where a person writes a line.

    Args:
        text: What it begins with. It must be safe to show.
        enter: An action for the enter key, in place of a message.
        placeholder: Shown while nothing is written.
        compact: It has no border.
        id: The widget's id.
    """

    DEFAULT_CSS = """
    LineField {
        background: $background; border: round $border-blurred;
        border-title-color: $text-muted; border-subtitle-color: $text-muted;
        &:focus { border: round $border; background-tint: transparent; }
        &.-textual-compact, &.-textual-compact:focus { border: none; background: $surface; }
        &.-textual-compact:focus { background-tint: $foreground 5%; }
    }
    """

    def __init__(
        self,
        text: str = "",
        *,
        enter: str = "",
        placeholder: str = "",
        compact: bool = False,
        id: str | None = None,  # noqa: A002  # Textual's name
    ) -> None:
        # What is typed before the focus has come must not be selected then, and written over.
        super().__init__(text, placeholder=placeholder, select_on_focus=False, compact=compact, id=id)
        self.cursor_blink = False
        self._enter = enter

    async def on_key(self, event: events.Key) -> None:
        """Act on what is no text at once: letters would overtake a backspace that still waits."""
        await act_in_order(self, event, is_text=True)

    async def action_submit(self) -> None:
        """It is written."""
        if self._enter:
            await self.app.run_action(self._enter, self)
        else:
            await super().action_submit()

    def on_paste(self, event: events.Paste) -> None:
        """Keep all lines, on one, and plain. Textual inserts what is in the event after this."""
        event.text = safe_line(event.text)
