"""Where a person changes what a call is about to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message

from widgets.plain_editor import PlainEditor


class CallEditor(PlainEditor):
    """A command, or arguments as JSON. What is typed outlives an error, and going back."""

    HELP = "What the call is to run with instead. It may be asked about again as it then is."
    DEFAULT_CSS = """
    CallEditor {
        height: 1fr; min-height: 4;
        &.-wrong { border: round $error; border-subtitle-color: $text-error; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "run", "Run it as it is written now", id="edit.run"),
        Binding("escape", "leave", "Back; what is written is kept", id="edit.leave"),
    ]
    _HINT = "ctrl+s runs it · escape goes back, and keeps the text"

    @dataclass
    class Run(Message):
        """The person wants the call to run like this."""

        text: str

    class Left(Message):
        """The person goes back."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self.soft_wrap = True

    def begin(self, title: str, text: str) -> None:
        """Let a text be changed.

        Args:
            title: What it is, in a few words.
            text: Safe to show.
        """
        self.border_title = Content(title)
        self.load_text(text)
        self.move_cursor(self.document.end)
        self._say(self._HINT)

    def refuse(self, reason: str) -> None:
        """Say why it cannot run like this, in our own words."""
        self._say(reason, wrong=True)

    def on_text_area_changed(self) -> None:
        """What was wrong may not be so any more."""
        self._say(self._HINT)

    def action_run(self) -> None:
        """Run it."""
        self.post_message(self.Run(self.text))

    def action_leave(self) -> None:
        """Go back."""
        self.post_message(self.Left())

    def _say(self, text: str, *, wrong: bool = False) -> None:
        self.border_subtitle = Content(text)
        self.set_class(wrong, "-wrong")
