"""The whole of what one finished call said or changed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import Screen

from app.execution.indexer import Indexer
from app.execution.spool import SpoolFile
from app.screens.clipboard import copy
from app.screens.pager import open_pager
from app.trajectory.events import ToolFinished
from widgets.bars import Bar
from widgets.copied import Copied
from widgets.output_pane import OutputPane
from widgets.status import duration, size
from widgets.text_view import TextView, diff, plain


class OutputScreen(Screen[None]):
    """Shows one output, with all the room there is.

    Args:
        title: What it is the output of.
        figures: What is known of it, in a few words.
        view: The output.
    """

    CSS_PATH = Path(__file__).parents[2] / "styles" / "output.tcss"
    HELP = "The whole output of a call or a background job. escape goes back."
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q", "app.pop_screen", "Back", id="output.back")]

    def __init__(self, title: str, figures: str, view: OutputPane | TextView) -> None:
        super().__init__()
        self._title = title
        self._figures = figures
        self._view = view

    @classmethod
    def of_call(cls, title: str, finished: ToolFinished) -> OutputScreen:
        """The output file of a command, or the diff and the answer of another call.

        Args:
            title: The call, in one line.
            finished: What it came to.
        """
        parts = [finished.status, duration(finished.duration)]
        if finished.exit_code is not None:
            parts += [f"exit {finished.exit_code}", f"cpu {duration(finished.cpu_time)}"]
        if finished.peak_memory:
            parts.append(f"memory {size(finished.peak_memory)}")
        if finished.output_bytes:
            parts.append(size(finished.output_bytes))
        view: OutputPane | TextView
        if finished.output and Path(finished.output).exists():
            view = OutputPane(SpoolFile(Path(finished.output), Indexer()))
            view.finish()
        else:
            view = TextView([*diff(finished.diff), *plain(finished.content)], copies=True)
        return cls(title, " · ".join(parts), view)

    @classmethod
    def of_file(cls, title: str, path: Path) -> OutputScreen:
        """An output that may still grow.

        Args:
            title: What it is the output of, in one line.
            path: Its file.
        """
        return cls(title, "", OutputPane(SpoolFile(path, Indexer())))

    def compose(self) -> ComposeResult:
        """A line, and the output."""
        yield Bar(id="top")
        yield self._view

    def on_mount(self) -> None:
        """Say what it is, and take the keys."""
        self.query_one(Bar).show(Content(self._title), Content(self._figures))
        self._view.focus()

    def on_copied(self, event: Copied) -> None:
        """Put it on the clipboard, and say so."""
        event.stop()
        copy(self.app, event.text, os.environ)
        self.notify(event.note, markup=False)

    def on_output_pane_opened(self, event: OutputPane.Opened) -> None:
        """Show it in the person's pager."""
        event.stop()
        open_pager(self.app, event.source.read, os.environ)
