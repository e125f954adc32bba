"""What can be done, and by which keys: made from the bindings themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from textwrap import wrap
from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.dom import DOMNode
from textual.keys import format_key
from textual.screen import ModalScreen

from app.screens.left_cleanly import LeftCleanly
from widgets.text_view import Row, TextView


class HelpScreen(LeftCleanly, ModalScreen[None]):
    """Lists the bindings of the parts of a screen, with what each part is for.

    Args:
        parts: The screen, its parts and the app, in the order of the list.
        keys: Keys that the person has bound otherwise, by the id of the binding.
    """

    CSS_PATH = Path(__file__).parents[2] / "styles" / "help.tcss"
    WIDTH = 75  # columns of a line; a terminal of 80 has so many beside border and scroll bar
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,f1,q", "dismiss", "Close", id="help.close")]

    def __init__(self, parts: Sequence[type[DOMNode]], keys: Mapping[str, str]) -> None:
        super().__init__()
        self._parts = parts
        self._keys = keys

    def compose(self) -> ComposeResult:
        """One scrolling text."""
        with Vertical(id="help") as box:
            box.border_title = "help"
            box.border_subtitle = "escape closes"
            yield TextView(self._lines())

    def on_mount(self) -> None:
        """Take the keys."""
        self.query_one(TextView).focus()

    def _lines(self) -> list[Row]:
        lines: list[Row] = []
        for part in self._parts:
            name = "Everywhere" if issubclass(part, App) else _words(part.__name__)
            lines.append((name, "strong"))
            sentences = getattr(part, "HELP", None) or ""
            lines += [(f"  {line}", "dim") for line in wrap(sentences, self.WIDTH - 2)]
            for binding in part.BINDINGS:
                if isinstance(binding, Binding) and binding.description:
                    keys = self._keys.get(binding.id or "", binding.key).split(",")
                    action = f"  {' or '.join(map(_written, keys)):<22} {binding.description}"
                    lines += [
                        (line, "plain") for line in wrap(action, self.WIDTH, subsequent_indent=" " * 25)
                    ]
            lines.append(("", "plain"))
        return lines


def _written(key: str) -> str:
    """`ctrl+]` for `ctrl+right_square_bracket`. Names such as `pagedown` stay: a key is bound by them."""
    modifier, plus, name = key.rpartition("+")
    character = format_key(name)
    return f"{modifier}{plus}{character}" if len(character) == 1 and character.isascii() else key


def _words(name: str) -> str:
    """`PaneArea` to `Pane area`."""
    words = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name).strip()
    return words.removesuffix(" screen").capitalize()
