"""The settings screen in an app of its own, over files of a test and a session that only listens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import ClassVar

from textual.app import App
from textual.binding import Binding, BindingType
from textual.pilot import Pilot
from textual.widgets import Input

from app.execution.sandbox.confinement import Confinement
from app.screens.settings import SettingsScreen
from app.screens.settings_in_use import SettingsInUse
from app.screens.themes import DARK, LIGHT
from app.settings.live import LiveSettings
from app.settings.schema import Mode, Settings
from app.trajectory.recording.recorder_status import RecorderStatus
from tests.screens.played import ROOT, shown
from widgets.facts import Facts
from widgets.setting_field import SettingField
from widgets.setting_list import SettingList

COMMENTED = """\
# how I like it
[recorder]  # the recording
batch_size = 9 # small
"""


STATUS = RecorderStatus(
    events=212,
    batches=43,
    pending=2,
    pending_bytes=4312,
    bytes=3_100_000,
    redacted=1,
    last_flush=99.8,
    sync_p50=0.0012,
    sync_p99=0.0043,
    memory=3 << 20,
    memory_cap=64 << 20,
    memory_events=212,
    memory_events_cap=50_000,
    batch_size=5,
    flush_interval=0.25,
    durability="fsync",
    error="",
)


@dataclass
class Listening:
    """A session that keeps what it is told, and whose recorder stands still."""

    mode: Mode = "ask"
    confinement: Confinement | None = None
    recorder: RecorderStatus = STATUS
    told: list[Settings] = field(default_factory=list)

    def configure(self, settings: Settings) -> None:
        """Keep it, and let it count."""
        self.told.append(settings)
        self.mode = settings.approval.mode
        chosen = settings.recorder
        self.recorder = replace(
            self.recorder,
            batch_size=chosen.batch_size,
            flush_interval=chosen.flush_interval,
            durability=chosen.durability,
        )


class SettingsApp(App[None]):
    """Shows the settings over a session."""

    CSS_PATH = ROOT / "styles" / "theme.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f9", "settings", "Settings", id="app.settings", priority=True),
        Binding("ctrl+p", "palette", "Find an action by its name", id="app.palette"),
    ]

    def __init__(
        self,
        folder: Path,
        *,
        session: Listening | None,
        overrides: Mapping[str, str] | None = None,
        workspace: Path | None = None,
        **environ: str,
    ) -> None:
        super().__init__()
        self.file = folder / "config.toml"
        self.session = session
        self.live = LiveSettings(
            {"SAWHORSE_CONFIG": str(self.file), **environ},
            overrides,
            folder if workspace is None else workspace,
        )
        self.in_use = SettingsInUse(self, self.live, environ, lambda: self.session)
        self.in_use.EACH = 3600.0  # a test looks when it wants to

    def on_mount(self) -> None:
        self.register_theme(DARK)
        self.register_theme(LIGHT)
        self.in_use.begin()
        self.in_use.toggle_screen()

    def action_settings(self) -> None:
        self.in_use.toggle_screen()

    @property
    def settings(self) -> SettingsScreen:
        assert isinstance(self.screen, SettingsScreen)
        return self.screen

    @property
    def list(self) -> SettingList:
        return self.settings.query_one(SettingList)

    @property
    def field(self) -> SettingField:
        return self.settings.query_one(SettingField)

    @property
    def text(self) -> str:
        """All words on the screen, however they are wrapped."""
        return " ".join(shown(self).split())

    @property
    def facts(self) -> str:
        """What is said of the setting that is looked at, however it is wrapped."""
        return "\n".join(text for _, text in self.settings.query_one(Facts)._facts)

    @property
    def said(self) -> str:
        """All that was said in passing."""
        return "\n".join(str(each.message) for each in self._notifications)


async def look_at(pilot: Pilot[None], name: str) -> None:
    """Find a setting by its whole name, and look at it."""
    app = pilot.app
    assert isinstance(app, SettingsApp)
    app.settings.query_one("#search", Input).value = name
    await pilot.pause()
    assert app.list.looked_at == name


async def write(pilot: Pilot[None], text: str) -> None:
    """Write a text over what is there."""
    assert isinstance(pilot.app.focused, Input)
    pilot.app.focused.value = text
    await pilot.pause()


async def press(pilot: Pilot[None], *keys: str) -> None:
    """Press keys, and let what they save be saved and drawn."""
    for key in keys:
        await pilot.press(key)
        saving = [worker for worker in pilot.app.workers if worker.group == SettingsScreen.SAVING]
        if saving:  # none would mean all
            await pilot.app.workers.wait_for_complete(saving)
    await pilot.pause()
