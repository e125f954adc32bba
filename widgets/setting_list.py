"""The settings, a line each, under the headings of their sections."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from widgets.text_view import revealed
from widgets.typed_order import act_in_order


@dataclass(frozen=True, slots=True)
class SettingLine:
    """How one setting stands in the list.

    Args:
        name: Its whole name.
        label: The end of it, under the heading.
        value: As a person may see it.
        origin: Where the value comes from, in a word or two.
        summary: What it does.
        is_default: Nobody has said anything of it.
    """

    name: str
    label: str
    value: str
    origin: str
    summary: str
    is_default: bool


@dataclass(frozen=True, slots=True)
class Section:
    """Settings under one heading."""

    heading: str
    lines: tuple[SettingLine, ...]


class SettingList(OptionList):
    """Shows the settings, and which one is looked at."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "screen.change", "Change the setting", id="settings.enter")
    ]
    LABEL, VALUE, ORIGIN = 24, 20, 13  # cells of a column
    LONGEST = 300  # characters of a text; no terminal is wider
    DEFAULT_CSS = """
    SettingList {
        border: none; padding: 0 1; background: $background; scrollbar-size-vertical: 1;
        text-wrap: nowrap; text-overflow: ellipsis;
        &:focus { border: none; background-tint: $background 0%; }
        & > .option-list--option-highlighted { background: $surface; color: $foreground; text-style: none; }
        &:focus > .option-list--option-highlighted {
            background: $panel; color: $foreground; text-style: bold;
        }
        & > .option-list--option-disabled { color: $text-accent; text-style: bold; }
    }
    """

    @dataclass
    class LookedAt(Message):
        """The person looks at a setting."""

        name: str

    @dataclass
    class Chosen(Message):
        """The person wants to change a setting."""

        name: str

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self._sections: tuple[Section, ...] = ()
        self._rows: list[SettingLine | str] = []  # a text is a heading

    @property
    def looked_at(self) -> str:
        """The name of the setting that is looked at; empty if there is none."""
        row = self._rows[self.highlighted] if self.highlighted is not None else ""
        return row.name if isinstance(row, SettingLine) else ""

    def show(self, sections: Sequence[Section]) -> None:
        """Show these; the one that is looked at stays, if it is among them."""
        looked_at, before, names = self.looked_at, self._rows, self._names
        self._rows = []
        for section in sections:
            self._rows += [section.heading, *section.lines]
        if self._names == names:
            for index, (old, row) in enumerate(zip(before, self._rows, strict=True)):
                if old != row:
                    self.replace_option_prompt_at_index(index, self._prompt(row))
            return
        self.set_options(Option(self._prompt(row), disabled=isinstance(row, str)) for row in self._rows)
        names = self._names
        first = next((index for index, row in enumerate(self._rows) if isinstance(row, SettingLine)), None)
        self.highlighted = names.index(looked_at) if looked_at in names and looked_at else first

    def go_to_section(self, step: int) -> None:
        """Look at the first setting of a section.

        Args:
            step: 1 for the next section; -1 for the beginning of this one, and from there the one before.
        """
        firsts = [index + 1 for index, row in enumerate(self._rows) if isinstance(row, str)]
        at = self.highlighted or 0
        others = [index for index in firsts if (index > at if step > 0 else index < at)]
        if others:
            self.highlighted = others[0] if step > 0 else others[-1]

    @property
    def _names(self) -> list[str]:
        return [row if isinstance(row, str) else row.name for row in self._rows]

    async def on_key(self, event: events.Key) -> None:
        """Act on it before the next key is looked at."""
        await act_in_order(self, event)

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Another one is looked at."""
        event.stop()
        if self.looked_at:
            self.post_message(self.LookedAt(self.looked_at))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """A click."""
        event.stop()
        if self.looked_at:
            self.post_message(self.Chosen(self.looked_at))

    def _prompt(self, row: SettingLine | str) -> Content:
        if isinstance(row, str):
            return Content(row)
        return Content.assemble(
            "  ",
            _column(row.label, self.LABEL),
            (_column(row.value, self.VALUE), "" if row.is_default else "$text-primary bold"),
            (_column(row.origin, self.ORIGIN), "dim" if row.is_default else "$text-warning"),
            " ",
            (revealed(row.summary[: self.LONGEST]), "dim"),
        )


def _column(text: str, width: int) -> str:
    """A text in so many cells, the last of them empty."""
    column = Content(revealed(text[: SettingList.LONGEST])).truncate(width - 1, ellipsis=True)
    return column.plain + " " * (width - column.cell_length)
