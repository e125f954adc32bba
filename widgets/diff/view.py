"""A diff of any size, and the keys to read it with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from textual import events
from textual.binding import Binding, BindingType
from textual.widget import Widget

from widgets.diff.canvas import SPLIT_FROM, DiffCanvas
from widgets.diff.hunk_lines import LONGEST
from widgets.diff.parse import FileDiff, Hunk, parse_diff
from widgets.diff.search import DiffSearch
from widgets.search_bar import END, SearchBar


class DiffView(DiffCanvas, can_focus=True):
    """Reads files and their hunks. Keys act on the current hunk: it is always one of those in view.

    Args:
        diff: Untrusted text of a unified diff, or what was read of one.
        id: The widget's id.
    """

    HELP = (
        "What changes. The arrows, page up, page down, home and end scroll; past the end they go on by hunks."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right_square_bracket,j", "hunk(1)", "Next hunk", key_display="]", id="diff.next_hunk"),
        Binding("left_square_bracket,k", "hunk(-1)", "Hunk before", key_display="[", id="diff.previous_hunk"),
        Binding("s", "split", "Side by side, or not", id="diff.split"),
        Binding("/", "search", "Search the diff", id="diff.search"),
        Binding("n", "match(1)", "Next match", id="diff.next_match"),
        Binding("N", "match(-1)", "Match before", id="diff.previous_match"),
        END,
        Binding("y", "copy", "Copy what is selected, or else all", id="diff.copy"),
    ]

    def __init__(self, diff: str | Sequence[FileDiff] = (), *, id: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(parse_diff(diff) if isinstance(diff, str) else diff, id=id)
        self._bar: SearchBar | None = None
        self._search: DiffSearch | None = None

    @property
    def hunks(self) -> Sequence[Hunk]:
        """The hunks of all files, as they are shown."""
        return [lines.hunk for lines in self.lines]

    @property
    def is_split(self) -> bool:
        """Whether the old and the new file stand side by side now."""
        return self.rows.split

    def show(self, files: Sequence[FileDiff]) -> None:
        """Show another diff, from its first row on; a search in the one before ends."""
        super().show(files)
        if self.is_attached:
            self.action_end_search()

    def replace_hunk(self, number: int, hunk: Hunk) -> None:
        """Show another hunk in the place of one; what is in view stays there."""
        super().replace_hunk(number, hunk)
        if self._search is not None:
            self._search = DiffSearch(self._search.text, self.lines, number)
            self.mark_found(self._search)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what can be done now is offered."""
        match action:
            case "hunk" | "split" | "search":
                return bool(self.lines)
            case "copy":
                return bool(self.files)
            case "match":
                return self._search is not None
            case "end_search":
                return self._bar is not None
            case _:
                return super().check_action(action, parameters)

    def on_click(self, event: events.Click) -> None:
        """Go to a hunk. The end of a drag is no click."""
        hunk = self.rows[self.scroll_offset.y + event.y].hunk
        if hunk >= 0 and self.text_selection is None:
            self.current_hunk = hunk

    def action_scroll_down(self) -> None:
        """Go down by a row; from the end on, by a hunk."""
        if self.scroll_y >= self.max_scroll_y:
            self.action_hunk(1)
        else:
            self.scroll_down(animate=False)

    def action_scroll_up(self) -> None:
        """Go up by a row; from the beginning on, by a hunk."""
        if self.scroll_y <= 0:
            self.action_hunk(-1)
        else:
            self.scroll_up(animate=False)

    def action_hunk(self, step: int) -> None:
        """Go to another hunk."""
        if self.lines:
            self.go_to_hunk(max(0, min(self.current_hunk + step, len(self.lines) - 1)))

    def action_split(self) -> None:
        """Show both files side by side, or one below the other."""
        if not self.split and self.size.width < SPLIT_FROM:
            self.notify(f"Side by side needs {SPLIT_FROM} columns; here are {self.size.width}.")
        else:
            self.split = not self.split

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
            self._search.step(step)
            self._show_match()

    def action_end_search(self) -> None:
        """Search no more, and mark nothing."""
        self._search = None
        self.mark_found(None)
        if self._bar is not None:
            if self._bar.has_focus_within:
                self.screen.set_focus(self)
            self._bar.remove()
            self._bar = None

    def on_search_bar_asked(self, event: SearchBar.Asked) -> None:
        """A text is to be found, from the current hunk on."""
        event.stop()
        self.screen.set_focus(self)
        self._search = DiffSearch(event.text, self.lines, self.current_hunk)
        self._show_match()

    def on_search_bar_ended(self, event: SearchBar.Ended) -> None:
        """Nothing is to be found any more."""
        event.stop()
        self.action_end_search()

    def _show_match(self) -> None:
        if self._search is not None and self._bar is not None:
            self._show_found(self._search)
            self._bar.tell(self._search.summary)
            self.refresh_bindings()

    def _show_found(self, found: DiffSearch) -> None:
        self.mark_found(found)
        if found.place is not None:
            hunk, line, character = found.place
            piece, character = divmod(character, LONGEST)
            row = self.rows.place(hunk, line, piece)
            if not self.scroll_offset.y <= row < self.scroll_offset.y + self.size.height:
                self.scroll_to(y=max(row - self.size.height // 3, 0), animate=False)
            self.current_hunk = hunk
            text = self.lines[hunk].hunk.lines[line].text
            self._show_columns(text, piece * LONGEST, character, len(found.text))

    def _show_columns(self, text: str, start: int, character: int, length: int) -> None:
        """Scroll sideways to some characters of a row, which begins at `start` of a line."""
        before = text[start : start + character].expandtabs()
        first, left, width = cell_len(before), self.scroll_offset.x, self.shape().text
        end = first + cell_len(text[start + character : start + character + length])
        if first < left or end > left + width:
            self.scroll_to(x=0 if end <= width else first - width // 3, animate=False)
