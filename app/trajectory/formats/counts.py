"""What a trajectory comes to, counted while it is read. None where its format does not record it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from app.trajectory.formats.values import number

Stamp = str | int | float
"""A time as the file has it: text, or seconds or milliseconds since the epoch."""


@dataclass(slots=True)
class Tokens:
    """Tokens of all answers together, as the format counts them, and US dollars."""

    input_tokens: int | None = None
    output_tokens: int | None = None
    cache_read_tokens: int | None = None
    cache_write_tokens: int | None = None
    reasoning_tokens: int | None = None
    cost_usd: float | None = None

    def add(
        self,
        input_tokens: object = None,
        output_tokens: object = None,
        cache_read_tokens: object = None,
        cache_write_tokens: object = None,
        reasoning_tokens: object = None,
        cost_usd: object = None,
    ) -> None:
        """Add what is a number; what never was one stays None."""
        self.input_tokens = _sum(self.input_tokens, input_tokens)
        self.output_tokens = _sum(self.output_tokens, output_tokens)
        self.cache_read_tokens = _sum(self.cache_read_tokens, cache_read_tokens)
        self.cache_write_tokens = _sum(self.cache_write_tokens, cache_write_tokens)
        self.reasoning_tokens = _sum(self.reasoning_tokens, reasoning_tokens)
        if (cost := number(cost_usd)) is not None:
            self.cost_usd = (self.cost_usd or 0.0) + cost


@dataclass(slots=True)
class Counts:
    """The figures of one file.

    Args:
        records: Lines, messages, steps or samples.
        bad_records: Lines that are no JSON.
        assistant_messages: Answers of the model.
        user_messages: What was said to it, by programs too.
        tool_calls: What it asked for.
        tool_results: What it was answered.
        tool_errors: Those of them that say that they failed.
        calls_by_name: How often each tool was called.
        tokens: What it cost.
        models: Those that answered.
        first: The earliest time in the file.
        last: The latest.
    """

    records: int = 0
    bad_records: int = 0
    assistant_messages: int | None = 0
    user_messages: int | None = 0
    tool_calls: int | None = 0
    tool_results: int | None = 0
    tool_errors: int | None = 0
    calls_by_name: Counter[str] = field(default_factory=Counter)
    tokens: Tokens = field(default_factory=Tokens)
    models: set[str] = field(default_factory=set)
    first: tuple[float, Stamp] | None = None
    last: tuple[float, Stamp] | None = None

    def call(self, name: str) -> None:
        """The model asked for a tool."""
        self.tool_calls = (self.tool_calls or 0) + 1
        self.calls_by_name[name] += 1

    def result(self, *, failed: bool = False) -> None:
        """A tool answered."""
        self.tool_results = (self.tool_results or 0) + 1
        if failed:
            self.tool_errors = (self.tool_errors or 0) + 1

    def answer(self, model: object = None) -> None:
        """The model answered."""
        self.assistant_messages = (self.assistant_messages or 0) + 1
        self.model(model)

    def said(self) -> None:
        """Something was said to the model."""
        self.user_messages = (self.user_messages or 0) + 1

    def model(self, name: object) -> None:
        """A model is named."""
        if isinstance(name, str) and name:
            self.models.add(name)

    def time(self, seconds: float, stamp: Stamp) -> None:
        """A record bears a time.

        Args:
            seconds: Since the epoch; 0 if it could not be read, which does not count.
            stamp: As the file has it.
        """
        if not seconds:
            return
        if self.first is None or seconds < self.first[0]:
            self.first = (seconds, stamp)
        if self.last is None or seconds > self.last[0]:
            self.last = (seconds, stamp)


def _sum(before: int | None, more: object) -> int | None:
    found = number(more)
    return before if found is None else (before or 0) + int(found)
