"""Is this value allowed for that setting? One line says why not."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from app.settings.forms import EXAMPLES, has_form, pattern_problem
from app.settings.meaning import Meaning

_WORDS = {
    "true": True,
    "yes": True,
    "on": True,
    "1": True,
    "false": False,
    "no": False,
    "off": False,
    "0": False,
}


class SettingsError(Exception):
    """A setting is wrong. The message is one line that says which, and what to do."""


def parse(name: str, text: str, kind: type, meaning: Meaning) -> object:
    """Read a value given as text (environment, command line, a field) and check it.

    A list of texts has one on each line.

    Raises:
        SettingsError: The text is no such value.
    """
    value: object = text
    try:
        if kind is bool:
            value = _WORDS[text.strip().lower()]
        elif kind in (int, float):
            value = kind(text.strip().replace("_", ""))
        elif kind is tuple:
            value = [line for line in text.splitlines() if line.strip()]
    except (KeyError, ValueError):
        raise SettingsError(f"{name} must be {expected(kind, meaning)}, not {text!r}") from None
    return check(name, value, kind, meaning)


def check(name: str, value: object, kind: type, meaning: Meaning) -> object:
    """Check a value read from a file.

    Returns:
        The value; an integer made a float where the setting is one, a list made a tuple.

    Raises:
        SettingsError: The value has another type or form, or is out of bounds.
    """
    if kind is tuple:
        return _check_list(name, value, meaning)
    if kind is float and type(value) is int:
        value = float(value)
    # an address may hold a password
    shown = "that value" if meaning.secret or meaning.form == "address" else repr(value)
    wrong_type = type(value) is not kind
    too_small = (
        isinstance(value, (int, float)) and meaning.minimum is not None and not value >= meaning.minimum
    )
    too_large = (
        isinstance(value, (int, float)) and meaning.maximum is not None and not value <= meaning.maximum
    )
    unlisted = bool(meaning.choices) and value not in meaning.choices
    malformed = isinstance(value, str) and not has_form(value, meaning.form)
    if wrong_type or too_small or too_large or unlisted or malformed:
        raise SettingsError(f"{name} must be {expected(kind, meaning)}, not {shown}")
    return value


def check_provider(name: str) -> None:
    """Check the name of a provider: it comes before the first slash of a model's name.

    Raises:
        SettingsError: No model could name it.
    """
    if not name.strip() or "/" in name or not name.isprintable():
        raise SettingsError(
            f"providers.{name} has no usable name; write providers.NAME, such as providers.work"
        )


def expected(kind: type, meaning: Meaning) -> str:
    """Which values a setting takes, in words."""
    if meaning.choices:
        return "one of " + ", ".join(choice or '""' for choice in meaning.choices)
    noun = {
        bool: "true or false",
        int: "a whole number",
        float: "a number",
        str: EXAMPLES[meaning.form],
        tuple: f"a list of texts, each {EXAMPLES[meaning.form]}",
    }[kind]
    if meaning.minimum is None:
        return noun
    return f"{noun} from {meaning.minimum:.10g} to {meaning.maximum:.10g}"


def unknown(name: str, known: Iterable[str]) -> SettingsError:
    """The error for a setting that does not exist, naming the nearest that does."""
    near = difflib.get_close_matches(name, list(known), n=1, cutoff=0.5)
    hint = f"; did you mean {near[0]}?" if near else "; `sawhorse config show` lists all"
    return SettingsError(f"there is no setting {name}{hint}")


def _check_list(name: str, value: object, meaning: Meaning) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise SettingsError(f"{name} must be {expected(tuple, meaning)}, not {value!r}")
    for item in value:
        if not has_form(item, meaning.form):
            why = f": {pattern_problem(item)}" if meaning.form == "pattern" else ""
            raise SettingsError(f"{name} must hold {EXAMPLES[meaning.form]} each, not {item!r}{why}")
    return tuple(value)
