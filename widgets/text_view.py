"""Lines of plain text, drawn as they are needed: a command, the result of a call."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar, Literal

from rich.cells import cell_len, chop_cells
from rich.segment import Segment
from textual.binding import BindingType
from textual.geometry import Size
from textual.reactive import Reactive
from textual.scroll_view import ScrollView
from textual.selection import SELECT_ALL, Selection
from textual.strip import Strip

from app.terminal.reveal import reveal
from app.terminal.text import safe_line, safe_text
from widgets.copied import COPY, copied
from widgets.selected_row import selection_in, with_selection

Role = Literal["plain", "dim", "strong"]
Row = tuple[str, Role]

LONGEST = 4096
"""Characters in a row; what is longer goes on in the next row."""

_TAB = 8
_WRAPPED = 1000  # lines; more are not wrapped


class TextView(ScrollView, can_focus=True):
    """A scrolling view of rows, each in one style. A row that goes on to the right of the view says so.

    Args:
        lines: The rows. They must not change.
        wrap: Rows wider than the view go on in further rows; for what is not long.
        copies: Whether a key copies.
        id: The widget's id.
    """

    BINDINGS: ClassVar[list[BindingType]] = [COPY]

    DEFAULT_CSS = """
    TextView {
        height: 1fr; background: $background; color: $foreground;
        overflow-x: scroll; overflow-y: auto; scrollbar-size-vertical: 1; scrollbar-size-horizontal: 0;
        & .text-view--dim { color: $text-muted; }
        & .text-view--strong { text-style: bold; }
        & .text-view--more { color: $text-warning; text-style: bold; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "text-view--dim",
        "text-view--strong",
        "text-view--more",
    }
    MORE = "›"

    # The widget's own lays the whole screen out at every change.
    virtual_size = Reactive(Size(0, 0))

    def __init__(
        self,
        lines: Sequence[Row] = (),
        *,
        wrap: bool = False,
        copies: bool = False,
        id: str | None = None,  # noqa: A002  # Textual's name
    ) -> None:
        super().__init__(id=id)
        self.copies = copies
        self._lines = self._rows = lines
        self._places: list[tuple[int, int]] = []  # of wrapped rows: the line, and the first character
        self._wraps = wrap
        self._widest = 0

    def show(self, lines: Sequence[Row]) -> None:
        """Show other rows, from the first on; does nothing where they are shown already."""
        if lines is self._lines:
            return
        self._lines = self._rows = lines
        self._places = []
        self._widest = 0
        if self.is_attached:
            self.screen.selections.pop(self, None)
            self.scroll_to(0, 0, animate=False)
            self._wrap()
            self._measure()
            self.refresh()

    def on_resize(self) -> None:
        """Learn how far one can scroll."""
        self._wrap()
        self._measure()

    def _wrap(self) -> None:
        width = self.scrollable_content_region.width
        if self._wraps and width > 0 and len(self._lines) <= _WRAPPED:
            self._rows, self._places = [], []
            for line, (text, role) in enumerate(self._lines):
                start = 0
                for piece in chop_cells(text, width) or [""]:
                    self._rows.append((piece, role))
                    self._places.append((line, start))
                    start += len(piece)
            self._widest = 0

    def watch_show_vertical_scrollbar(self) -> None:
        """It takes a column, or gives it back."""
        self._wrap()
        self._measure()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Rows come into view that may be wider than those before."""
        super().watch_scroll_y(old_value, new_value)
        self._measure()

    def render_line(self, y: int) -> Strip:
        """Draw one row."""
        left, top = self.scroll_offset
        width = self.scrollable_content_region.width  # the scroll bar is not part of it
        if top + y >= len(self._rows):
            return Strip.blank(width, self.rich_style)
        text, role = self._rows[top + y]
        style = self.rich_style if role == "plain" else self.get_component_rich_style(f"text-view--{role}")
        strip = Strip([Segment(text, style)])
        line, start = self._places[top + y] if self._places else (top + y, 0)
        strip = with_selection(self, strip, selection_in(self), line, first=start)
        hidden = len(text) - len(strip.crop(left).text)  # what is half hidden counts as shown
        if strip.cell_length > left + width:
            more = Segment(self.MORE, self.get_component_rich_style("text-view--more"))
            strip = Strip([*strip.crop(left, left + width - 1), more])
        else:
            strip = strip.crop_extend(left, left + width, self.rich_style)
        return strip.apply_offsets(start + hidden, line)

    def get_selection(self, selection: Selection) -> tuple[str, str]:
        """The selected text; rows that were wrapped are one line.

        Args:
            selection: Lines and characters.
        """
        start, end = selection
        first = start.y if start else 0
        texts = [text for text, _ in self._lines[first : end.y + 1 if end else None]]
        if end and len(texts) == end.y - first + 1:
            texts[-1] = texts[-1][: end.x]
        if start and texts:
            texts[0] = texts[0][start.x :]
        return "\n".join(texts), "\n"

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The key may be needed for something else."""
        return self.copies if action == "copy" else super().check_action(action, parameters)

    def action_copy(self) -> None:
        """Copy what is selected, or else all, or the end of that."""
        selected, _ = self.get_selection(self.text_selection or SELECT_ALL)
        self.post_message(copied(selected or self.get_selection(SELECT_ALL)[0]))

    def _measure(self) -> None:
        """Only rows that have been in view count for the width: measuring all of them could take seconds."""
        top = self.scroll_offset.y
        in_view = self._rows[top : top + self.size.height]
        self._widest = max((self._widest, *(cell_len(text) for text, _ in in_view)))
        size = Size(self._widest, len(self._rows))
        if size != self.virtual_size:
            self.virtual_size = size
            self._scroll_update(size)


def plain(text: str, role: Role = "plain") -> list[Row]:
    """The rows of an untrusted text, all in one style."""
    text = safe_text(text).rstrip("\n")
    return [(row, role) for line in text.split("\n") for row in _cut(line.expandtabs(_TAB))] if text else []


def revealed(text: str) -> str:
    """An untrusted text on one line, with anything invisible written out."""
    return safe_line(reveal(text))


def _cut(line: str) -> Iterator[str]:
    yield line[:LONGEST]
    for start in range(LONGEST, len(line), LONGEST):
        yield line[start : start + LONGEST]
