"""Trajectories of SWE-agent: the steps that were taken, and the messages of the conversation beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.trajectory.content import Block, ToolCall
from app.trajectory.events import Event, SessionImported, SystemMessage, TaskEnded, Unmapped, UserMessage
from app.trajectory.formats.answers import Answers
from app.trajectory.formats.contract import Entry
from app.trajectory.formats.counts import Counts
from app.trajectory.formats.json_value import parsed
from app.trajectory.formats.parts import first_line, flat_text
from app.trajectory.formats.source import Source
from app.trajectory.formats.task_title import task_title
from app.trajectory.formats.values import items, mapping, number, text

_BESIDE = ("history", "info", "environment")
_OF_A_STEP = {"action", "observation", "thought", "response"}
_FACTS = ("exit_status", "swe_agent_hash", "swe_rex_version")
_SUBMITTED = "submitted"


@dataclass(frozen=True, slots=True)
class _Step:
    """An answer, and what came of it.

    Args:
        place: Where its record stands.
        record: It says what was done and observed.
        message: The same answer in the conversation, with its calls and thoughts; empty if it is not there.
        asked: What the model was told right before because its answer was of no use, with its place.
    """

    place: str
    record: Mapping[str, object]
    message: Mapping[str, object]
    asked: tuple[str, str] = ("", "")


class SweAgent:
    """The messages have the calls with their ids, the steps also the answers that were of no use."""

    name = "sweagent"

    def recognise(self, source: Source) -> str | None:
        """The version of its notation; `demo` for a demonstration, which is but the messages."""
        document = mapping(source.document)
        steps, history = items(document.get("trajectory")), items(document.get("history"))
        if isinstance(document.get("trajectory"), list) and any(name in document for name in _BESIDE):
            first = mapping(next(iter(steps), None))
            if steps and not first.keys() & _OF_A_STEP:
                return None
            return "v1" if "replay_config" in document or "execution_time" in first else "v0"
        roles = {text(mapping(message).get("role")) for message in history}
        return "demo" if "assistant" in roles and "" not in roles else None

    def read(self, source: Source, counts: Counts) -> Iterator[Entry]:
        """The messages before the first answer, then each step."""
        document = mapping(source.document)
        variant = self.recognise(source) or ""
        config = document.get("replay_config")
        config = parsed(config.encode("utf-8", "replace"))[0] if isinstance(config, str) else config
        model = text(mapping(mapping(mapping(config).get("agent")).get("model")).get("name"))
        info = mapping(document.get("info"))
        history = [mapping(message) for message in items(document.get("history"))]
        answers = [index for index, message in enumerate(history) if _answers(message, variant)]
        steps = _steps(items(document.get("trajectory")), history, answers)

        _count(info, history, steps, counts)
        counts.model(model)
        prompts = history[: answers[0] if answers else None]
        task = next(
            (flat_text(one.get("content")) for one in reversed(prompts) if one.get("role") == "user"), ""
        )
        yield Entry(_imported(document, variant, model, task))
        for index, message in enumerate(prompts):
            yield Entry(_prompt(message), source=f"/history/{index}")
        turns = Answers()
        for step in steps:
            yield from _step(step, turns, model)
        if status := text(info.get("exit_status")):
            done = status == _SUBMITTED
            ended = TaskEnded("done" if done else "failed", turns.turn, "" if done else status)
            yield Entry(ended, source="/info")


def _answers(message: Mapping[str, object], variant: str) -> bool:
    """Whether it is an answer of this run, and not of one that is shown as an example."""
    return message.get("role") == "assistant" and (variant == "demo" or not message.get("is_demo"))


def _steps(
    records: Sequence[object], history: Sequence[Mapping[str, object]], answers: Sequence[int]
) -> list[_Step]:
    steps = []
    if not records:  # a demonstration: an answer is followed by what came of it
        for index in answers:
            following = mapping(history[index + 1] if index + 1 < len(history) else None)
            answer = dict(history[index])
            if following.get("role") in ("user", "tool"):
                answer["observation"] = flat_text(following.get("content"))
            steps.append(_Step(f"/history/{index}", answer, history[index]))
        return steps
    left = list(reversed(answers))
    for index, one in enumerate(records):
        record, place = mapping(one), f"/trajectory/{index}"
        is_next = left and text(history[left[-1]].get("action")) == text(record.get("action"))
        message = mapping(history[left.pop()] if is_next else None)
        prompts = items(record.get("query"))
        last = mapping(prompts[-1] if prompts else None)
        repeated = last.get("role") == "user" and last.get("message_type") == "user"
        said = flat_text(last.get("content")) if repeated else ""
        steps.append(_Step(place, record, message, (said, f"{place}/query/{len(prompts) - 1}")))
    return steps


def _step(step: _Step, turns: Answers, model: str) -> Iterator[Entry]:
    said, place = step.asked
    if said:
        yield Entry(UserMessage(said, synthetic=True), source=place)
    blocks = _blocks(step, turns)
    calls = [block for block in blocks if isinstance(block, ToolCall)]
    for event in turns.answer(blocks, model=model):
        yield Entry(event, source=step.place)
    observed = step.record.get("observation")
    if not isinstance(observed, str):
        return
    if calls:
        took = max(number(step.record.get("execution_time")) or 0.0, 0.0)
        yield Entry(turns.calls.finished(calls[0].id, "done", observed, duration=took), source=step.place)
    elif observed.strip():
        yield Entry(UserMessage(observed, synthetic=True), source=step.place)


def _blocks(step: _Step, turns: Answers) -> list[Block]:
    """What the answer says, with the call that the action makes if no call is recorded."""
    place = f"step-{turns.turn + 1}"
    said = flat_text(step.record.get("response") or step.record.get("content"))
    thoughts, asked = step.message.get("thinking_blocks"), step.message.get("tool_calls")
    blocks = turns.blocks({"thinking_blocks": thoughts, "content": said, "tool_calls": asked}, place)
    action = text(step.record.get("action")).strip()
    if action and not any(isinstance(block, ToolCall) for block in blocks):
        name = action.split(maxsplit=1)[0]
        blocks.append(turns.calls.call(None, name, {"command": action}, f"{place}-1"))
    return blocks


def _prompt(message: Mapping[str, object]) -> Event:
    said = flat_text(message.get("content"))
    if message.get("is_demo"):
        return Unmapped("demonstration", first_line(said))
    match message.get("role"):
        case "system":
            return SystemMessage(said)
        case "user":
            return UserMessage(said)
        case role:
            return Unmapped(text(role) or "message", first_line(said))


def _imported(document: Mapping[str, object], variant: str, model: str, task: str) -> SessionImported:
    info = mapping(document.get("info"))
    facts: dict[str, object] = {name: said for name in _FACTS if (said := info.get(name))}
    facts |= mapping(info.get("model_stats"))
    return SessionImported(
        "sweagent",
        variant,
        program="SWE-agent",
        program_version=text(info.get("swe_agent_version")),
        session=text(document.get("environment")),
        model=model,
        title=task_title(task),
        facts=facts,
    )


def _count(
    info: Mapping[str, object],
    history: Sequence[Mapping[str, object]],
    steps: Sequence[_Step],
    counts: Counts,
) -> None:
    """All figures: a call is a step with an action, named by the first word of that."""
    stats = mapping(info.get("model_stats"))
    counts.records = len(steps)
    counts.tool_errors = None
    for message in history:
        if not message.get("is_demo") and message.get("role") == "assistant":
            counts.answer()
        elif not message.get("is_demo") and message.get("role") == "user":
            counts.said()
    for step in steps:
        if words := text(step.record.get("action")).split(maxsplit=1):
            counts.call(words[0])
            if isinstance(step.record.get("observation"), str):
                counts.result()
    counts.tokens.add(
        stats.get("tokens_sent"), stats.get("tokens_received"), cost_usd=stats.get("instance_cost")
    )
