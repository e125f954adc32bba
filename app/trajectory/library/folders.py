"""The folders that the library looks through: those that the person chose, and those they could."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from app.settings.change import change, unset
from app.settings.checks import SettingsError
from app.settings.load import load
from app.settings.places import config_file, expanded

SETTING = "library.folders"

_USUAL = (
    ("CLAUDE_CONFIG_DIR", "~/.claude", "projects"),
    ("CODEX_HOME", "~/.codex", "sessions"),
    ("", "~/.gemini", "tmp"),
    ("", "~/.pi/agent", "sessions"),
    ("", "~/.openhands", "conversations"),
)
"""Where other agents keep their runs: the variable that says where their home is, that home, the folder."""


def chosen(environ: Mapping[str, str]) -> tuple[Path, ...]:
    """The folders that the person chose. No other is read, beside that of our own sessions.

    Raises:
        SettingsError: The settings cannot be read.
    """
    return tuple(dict.fromkeys(map(_whole, load(environ).settings.library.folders)))


def offered(environ: Mapping[str, str]) -> list[Path]:
    """Folders of other agents that are there and not chosen yet. Nothing in them is looked at.

    Raises:
        SettingsError: The settings cannot be read.
    """
    places = (Path(environ.get(name) or home).expanduser() / folder for name, home, folder in _USUAL)
    return [place for place in places if place.is_dir() and place not in chosen(environ)]


def add(folder: str, environ: Mapping[str, str]) -> Path:
    """Look through a folder from now on: said in the person's settings file.

    Raises:
        SettingsError: It is no folder, or the settings cannot be changed.
    """
    path = _whole(folder)
    if not folder.strip() or not path.is_dir():
        raise SettingsError(f"there is no folder {path}" if folder.strip() else "no folder was named")
    _save([*chosen(environ), path], environ)
    return path


def remove(folder: str, environ: Mapping[str, str]) -> Path:
    """No longer look through a folder. It need not be there any more.

    Raises:
        SettingsError: It was not chosen, or the settings cannot be changed.
    """
    path = _whole(folder)
    before = chosen(environ)
    if path not in before:
        raise SettingsError(f"{path} is not looked through; the folders are: {_listed(before)}")
    _save([each for each in before if each != path], environ)
    return path


def _save(folders: list[Path], environ: Mapping[str, str]) -> None:
    file = config_file(environ)
    if folders:
        change(file, SETTING, "\n".join(str(each) for each in dict.fromkeys(folders)))
    else:
        unset(file, SETTING)


def _whole(folder: str) -> Path:
    return expanded(folder.strip()).absolute()


def _listed(folders: tuple[Path, ...]) -> str:
    return ", ".join(map(str, folders)) or "none"
