"""The folders that the library looks through: others are offered, any can be added, all can be left out."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from app.screens.left_cleanly import LeftCleanly
from app.screens.settings_rows import tilde
from app.settings.checks import SettingsError
from app.terminal.text import safe_line
from app.trajectory.library.folders import add, chosen, offered, remove
from widgets.bars import Bar
from widgets.line_field import LineField
from widgets.text_view import revealed
from widgets.typed_order import act_in_order

_CHOSEN, _OFFERED = "looked through", "found on this machine; nothing in it was read"


class FolderList(OptionList):
    """The folders."""

    async def on_key(self, event: events.Key) -> None:
        """Act on it before the next key is looked at."""
        await act_in_order(self, event)


class LibraryFoldersScreen(LeftCleanly, ModalScreen[bool]):
    """Lists folders. Its result is whether they are others now.

    Args:
        environ: Says where the settings are, and where other agents keep their runs.
    """

    HELP = (
        "The folders whose runs are in the library, beside your own sessions. Those of other agents are only "
        "read once you add them. To leave one out deletes nothing. They are the setting library.folders."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "write", "Write a folder", id="folders.write"),
        Binding("x", "leave_out", "No longer look through it", id="folders.leave_out"),
        Binding("escape", "back", "Back", id="folders.back"),
    ]

    def __init__(self, environ: Mapping[str, str]) -> None:
        super().__init__()
        self._environ = environ
        self._changed = False
        self._folders: list[tuple[Path, bool]] = []  # each with whether it is looked through
        self._list = FolderList(id="folders")
        self._field = LineField(
            compact=True, enter="screen.add_written", placeholder="/ another folder", id="folder"
        )
        self._said = Static(id="said", markup=False)

    def compose(self) -> ComposeResult:
        """The folders, a field for another, what is wrong, the keys."""
        with Vertical(id="panel") as box:
            box.border_title = "folders with runs"
            yield self._list
            yield self._field
            yield self._said
            yield Bar(id="keys")

    def on_mount(self) -> None:
        """List them."""
        keys = (("enter", "add"), ("x", "leave out"), ("/", "another"), ("esc", "back"))
        said = Content("  ").join(Content.assemble((key, "bold"), f" {what}") for key, what in keys)
        self.query_one("#keys", Bar).show(said)
        self.set_focus(self._list)
        self.run_worker(self._renew())

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While a folder is written, letters are its."""
        if action in ("write", "leave_out") and self._field.has_focus:
            return False
        return super().check_action(action, parameters)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Add the folder that is offered."""
        event.stop()
        folder, is_chosen = self._folders[event.option_index]
        if not is_chosen:
            self._change(add, str(folder))

    def action_add_written(self) -> None:
        """Add the folder that is written."""
        self._change(add, self._field.value)

    def action_leave_out(self) -> None:
        """No longer look through a folder."""
        at = self._list.highlighted
        if at is not None and self._folders[at][1]:
            self._change(remove, str(self._folders[at][0]))

    def action_write(self) -> None:
        """Write a folder."""
        self.set_focus(self._field)

    def action_back(self) -> None:
        """To the list, or back to the runs."""
        if self._field.has_focus:
            self.set_focus(self._list)
        else:
            self.dismiss(self._changed)

    def _change(self, how: Callable[[str, Mapping[str, str]], Path], folder: str) -> None:
        self.run_worker(self._save(how, folder))

    async def _save(self, how: Callable[[str, Mapping[str, str]], Path], folder: str) -> None:
        try:
            await asyncio.to_thread(how, folder, self._environ)
        except SettingsError as error:
            self._said.update(Content(safe_line(str(error))))
            return
        self._changed = True
        self._said.update("")
        self._field.clear()
        self.set_focus(self._list)
        await self._renew()

    async def _renew(self) -> None:
        try:
            inside = await asyncio.to_thread(chosen, self._environ)
            outside = await asyncio.to_thread(offered, self._environ)
        except SettingsError as error:
            self._said.update(Content(safe_line(str(error))))
            return
        at = self._list.highlighted or 0
        self._folders = [(folder, True) for folder in inside] + [(folder, False) for folder in outside]
        self._list.set_options(
            Option(
                Content.assemble(
                    ("● " if is_chosen else "○ ", "$text-accent" if is_chosen else "dim"),
                    f"{revealed(tilde(folder))}  ",
                    (_CHOSEN if is_chosen else _OFFERED, "dim"),
                )
            )
            for folder, is_chosen in self._folders
        )
        self._list.highlighted = min(at, len(self._folders) - 1) if self._folders else None
        if not self._folders:
            self._said.update("No folder yet, and none of another agent was found: write one with /.")
