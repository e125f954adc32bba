"""The open questions, oldest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from widgets.status import CallStatus
from widgets.text_view import revealed


@dataclass(frozen=True, slots=True)
class QuestionLine:
    """How one question stands in the list.

    Args:
        call: Id of the call.
        tool: What it does, in a word.
        title: What with.
        note: How long it waits, and what is special.
        marked: It is one of those that are answered together.
    """

    call: str
    tool: str
    title: str
    note: str
    marked: bool = False


class QuestionList(OptionList, can_focus=False):
    """Shows which question is looked at; keys are somebody else's."""

    LONGEST = 300  # characters of a title or note; no terminal is wider
    MARK, POINTER = "◆", "›"
    DEFAULT_CSS = """
    QuestionList {
        border: none; padding: 0; background: $background; scrollbar-size-vertical: 1;
        text-wrap: nowrap; text-overflow: ellipsis;
        & > .option-list--option-highlighted { background: $surface; text-style: none; }
    }
    """

    @dataclass
    class Chosen(Message):
        """The person pointed at a question."""

        call: str

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self._shown: list[tuple[QuestionLine, bool]] = []  # each, and whether it is looked at

    def show(self, lines: Sequence[QuestionLine], chosen: str) -> None:
        """Show these questions, and which one is looked at."""
        calls = [line.call for line in lines]
        before, self._shown = self._shown, [(line, line.call == chosen) for line in lines]
        if [line.call for line, _ in before] != calls:
            self.set_options(Option(self._prompt(*shown)) for shown in self._shown)
            self.call_after_refresh(self.scroll_to_highlight)
        else:
            for index, (old, new) in enumerate(zip(before, self._shown, strict=True)):
                if old != new:
                    self.replace_option_prompt_at_index(index, self._prompt(*new))
        self.highlighted = calls.index(chosen) if chosen in calls else None

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """A click."""
        event.stop()
        if event.option_index < len(self._shown):  # it may have gone meanwhile
            self.post_message(self.Chosen(self._shown[event.option_index][0].call))

    def _prompt(self, line: QuestionLine, chosen: bool) -> Content:
        return Content.assemble(
            (self.MARK if line.marked else " ", "$text-accent bold"),
            (self.POINTER if chosen else " ", "bold"),
            (f"{CallStatus.ASKS.glyph} ", CallStatus.ASKS.colour),
            (revealed(line.tool), "bold"),
            f"  {revealed(line.title[: self.LONGEST])}\n",
            (f"    {revealed(line.note[: self.LONGEST])}", "dim"),
        )
