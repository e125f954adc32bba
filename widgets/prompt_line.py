"""One line that asks the person for something, at the bottom of a screen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from widgets.line_field import LineField


class PromptLine(Horizontal):
    """Asks one thing at a time; hidden while it asks nothing.

    Args:
        id: The widget's id.
    """

    DEFAULT_CSS = """
    PromptLine {
        height: 1; background: $surface;
        & Static { width: auto; max-width: 50%; color: $text-accent; padding: 0 1; text-wrap: nowrap; }
        & LineField { width: 1fr; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Leave it unanswered", id="prompt.leave"),
    ]

    @dataclass
    class Answered(Message):
        """The person has answered; `about` is what was asked."""

        about: str
        text: str

    class Left(Message):
        """The person has left it unanswered."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self.display = False
        self._about = ""
        self._label = Static()
        self._field = LineField(compact=True)

    def compose(self) -> ComposeResult:
        """What is asked, and the answer."""
        yield self._label
        yield self._field

    @property
    def is_open(self) -> bool:
        """Whether something is asked."""
        return bool(self._about)

    def ask(self, about: str, label: str, placeholder: str, text: str = "") -> None:
        """Ask something, and take the keys.

        Args:
            about: What it is, for the message.
            label: What it is, for the person.
            placeholder: How to answer.
            text: An answer to begin with.
        """
        self._about = about
        self._label.update(Content(label))
        self._field.placeholder = placeholder
        self._field.value = text
        self.display = True
        self.screen.set_focus(self._field)  # at once: letters may come with the key that asked
        self._field.select_all()

    def close(self) -> None:
        """Ask nothing any more. Whoever asked takes the keys back before."""
        self._about = ""
        self.display = False

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """It is answered."""
        event.stop()
        self.post_message(self.Answered(self._about, event.value))

    def action_leave(self) -> None:
        """It stays unanswered."""
        self.post_message(self.Left())
