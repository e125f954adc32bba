"""What can be done here, and by which keys: made from the live bindings."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from textwrap import wrap
from typing import Any, ClassVar  # Any: a screen of any result

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.dom import DOMNode
from textual.screen import ModalScreen, Screen

from widgets.text_view import Role, TextView


class HelpScreen(ModalScreen[None]):
    """Lists the bindings of a screen and of every part of it, with what each part is for.

    Args:
        screen: The screen to explain.
        keys: Keys that the person has bound otherwise, by the id of the binding.
    """

    CSS_PATH = Path(__file__).parents[2] / "styles" / "help.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,f1,q", "dismiss", "Close", id="help.close")]

    def __init__(self, screen: Screen[Any], keys: Mapping[str, str]) -> None:
        super().__init__()
        self._explained = screen
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

    def _lines(self) -> list[tuple[str, Role]]:
        lines: list[tuple[str, Role]] = []
        seen: set[type] = set()
        nodes: list[DOMNode] = [self._explained, *self._explained.query("*"), self.app]
        for node in nodes:
            text = getattr(node, "HELP", None)
            if type(node) in seen or not (text or node is self.app):
                continue
            seen.add(type(node))
            rows = self._rows(node)
            name = "Everywhere" if node is self.app else _words(type(node).__name__)
            lines += [(name, "strong")]
            lines += [(f"  {part}", "dim") for part in wrap(text or "", 74)]
            lines += [(row, "plain") for row in rows]
            lines.append(("", "plain"))
        return lines

    def _rows(self, node: DOMNode) -> list[str]:
        rows: dict[str, list[str]] = {}
        for binding in type(node).BINDINGS:
            if isinstance(binding, Binding) and binding.description:
                keys = self._keys.get(binding.id or "", binding.key)
                rows.setdefault(binding.description, []).extend(keys.split(","))
        return [f"  {', '.join(keys):<22} {what}" for what, keys in rows.items()]


def _words(name: str) -> str:
    """`PaneArea` to `Pane area`."""
    words = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name).strip()
    return words.removesuffix(" screen").capitalize()
