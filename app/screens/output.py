"""The whole of what one finished call said or changed."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import Screen

from app.execution.indexer import Indexer
from app.execution.spool import SpoolFile
from app.trajectory.events import ToolFinished
from widgets.bars import Bar
from widgets.output_pane import OutputPane
from widgets.status import duration, size
from widgets.text_view import TextView, diff, plain


class OutputScreen(Screen[None]):
    """Shows the output file of a command, or the diff and the answer of another call."""

    CSS_PATH = Path(__file__).parents[2] / "styles" / "output.tcss"
    HELP = "The whole output of a call. escape goes back."
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q", "app.pop_screen", "Back", id="output.back")]

    def __init__(self, title: str, finished: ToolFinished) -> None:
        super().__init__()
        self._title = title
        self._finished = finished

    def compose(self) -> ComposeResult:
        """A line, and the output."""
        yield Bar(id="top")
        finished = self._finished
        if finished.output and Path(finished.output).exists():
            pane = OutputPane(SpoolFile(Path(finished.output), Indexer()))
            pane.finish()
            yield pane
        else:
            yield TextView([*diff(finished.diff), *plain(finished.content)])

    def on_mount(self) -> None:
        """Say what it is, and take the keys."""
        finished = self._finished
        parts = [finished.status, duration(finished.duration)]
        if finished.exit_code is not None:
            parts.append(f"exit {finished.exit_code}")
        if finished.output_bytes:
            parts.append(size(finished.output_bytes))
        self.query_one(Bar).show(Content(self._title), Content(" · ".join(parts)))
        self.query("TextView, OutputPane").first().focus()
