"""The records of a file of no format that is known: messages in the notation of a chat API, or anything."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from app.trajectory.content import ToolCall, Usage
from app.trajectory.events import Event, Status, SystemMessage, UserMessage
from app.trajectory.formats.answers import Answers
from app.trajectory.formats.contract import Entry
from app.trajectory.formats.counts import Counts
from app.trajectory.formats.parts import flat_text
from app.trajectory.formats.unmapped import unmapped
from app.trajectory.formats.values import first_text, items, mapping, seconds, whole

_MODEL = ("assistant", "ai", "model", "gpt")
_PERSON = ("user", "human")
_SYSTEM = ("system", "developer")
_TOOL = ("tool", "function")
_ROLES = (*_MODEL, *_PERSON, *_SYSTEM, *_TOOL)
_TYPES = ("type", "kind", "event", "action", "level", "name", "role")
_TIMES = ("timestamp", "ts", "time", "created_at", "createdAt", "created", "date")
_MOST_SEEN = 500  # records among which the first prompt is
_DEEPEST = 6  # lists within lists that are looked into


def first_prompt(records: Iterable[object]) -> str:
    """What a person said first, as far as it is near the beginning; else empty."""
    waiting = deque(records)
    for _ in range(_MOST_SEEN):
        if not waiting:
            break
        value = waiting.popleft()
        message = _message(value)
        if message.get("role") in _PERSON:
            return flat_text(message.get("content"))
        inner = value.values() if isinstance(value, dict) else items(value)
        waiting.extend(islice((one for one in inner if isinstance(one, list | dict)), _MOST_SEEN))
    return ""


class Records:
    """Reads records in their order.

    Args:
        counts: What they come to; what the file has none of stays None.
    """

    def __init__(self, counts: Counts) -> None:
        self._counts = counts
        self._answers = Answers()
        self._known: Sequence[object] = ()
        self._clock = 0.0

    def document(self, value: object) -> Iterator[Entry]:
        """The records of a whole file."""
        for entry in self._within(value, "", 0):
            self._counts.records += 1
            yield entry

    def line(self, value: object, place: str) -> Iterator[Entry]:
        """The records of one line.

        Args:
            value: What it is as JSON.
            place: Where it stands.
        """
        yield from self._within(value, f"{place}#", 0)

    def _within(self, value: object, place: str, depth: int) -> Iterator[Entry]:
        """A record; or those that a list, or an object with lists, holds."""
        if _message(value) or depth == _DEEPEST or (place and not _holds_records(value)):
            yield from self._record(value, place)
        elif isinstance(value, list):
            for index in range(self._repeated(value), len(value)):
                yield from self._within(value[index], f"{place}/{index}", depth + 1)
        else:
            yield from self._object(mapping(value), place, depth)

    def _object(self, record: Mapping[str, object], place: str, depth: int) -> Iterator[Entry]:
        """What an object says itself, then the records it holds; of the whole file, each value by itself."""
        plain = {name: inner for name, inner in record.items() if not _holds_records(inner)}
        if place and plain:
            yield from self._record(plain, place)
        for name, inner in record.items():
            at = f"{place}/{name.replace('~', '~0').replace('/', '~1')}"
            if name not in plain:
                yield from self._within(inner, at, depth + 1)
            elif not place:
                yield Entry(unmapped(name, inner), source=at)

    def _repeated(self, messages: Sequence[object]) -> int:
        """How many of the messages were there before: a log may tell the whole chat anew at each step."""
        if not messages or not _message(messages[0]):
            return 0
        known, self._known = self._known, messages
        # A single message may well be said twice.
        return len(known) if len(messages) > 1 and messages[: len(known)] == known else 0

    def _record(self, value: object, place: str) -> Iterator[Entry]:
        record, message = mapping(value), _message(value)
        for name in _TIMES:
            stamp = record.get(name, message.get(name))
            if isinstance(stamp, str | int | float) and (ts := seconds(stamp)):
                self._clock = ts
                self._counts.time(ts, stamp)
                break
        for event in self._events(message) if message else (unmapped(_type(record, place), value),):
            yield Entry(event, self._clock, place)

    def _events(self, message: Mapping[str, object]) -> Iterator[Event]:
        content = message.get("content")
        match message.get("role"):
            case role if role in _MODEL:
                yield from self._answer(message)
            case role if role in _TOOL:
                yield self._result(message.get("tool_call_id"), message, content)
            case role if role in _PERSON:
                self._counts.said()
                parts = items(content)
                results = [part for part in map(mapping, parts) if part.get("type") == "tool_result"]
                for part in results:
                    yield self._result(part.get("tool_use_id"), part, part.get("content"))
                said = flat_text([part for part in parts if part not in results] if parts else content)
                if said or not results:
                    yield UserMessage(said)
            case _:
                yield SystemMessage(flat_text(content))

    def _answer(self, message: Mapping[str, object]) -> Iterator[Event]:
        usage = mapping(message.get("usage"))
        given = usage.get("input_tokens", usage.get("prompt_tokens"))
        produced = usage.get("output_tokens", usage.get("completion_tokens"))
        self._counts.answer(message.get("model"))
        self._counts.tokens.add(given, produced)
        blocks = self._answers.blocks(message, f"step-{self._answers.turn + 1}")
        for block in blocks:
            if isinstance(block, ToolCall):
                self._counts.call(block.name)
        tokens = Usage(whole(given), whole(produced))
        stop = message.get("stop_reason") or message.get("finish_reason")
        yield from self._answers.answer(blocks, model=message.get("model"), usage=tokens, stop=stop)

    def _result(self, given: object, record: Mapping[str, object], content: object) -> Event:
        failed = record.get("is_error") is True or record.get("error") not in (None, "", False)
        self._counts.result(failed=failed)
        known = given or next(iter(self._answers.calls.waiting()), "")
        status: Status = "failed" if failed else "done"
        return self._answers.calls.finished(known, status, flat_text(content))


def _message(value: object) -> Mapping[str, object]:
    """The message that a record is, or holds; empty if there is none."""
    record = mapping(value)
    for one in (record, mapping(record.get("message"))):
        if one.get("role") in _ROLES and ("content" in one or "tool_calls" in one):
            return one
    return {}


def _holds_records(value: object) -> bool:
    """Whether it is a list of objects, or an object that has one: a row for each, not one for all."""
    lists = value.values() if isinstance(value, dict) else (value,)
    return any(isinstance(one, list) and one and isinstance(one[0], dict) for one in lists)


def _type(record: Mapping[str, object], place: str) -> str:
    """What a record calls itself, or else what the list is called that it stands in."""
    names = [name for name in place.rpartition("#")[2].split("/") if name and not name.isdecimal()]
    return first_text(record, _TYPES) or (names[-1] if names else "record")
