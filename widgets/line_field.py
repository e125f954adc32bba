"""A field for one line, whose keys act in the order they are typed, and whose pastes are plain text."""

from __future__ import annotations

from textual import events
from textual.widgets import Input

from app.terminal.text import safe_line


class LineField(Input):
    """Where a person writes a line.

    Args:
        text: What it begins with. It must be safe to show.
        placeholder: Shown while nothing is written.
        compact: It has no border.
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

    def __init__(self, text: str = "", *, placeholder: str = "", compact: bool = False) -> None:
        # What is typed before the focus has come must not be selected then, and written over.
        super().__init__(text, placeholder=placeholder, select_on_focus=False, compact=compact)
        self.cursor_blink = False

    async def on_key(self, event: events.Key) -> None:
        """Act on keys in the order they were typed: letters would overtake a backspace that still waits."""
        focused = self.screen.focused
        active = None if event.is_printable else self.screen.active_bindings.get(event.key)
        if focused is not None and focused is not self:  # a key before this one has moved it
            event.stop()
            event.prevent_default()
            focused.post_message(events.Key(event.key, event.character))
        elif active is not None and active.enabled:
            event.stop()
            event.prevent_default()
            await self.app.run_action(active.binding.action, active.node)

    def on_paste(self, event: events.Paste) -> None:
        """Keep all lines, on one, and plain. Textual inserts what is in the event after this."""
        event.text = safe_line(event.text)
