"""A command's output, and the keys to read it with: search, wrap, copy, open elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.selection import SELECT_ALL
from textual.timer import Timer
from textual.widget import Widget

from app.terminal.stream import plain_text
from widgets.copied import COPY, MOST, Copied, copied
from widgets.output_search import OutputSearch
from widgets.output_source import OutputSource
from widgets.output_view import OutputView
from widgets.search_bar import END, SearchBar
from widgets.status import size

_SEARCH_RATE = 15  # looks a second at a search that runs


class OutputPane(OutputView):
    """Reads an output of any size while it grows.

    Args:
        source: What to show.
        id: The widget's id.
        classes: The widget's classes.
    """

    HELP = "The output of a command. The arrows, page up, page down, home and end scroll; end follows again."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("/", "search", "Search the whole output", id="call.search"),
        Binding("n", "match(1)", "Next match", id="call.next_match"),
        Binding("N", "match(-1)", "Match before", id="call.previous_match"),
        Binding("enter", "search_again", "Search what has come since", id="call.search_again"),
        END,
        Binding("w", "wrap", "Wrap long lines, or not", id="call.wrap"),
        COPY,
        Binding("o", "open", "Open in $PAGER", id="call.open"),
    ]

    @dataclass
    class Opened(Message):
        """The person wants to read an output in another program."""

        source: OutputSource

    def __init__(self, source: OutputSource, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(source, id=id, classes=classes)
        self._bar: SearchBar | None = None
        self._search: OutputSearch | None = None
        self._searching: Timer | None = None

    def on_unmount(self) -> None:
        """Search no more."""
        self._cancel_search()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what can be done now is offered."""
        match action:
            case "search" | "wrap" | "copy" | "open":
                return self._source.size > 0
            case "match" | "search_again":
                return self._search is not None
            case "end_search":
                return self._bar is not None
            case _:
                return super().check_action(action, parameters)

    def action_search(self) -> None:
        """Ask what to search for."""
        if self._bar is not None:
            self._bar.edit()
        elif isinstance(self.parent, Widget):
            self._bar = SearchBar(self)
            self.parent.mount(self._bar, after=self)

    def action_match(self, step: int) -> None:
        """Go to another match."""
        if self._search is not None:
            self._go_to(self._search.step(step))

    def action_search_again(self) -> None:
        """Search all there is now for the same, and stay where that is."""
        if self._search is not None:
            self._start_search(self._search.text, self._search.offset or 0)

    def action_end_search(self) -> None:
        """Search no more, and mark nothing."""
        self._cancel_search()
        self.clear_match()
        if self._bar is not None:
            self.screen.set_focus(self)  # before the bar is removed, or another pane would have the focus
            self._bar.remove()
            self._bar = None

    def action_wrap(self) -> None:
        """Wrap long lines, or no longer."""
        self.wrap = not self.wrap

    def action_copy(self) -> None:
        """Copy what is selected, or else all, or the end of that."""
        self.post_message(self._copied())

    def action_open(self) -> None:
        """Read it in another program."""
        self.post_message(self.Opened(self._source))

    def on_search_bar_asked(self, event: SearchBar.Asked) -> None:
        """A text is to be found: from the top of the view on, or in all of an output that is followed."""
        event.stop()
        self.screen.set_focus(self)
        if self._search is not None and self._search.text == event.text:
            self.action_search_again()
        else:
            self._start_search(event.text, 0 if self.follow else self.top)

    def on_search_bar_ended(self, event: SearchBar.Ended) -> None:
        """Nothing is to be found any more."""
        event.stop()
        self.action_end_search()

    def _start_search(self, text: str, start: int) -> None:
        self._cancel_search()
        self.look()
        self._search = OutputSearch(text, self._source.search(text.encode(errors="replace")), start)
        self._searching = self.set_interval(1 / _SEARCH_RATE, self._look)

    def _look(self) -> None:
        """See how far the search is."""
        if self._search is None:
            return
        if self._search.done and self._searching is not None:
            self._searching.stop()
        self._go_to(self._search.first())

    def _go_to(self, offset: int | None) -> None:
        if self._search is None or self._bar is None:
            return
        if offset is not None:
            self.show_match(self._search.text, offset)
        self._bar.tell(self._search.summary)

    def _cancel_search(self) -> None:
        if self._searching is not None:
            self._searching.stop()
        if self._search is not None:
            self._search.cancel()
        self._search = None

    def _copied(self) -> Copied:
        selection = self.text_selection
        if selection and selection != SELECT_ALL and (found := self.get_selection(selection)) and found[0]:
            return copied(found[0])
        self.look()
        start = max(self._source.size - 4 * MOST, 0)  # a character has four bytes at most
        data = self._source.read(4 * MOST, start)
        if not start:
            return copied(plain_text(data))
        whole_lines = data.partition(b"\n")[2]
        return copied(plain_text(whole_lines or data), size(self._source.size))
