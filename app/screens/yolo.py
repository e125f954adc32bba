"""Before nothing is asked any more: a word that nobody types by accident."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from app.screens.left_cleanly import LeftCleanly
from app.settings.schema import MODE_SUMMARIES
from widgets.line_field import LineField
from widgets.text_view import revealed

if TYPE_CHECKING:
    from app.execution.sandbox.confinement import Confinement

_WORD = "yolo"


class YoloScreen(LeftCleanly, ModalScreen[bool]):
    """Ends in whether the person wants mode yolo.

    Args:
        confinement: What commands run in; None while that is being tried out.
    """

    CSS_PATH = Path(__file__).parents[2] / "styles" / "yolo.tcss"
    HELP = "In mode yolo nothing asks. Type the word to begin; shift+tab ends it."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(False)", "Back, and go on asking", id="yolo.back")
    ]

    def __init__(self, confinement: Confinement | None) -> None:
        super().__init__()
        self._confinement = confinement

    def compose(self) -> ComposeResult:
        """What it means, and where to type."""
        with Vertical(id="yolo") as box:
            box.border_title = "mode yolo"
            box.border_subtitle = "escape goes back"
            yield Static(Content(f"In mode yolo {MODE_SUMMARIES['yolo']}. Nobody is asked."))
            yield Static(self._sandbox(), id="sandbox")
            yield LineField(placeholder=f"type {_WORD}, then enter")

    def on_mount(self) -> None:
        """Take the keys."""
        self.query_one(LineField).focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Only the word itself counts."""
        event.stop()
        if event.value.strip() == _WORD:
            self.dismiss(True)
        else:
            event.input.clear()
            event.input.placeholder = f"{_WORD} is the word, or escape"

    def _sandbox(self) -> Content:
        if self._confinement is None:
            return Content("Which sandbox commands run in is still being tried out.")
        if self._confinement.holds:
            return Content(f"The sandbox holds: {self._confinement.reason}.")
        return Content.styled(
            f"There is no sandbox: {revealed(self._confinement.reason)}.", "$text-error bold"
        )
