"""An event of a run, whole: what is known of it, its texts, what it changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import fields
from datetime import datetime

import orjson

from app.terminal.text import safe_text
from app.trajectory import content, events
from app.trajectory.events import Record
from app.trajectory.formats.edit_diff import edit_diff
from widgets.facts import WARNING, Fact
from widgets.run_detail import Detail, Section
from widgets.status import duration, size


def detail_of(record: Record, began: float, other: Record | None = None) -> Detail:
    """All that is shown of an event. Never raises for what can be in a file.

    Args:
        record: The event.
        began: When the run began, in seconds since the epoch; 0 where that is not known.
        other: Of a call the other half: the answer to a request, the request of an answer.
    """
    halves = [record.event, *([other.event] if other is not None else [])]
    return Detail(
        (_place(record, began), *(fact for event in halves for fact in _outcome(event))),
        tuple(section for event in halves for section in _sections(event)),
        (*(fact for event in halves for fact in _facts(event)), *_origin(record)),
        next(filter(None, (*map(_diff, halves), *map(_wanted_diff, halves))), ""),
    )


def _place(record: Record, began: float) -> Fact:
    after = f" · +{duration(max(record.ts - began, 0))}" if record.ts else ""
    return "event", f"{record.seq} · {record.event.kind}{after}"


def _origin(record: Record) -> Iterator[Fact]:
    with suppress(ValueError, OverflowError, OSError):  # a time that no calendar has
        if record.ts:
            yield "time", datetime.fromtimestamp(record.ts).astimezone().isoformat(" ", "milliseconds")
    yield from _given(("agent", record.agent), ("in the file", record.source))


def _outcome(event: events.Event) -> Iterator[Fact]:
    """What of an event comes before its texts."""
    match event:
        case events.ModelResponse():
            yield from _response(event)
        case events.ToolFinished():
            yield from _finished(event)
        case events.ApprovalAsked(reason=reason):
            yield "asks", reason
        case events.ApprovalDecided(allowed=allowed, by=by, reason=reason, scope=scope):
            yield "allowed" if allowed else "denied", f"by {by} · {scope}"
            yield from _given(("because", reason))
        case _:
            return


def _facts(event: events.Event) -> Iterator[Fact]:
    """What of an event comes after its texts."""
    match event:
        case events.ToolRequested(call=call, turn=turn, name=name, effects=effects, waits_for=waits_for):
            yield "call", f"{name} · turn {turn} · {call}"
            if effects.title:
                yield "does", effects.title
            if effects.cwd:
                yield "in", effects.cwd
            if waits_for:
                yield "waits for", ", ".join(waits_for)
        case events.ToolFinished(output=output, output_bytes=count):
            yield from _given(("output", f"{output} · {size(count)}" if output else ""))
        case events.ApprovalAsked(rule=rule, blocked=blocked):
            yield from _given(("rule", rule), ("blocked", blocked))
        case events.ApprovalDecided(feedback=feedback, rule=rule):
            yield from _given(("said", feedback), ("rule", rule))
        case events.UserMessage(synthetic=True):
            yield "written", "by a program, in the person's place"
        case events.ModelRetry(attempt=attempt, attempts=of, delay=delay, reason=reason):
            yield "attempt", f"{attempt} of {of}, after {duration(delay)}"
            yield f"{WARNING}because", reason
        case (
            events.SystemMessage()
            | events.ModelResponse()
            | events.UserMessage()
            | events.ContextCompacted()
            | events.Unmapped()
            | events.Note()
        ):
            pass
        case _:
            yield from _fields(event)


def _response(event: events.ModelResponse) -> Iterator[Fact]:
    usage = event.usage
    if event.model:
        yield "model", event.model
    times = [
        f"turn {event.turn}",
        duration(event.duration) if event.duration else "",
        f"first token after {duration(event.first_token)}" if event.first_token else "",
        f"{event.attempts} attempts" if event.attempts > 1 else "",
        f"stopped: {event.stop}" if event.stop else "",
    ]
    yield "answer", " · ".join(filter(None, times))
    tokens = {
        "in": usage.input_tokens,
        "out": usage.output_tokens,
        "from cache": usage.cache_read_tokens,
        "to cache": usage.cache_write_tokens,
    }
    if any(tokens.values()):
        yield "tokens", " · ".join(f"{count:,} {what}" for what, count in tokens.items() if count)
    if event.cost is not None:
        yield "cost", f"${event.cost:.4f}"


def _finished(event: events.ToolFinished) -> Iterator[Fact]:
    parts = [event.status, duration(event.duration) if event.duration else ""]
    if event.exit_code is not None:
        parts.append(f"exit code {event.exit_code}")
    if event.cpu_time:
        parts.append(f"cpu {duration(event.cpu_time)}")
    if event.peak_memory:
        parts.append(f"memory {size(event.peak_memory)}")
    word = "result" if event.status == "done" else f"{WARNING}result"
    yield word, " · ".join(filter(None, parts))


def _fields(event: events.Event) -> Iterator[Fact]:
    """Whatever else an event has."""
    for field in fields(event):
        name, value = field.name, getattr(event, field.name)
        if isinstance(value, Mapping):
            yield from ((str(key), _in_line(item)) for key, item in value.items())
        elif value not in ("", None, (), False):
            yield name.replace("_", " "), _in_line(value)


def _sections(event: events.Event) -> Iterator[Section]:
    match event:
        case events.SystemMessage(text=text):
            yield Section("system", text)
        case events.UserMessage(text=text, synthetic=synthetic):
            yield Section("said for the person" if synthetic else "said", text)
        case events.ModelResponse(blocks=blocks):
            for block in blocks:
                match block:
                    case content.Text(text=text):
                        yield Section("answer", text, "markdown")
                    case content.Thinking(text=text):
                        yield Section("thinking", text or "not readable: it was redacted", "dim")
                    case content.ToolCall(name=name, arguments=arguments, invalid=invalid):
                        yield Section(f"call {name}"[:80], invalid or in_words(arguments))
        case events.ToolRequested(arguments=arguments):
            yield Section("arguments", in_words(arguments))
        case events.ToolFinished(content=text):
            yield Section("result", text, "output")
        case events.ApprovalAsked(plan=plan) if plan:
            yield Section("plan", plan, "markdown")
        case events.ApprovalDecided(arguments=arguments) if arguments is not None:
            yield Section("arguments as changed", in_words(arguments))
        case events.ContextCompacted(summary=summary):
            yield Section("summary", summary, "markdown")
        case events.Unmapped(type=kind, text=text):
            yield Section(kind[:80] or "record", text)
        case events.Note(text=text):
            yield Section("note", text)
        case _:
            return


def in_plain_text(detail: Detail) -> str:
    """All of it, made safe, without any colour."""
    facts, more = (
        "\n".join(f"{word.removeprefix(WARNING)}: {text}" for word, text in known)
        for known in (detail.facts, detail.more)
    )
    texts = (f"{section.heading}:\n{section.text}" for section in detail.sections)
    return safe_text("\n\n".join(filter(None, (facts, *texts, detail.diff, more))))


def in_words(arguments: Mapping[str, object]) -> str:
    """Arguments for a person: a line each, a text of several lines below its name."""
    lines: list[str] = []
    for name, value in arguments.items():
        match value:
            case str() if "\n" in value:
                lines.append(f"{name}:")
                lines += (f"  {line}" for line in value.rstrip("\n").split("\n"))
            case str():
                lines.append(f"{name}: {value}")
            case _:
                lines.append(
                    f"{name}: {orjson.dumps(value, default=str, option=orjson.OPT_INDENT_2).decode()}"
                )
    return "\n".join(lines)


def _diff(event: events.Event) -> str:
    match event:
        case events.ToolFinished(diff=diff) | events.ApprovalAsked(diff=diff):
            return diff
        case _:
            return ""


def _wanted_diff(event: events.Event) -> str:
    """What an edit would change, of which nothing is known but what was asked for."""
    return edit_diff(event.name, event.arguments) if isinstance(event, events.ToolRequested) else ""


def _given(*facts: Fact) -> Iterator[Fact]:
    return (fact for fact in facts if fact[1])


def _in_line(value: object) -> str:
    return value if isinstance(value, str) else orjson.dumps(value, default=str).decode()
