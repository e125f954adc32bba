"""What each source says: files, the environment, the command line."""

from __future__ import annotations

import errno
import os
import stat
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from app.settings.checks import SettingsError, check, parse
from app.settings.known import check_section, find
from app.settings.meaning import Never

PREFIX = "SAWHORSE_"
_LARGEST = 2**20
_LONGEST = 300  # characters
_MOST_TEXT, _MOST_LINES = 20_000, 400  # of a file in which the place of an error is looked for


class Source(StrEnum):
    """Where a value comes from."""

    DEFAULT = "default"
    USER = "user file"
    PROJECT = "project file"
    ENVIRONMENT = "environment"
    COMMAND_LINE = "command line"


@dataclass(frozen=True, slots=True)
class Layer:
    """What one source says.

    Args:
        source: Which one.
        values: By dotted name.
        file: The file, if it is one.
    """

    source: Source
    values: Mapping[str, object]
    file: Path | None = None


def from_file(source: Source, file: Path) -> Layer:
    """What a file says; nothing if there is none.

    Raises:
        SettingsError: It cannot be read, is no TOML, or something in it is no setting or no value for it.
    """
    try:
        text = _read(file)
        values: dict[str, object] = {}
        for path, content in _leaves(_parsed(text)):
            try:
                known = find(".".join(path))
                if source is Source.PROJECT and isinstance(known.meaning.project, Never):
                    values[known.name] = (
                        content  # refused later: to read a pattern of a stranger may take long
                    )
                else:
                    values[known.name] = check(known.name, content, known.kind, known.meaning)
            except SettingsError as error:
                raise _at(text, path, error) from None
    except SettingsError as error:
        raise SettingsError(f"{file}: {cut(str(error))}") from None
    return Layer(source, values, file)


def from_environment(environ: Mapping[str, str]) -> Layer:
    """What variables say: `SAWHORSE_TOOLS__PARALLEL=false` sets `tools.parallel`.

    Raises:
        SettingsError: One names no setting, or its value is none.
    """
    values = {}
    for variable, text in sorted(environ.items()):
        if not variable.startswith(PREFIX):
            continue
        words = variable.removeprefix(PREFIX).lower()
        if "__" in words:
            name = words.replace("__", ".")
            values[name] = _given(variable, name, text)
        elif (name := words.replace("_", ".", 1)) and _is_known(name):
            raise SettingsError(f"{variable} sets nothing; did you mean {variable_of(name)}?")
    return Layer(Source.ENVIRONMENT, values)


def from_command_line(overrides: Mapping[str, str]) -> Layer:
    """What the command line says.

    Raises:
        SettingsError: A name is no setting, or its value is none.
    """
    values = {name: _given("command line", name, text) for name, text in overrides.items()}
    return Layer(Source.COMMAND_LINE, values)


def cut(text: str) -> str:
    """A text of a file that may be a stranger's, no longer than anybody reads."""
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def variable_of(name: str) -> str:
    """The variable that sets a setting."""
    return PREFIX + name.replace(".", "__").upper()


def _given(place: str, name: str, text: str) -> object:
    try:
        known = find(name)
        return parse(name, text, known.kind, known.meaning)
    except SettingsError as error:
        raise SettingsError(f"{place}: {error}") from None


def _is_known(name: str) -> bool:
    try:
        find(name)
    except SettingsError:
        return False
    return True


def _read(file: Path) -> str:
    """The text of a file; empty if there is none. A project's may be anything: a pipe would wait for ever."""
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(descriptor, "rb") as stream:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise OSError(errno.EINVAL, "it is no plain file")
            content = stream.read(_LARGEST + 1)
    except (FileNotFoundError, NotADirectoryError):
        return ""
    except OSError as error:
        raise SettingsError(f"cannot be read ({error.strerror}); fix its permissions") from None
    if len(content) > _LARGEST:
        raise SettingsError("is larger than 1 MiB; remove what is too much")
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise SettingsError("is not UTF-8 text; save it as UTF-8") from None


def _parsed(text: str) -> dict[str, object]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"is not valid TOML: {error}; edit or remove it") from None
    except RecursionError:
        raise SettingsError("is not valid TOML: too many brackets; edit or remove it") from None


def _leaves(document: Mapping[str, object]) -> Iterator[tuple[tuple[str, ...], object]]:
    for section, content in document.items():
        check_section(section, content)
        assert isinstance(content, dict)
        yield from _below((section,), content)


def _below(path: tuple[str, ...], table: Mapping[str, object]) -> Iterator[tuple[tuple[str, ...], object]]:
    for key, content in table.items():
        if isinstance(content, dict) and path[0] in ("providers", "keys"):
            yield from _below((*path, key), content)
        else:
            yield (*path, key), content


def _at(text: str, path: tuple[str, ...], error: SettingsError) -> SettingsError:
    line = _line_of(text, path)
    return SettingsError(f"line {line}: {error}") if line else error


def _line_of(text: str, path: tuple[str, ...]) -> int:
    """The number of the line where a value begins; 0 where that is not looked for.

    The parser does not say: it is the line after the longest beginning of the text that is TOML without it.
    """
    lines = text.splitlines(keepends=True)
    if len(text) > _MOST_TEXT or len(lines) > _MOST_LINES:
        return 0
    whole = 0  # lines of such a beginning
    for count in range(1, len(lines) + 1):
        try:
            content: object = tomllib.loads("".join(lines[:count]))
        except tomllib.TOMLDecodeError:
            continue
        for key in path:
            content = content.get(key) if isinstance(content, dict) else None
        if content is not None:
            return whole + 1
        whole = count
    return 0
