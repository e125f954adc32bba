"""The settings: every one with its value, where that comes from, and a field to change it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Input, Static

from app.screens.left_cleanly import LeftCleanly
from app.screens.settings_detail import SettingDetail
from app.screens.settings_rows import SettingRows, tilde
from app.screens.settings_saving import Saving
from app.settings.known import find
from app.settings.live import LiveSettings
from app.terminal.text import safe_line
from widgets.bars import Bar
from widgets.line_field import LineField
from widgets.setting_field import SettingField
from widgets.setting_list import SettingList
from widgets.verbs import Verb, verb_rows

if TYPE_CHECKING:
    from app.trajectory.recording.recorder_status import RecorderStatus

_VERBS = (
    Verb("enter", "change"), Verb("r", "reset"), Verb("w", "your file or the project's"), Verb("/", "search"),
    Verb("esc", "back"),
)  # fmt: skip
_WRITING = (Verb("esc", "leave it as it was"), Verb("f1", "help"), Verb("ctrl+q", "quit"))
_EMPTY = "No setting has all these words. esc shows all again."


class SettingsScreen(LeftCleanly, Screen[None]):
    """All settings at the left, the one that is looked at whole at the right.

    Args:
        live: The settings.
        rows: How they are shown.
        apply: Lets what has changed count. Called on the screen's loop.
        recorder: Figures of the recorder; None where nothing is recorded.
        confirm: Asks whether a dear value is meant; takes the setting, the value, and what then to do.
    """

    CSS_PATH = Path(__file__).parents[2] / "styles" / "settings.tcss"
    AUTO_FOCUS = ""
    HELP = (
        "Every setting, and where its value comes from. A change is saved in your own file, or with w in the "
        "project's, and counts at once unless it says otherwise. The command line counts over the "
        "environment, that over the project's file, that over yours. A project can only make things "
        "stricter. A key is bound anew by pressing it."
    )
    NARROW = 110  # columns below which the list is above the setting
    SAVING = "saving"  # the group of workers that do
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "search", "Search", id="settings.search"),
        Binding("r", "reset", "Reset: take it out of the file", id="settings.reset"),
        Binding("w", "target", "Save in your file, or in the project's", id="settings.target"),
        Binding("space", "change", "Change it", id="settings.change"),
        Binding("right_square_bracket", "section(1)", "Next section", id="settings.next"),
        Binding("left_square_bracket", "section(-1)", "Section before", id="settings.previous"),
        Binding("escape", "back", "Back", id="settings.back"),
        Binding("q", "dismiss", "Back to where you were", id="settings.leave"),
    ]

    def __init__(
        self,
        live: LiveSettings,
        rows: SettingRows,
        *,
        apply: Callable[[], None],
        recorder: Callable[[], RecorderStatus | None],
        confirm: Callable[[str, str, Callable[[], None]], bool],
    ) -> None:
        super().__init__()
        self._live = live
        self._rows = rows
        self._apply = apply
        self._confirm = confirm
        self._saving = Saving(live)
        self._search = LineField(
            compact=True,
            enter="screen.list",
            placeholder="/ searches names, values and what they do",
            id="search",
        )
        self._list = SettingList(id="settings")
        self._detail = SettingDetail(live, rows, self._saving, recorder)

    def compose(self) -> ComposeResult:
        """A line, the search, the list and what is looked at, the keys."""
        yield Bar(id="top")
        yield self._search
        yield Static(id="error", markup=False)
        with Horizontal():
            yield self._list
            yield Static(_EMPTY, id="empty", markup=False)
            yield self._detail
        yield Static(id="keys")

    def on_mount(self) -> None:
        """Show all of them."""
        self.set_focus(self._list)
        self.renew()

    def on_resize(self, event: events.Resize) -> None:
        """One column where there is no room for two."""
        self.set_class(event.size.width < self.NARROW, "-narrow")
        self._tell_keys()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While a value or the search is written, letters are theirs."""
        if action in _OF_LIST and not self._list.has_focus:
            return False
        return super().check_action(action, parameters)

    def on_setting_list_looked_at(self, event: SettingList.LookedAt) -> None:
        """Show another setting whole."""
        event.stop()
        if self._detail.is_writing and event.name != self._detail.written:
            self._leave_field()
        self._detail.show(event.name)

    def on_setting_list_chosen(self, event: SettingList.Chosen) -> None:
        """Change a setting."""
        event.stop()
        self.action_change()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show what has the words of the search."""
        event.stop()
        self.renew()

    def on_setting_field_confirmed(self, event: SettingField.Confirmed) -> None:
        """Save what is written."""
        event.stop()
        self._change(self._detail.written, event.text)

    def on_setting_field_left(self, event: SettingField.Left) -> None:
        """Leave it as it was."""
        event.stop()
        self._leave_field()

    def action_change(self) -> None:
        """Change it: at once where there are two values, else in a field."""
        name = self._list.looked_at
        if not name:
            return
        if find(name).kind is bool:
            self._change(name, "no" if self._live.loaded.value(name) else "yes")
        else:
            self._detail.begin(name)
            self._tell_keys()

    def action_reset(self) -> None:
        """Take it out of the file that changes go to."""
        if name := self._list.looked_at:
            self._save(name, self._saving.reset(name))

    def action_target(self) -> None:
        """Save in the other file."""
        if self._saving.switch():
            self.renew()
        else:
            self.notify("There is no project: no folder is worked in.")

    def action_search(self) -> None:
        """Write what to search for."""
        self.set_focus(self._search)

    def action_list(self) -> None:
        """Go to what was found."""
        self.renew()
        self.set_focus(self._list)

    def action_section(self, step: int) -> None:
        """Go to the first setting of another section."""
        self._list.go_to_section(step)

    def action_back(self) -> None:
        """From the search to all settings, and from there to where the person was."""
        if self._search.has_focus or self._search.value:
            self._search.clear()
            self.action_list()
        else:
            self.dismiss()

    def renew(self) -> None:
        """Show everything as it is now."""
        loaded = self._live.loaded
        sections = self._rows.sections(loaded, self._search.value)
        self._list.show(sections)
        self.set_class(not sections, "-empty")
        error = self.query_one("#error", Static)
        error.update(Content(safe_line(self._live.error or loaded.notice)))
        error.display = bool(self._live.error or loaded.notice)
        error.set_class(bool(self._live.error), "-wrong")
        file = loaded.file_of(self._saving.target)
        saves = Content.assemble(
            "saves to ", (str(self._saving.target), "bold"), f" {tilde(file)}" if file is not None else ""
        )
        self.query_one("#top", Bar).show(Content.styled("settings", "bold $text-accent"), saves)
        self._detail.show(self._list.looked_at)

    def _change(self, name: str, text: str) -> None:
        def change() -> None:
            self._save(name, self._saving.change(name, text))

        if not self._confirm(name, text, change):
            change()

    def _save(self, name: str, saving: Coroutine[None, None, str]) -> None:
        self.app.run_worker(self._show_saved(name, saving), group=self.SAVING)  # though the person leaves

    async def _show_saved(self, name: str, saving: Coroutine[None, None, str]) -> None:
        """Wait for it, let it count, and say what is wrong: beside the field, if that is still there."""
        wrong = await saving
        is_written = self.is_running and self._detail.is_writing and self._detail.written == name
        if wrong and is_written:
            self._detail.refuse(wrong)
        elif wrong:
            self.notify(safe_line(wrong), severity="warning", markup=False)
        elif is_written:
            self._close_field()
        self._apply()
        if self.is_running:
            self.renew()

    def _leave_field(self) -> None:
        self._close_field()
        self._apply()  # the theme that was there before

    def _close_field(self) -> None:
        if self._detail.is_writing:
            self._detail.close()
            self.set_focus(self._list)
            self._tell_keys()

    def _tell_keys(self) -> None:
        verbs = _WRITING if self._detail.is_writing else _VERBS
        self.query_one("#keys", Static).update(verb_rows(verbs, self.size.width - 2))


_OF_LIST = frozenset({"search", "reset", "target", "change", "section", "dismiss"})
