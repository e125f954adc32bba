"""What a pane shows of its call: what it is about, its diff, its output or terminal; its process's keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message

from widgets.output_pane import OutputPane
from widgets.output_source import OutputSource
from widgets.text_view import Row, TextView

if TYPE_CHECKING:
    from widgets.diff.pane import DiffPane
    from widgets.markdown_view import MarkdownView
    from widgets.terminal_pane import TerminalPane

    View = TextView | DiffPane | MarkdownView | OutputPane | TerminalPane


class CallBody(Vertical):
    """One view at a time. The focus goes along from one to the next.

    Args:
        call: Id of the call.
        lines: What is shown first.

    Attributes:
        view: What is shown.
        terminal: That, if it is a terminal.
        diff: That, if it is a diff.
    """

    DEFAULT_CSS = "CallBody { height: 1fr; }"
    HELP = "The process of a call, while it runs."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("i", "attach", "Type into the process", id="process.attach"),
        Binding("b", "background", "Let it go on in the background", id="process.background"),
        Binding("t", "terminal", "End it, and run it again on a terminal", id="process.terminal"),
    ]

    @dataclass
    class ToBackground(Message):
        """The person lets this call's command go on in the background."""

        call: str

    @dataclass
    class ToTerminal(Message):
        """The person wants this call's command to begin again on a terminal."""

        call: str

    @dataclass
    class Typed(Message):
        """These bytes are for this call's process."""

        call: str
        data: bytes
        by_person: bool

    @dataclass
    class Resized(Message):
        """The terminal of this call's process has another size."""

        call: str
        columns: int
        rows: int

    class KeysTaken(Message):
        """The person's keys go to the process, or no longer do."""

    def __init__(self, call: str, lines: Sequence[Row]) -> None:
        super().__init__()
        self.view: View = self._text_view(lines)
        self.terminal: TerminalPane | None = None
        self.diff: DiffPane | None = None
        self._call_id = call
        self._runs = False
        self._written: OutputSource | None = None  # of a terminal that is over, until it is shown

    def compose(self) -> ComposeResult:
        """What there is by now."""
        yield self.view

    @property
    def output(self) -> OutputPane | None:
        """The view of an output, if that is shown."""
        return self.view if isinstance(self.view, OutputPane) else None

    @property
    def is_attached_to_process(self) -> bool:
        """Whether the person's keys go to the process."""
        return self.terminal is not None and self.terminal.takes_keys

    def show(self, lines: Sequence[Row], diff: str = "", plan: str = "") -> None:
        """Show what the call is about, or what came of it.

        Args:
            lines: Shown alone, or below the diff.
            diff: Untrusted text of a unified diff, if there is one.
            plan: Untrusted Markdown, shown instead of the lines if there is some.
        """
        if diff and self.diff is not None:
            self.diff.show_diff(diff, lines)
        elif diff:
            from widgets.diff.pane import DiffPane

            pane = DiffPane(diff, lines)
            self._show(pane)
            self.diff = pane
        elif plan:
            from widgets.markdown_view import MarkdownView

            self._show(MarkdownView(plan))
        elif isinstance(self.view, TextView):
            self.view.show(lines)
        else:
            self._show(self._text_view(lines))

    def let_copy(self, allowed: bool) -> None:
        """Let a key copy what is shown, or no longer: a question may need the key."""
        view = self.view if isinstance(self.view, TextView) else self.diff
        if view is not None:
            view.copies = allowed

    def show_output(self, source: OutputSource) -> None:
        """Show the output of a process that runs on pipes."""
        self._runs = True
        self._show(OutputPane(source))

    def show_terminal(self, source: OutputSource) -> None:
        """Show what a process draws on its terminal; `source` is all it writes."""
        from widgets.terminal_pane import TerminalPane

        self._runs = True
        terminal = TerminalPane(source)
        self._show(terminal)
        self.terminal = terminal

    def finish(self, source: OutputSource | None, lines: Sequence[Row], diff: str = "") -> None:
        """The call is over.

        Args:
            source: Its output, which can be read whole from now on.
            lines: Shown where it has none.
            diff: Shown instead of them, if there is one.
        """
        self._runs = False
        if self.terminal is not None:
            self.terminal.finish()
            self._written = source
            if not self.terminal.takes_keys:
                self._show_written()
        elif self.output is not None:
            self.output.finish()
        elif lines or diff:
            self.show([] if diff else lines, diff)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002  # Textual calls it so
        """Only what can be done now is offered."""
        match action:
            case "attach" | "background":
                return self._runs
            case "terminal":
                return self._runs and self.terminal is None
            case _:
                return True

    def action_attach(self) -> None:
        """Type into the process."""
        if self.terminal is None:
            self.notify("Its input is closed. t ends it, and runs it again on a terminal.")
        else:
            self.terminal.attach()
            self.post_message(self.KeysTaken())

    def action_background(self) -> None:
        """Let it go on in the background."""
        self.post_message(self.ToBackground(self._call_id))

    def action_terminal(self) -> None:
        """End it, and run it again on a terminal."""
        self.post_message(self.ToTerminal(self._call_id))

    def on_terminal_pane_typed(self, event: TerminalPane.Typed) -> None:
        """Say for which call it is."""
        event.stop()
        self.post_message(self.Typed(self._call_id, event.data, event.by_person))

    def on_terminal_pane_resized(self, event: TerminalPane.Resized) -> None:
        """Say of which call it is."""
        event.stop()
        self.post_message(self.Resized(self._call_id, event.columns, event.rows))

    def on_terminal_pane_detached(self, event: TerminalPane.Detached) -> None:
        """The keys are taken back."""
        event.stop()
        self._show_written()
        self.post_message(self.KeysTaken())

    def _show_written(self) -> None:
        """Show as lines what was written on a terminal; what was drawn on all of it has none."""
        source, self._written = self._written, None
        if source is None or self.terminal is None or self.terminal.used_alternate_screen:
            return
        output = OutputPane(source.reopened())
        self._show(output)
        output.finish()

    @staticmethod
    def _text_view(lines: Sequence[Row]) -> TextView:
        return TextView(lines, wrap=True, copies=True)

    def _show(self, view: View) -> None:
        old, self.view = list(self.children), view
        self.terminal = self.diff = None
        if not self.is_attached or not old:
            return
        had_focus = self.has_focus_within
        self.mount(view)
        if had_focus:  # before the old view is removed, or another pane would have the focus and its keys
            self.screen.set_focus(view, scroll_visible=False)
        self.remove_children(old)
