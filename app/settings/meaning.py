"""What a setting means: what it does, which values it takes, what a project may say of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar  # Any: a value of the setting's own type

from app.settings.forms import Form

T = TypeVar("T")

Strictness = Callable[[Any], float]


@dataclass(frozen=True, slots=True)
class Never:
    """Nothing is taken from a project.

    Args:
        why: What is wrong with that, as the end of a sentence.
    """

    why: str = "it is for you to decide"


@dataclass(frozen=True, slots=True)
class Anything:
    """A project may say what it likes: whatever that is, it does no harm."""


@dataclass(frozen=True, slots=True)
class OnlyStricter:
    """A project may make it stricter than it is without that, and no looser.

    Args:
        strictness: How strict a value is; more is stricter.
    """

    strictness: Strictness


FromProject = Never | Anything | OnlyStricter
NEVER = Never()


def lower(value: float) -> float:
    """The lower, the stricter."""
    return -value


def turned_off(value: bool) -> float:
    """Stricter when it is off."""
    return not value


def later_in(values: Sequence[str]) -> Strictness:
    """The later in a list, the stricter."""
    return values.index


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a setting does and which values it takes; where there are `choices`, only those.

    Args:
        summary: What it does, in a sentence or two.
        minimum: Of a number.
        maximum: Of a number.
        choices: The only values; empty for no such limit.
        secret: Never shown.
        form: Of a text.
        project: What a project may say of it.
        later: A change counts from the next start on, not in what runs.
    """

    summary: str
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] = ()
    secret: bool = False
    form: Form = "any"
    project: FromProject = NEVER
    later: bool = False


def setting(
    default: T,
    summary: str,
    *,
    minimum: float | None = None,
    maximum: float | None = None,
    choices: tuple[str, ...] = (),
    secret: bool = False,
    form: Form = "any",
    project: FromProject = NEVER,
    later: bool = False,
) -> T:
    """A dataclass field that carries its `Meaning`."""
    meaning = Meaning(summary, minimum, maximum, choices, secret, form, project, later)
    return field(default=default, metadata={"meaning": meaning})
