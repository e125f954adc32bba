"""One line to search with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Static

from widgets.line_field import LineField

END = Binding("escape", "end_search", "End the search", id="call.end_search")


class SearchBar(Horizontal):
    """Where the text to search for is written; beside it, what has been found.

    Args:
        searched: The widget that is searched. It gets the messages.
    """

    DEFAULT_CSS = """
    SearchBar {
        height: 1; background: $surface;
        & Static { width: auto; color: $text-muted; padding: 0 1; }
        & LineField { width: 1fr; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [END]

    @dataclass
    class Asked(Message):
        """The person searches for a text."""

        text: str

    class Ended(Message):
        """The person wants no search any more."""

    def __init__(self, searched: Widget) -> None:
        super().__init__()
        self._searched = searched
        self._field = LineField(placeholder="search the whole output; enter finds", compact=True)
        self._summary = Static()
        self._said = ""

    def compose(self) -> ComposeResult:
        """A sign, the text, what has been found."""
        yield Static("/")
        yield self._field
        yield self._summary

    def on_mount(self) -> None:
        """Take the keys."""
        self.edit()

    def edit(self) -> None:
        """Let another text be written over this one."""
        self._field.focus()
        self._field.select_all()

    def tell(self, summary: str) -> None:
        """Say what has been found; does nothing where it is said already."""
        if summary != self._said:
            self._said = summary
            self._summary.update(Content(summary))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Search, or end that if there is nothing to search for."""
        event.stop()
        self._searched.post_message(self.Asked(event.value) if event.value else self.Ended())

    def action_end_search(self) -> None:
        """Search no more."""
        self._searched.post_message(self.Ended())
