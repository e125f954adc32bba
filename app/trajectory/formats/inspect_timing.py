"""What the events of an Inspect AI sample add to its messages: when, how long, for how much."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.trajectory.content import Usage
from app.trajectory.formats.values import items, mapping, number, seconds, text, whole

Event = tuple[Mapping[str, object], int]
"""An event, and its number."""


@dataclass(frozen=True, slots=True)
class Answered:
    """How an answer came about. Times are in seconds; 0 where the log does not say."""

    ended: float = 0.0
    duration: float = 0.0
    model: str = ""
    stop: str = ""
    usage: Usage = Usage()
    cost: float | None = None


@dataclass(frozen=True, slots=True)
class Ran:
    """When a call began and ended. Times are in seconds; 0 where the log does not say."""

    began: float = 0.0
    ended: float = 0.0


class InspectTiming:
    """Finds what belongs to a message.

    Args:
        sample: With its events.

    Attributes:
        began: When the sample did.
        others: The events that are neither an answer nor a call.
    """

    def __init__(self, sample: Mapping[str, object]) -> None:
        self.others: list[Event] = []
        self._named: dict[str, Answered] = {}
        self._unnamed: list[Answered] = []
        self._calls: dict[str, Ran] = {}
        events = [mapping(event) for event in items(sample.get("events"))]
        self.began = next(filter(None, (seconds(event.get("timestamp")) for event in events)), 0.0)
        for number_of, event in enumerate(events):
            match event.get("event"):
                case "model":
                    self._learn(event)
                case "tool":
                    ran = Ran(seconds(event.get("timestamp")), seconds(event.get("completed")))
                    self._calls.setdefault(text(event.get("id")), ran)
                case _:
                    self.others.append((event, number_of))
        if not self._named and not self._unnamed:
            self._unnamed.append(_answered({"output": sample.get("output")}))
        self._unnamed.reverse()

    def answer(self, message: Mapping[str, object]) -> Answered:
        """How an answer came about; of messages without ids, the first that was not asked for."""
        if found := self._named.get(text(message.get("id"))):
            return found
        return self._unnamed.pop() if self._unnamed else Answered()

    def call(self, identity: str) -> Ran:
        """When a call began and ended."""
        return self._calls.get(identity, Ran())

    def _learn(self, event: Mapping[str, object]) -> None:
        answered = _answered(event)
        choice = mapping(next(iter(items(mapping(event.get("output")).get("choices"))), None))
        if identity := text(mapping(choice.get("message")).get("id")):
            self._named.setdefault(identity, answered)
        else:
            self._unnamed.append(answered)


def _answered(event: Mapping[str, object]) -> Answered:
    output = mapping(event.get("output"))
    choice = mapping(next(iter(items(output.get("choices"))), None))
    tokens = mapping(output.get("usage"))
    began = seconds(event.get("timestamp"))
    took = number(output.get("time")) or number(event.get("working_time")) or 0.0
    ended = seconds(event.get("completed")) or (began + max(took, 0.0) if began else 0.0)
    return Answered(
        ended,
        round(max(took or ended - began, 0.0), 6),
        text(output.get("model")) or text(event.get("model")),
        text(choice.get("stop_reason")),
        _usage(tokens),
        number(tokens.get("total_cost")),
    )


def _usage(tokens: Mapping[str, object]) -> Usage:
    """Tokens without those of the cache; some providers count them among those of the input."""
    given, told = whole(tokens.get("input_tokens")), whole(tokens.get("output_tokens"))
    read = whole(tokens.get("input_tokens_cache_read"))
    written = whole(tokens.get("input_tokens_cache_write"))
    if given + told >= whole(tokens.get("total_tokens")):
        given = max(given - read - written, 0)
    return Usage(given, told, read, written)
