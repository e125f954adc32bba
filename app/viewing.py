"""The viewer and the library without a session: an app of screens around runs that were recorded."""

from __future__ import annotations

import asyncio
import os
import shlex
import signal
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.app import App
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen, SystemModalScreen

from app.screens import viewer_doors as doors
from app.screens.clipboard import copy
from app.screens.pasted_input import keep_pastes_whole
from app.screens.settings_in_use import SettingsInUse
from app.screens.themes import DARK, LIGHT
from app.screens.viewer import Fork, Replay, ViewerScreen
from app.settings.live import LiveSettings
from app.terminal.reveal import reveal
from app.terminal.text import safe_line

if TYPE_CHECKING:
    from app.screens.library import LibraryScreen
    from app.trajectory.run import Run


class Viewing(App[None]):
    """Shows one run, or all of them to choose from.

    Args:
        live: The settings.
        environ: Says where runs are.
        run: The run; left out, all of them are shown.
        at: The number of the event to begin with.
    """

    TITLE = "sawhorse"
    CSS_PATH = Path(__file__).parents[1] / "styles" / "theme.tcss"
    ENABLE_COMMAND_PALETTE = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "help", "What can be done here", id="app.help", priority=True),
        Binding("f9", "settings", "Settings", id="app.settings", priority=True),
        Binding("ctrl+q", "quit", "Quit", id="app.quit", priority=True),
        Binding("ctrl+p", "command_palette", "Find an action by its name", id="app.palette", priority=True),
        Binding("ctrl+c", "copy", "Copy what is selected", id="app.copy", show=False),
    ]

    def __init__(
        self, live: LiveSettings, environ: Mapping[str, str], run: Run | None = None, at: int = 0
    ) -> None:
        super().__init__()
        self._live = live
        self._run = run
        self._at = at
        self._in_use = SettingsInUse(self, live, environ, lambda: None)

    def on_mount(self) -> None:
        """Show the first screen; the program ends with it."""
        self.register_theme(DARK)
        self.register_theme(LIGHT)
        self._in_use.begin()
        for number in (signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(number, self.exit)
        if self._run is not None:
            self.push_screen(ViewerScreen(self._run, self._at), self._leave)
        else:
            doors.library(self, self._leave)

    def _leave(self, _result: None) -> None:
        self.exit()

    def on_library_screen_chosen(self, event: LibraryScreen.Chosen) -> None:
        """Open what was chosen."""
        event.stop()
        doors.chosen_in_library(self, event.path, event.at)

    def on_replay(self, event: Replay) -> None:
        """Show it again as it went."""
        from app.screens.replay_opening import open_replay

        event.stop()
        open_replay(self, event.path)

    def on_fork(self, event: Fork) -> None:
        """Say how to go on from there: that takes a session, which there is none of here."""
        event.stop()
        command = f"sawhorse --fork {shlex.quote(str(event.path))} --at {event.seq}"
        copy(self, command, os.environ)
        text = f"{safe_line(reveal(command))}\ngoes on from here. The command is copied."
        self.notify(text, timeout=15, markup=False)

    def action_help(self) -> None:
        """What can be done here."""
        from app.screens.help import HelpScreen
        from app.screens.keymap import parts_of

        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen([*parts_of(self.screen), Viewing], self._live.settings.keys))

    def action_command_palette(self) -> None:
        """Every action that can be done now."""
        from textual.command import CommandPalette

        from app.screens.palette import ActionProvider

        if not isinstance(self.screen, CommandPalette):
            self.push_screen(CommandPalette(providers=[ActionProvider], placeholder="What to do?"))

    def action_settings(self) -> None:
        """Show the settings, or leave them."""
        self._in_use.toggle_screen()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Settings are not laid over a question."""
        if action == "settings" and isinstance(self.screen, ModalScreen):
            return isinstance(self.screen, SystemModalScreen)  # the palette, which has them listed
        return super().check_action(action, parameters)

    def action_copy(self) -> None:
        """Copy what is selected, or say how to leave."""
        if text := self.screen.get_selected_text():
            copy(self, text, os.environ)
            self.notify("Copied.")
        else:
            self.notify("Nothing is selected. y copies the event, q goes back, ctrl+q quits.")


def open_viewing(live: LiveSettings, environ: Mapping[str, str], run: Run | None = None, at: int = 0) -> int:
    """Show a run, or all of them, until the person leaves.

    Returns:
        The exit code.
    """
    keep_pastes_whole()
    app = Viewing(live, environ, run, at)
    try:
        app.run()
    finally:
        if run is not None:
            run.close()
    return app.return_code or 0
