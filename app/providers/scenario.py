"""Scenario files: what the scripted model says. Imports pydantic, so it is imported late."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.providers.contract import Failure, ProviderError
from app.providers.errors import one_line

_FILE_LIMIT = 16 * 1024 * 1024


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TextStep(_Strict):
    """Words; `rate` is in tokens per second, 0 for all at once."""

    type: Literal["text"]
    text: str
    rate: float = Field(default=0, ge=0)


class ThinkingStep(_Strict):
    """Reasoning; `rate` as for text."""

    type: Literal["thinking"]
    text: str
    rate: float = Field(default=0, ge=0)


class CallStep(_Strict):
    """A tool call; `rate` as for text."""

    type: Literal["call"]
    name: str = Field(min_length=1)
    arguments: dict[str, object] = {}
    rate: float = Field(default=0, ge=0)


class Fault(StrEnum):
    """What may go wrong."""

    RATE_LIMITED = "429"
    OVERLOADED = "529"
    SERVER_ERROR = "500"
    RESET = "reset"
    EARLY_EOF = "early_eof"
    MALFORMED = "malformed"
    CUT_ARGUMENTS = "cut_arguments"
    ERROR_EVENT = "error_event"
    STALL = "stall"
    LONG_TEXT = "long_text"


class FaultStep(_Strict):
    """Something that goes wrong, the first time the turn gets here.

    Args:
        retry_after: For 429: seconds the server asks to wait.
        seconds: For stall: how long it lasts before the stream breaks.
        characters: For long_text: how much; it is no failure, the turn goes on after it.
    """

    type: Literal["fault"]
    fault: Fault
    retry_after: float | None = Field(default=None, ge=0)
    seconds: float = Field(default=3600, ge=0)
    characters: int = Field(default=5_000_000, ge=0)


Step = Annotated[TextStep | ThinkingStep | CallStep | FaultStep, Field(discriminator="type")]


class TokenCounts(_Strict):
    """What the turn is said to have used."""

    input_tokens: int = Field(default=0, ge=0)
    output_tokens: int = Field(default=0, ge=0)
    cache_read_tokens: int = Field(default=0, ge=0)
    cache_write_tokens: int = Field(default=0, ge=0)


class ScenarioTurn(_Strict):
    """One answer. `expect` must occur in what was said last: the results of calls, or the user's message."""

    steps: tuple[Step, ...]
    expect: str = ""
    usage: TokenCounts = TokenCounts()


class Scenario(_Strict):
    """All answers, in order."""

    turns: tuple[ScenarioTurn, ...] = Field(min_length=1)


def load_scenario(path: Path) -> Scenario:
    """Read a scenario file.

    Raises:
        ProviderError: It cannot be read, or is not a scenario; the message names the file and the place.
    """
    try:
        with path.open("rb") as file:
            content = file.read(_FILE_LIMIT + 1)
    except OSError as error:
        raise _unusable(path, error.strerror or str(error)) from None
    if len(content) > _FILE_LIMIT:
        raise _unusable(path, f"larger than {_FILE_LIMIT >> 20} MB")
    try:
        return Scenario.model_validate(json.loads(content))
    except json.JSONDecodeError as error:
        raise _unusable(path, f"line {error.lineno}, column {error.colno}: {error.msg}") from None
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "top level"
        raise _unusable(path, f"{place}: {first['msg']}") from None
    except (ValueError, RecursionError) as error:
        raise _unusable(path, str(error)) from None


def _unusable(path: Path, why: str) -> ProviderError:
    return ProviderError(f"scenario {one_line(str(path))}: {one_line(why)}", Failure.REQUEST)
