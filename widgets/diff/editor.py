"""Where a person writes something else than a hunk says, or why they reject it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message

from widgets.line_field import LineField
from widgets.plain_editor import PlainEditor


class HunkEditor(PlainEditor):
    """The new lines of one hunk. What is written stays until it is kept or taken back.

    Args:
        hunk: The number of the hunk.
        text: What it says.
    """

    DEFAULT_CSS = "HunkEditor { height: auto; min-height: 4; max-height: 50%; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "keep", "Keep the edit", id="review.keep"),
        Binding("escape", "take_back", "Take the edit back", id="review.take_back"),
    ]

    @dataclass
    class Kept(Message):
        """The person keeps what is written."""

        hunk: int
        text: str

    @dataclass
    class TakenBack(Message):
        """The person keeps nothing of it."""

        hunk: int

    def __init__(self, hunk: int, text: str) -> None:
        super().__init__(text)
        self.hunk = hunk
        self.indent_type = "tabs" if any(line.startswith("\t") for line in text.split("\n")) else "spaces"
        self.border_title = f"hunk {hunk + 1}: its new lines"
        self.border_subtitle = "ctrl+s keeps · escape takes back"

    def action_keep(self) -> None:
        """Keep what is written."""
        self.post_message(self.Kept(self.hunk, self.text))

    def action_take_back(self) -> None:
        """Keep nothing of it."""
        self.post_message(self.TakenBack(self.hunk))


class ReasonField(LineField):
    """Why one hunk is rejected, on one line.

    Args:
        hunk: The number of the hunk.
        reason: What was written before.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "submit", "Keep the reason", id="review.keep_reason"),
        Binding("escape", "take_back", "Give no other reason", id="review.take_reason_back"),
    ]

    @dataclass
    class Kept(Message):
        """The person gives this reason."""

        hunk: int
        text: str

    @dataclass
    class TakenBack(Message):
        """The person leaves the reason as it was."""

        hunk: int

    def __init__(self, hunk: int, reason: str) -> None:
        super().__init__(reason, placeholder="why not? enter keeps, escape goes back")
        self.hunk = hunk
        self.border_title = f"hunk {hunk + 1}: the reason"

    def action_take_back(self) -> None:
        """Leave the reason as it was."""
        self.post_message(self.TakenBack(self.hunk))

    async def action_submit(self) -> None:
        """Keep what is written."""
        self.post_message(self.Kept(self.hunk, self.value.strip()))
