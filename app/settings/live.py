"""The settings of the running program: changed in a file, and read again when a file has changed."""

from __future__ import annotations

import dataclasses
import os
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Literal

from app.settings.change import change, read, unset
from app.settings.checks import SettingsError
from app.settings.known import find, names, provider_keys
from app.settings.load import built, load
from app.settings.project import refusal
from app.settings.schema import Settings
from app.settings.sources import Source, from_command_line

Target = Literal[Source.USER, Source.PROJECT]
_Stamp = tuple[int, ...]
_TRIES = 3  # to read files that are written meanwhile


class LiveSettings:
    """Any thread may use it. What reads or writes files is not for an event loop.

    Args:
        environ: The environment.
        overrides: Dotted names to text, from the command line.
        workspace: The folder that is worked in.

    Attributes:
        loaded: The settings as they count now.
        error: Why the files are not read again, in one line: what they held before counts. Empty if all is
            well.

    Raises:
        SettingsError: They cannot be read.
    """

    def __init__(
        self,
        environ: Mapping[str, str],
        overrides: Mapping[str, str] | None = None,
        workspace: Path | None = None,
    ) -> None:
        self._environ = environ
        self._overrides = dict(overrides or {})
        self._workspace = workspace
        self._lock = threading.Lock()
        self.error = ""
        self.loaded = load(environ, overrides, workspace)
        self._seen: list[_Stamp | None] | None = None

    @property
    def settings(self) -> Settings:
        """All settings as they count now."""
        return self.loaded.settings

    def override(self, name: str, text: str) -> None:
        """Give a setting a value as the command line does: for this run only. Touches no file.

        Raises:
            SettingsError: There is no such setting, or the value is wrong.
        """
        with self._lock:
            overrides = {**self._overrides, name: text}
            layers = (from_command_line(overrides), *self.loaded.layers[1:])
            self.loaded = dataclasses.replace(self.loaded, settings=built(layers), layers=layers)
            self._overrides = overrides

    def change(self, name: str, text: str, target: Target) -> None:
        """Set a value in a file; it counts at once unless another source counts over that.

        Raises:
            SettingsError: The value is wrong, a project cannot set it, or the file cannot be written or read.
        """
        with self._lock:
            self._check(name, text, target)
            change(self._file(target), name, text)
            self._read_again()

    def unset(self, name: str, target: Target) -> bool:
        """Take a value out of a file; whether it was there.

        Raises:
            SettingsError: The file cannot be written or read.
        """
        with self._lock:
            was_there = unset(self._file(target), name)
            self._read_again()
        return was_there

    def problem(self, name: str, text: str, target: Target) -> str:
        """What is wrong with a value for a file, in one line; empty if nothing is. Touches no file."""
        try:
            self._check(name, text, target)
        except SettingsError as error:
            return str(error)
        return ""

    def look(self) -> bool:
        """Read the files again if they have changed; whether there is something new, be it an error."""
        with self._lock:
            if self._stamps() == self._seen:
                return False
            before = self.loaded, self.error
            with suppress(SettingsError):  # it is in `error`
                self._read_again()
            return before != (self.loaded, self.error)

    def _check(self, name: str, text: str, target: Target) -> None:
        value = read(name, text)
        if target is Source.PROJECT:
            below = [layer for layer in self.loaded.layers if layer.source is Source.USER]
            if why := refusal(find(name), value, built(below)):
                raise SettingsError(f"{name}: {why}")

    def _file(self, target: Target) -> Path:
        file = self.loaded.file_of(target)
        if file is None:
            raise SettingsError("there is no project: no folder is worked in")
        return file

    def _read_again(self) -> None:
        loaded, error, self._seen = self.loaded, "", None
        for _ in range(_TRIES):
            stamps = self._stamps()
            if stamps == self._seen:  # else it may have been half written
                break
            self._seen = stamps
            try:
                loaded, error = load(self._environ, self._overrides, self._workspace), ""
            except SettingsError as problem:
                error = str(problem)
        self.error = error
        if error:
            raise SettingsError(error)
        self.loaded = loaded

    def _stamps(self) -> list[_Stamp | None]:
        return [_stamp(file) for file in (self.loaded.file, self.loaded.project) if file is not None]


def given(settings: Settings) -> dict[str, str]:
    """The overrides that settings come to which somebody has put together."""
    providers = [f"providers.{provider}.{key}" for provider in settings.providers for key in provider_keys()]
    found = {}
    for known in map(find, [*names(), *providers, *(f"keys.{action}" for action in settings.keys)]):
        value = known.value(settings)
        if value != known.default:
            found[known.name] = "\n".join(value) if isinstance(value, tuple) else str(value)
    return found


def _stamp(file: Path) -> _Stamp | None:
    try:
        status = os.stat(file)
    except OSError:
        return None
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns
