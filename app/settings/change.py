"""Change one setting in a file, keeping its comments and order."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from app.settings.checks import SettingsError, parse
from app.settings.forms import has_secret
from app.settings.known import find

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

Edit = Callable[["TOMLDocument"], None]


def change(file: Path, name: str, text: str) -> object:
    """Set a dotted name to a value given as text, and write the file atomically.

    Returns:
        The value as it was written.

    Raises:
        SettingsError: There is no such setting, the value is wrong, or the file cannot be written.
    """
    import tomlkit

    known = find(name)
    value = read(name, text)

    def put(document: TOMLDocument) -> None:
        table: dict[str, object] = document
        *tables, key = _place(document, known.path)
        for part in tables:
            inner = table.setdefault(part, tomlkit.table())
            if not isinstance(inner, dict):
                raise SettingsError(f"{file}: {part} must be a table: write [{part}] above its settings")
            table = inner
        table[key] = list(value) if isinstance(value, tuple) else value

    _edit(file, put)
    return value


def unset(file: Path, name: str) -> bool:
    """Take a dotted name out of a file, so that what is below it counts.

    Returns:
        Whether it was there.

    Raises:
        SettingsError: There is no such setting, or the file cannot be written.
    """
    path = find(name).path
    was_there = False

    def take(document: TOMLDocument) -> None:
        nonlocal was_there
        was_there = _take(document, _place(document, path))

    _edit(file, take)
    return was_there


def read(name: str, text: str) -> object:
    """The value that a text is for a setting.

    Raises:
        SettingsError: It is none, or none that a file should hold.
    """
    known = find(name)
    value = parse(name, text, known.kind, known.meaning)
    if known.meaning.form == "address" and has_secret(text):
        raise SettingsError(f"{name} must hold no name, password or query; give the key as api_key")
    return value


def _place(document: TOMLDocument, path: tuple[str, ...]) -> tuple[str, ...]:
    """Where a value is: what has dots in its name may be written as tables in tables."""
    nested = tuple(part for each in path for part in each.split("."))
    found: object = document
    for part in nested:
        found = found.get(part) if isinstance(found, dict) else None
    return path if found is None else nested


def _take(table: dict[str, object], path: tuple[str, ...]) -> bool:
    """Take a key out of tables, and those with it that are left with nothing, not even a comment."""
    from tomlkit.items import Table

    key, *rest = path
    if not rest:
        return table.pop(key, None) is not None
    inner = table.get(key)
    if not isinstance(inner, dict) or not _take(inner, tuple(rest)):
        return False
    if isinstance(inner, Table) and not inner.as_string().strip() and not inner.trivia.comment:
        del table[key]
    return True


def _edit(file: Path, edit: Edit) -> None:
    import tomlkit
    import tomlkit.exceptions

    try:
        document = tomlkit.parse(file.read_text(encoding="utf-8")) if file.exists() else tomlkit.document()
        before = tomlkit.dumps(document)
        edit(document)
        if (after := tomlkit.dumps(document)) != before:
            _write(file, after)
    except (OSError, UnicodeError) as error:
        raise SettingsError(f"{file} cannot be changed: {error}") from None
    except tomlkit.exceptions.TOMLKitError as error:
        raise SettingsError(f"{file} is not valid TOML: {error}; edit or remove it") from None


def _write(file: Path, text: str) -> None:
    import tempfile

    file.parent.mkdir(parents=True, exist_ok=True)
    real = file.resolve()
    descriptor, temporary = tempfile.mkstemp(dir=real.parent, prefix=".config-")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            if real.exists():
                os.fchmod(descriptor, real.stat().st_mode & 0o777)
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(temporary, real)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(temporary).unlink()
        raise
