"""The whole of what one finished call said or changed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import Screen

from app.execution.indexer import Indexer
from app.execution.spool import SpoolFile
from app.screens.clipboard import copy
from app.screens.left_cleanly import LeftCleanly
from app.screens.pager import open_pager
from app.trajectory.events import ToolFinished
from widgets.bars import SEPARATOR, Bar
from widgets.copied import Copied
from widgets.output_pane import OutputPane
from widgets.status import duration, size
from widgets.text_view import TextView, plain

if TYPE_CHECKING:
    from widgets.diff.view import DiffView

    View = OutputPane | TextView | DiffView


class OutputScreen(LeftCleanly, Screen[None]):
    """Shows one output or one diff, with all the room there is.

    Args:
        title: What it is the output of.
        figures: What is known of it, in a few words.
        view: The output, or the diff.
        other: What a key shows instead: for an output the diff, for a diff the output.
    """

    CSS_PATH = Path(__file__).parents[2] / "styles" / "output.tcss"
    HELP = "The whole output of a call or a background job, or what a call has changed. escape goes back."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d", "other", "What it has changed, or what it said", id="output.other"),
        Binding("escape,q", "dismiss", "Back", id="output.back"),
    ]

    def __init__(self, title: str, figures: str, view: View, other: View | None = None) -> None:
        super().__init__()
        self._title = title
        self._figures = figures
        self._view = view
        self._other = other

    @classmethod
    def of_call(cls, title: str, finished: ToolFinished) -> OutputScreen:
        """What a call has changed, or else said; of one that did both and failed, first what it said.

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
        figures, said = " · ".join(parts), _said(finished)
        if not finished.diff:
            return cls(title, figures, said)
        from widgets.diff.view import DiffView

        changed = DiffView()
        changed.show_text(finished.diff)
        if finished.status == "done":
            return cls(title, figures, changed, said)
        return cls(title, figures, said, changed)

    @classmethod
    def of_file(cls, title: str, path: Path) -> OutputScreen:
        """An output that may still grow.

        Args:
            title: What it is the output of, in one line.
            path: Its file.
        """
        return cls(title, "", OutputPane(SpoolFile(path, Indexer())))

    def compose(self) -> ComposeResult:
        """A line, and the output. A search of one view goes with it when the other is shown."""
        yield Bar(id="top")
        yield Vertical(self._view)
        if self._other is not None:
            yield Vertical(self._other)

    def on_mount(self) -> None:
        """Say what it is, and take the keys."""
        self._show()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what can be done now is offered."""
        return self._other is not None if action == "other" else super().check_action(action, parameters)

    def action_other(self) -> None:
        """Show what the call said instead of what it has changed, or the other way round."""
        if self._other is not None:
            self._view, self._other = self._other, self._view
            self._show()

    def on_copied(self, event: Copied) -> None:
        """Put it on the clipboard, and say so."""
        event.stop()
        copy(self.app, event.text, os.environ)
        self.notify(event.note, markup=False)

    def on_output_pane_opened(self, event: OutputPane.Opened) -> None:
        """Show it in the person's pager."""
        event.stop()
        open_pager(self.app, event.source.read, os.environ)

    def _show(self) -> None:
        figures = Content(self._figures)
        if self._other is not None:
            what = "what it said" if isinstance(self._other, OutputPane | TextView) else "diff"
            figures = Content.assemble(figures, SEPARATOR, ("d", "bold"), f" {what}")
        self.query_one(Bar).show(Content(self._title), figures)
        for box in self.query(Vertical):
            box.display = self._view in box.children
        self.set_focus(self._view)


def _said(finished: ToolFinished) -> OutputPane | TextView:
    """The output of a command, or what the model was told."""
    if finished.output and Path(finished.output).exists():
        output = OutputPane(SpoolFile(Path(finished.output), Indexer()))
        output.finish()
        return output
    return TextView(plain(finished.content), copies=True)
