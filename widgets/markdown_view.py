"""A text in Markdown, whole, from its first row."""

from __future__ import annotations

from textual.containers import ScrollableContainer

from widgets.conversation import AssistantMessage, Conversation


class MarkdownView(Conversation, can_focus=True, inherit_bindings=False):
    """Only reads: its keys scroll, and no other key is taken.

    Args:
        text: Untrusted Markdown.
        id: The widget's id.
    """

    HELP = ""
    HINT = ""  # all of it is there from the beginning
    BINDINGS = ScrollableContainer.BINDINGS

    def __init__(self, text: str = "", *, id: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self.show(text)

    def show(self, text: str) -> None:
        """Show another text, from its first row on."""
        self.clear()
        self.follow = False
        self.extend([AssistantMessage(text)] if text else [])
        if self.is_attached:
            self.move_to(0)
