"""Lets the settings of the running program count: theme, keys, the session."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Protocol  # Any: an app of any result

from textual.app import App

from app.screens.themes import DARK
from app.settings.live import LiveSettings
from app.settings.schema import MODES, Mode, Settings
from app.terminal.text import safe_line

if TYPE_CHECKING:
    from app.execution.sandbox.confinement import Confinement
    from app.screens.settings import SettingsScreen
    from app.trajectory.recording.recorder_status import RecorderStatus


class Configurable(Protocol):
    """What of a session follows the settings."""

    @property
    def mode(self) -> Mode:
        """The approval mode now."""
        ...

    @property
    def confinement(self) -> Confinement | None:
        """What confines commands; None as long as that is being tried out."""
        ...

    @property
    def recorder(self) -> RecorderStatus:
        """Figures of the recorder."""
        ...

    def configure(self, settings: Settings) -> None:
        """Let other settings count, as far as they can in what runs."""
        ...


class SettingsInUse:
    """Follows the settings, whoever changes them.

    Args:
        app: Has the theme and the keys.
        live: The settings.
        environ: The environment, for keys of providers.
        session: The session, once it is there.
    """

    EACH = 1.0  # seconds between two looks at the files

    def __init__(
        self,
        app: App[Any],
        live: LiveSettings,
        environ: Mapping[str, str],
        session: Callable[[], Configurable | None],
    ) -> None:
        self.live = live
        self._app = app
        self._environ = environ
        self._session = session
        self._applied = self._configured = live.settings
        self._yolo_was_typed = False

    def begin(self) -> None:
        """Let theme and keys count from the first frame on, and say what does not."""
        self._show_theme()
        if self.live.settings.keys:
            self._bind_keys()
        if notice := self.live.loaded.notice:
            self._app.notify(safe_line(notice), severity="warning", timeout=15, markup=False)
        self._app.run_worker(self._follow(), name="settings")

    async def _follow(self) -> None:
        while True:
            await asyncio.sleep(self.EACH)
            await self.look()

    async def look(self) -> None:
        """Read files again that somebody has changed, and say what became of that."""
        if not await asyncio.to_thread(self.live.look):
            return
        if self.live.error:
            text = f"{safe_line(self.live.error)}. The settings stay as they were."
            self._app.notify(text, severity="error", timeout=15, markup=False)
        elif self.live.settings != self._applied:
            # the folders of the library are changed by its own screen, which tells of that
            if self.live.settings != dataclasses.replace(self._applied, library=self.live.settings.library):
                self._app.notify("The settings were changed outside, and count from now on.")
            self.apply(by_person=False)
        self._renew_screen()

    def apply(self, *, by_person: bool = True) -> None:
        """Let what has changed count; for a session that has just begun, what has changed meanwhile.

        Args:
            by_person: Rather than by whatever can write the files: that does not make a session ask less.
        """
        before, after = self._applied, self.live.settings
        self._applied = after
        self._show_theme()
        if after.keys != before.keys:
            self._bind_keys()
        if (session := self._session()) is not None and after != self._configured:
            self._configure(session, self._configured, after, by_person=by_person)

    def toggle_screen(self) -> None:
        """Show the settings, or leave them."""
        from app.screens.settings import SettingsScreen

        if isinstance(self._app.screen, SettingsScreen):
            self._app.screen.dismiss()
        else:
            self._app.push_screen(self._screen())

    def _screen(self) -> SettingsScreen:
        from app.providers.resolve import KNOWN
        from app.screens.keymap import actions, problem
        from app.screens.settings import SettingsScreen
        from app.screens.settings_rows import SettingRows

        app = type(self._app)
        variables = {provider: known.key_variable for provider, known in KNOWN.items()}
        found = {provider: each for provider, each in variables.items() if self._environ.get(each)}
        return SettingsScreen(
            self.live,
            SettingRows(
                actions(app), lambda action, keys: problem(action, keys, self.live.settings.keys, app), found
            ),
            apply=self.apply,
            recorder=lambda: None if (session := self._session()) is None else session.recorder,
            confirm=self._confirm,
        )

    def _configure(
        self, session: Configurable, before: Settings, after: Settings, *, by_person: bool
    ) -> None:
        self._configured = after
        mode = session.mode  # chosen there; the settings say only where it begins
        if after.approval.mode != before.approval.mode:
            mode = self._next_mode(mode, after.approval.mode, by_person=by_person)
        approval = dataclasses.replace(after.approval, mode=mode)
        session.configure(dataclasses.replace(after, approval=approval))

    def _show_theme(self) -> None:
        chosen = self.live.settings.interface.theme
        known = self._app.available_themes
        self._app.theme = chosen if chosen in known else DARK.name
        if chosen not in known:
            names = ", ".join(sorted(known))
            self._app.notify(
                f"There is no theme {chosen}; there are: {names}", severity="warning", markup=False
            )

    def _bind_keys(self) -> None:
        from app.screens.keymap import checked

        keys, problems = checked(self.live.settings.keys, type(self._app))
        self._app.set_keymap(keys)
        for each in problems:
            self._app.notify(safe_line(each), severity="warning", timeout=15, markup=False)

    def _next_mode(self, now: Mode, wanted: Mode, *, by_person: bool) -> Mode:
        meant = self._yolo_was_typed if wanted == "yolo" else by_person
        if meant or MODES.index(wanted) <= MODES.index(now):
            return wanted
        self._app.notify(
            f"The settings say mode {wanted}; this session goes on in {now} until you change it there."
        )
        return now

    def _confirm(self, name: str, text: str, go: Callable[[], None]) -> bool:
        """Whether the person is asked first: mode yolo has to be typed."""
        session = self._session()
        if (name, text) != ("approval.mode", "yolo"):
            return False
        from app.screens.yolo import YoloScreen

        def answered(meant: bool | None) -> None:
            if meant:
                self._yolo_was_typed = True
                go()

        self._app.push_screen(YoloScreen(session.confinement if session is not None else None), answered)
        return True

    def _renew_screen(self) -> None:
        from app.screens.settings import SettingsScreen

        for screen in self._app.screen_stack:
            if isinstance(screen, SettingsScreen):
                screen.call_later(screen.renew)  # it may just be opened
