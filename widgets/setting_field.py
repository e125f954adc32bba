"""Where the value of one setting is written, chosen, or pressed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, OptionList, Static, TextArea
from textual.widgets.option_list import Option

from widgets.line_field import LineField
from widgets.plain_editor import PlainEditor
from widgets.text_view import revealed
from widgets.typed_order import act_in_order

Kind = Literal["text", "secret", "choice", "list", "key"]


class SettingField(Vertical):
    """One field of the kind that a setting needs, and below it what is wrong with what is written.

    Escape leaves it. It is not shown until it is begun.
    """

    HELP = "enter saves what is written or chosen; of a list, ctrl+s does. escape leaves it as it was."
    DEFAULT_CSS = """
    SettingField {
        height: auto; max-height: 14; display: none; padding: 0 1; border-top: solid $border;
        border-title-color: $text-muted;
        &.-open { display: block; }
        & > * { display: none; }
        & > .-shown { display: block; }
        & Input { background: $surface; }
        & OptionList {
            height: auto; max-height: 9; border: none; background: $surface; padding: 0;
            scrollbar-size-vertical: 1;
        }
        & OptionList:focus { border: none; background-tint: $background 0%; }
        & ListEditor { height: 4; border: none; background: $surface; padding: 0; }
        & ListEditor:focus { border: none; }
        & KeyField { height: 1; background: $surface; padding: 0 1; text-style: bold; }
        & #note { height: auto; color: $text-muted; &.-wrong { color: $text-error; } }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Leave it as it was", id="setting.leave")
    ]
    _HINTS: ClassVar[dict[Kind, str]] = {
        "text": "enter saves · esc leaves it as it was",
        "secret": "enter saves; it is not shown · esc leaves it as it was",
        "choice": "enter saves · esc leaves it as it was",
        "list": "one on each line · ctrl+s saves · esc leaves it as it was",
        "key": "esc leaves it as it was",
    }

    @dataclass
    class Confirmed(Message):
        """This is to be the value."""

        text: str

    @dataclass
    class Moved(Message):
        """The person looks at one of the choices."""

        text: str

    class Left(Message):
        """No other value after all."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self._check: Callable[[str], str] = lambda _: ""
        self._kind: Kind = "text"
        self._choices: tuple[str, ...] = ()
        self._line = LineField(compact=True)
        self._options = OptionList(markup=False)
        self._list = ListEditor()
        self._key = KeyField()
        self._note = Static(id="note", classes="-shown")

    def compose(self) -> ComposeResult:
        """A field for each kind; one of them is shown."""
        yield self._line
        yield self._options
        yield self._list
        yield self._key
        yield self._note

    @property
    def is_open(self) -> bool:
        """Whether a value is being written."""
        return self.has_class("-open")

    def begin(
        self,
        title: str,
        kind: Kind,
        text: str,
        check: Callable[[str], str],
        *,
        choices: Sequence[str] = (),
    ) -> None:
        """Let a value be changed.

        Args:
            title: What it is of.
            kind: Which field it needs.
            text: The value now; safe to show.
            check: What is wrong with a value, in one line; empty if nothing is. Must be quick.
            choices: The only values.
        """
        self._check, self._kind, self._choices = check, kind, tuple(choices)
        self.border_title = Content(revealed(title))
        field: Widget
        match kind:
            case "text" | "secret":
                field = self._line
                self._line.password = kind == "secret"
                self._line.value = text
                self._line.cursor_position = len(text)
            case "choice":
                field = self._options
                self._options.set_options(Option(Content(revealed(choice) or "(none)")) for choice in choices)
                self._options.highlighted = self._choices.index(text) if text in choices else 0
            case "list":
                field = self._list
                self._list.load_text(text)
                self._list.move_cursor(self._list.document.end)
            case "key":
                field = self._key
        for each in (self._line, self._options, self._list, self._key):
            each.set_class(each is field, "-shown")
        self.add_class("-open")
        self.tell(self._HINTS[kind])
        self.screen.set_focus(field)

    def close(self) -> None:
        """Show no field."""
        self.remove_class("-open")

    def tell(self, text: str, *, wrong: bool = False) -> None:
        """Say something of the value, below it."""
        self._note.set_class(wrong, "-wrong")
        self._note.update(Content(revealed(text)))

    def action_leave(self) -> None:
        """No other value after all."""
        self.post_message(self.Left())

    def on_input_changed(self, event: Input.Changed) -> None:
        """Say at once what is wrong with what is written."""
        event.stop()
        self._look(event.value)

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """The same of a list."""
        event.stop()
        self._look(event.text_area.text)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Save what is written."""
        event.stop()
        self._confirm(event.value)

    def on_list_editor_saved(self, event: ListEditor.Saved) -> None:
        """Save the list."""
        event.stop()
        self._confirm(event.text)

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Another choice is looked at."""
        event.stop()
        if self.is_open and event.option_index < len(self._choices):
            self.post_message(self.Moved(self._choices[event.option_index]))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Save a choice."""
        event.stop()
        self._confirm(self._choices[event.option_index])

    def on_key_field_pressed(self, event: KeyField.Pressed) -> None:
        """Save a key."""
        event.stop()
        self._confirm(event.key)

    def _look(self, text: str) -> str:
        wrong = self._check(text) if self.is_open else ""
        self.tell(wrong or self._HINTS[self._kind], wrong=bool(wrong))
        return wrong

    def _confirm(self, text: str) -> None:
        if not self._look(text):
            self.post_message(self.Confirmed(text))


class ListEditor(PlainEditor):
    """Texts, one on each line."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", "Save the list", id="setting.save"),
        Binding("escape", "leave", "Leave it as it was", id="setting.leave_list"),
    ]

    @dataclass
    class Saved(Message):
        """This is to be the list."""

        text: str

    async def on_key(self, event: events.Key) -> None:
        """Act on what is no text, before the next key is looked at."""
        await act_in_order(self, event, is_text=True)

    def action_save(self) -> None:
        """Save it."""
        self.post_message(self.Saved(self.text))

    async def action_leave(self) -> None:
        """Leave it as it was."""
        await self.app.run_action("leave", self.parent)


class KeyField(Static, can_focus=True):
    """Takes the next key, whatever it is; escape is left to whoever shows it."""

    @dataclass
    class Pressed(Message):
        """A key."""

        key: str

    def on_mount(self) -> None:
        """Say what to do."""
        self.update("press the new key")

    def on_key(self, event: events.Key) -> None:
        """Take it."""
        if event.key != "escape":
            event.stop()
            event.prevent_default()
            plain = event.is_printable and event.character is not None and not event.character.isspace()
            self.post_message(self.Pressed(event.character or "" if plain else event.key))
