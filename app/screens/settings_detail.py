"""One setting whole: what is known of it, the field that changes it, what the recorder does meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Vertical

from app.screens.settings_figures import figures
from app.screens.settings_rows import SettingRows
from app.screens.settings_saving import Saving
from app.settings.known import Known, find
from app.settings.live import LiveSettings
from widgets.facts import Facts
from widgets.figures import Figures
from widgets.setting_field import Kind, SettingField

if TYPE_CHECKING:
    from app.trajectory.recording.recorder_status import RecorderStatus


class SettingDetail(Vertical):
    """Shows one setting, and lets its value be written.

    Args:
        live: The settings.
        rows: How they are shown.
        saving: Knows the file that changes go to.
        recorder: Figures of the recorder; None where nothing is recorded.
        now: Seconds since the epoch.

    Attributes:
        written: The setting whose value is written, or was the last.
    """

    EACH = 0.25  # seconds between two looks at the recorder

    def __init__(
        self,
        live: LiveSettings,
        rows: SettingRows,
        saving: Saving,
        recorder: Callable[[], RecorderStatus | None],
        now: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(id="one")
        self.written = ""
        self._looked_at = ""
        self._live = live
        self._rows = rows
        self._saving = saving
        self._recorder = recorder
        self._now = now
        self._facts = Facts(id="facts")
        self._field = SettingField(id="field")
        self._figures = Figures(id="figures")

    def compose(self) -> ComposeResult:
        """Below each other; the field only while a value is written."""
        yield self._facts
        yield self._field
        yield self._figures

    def on_mount(self) -> None:
        """Keep the figures moving."""
        self.set_interval(self.EACH, self._draw_figures)

    @property
    def is_writing(self) -> bool:
        """Whether a value is being written."""
        return self._field.is_open

    def show(self, name: str) -> None:
        """Show a setting as it is now; none if the name is empty."""
        self._looked_at = name
        facts = self._rows.facts(name, self._live.loaded, self._saving.target) if name else ()
        self._facts.show(facts)
        self._draw_figures()

    def begin(self, name: str) -> None:
        """Let the value of a setting be written."""
        self.written = name
        known = find(name)
        choices = known.meaning.choices
        if known.meaning.form == "theme":
            choices = tuple(sorted(self.app.available_themes))
        text = self._rows.text(name, self._live.loaded)
        self._field.begin(name, _kind(known, choices), text, self._problem, choices=choices)

    def refuse(self, reason: str) -> None:
        """Say beside the field why the value could not be saved."""
        self._field.tell(reason, wrong=True)

    def close(self) -> None:
        """Let nothing be written any more."""
        self._field.close()

    def on_setting_field_moved(self, event: SettingField.Moved) -> None:
        """Show a theme that is looked at."""
        event.stop()
        if find(self.written).meaning.form == "theme" and event.text in self.app.available_themes:
            self.app.theme = event.text

    def _problem(self, text: str) -> str:
        """What is wrong with what is written."""
        name = self.written
        return self._rows.clash(name, text) or self._live.problem(name, text, self._saving.target)

    def _draw_figures(self) -> None:
        status = self._recorder() if self._looked_at.startswith("recorder.") else None
        self._figures.display = status is not None
        if status is not None:
            self._figures.show(figures(status, self._now()))


def _kind(known: Known, choices: tuple[str, ...]) -> Kind:
    if known.section == "keys":
        return "key"
    if known.meaning.secret:
        return "secret"
    if choices:
        return "choice"
    return "list" if known.kind is tuple else "text"
