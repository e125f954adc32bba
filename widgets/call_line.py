"""The line of one tool call: what it is, how far it is, and what it has come to."""

from __future__ import annotations

from collections.abc import Callable

from textual.content import Content

from widgets.bars import Bar
from widgets.output_source import OutputSource
from widgets.status import CallStatus, duration, size
from widgets.text_view import revealed


class CallLine(Bar):
    """Says what a call does at the left; state, time and bytes at the right.

    Args:
        number: Its place in the pane area, from 1.
        tool: The tool.
        title: What it does, in one line.
        clock: Seconds, for the elapsed time.

    Attributes:
        status: How far the call is.
    """

    REMARK = 30  # cells; more would leave no room for what the call is, and the result says all of it
    LONGEST = 1000  # characters of a title or note; no terminal is wider

    def __init__(self, number: int, tool: str, title: str, clock: Callable[[], float]) -> None:
        super().__init__()
        self.status = CallStatus.WAITS
        self._number = number
        self._tool = revealed(tool)
        self._title = revealed(title[: self.LONGEST])
        self._mark = self._note = self._remark = ""
        self._changes = Content("")
        self._clock = clock
        self._began: float | None = None
        self._elapsed = 0.0
        self._source: OutputSource | None = None
        self._is_typed_into = False

    def rename(self, title: str, mark: str) -> None:
        """The call is about something else now, and how that came, in a word."""
        self._title = revealed(title[: self.LONGEST])
        self._mark = mark
        self._draw()

    def remark(self, text: str) -> None:
        """Say something of the call for as long as it is shown."""
        self._remark = revealed(text[: self.LONGEST])
        self._draw()

    def tell_changes(self, added: int, removed: int) -> None:
        """Say how many lines the call changes."""
        figures = (f"  +{added:,}", "$text-success"), (f" -{removed:,}", "$text-error")
        self._changes = Content.assemble(*figures) if added or removed else Content("")
        self._draw()

    def begin(self, source: OutputSource | None) -> None:
        """It runs from now on; its output, if it has any, grows there."""
        self._source = source
        self._began = self._clock()

    def end(self, seconds: float) -> None:
        """It has run so long."""
        self._began, self._elapsed = None, seconds

    def become(self, status: CallStatus, note: str) -> None:
        """It is so far; the next figures show it."""
        self.status = status
        self._note = revealed(note[: self.LONGEST])

    def refresh_figures(self, *, typed_into: bool) -> None:
        """Time and bytes move.

        Args:
            typed_into: The person's keys go to its process.
        """
        self._is_typed_into = typed_into
        self._draw()

    def _draw(self) -> None:
        status = self.status
        left = Content.assemble(
            (f"{self._number} ", "$text-muted"),
            (f"{status.glyph} ", status.colour),
            (f"{self._tool}  ", "bold"),
            (f"{self._mark}  " if self._mark else "", "$text-warning"),
            self._title,
            self._changes,
        )
        if self._began is not None:
            self._elapsed = self._clock() - self._began
        moving = status in (CallStatus.RUNNING, CallStatus.INPUT, CallStatus.DONE, CallStatus.FAILED)
        written = self._source.size if self._source is not None else 0
        figures = [duration(self._elapsed) if moving else "", size(written) if written else ""]
        note = "your keys go to it" if self._is_typed_into else self._note
        stands_out = self._is_typed_into or status is CallStatus.INPUT
        right = [
            Content.styled(self._remark, "$text-error").truncate(self.REMARK, ellipsis=True),
            Content.styled(note, "$text-warning" if stands_out else "$text-muted"),
            *(Content.styled(figure, "$text-muted") for figure in figures),
        ]
        self.show(left, Content("  ").join(part for part in right if part))
