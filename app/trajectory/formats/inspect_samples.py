"""The samples of an Inspect AI log as events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from heapq import merge

from app.trajectory.content import Block, Text, Thinking, ToolCall
from app.trajectory.events import (
    AgentStarted,
    Event,
    ModelResponse,
    Note,
    Status,
    SystemMessage,
    Unmapped,
    UserMessage,
)
from app.trajectory.formats.calls import Calls
from app.trajectory.formats.contract import Entry
from app.trajectory.formats.counts import Counts
from app.trajectory.formats.inspect_attachments import InspectAttachments
from app.trajectory.formats.inspect_timing import InspectTiming
from app.trajectory.formats.parts import as_json, first_line
from app.trajectory.formats.unmapped import unmapped
from app.trajectory.formats.values import first_text, items, mapping, seconds, text

_STOPS = {
    "max_tokens": "length",
    "model_length": "length",
    "tool_calls": "tools",
    "content_filter": "refusal",
}
_FAILURES: Mapping[str, Status] = {"timeout": "timeout", "approval": "denied"}
_SHOWN = ("info", "input", "logger", "subtask", "sandbox", "approval", "interrupt", "compaction")


@dataclass(slots=True)
class _Sample:
    """A sample while it is read."""

    place: str
    agent: str
    timing: InspectTiming
    attachments: InspectAttachments
    made: dict[str, ToolCall] = field(default_factory=dict)
    now: float = 0.0

    def entry(self, event: Event, ts: float, pointer: str = "") -> Entry:
        """An event of this sample. What does not say when it was follows the latest that did."""
        self.now = max(self.now, ts)
        return Entry(event, ts or self.now, self.place + pointer, self.agent)


class InspectSamples:
    """Makes events of samples.

    Args:
        counts: Counts them.
    """

    def __init__(self, counts: Counts) -> None:
        self._counts = counts
        self._calls = Calls()
        self._turn = 0

    def entries(self, fields: Mapping[str, object], place: str, *, alone: bool) -> Iterator[Entry]:
        """The events of one sample.

        Args:
            fields: Of the sample, as they are in the log.
            place: Where it stands.
            alone: It is the only one: its events are those of the main agent.
        """
        self._counts.records += 1
        attachments = InspectAttachments(fields.get("attachments"))
        sample = _Sample(place, "" if alone else _named(fields), InspectTiming(fields), attachments)
        sample.now = sample.timing.began
        if not alone:
            task = first_line(attachments.text(fields.get("input")))
            yield sample.entry(AgentStarted(sample.agent, title=task), 0.0)
        yield from merge(self._talk(fields, sample), _beside(sample), key=lambda entry: entry.ts)
        for name in ("error", "limit"):
            if value := fields.get(name):
                told = first_text(mapping(value), ("message",)) or as_json(value)
                yield sample.entry(Note(f"{name}: {told}", "error"), 0.0, f"/{name}")
        for name, score in mapping(fields.get("scores")).items():
            yield sample.entry(Note(_scored(name, score)), 0.0, "/scores")

    def _talk(self, fields: Mapping[str, object], sample: _Sample) -> Iterator[Entry]:
        for number, value in enumerate(items(fields.get("messages"))):
            message, pointer = mapping(value), f"/messages/{number}"
            match message.get("role"):
                case "system":
                    told = sample.attachments.text(message.get("content"))
                    yield sample.entry(SystemMessage(told), 0.0, pointer)
                case "user":
                    synthetic = text(message.get("source")) not in ("", "input", "operator")
                    said = sample.attachments.text(message.get("content"))
                    yield sample.entry(UserMessage(said, synthetic=synthetic), 0.0, pointer)
                case "assistant":
                    yield from self._answered(message, sample, pointer)
                case "tool":
                    yield self._finished(message, sample, pointer)
                case role:
                    yield sample.entry(unmapped(text(role) or "message", message), 0.0, pointer)

    def _answered(self, message: Mapping[str, object], sample: _Sample, pointer: str) -> Iterator[Entry]:
        self._turn += 1
        self._counts.answer()
        answered = sample.timing.answer(message)
        calls: list[ToolCall] = []
        for asked in map(mapping, items(message.get("tool_calls"))):
            place = f"call {sample.place}{pointer}"
            call = self._calls.call(asked.get("id"), asked.get("function"), asked.get("arguments"), place)
            sample.made[text(asked.get("id"))] = call
            self._counts.call(call.name)
            calls.append(call)
        response = ModelResponse(
            self._turn,
            text(message.get("model")) or answered.model,
            (*_blocks(message.get("content"), sample.attachments), *calls),
            _STOPS.get(answered.stop, "tools" if calls else "end"),
            answered.usage,
            answered.cost,
            None,
            answered.duration,
            attempts=1,
        )
        yield sample.entry(response, answered.ended, pointer)
        for asked, call in zip(map(mapping, items(message.get("tool_calls"))), calls, strict=True):
            ran = sample.timing.call(text(asked.get("id")))
            yield Entry(
                self._calls.requested(call, self._turn),
                ran.began or sample.now,
                sample.place + pointer,
                sample.agent,
            )

    def _finished(self, message: Mapping[str, object], sample: _Sample, pointer: str) -> Entry:
        error = mapping(message.get("error"))
        self._counts.result(failed=bool(message.get("error")))
        identity = text(message.get("tool_call_id"))
        call, ran = sample.made.pop(identity, None), sample.timing.call(identity)
        told, reason = sample.attachments.text(message.get("content")), text(error.get("message"))
        status = _FAILURES.get(text(error.get("type")), "failed") if message.get("error") else "done"
        event = self._calls.finished(
            call.id if call else None,
            status,
            "\n".join(filter(None, (told, "" if reason in told else reason))),
            duration=round(max(ran.ended - ran.began, 0.0), 6) if ran.began and ran.ended else 0.0,
        )
        return sample.entry(event, ran.ended, pointer)


def _beside(sample: _Sample) -> Iterator[Entry]:
    """What happened beside the messages, as far as it says more than they do."""
    for event, number in sample.timing.others:
        kind = text(event.get("event"))
        if kind in _SHOWN:
            ran = first_text(event, ("cmd", "file"))
            shown = Unmapped(kind, first_line(ran)) if ran else unmapped(kind, event)
            yield Entry(
                shown, seconds(event.get("timestamp")), f"{sample.place}/events/{number}", sample.agent
            )


def _blocks(content: object, attachments: InspectAttachments) -> Iterator[Block]:
    """What an answer says: its reasoning, and its words."""
    for part in content if isinstance(content, list) else [content]:
        fields = mapping(part)
        if fields.get("type") == "reasoning":
            thought, hidden = attachments.text(fields.get("reasoning")), bool(fields.get("redacted"))
            summary = text(fields.get("summary"))
            yield Thinking(
                summary if hidden else thought, text(fields.get("signature")), thought if hidden else ""
            )
        elif said := attachments.text([part] if fields else part):
            yield Text(said)


def _named(fields: Mapping[str, object]) -> str:
    """What a sample is called: its id, and its epoch if it is not the first."""
    identity, epoch = fields.get("id"), fields.get("epoch")
    name = f"sample {identity}" if isinstance(identity, int) else text(identity) or "sample"
    return name if epoch in (None, 1) else f"{name} (epoch {epoch})"


def _scored(name: str, score: object) -> str:
    fields = mapping(score)
    value = fields.get("value", score)
    told = value if isinstance(value, str) else as_json(value)
    explanation = text(fields.get("explanation"))
    return f"score {name}: {told}" + (f"\n{explanation}" if explanation else "")
