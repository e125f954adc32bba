"""A text area whose keys act in the order they are typed, and whose pastes are plain text."""

from __future__ import annotations

from textual import events
from textual.geometry import Region
from textual.strip import Strip
from textual.widgets import TextArea

from app.terminal.text import safe_text


class PlainEditor(TextArea):
    """Where a person changes some lines.

    Args:
        text: What it begins with. It must be safe to show.
        id: The widget's id.
    """

    DEFAULT_CSS = """
    PlainEditor {
        padding: 0 1; scrollbar-size-vertical: 1; background: $background;
        border: round $border-blurred; border-title-color: $text-muted; border-subtitle-color: $text-muted;
        &:focus { border: round $border; }
        & .text-area--cursor-line { background: $background; }
    }
    """

    def __init__(self, text: str = "", *, id: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(text, id=id, tab_behavior="indent", soft_wrap=False, show_line_numbers=False)
        self.cursor_blink = False

    def render_lines(self, crop: Region) -> list[Strip]:
        """Draw it. A last paint may come to one that was removed: it has no styles any more."""
        return super().render_lines(crop) if self.is_attached else [Strip.blank(crop.width)] * crop.height

    async def on_key(self, event: events.Key) -> None:
        """Act on keys before the text area sees them: escape would only give the focus away."""
        active = None if event.is_printable else self.screen.active_bindings.get(event.key)
        if active is not None and active.enabled and active.node is self:
            event.stop()
            event.prevent_default()
            await self.app.run_action(active.binding.action, self)

    def on_paste(self, event: events.Paste) -> None:
        """Make it safe to show. Textual inserts what is in the event after this."""
        event.text = safe_text(event.text)
