"""What a pane shows of its call: what it is about, then its output or its terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Vertical

from widgets.output_pane import OutputPane
from widgets.output_source import OutputSource
from widgets.text_view import Row, TextView

if TYPE_CHECKING:
    from widgets.terminal_pane import TerminalPane


class CallBody(Vertical):
    """One view at a time. The focus goes along from one to the next.

    Args:
        lines: What is shown first.
    """

    DEFAULT_CSS = "CallBody { height: 1fr; }"

    def __init__(self, lines: Sequence[Row]) -> None:
        super().__init__()
        self.text = TextView(lines, wrap=True, copies=True)
        self.view: TextView | OutputPane | TerminalPane = self.text

    def compose(self) -> ComposeResult:
        """What there is by now."""
        yield self.view

    @property
    def output(self) -> OutputPane | None:
        """The view of an output, if that is shown."""
        return self.view if isinstance(self.view, OutputPane) else None

    @property
    def terminal(self) -> TerminalPane | None:
        """The view of a terminal, if that is shown."""
        return None if isinstance(self.view, OutputPane | TextView) else self.view

    def show_output(self, source: OutputSource) -> None:
        """Show an output that grows."""
        self._show(OutputPane(source))

    def show_terminal(self, source: OutputSource) -> None:
        """Show what a program draws on a terminal; `source` is all it writes."""
        from widgets.terminal_pane import TerminalPane

        self._show(TerminalPane(source))

    def finish(self, source: OutputSource | None, lines: Sequence[Row]) -> None:
        """The call is over.

        Args:
            source: Its output, which can be read whole from now on.
            lines: Shown where it has none.
        """
        if self.terminal is not None:
            self.terminal.finish()
            # What was drawn with the whole screen is no text that one could scroll through.
            if source is not None and not self.terminal.used_alternate_screen:
                self.show_output(source.reopened())
        if self.output is not None:
            self.output.finish()
        elif self.view is self.text and lines:
            self.text.show(lines)

    def _show(self, view: OutputPane | TerminalPane) -> None:
        old, self.view = list(self.children), view
        if not self.is_attached or not old:
            return
        had_focus = self.has_focus_within
        self.mount(view)
        if had_focus:  # before the old view is removed, or another pane would have the focus and its keys
            self.screen.set_focus(view, scroll_visible=False)
        self.remove_children(old)
