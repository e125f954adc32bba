"""Trajectories of trae-agent, and of its port to Rust: one document, written anew after every record."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.trajectory.content import Block, Text, Thinking, Usage
from app.trajectory.events import (
    Event,
    Note,
    SessionImported,
    Status,
    SystemMessage,
    TaskEnded,
    UserMessage,
)
from app.trajectory.formats.answers import Answers
from app.trajectory.formats.answers_in_parts import elapsed
from app.trajectory.formats.contract import Entry
from app.trajectory.formats.counts import Counts
from app.trajectory.formats.parts import first_line, flat_text
from app.trajectory.formats.source import Source
from app.trajectory.formats.values import items, mapping, seconds, text, whole

_THOUGHT = re.compile(r"\s*<think>(.*?)(?:</think>|\Z)\s*", re.DOTALL)
_FACTS = ("provider", "max_steps", "max_step", "success", "execution_time")
EXCLUDES_CACHE = "anthropic"
"""The only provider whose count of input tokens leaves out those of the cache."""


@dataclass(frozen=True, slots=True)
class _Turn:
    """One exchange with the model, and what became of its calls.

    Args:
        asked: The record of the exchange; empty if only the step is recorded.
        asked_at: Where that stands, or else the step.
        response: What the model answered.
        counted: Its tokens, as they count.
        step: The record of the step.
        step_at: Where that stands.
    """

    asked: Mapping[str, object]
    asked_at: str
    response: Mapping[str, object]
    counted: Mapping[str, object]
    step: Mapping[str, object]
    step_at: str


class Trae:
    """What the model answered is in `llm_interactions`, what became of the calls in `agent_steps`."""

    name = "trae"

    def recognise(self, source: Source) -> str | None:
        """Whether it is one document with a list of interactions or steps."""
        document = mapping(source.document)
        if isinstance(document.get("llm_interaction"), list) and "max_step" in document:
            return "rust"
        lists = (document.get("llm_interactions"), document.get("agent_steps"))
        return "python" if any(isinstance(one, list) for one in lists) else None

    def read(self, source: Source, counts: Counts) -> Iterator[Entry]:
        """The events of each exchange, one after the other."""
        document = mapping(source.document)
        turns = _turns(document)
        counts.user_messages = None
        _count(document, turns, counts)
        yield Entry(_imported(document, self.recognise(source) or ""), seconds(document.get("start_time")))
        yield from _Reader(document).entries(turns)


class _Reader:
    def __init__(self, document: Mapping[str, object]) -> None:
        self._document = document
        self._answers = Answers()
        self._known: list[object] = []
        self._clock = seconds(document.get("start_time"))

    def entries(self, turns: Sequence[_Turn]) -> Iterator[Entry]:
        for turn in turns:
            yield from self._said(turn)
            yield from self._answered(turn)
            yield from self._done(turn)
        if text(self._document.get("end_time")):
            succeeded = self._document.get("success") is True
            error = "" if succeeded else flat_text(self._document.get("final_result"))
            ended = TaskEnded("done" if succeeded else "failed", self._answers.turn, error)
            yield Entry(ended, seconds(self._document.get("end_time")), "/end_time")

    def _said(self, turn: _Turn) -> Iterator[Entry]:
        """What the model was told before; some forks repeat all that was said earlier."""
        field = "input_messages" if turn.asked else "llm_messages"
        messages = items((turn.asked or turn.step).get(field))
        known, self._known = self._known, list(messages)
        repeats = len(messages) > len(known) and messages[: len(known)] == known
        begins = len(known) if repeats else 0
        for number, message in enumerate(messages[begins:], begins):
            fields = mapping(message)
            said = flat_text(fields.get("content"))
            event: Event
            match fields.get("role"):
                case "system" if said:
                    event = SystemMessage(said)
                case "user" if said and not fields.get("tool_result"):
                    event = UserMessage(said, synthetic=self._answers.turn > 0)
                case _:
                    continue
            yield Entry(event, self._clock, f"{turn.asked_at}/{field}/{number}")

    def _answered(self, turn: _Turn) -> Iterator[Entry]:
        response = turn.response
        if not response:
            return
        before, self._clock = self._clock, seconds(turn.asked.get("timestamp")) or self._clock
        content = flat_text(response.get("content"))
        blocks: list[Block] = []
        if thought := _THOUGHT.match(content):
            blocks.append(Thinking(thought[1].strip()))
            content = content[thought.end() :]
        if content.strip():
            blocks.append(Text(content))
        calls = [mapping(call) for call in items(response.get("tool_calls"))]
        asked = {text(call.get("call_id")) for call in calls}
        more = (mapping(call) for call in items(turn.step.get("tool_calls")))
        calls += [call for call in more if text(call.get("call_id")) not in asked]
        for number, call in enumerate(calls, 1):
            place = f"step-{self._answers.turn + 1}-{number}"
            made = self._answers.calls.call(
                call.get("call_id"), call.get("name"), call.get("arguments"), place
            )
            blocks.append(made)
        model = text(turn.asked.get("model") or response.get("model"))
        usage = _usage(response, text(turn.asked.get("provider")))
        stop = response.get("finish_reason")
        took = elapsed(before, self._clock)
        for event in self._answers.answer(blocks, model=model, usage=usage, stop=stop, duration=took):
            yield Entry(event, self._clock, turn.asked_at)
        if error := flat_text(turn.asked.get("error_message")):
            yield Entry(Note(error, "error"), self._clock, turn.asked_at)

    def _done(self, turn: _Turn) -> Iterator[Entry]:
        before, self._clock = self._clock, seconds(turn.step.get("timestamp")) or self._clock
        results = items(turn.step.get("tool_results"))
        took = elapsed(before, self._clock) if len(results) == 1 else 0.0
        for number, one in enumerate(results):
            result = mapping(one)
            told = "\n".join(filter(None, (flat_text(result.get(name)) for name in ("result", "error"))))
            status: Status = "failed" if result.get("success") is False else "done"
            given = result.get("call_id") or next(iter(self._answers.calls.waiting()), "")
            event = self._answers.calls.finished(given, status, told, duration=took)
            yield Entry(event, self._clock, f"{turn.step_at}/tool_results/{number}")
        for name in ("error", "reflection", "lakeview_summary"):
            if said := flat_text(turn.step.get(name)):
                note = Note(said, "error" if name == "error" else "info")
                yield Entry(note, self._clock, f"{turn.step_at}/{name}")


def _turns(document: Mapping[str, object]) -> list[_Turn]:
    turns = []
    if isinstance(document.get("llm_interaction"), list):
        for number, one in enumerate(items(document["llm_interaction"])):
            asked, at = mapping(one), f"/llm_interaction/{number}"
            step = mapping(asked.get("steps"))
            response, counted = mapping(step.get("llm_response")), mapping(asked.get("token_usage"))
            turns.append(_Turn(asked, at, response, counted, step, f"{at}/steps"))
        return turns
    interactions, steps = items(document.get("llm_interactions")), items(document.get("agent_steps"))
    for number in range(max(len(interactions), len(steps))):
        asked = mapping(interactions[number]) if number < len(interactions) else {}
        step = mapping(steps[number]) if number < len(steps) else {}
        response = mapping(asked.get("response") if asked else step.get("llm_response"))
        counted, step_at = mapping(response.get("usage")), f"/agent_steps/{number}"
        at = f"/llm_interactions/{number}" if asked else step_at
        turns.append(_Turn(asked, at, response, counted, step, step_at))
    return turns


def _imported(document: Mapping[str, object], variant: str) -> SessionImported:
    facts = {name: document[name] for name in _FACTS if document.get(name) is not None}
    if final := flat_text(document.get("final_result")).strip():
        facts["final_result"] = first_line(final)
    return SessionImported(
        "trae",
        variant,
        program="trae-agent",
        model=text(document.get("model")),
        title=first_line(flat_text(document.get("task"))),
        facts=facts,
    )


def _usage(response: Mapping[str, object], provider: str) -> Usage:
    usage = mapping(response.get("usage"))
    read = whole(usage.get("cache_read_input_tokens"))
    written = whole(usage.get("cache_creation_input_tokens"))
    total = whole(usage.get("input_tokens"))
    fresh = total if provider == EXCLUDES_CACHE else max(total - read, 0)
    return Usage(fresh, whole(usage.get("output_tokens")), read, written)


def _count(document: Mapping[str, object], turns: Sequence[_Turn], counts: Counts) -> None:
    """All figures: they are those of the interactions, except for the results."""
    counts.model(document.get("model"))
    for turn in turns:
        for one in items(turn.step.get("tool_results")):
            counts.result(failed=mapping(one).get("success") is False)
        if not turn.asked:
            continue
        counts.records += 1
        counts.answer(turn.asked.get("model"))
        for call in items(turn.response.get("tool_calls")):
            counts.call(text(mapping(call).get("name")))
        counts.tokens.add(
            turn.counted.get("input_tokens"),
            turn.counted.get("output_tokens"),
            turn.counted.get("cache_read_input_tokens"),
            turn.counted.get("cache_creation_input_tokens"),
            turn.counted.get("reasoning_tokens"),
        )
    times = (turn.asked.get("timestamp") for turn in reversed(turns))
    begins, ends = document.get("start_time"), document.get("end_time") or next(times, "")
    # As they are written: the clock of the start may be ahead of that of the end.
    if isinstance(begins, str) and seconds(begins):
        counts.first = (seconds(begins), begins)
    if isinstance(ends, str) and seconds(ends):
        counts.last = (seconds(ends), ends)
