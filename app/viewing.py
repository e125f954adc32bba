"""The viewer and the library without a session: an app of screens around runs that were recorded."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import App
from textual.binding import Binding, BindingType
from textual.events import Event, Key
from textual.screen import Screen

from app.screens.clipboard import copy
from app.screens.everywhere import show_help, show_palette, takes_settings
from app.screens.pasted_input import keep_pastes_whole
from app.screens.settings_in_use import SettingsInUse
from app.screens.themes import DARK, LIGHT
from app.screens.viewer import doors
from app.screens.viewer import screen as viewer
from app.settings.live import LiveSettings
from app.trajectory.fork import Fork

if TYPE_CHECKING:
    from app.screens.library import LibraryScreen


_QUIET = 1.0  # seconds without a key, after which garbage is looked for
_MUCH = 3  # collections of what is new since the last of all there is
_TOO_MUCH = 500  # the same, after which all there is is looked through in spite of keys


class Viewing(App[None]):
    """Shows one run, or all of them to choose from.

    Args:
        live: The settings.
        environ: Says where runs are.
        first: What it shows; left out, all runs.

    Attributes:
        branch: Where a session is to branch off, once the person wants that.
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
        self, live: LiveSettings, environ: Mapping[str, str], first: Screen[None] | None = None
    ) -> None:
        super().__init__()
        self._live = live
        self._first = first
        self.branch: Fork | None = None
        self._in_use = SettingsInUse(self, live, environ, lambda: None)
        self._thresholds = gc.get_threshold()
        self._pressed = 0.0  # when the last key was

    def on_mount(self) -> None:
        """Show the first screen; the program ends with it."""
        self.register_theme(DARK)
        self.register_theme(LIGHT)
        self._in_use.begin()
        for number in (signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(number, self.exit)
        self.screen_change_signal.subscribe(self, self._end_with_last)
        if self._first is not None:
            self.push_screen(self._first)
        else:
            doors.library(self)
        gc.freeze()
        gc.set_threshold(*self._thresholds[:2], _TOO_MUCH)
        gc.enable()  # it is off while the program starts
        self.set_interval(_QUIET, self._collect_garbage)

    def on_unmount(self) -> None:
        """Leave the collection of garbage as it was."""
        gc.set_threshold(*self._thresholds)

    async def on_event(self, event: Event) -> None:
        """Note when a key is pressed."""
        if isinstance(event, Key):
            self._pressed = time.monotonic()
        await super().on_event(event)

    def _collect_garbage(self) -> None:
        """Look through all there is, if much is new: between two keys it would be felt."""
        if gc.get_count()[2] > _MUCH and time.monotonic() - self._pressed > _QUIET:
            gc.collect()

    def _end_with_last(self, _shown: Screen[object]) -> None:
        if len(self.screen_stack) == 1:  # nothing is left but the empty one that each app has
            self.exit()

    def on_library_screen_chosen(self, event: LibraryScreen.Chosen) -> None:
        """Open what was chosen."""
        event.stop()
        doors.chosen_in_library(self, event.path, event.at)

    @on(viewer.Replay)
    def _show_again(self, event: viewer.Replay) -> None:
        event.stop()
        doors.open_replay(self, event.path)

    @on(viewer.Fork)
    def _branch_off(self, event: viewer.Fork) -> None:
        event.stop()
        self.branch = Fork(event.path, event.seq)
        self.exit()

    def action_help(self) -> None:
        """What can be done here."""
        show_help(self, self._live.settings.keys)

    def action_command_palette(self) -> None:
        """Every action that can be done now."""
        show_palette(self)

    def action_settings(self) -> None:
        """Show the settings, or leave them."""
        self._in_use.toggle_screen()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Settings are not laid over a question."""
        if action == "settings" and not takes_settings(self.screen):
            return False
        return super().check_action(action, parameters)

    def action_copy(self) -> None:
        """Copy what is selected, or say how to leave."""
        if text := self.screen.get_selected_text():
            copy(self, text, os.environ)
            self.notify("Copied.")
        else:
            self.notify("Nothing is selected. y copies the event, q goes back, ctrl+q quits.")


def open_viewing(
    live: LiveSettings,
    environ: Mapping[str, str],
    first: Screen[None] | None,
    go_on: Callable[[Fork], int],
) -> int:
    """Show a run, or all of them, until the person leaves.

    Args:
        live: The settings.
        environ: Says where runs are.
        first: What is shown; None for all runs.
        go_on: Begins a session that branches off from one.

    Returns:
        The exit code.
    """
    keep_pastes_whole()
    app = Viewing(live, environ, first)
    app.run()
    return go_on(app.branch) if app.branch is not None else app.return_code or 0
