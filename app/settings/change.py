"""Change one setting in the person's file, keeping its comments and order."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

from app.settings.checks import SettingsError, check_provider, kind_of, parse, unknown
from app.settings.forms import has_secret
from app.settings.load import names
from app.settings.schema import SECTIONS, ProviderSettings, fields_of


def change(file: Path, name: str, text: str) -> object:
    """Set a dotted name to a value given as text, and write the file atomically.

    Returns:
        The value as it was written.

    Raises:
        SettingsError: There is no such setting, the value is wrong, or the file cannot be written.
    """
    import tomlkit
    import tomlkit.exceptions

    value = _value(name, text)
    try:
        document = tomlkit.parse(file.read_text(encoding="utf-8")) if file.exists() else tomlkit.document()
        *tables, key = (
            name.split(".") if not name.startswith("keys.") else ["keys", name.removeprefix("keys.")]
        )
        table: dict[str, object] = document
        for part in tables:
            inner = table.setdefault(part, tomlkit.table())
            if not isinstance(inner, dict):
                raise SettingsError(f"{file}: {part} must be a table: write [{part}] above its settings")
            table = inner
        table[key] = value
        _write(file, tomlkit.dumps(document))
    except (OSError, UnicodeError) as error:
        raise SettingsError(f"{file} cannot be changed: {error}") from None
    except tomlkit.exceptions.TOMLKitError as error:
        raise SettingsError(f"{file} is not valid TOML: {error}; edit or remove it") from None
    return value


def _value(name: str, text: str) -> object:
    section, _, key = name.partition(".")
    if section == "keys" and key:
        return text
    kind: type | None = SECTIONS.get(section)
    if section == "providers" and key.count(".") == 1:
        provider, _, key = key.partition(".")
        check_provider(provider)
        kind = ProviderSettings
    if kind is None or key not in fields_of(kind):
        raise unknown(name, names())
    field, meaning = fields_of(kind)[key]
    value = parse(name, text, kind_of(field, kind), meaning)
    if meaning.form == "address" and has_secret(text):
        raise SettingsError(f"{name} must hold no name, password or query; give the key as api_key")
    return value


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=file.parent, prefix=".config-")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).replace(file.resolve())
    except BaseException:
        with contextlib.suppress(OSError):
            Path(temporary).unlink()
        raise
