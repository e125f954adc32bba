"""An event of a run in one line."""

from __future__ import annotations

from dataclasses import dataclass

import orjson

from app.screens.said import note_of, status_of
from app.terminal.text import safe_line
from app.trajectory import content, events
from app.trajectory.effects import Effects
from app.trajectory.verb import verb
from widgets.status import CallStatus, duration
from widgets.text_view import revealed

_LONGEST = 400  # characters of a title; no terminal is wider
_LEVELS = {"info": "dim", "warning": "asks", "error": "failed"}


@dataclass(frozen=True, slots=True)
class Said:
    """What a line says of an event.

    Args:
        glyph: A sign.
        role: The look of the sign and the name.
        name: What it is, in a word.
        title: What it is about; safe, on one line.
        note: How long it took, or how much it was.
        dim: Nobody looks for it.
    """

    glyph: str
    role: str
    name: str
    title: str = ""
    note: str = ""
    dim: bool = False


def said_in_line(event: events.Event, tool: str = "") -> Said:
    """What a line says of an event. Never raises for what can be in a file.

    Args:
        event: The event.
        tool: The tool of the call that it is about.
    """
    match event:
        case events.UserMessage(text=text, steer=steer, synthetic=synthetic):
            return Said(">", "user", "steer" if steer else "user", first_line(text), dim=synthetic)
        case events.SystemMessage(text=text):
            return Said("¶", "dim", "system", first_line(text), dim=True)
        case events.ModelRequest(model=model, messages=messages, tools=tools):
            what = f"{safe_line(model)} · {messages:,} messages · {tools:,} tools"
            return Said("↑", "dim", "request", what, dim=True)
        case events.ModelRetry(attempt=attempt, attempts=of, delay=delay, reason=reason):
            return Said("↻", "asks", "retry", f"{first_line(reason)} · {attempt} of {of}", duration(delay))
        case events.ModelResponse():
            return _response(event)
        case events.ToolRequested(arguments=arguments, effects=effects, waits_for=waits_for):
            waits = f"waits for {len(waits_for)}" if waits_for else ""
            return Said("●", "running", safe_line(verb(event)), _call_title(effects, arguments), waits)
        case events.ApprovalAsked(reason=reason):
            return Said("?", "asks", "asks", first_line(reason))
        case events.ApprovalDecided(allowed=allowed, by=by, reason=reason):
            status = CallStatus.DONE if allowed else CallStatus.DENIED
            why = first_line(f"by {by}: {reason}" if reason else f"by {by}")
            name = "allowed" if allowed else "denied"
            return Said(status.glyph, status.value, name, why, dim=allowed and by != "person")
        case events.ToolStarted(terminal=terminal, unconfined=unconfined):
            how = " · ".join(filter(None, ("on a terminal" * terminal, "outside the sandbox" * unconfined)))
            return Said("●", "dim", "starts", how or safe_line(tool), dim=True)
        case events.ToolFinished(content=text, duration=seconds):
            status = status_of(event)
            took = " ".join(filter(None, (note_of(event), duration(seconds) if seconds else "")))
            return Said(status.glyph, status.value, safe_line(tool) or "result", first_line(text), took)
        case _:
            return _other(event)


def first_line(text: str) -> str:
    """The first line of an untrusted text that is not empty."""
    return safe_line(text[: 4 * _LONGEST].strip().partition("\n")[0][:_LONGEST])


def _response(event: events.ModelResponse) -> Said:
    texts = (block.text for block in event.blocks if isinstance(block, content.Text))
    thoughts = (block.text for block in event.blocks if isinstance(block, content.Thinking))
    calls = [verb(block) for block in event.blocks if isinstance(block, content.ToolCall)]
    took = duration(event.duration) if event.duration else ""
    failed = event.stop in ("refusal", "interrupted", "length")
    role = "asks" if failed else "model"
    note = " ".join(filter(None, (event.stop if failed else "", took)))
    if title := next(filter(None, map(first_line, texts)), ""):
        return Said("◆", role, "model", title, note)
    if title := next(filter(None, map(first_line, thoughts)), ""):
        return Said("✻", role, "thinks", title, note, dim=True)
    return Said("◇", role, "model", safe_line(", ".join(calls)[:_LONGEST]), note, dim=True)


def _call_title(effects: Effects, arguments: object) -> str:
    title = effects.title or effects.command
    if not title and arguments:
        title = orjson.dumps(arguments, default=str).decode()
    return revealed(title[:_LONGEST])


def _other(event: events.Event) -> Said:
    match event:
        case events.SessionStarted(model=model, mode=mode, workspace=workspace):
            return Said("━", "dim", "session", safe_line(f"{model} · {mode} · {workspace}"), dim=True)
        case events.SessionResumed(model=model, workspace=workspace):
            return Said("━", "dim", "resumed", safe_line(f"{model} · {workspace}"), dim=True)
        case events.SessionImported(title=title, program=program, model=model, workspace=workspace):
            parts = (title, program, model, workspace)
            return Said(
                "━", "dim", "session", safe_line(" · ".join(filter(None, parts))[:_LONGEST]), dim=True
            )
        case events.InputAwaited(waits=waits):
            return Said(
                "›", "input", "input", "waits for somebody to type" if waits else "was typed", dim=not waits
            )
        case events.OutputCut(reason=reason):
            return Said("!", "asks", "cut", first_line(reason))
        case events.JobStarted(job=job, command=command):
            return Said("●", "running", safe_line(job), revealed(command[:_LONGEST]))
        case events.JobKept(job=job):
            return Said("●", "dim", safe_line(job), "outlives the session", dim=True)
        case events.JobEnded(job=job, exit_code=code, duration=seconds):
            status = CallStatus.FAILED if code else CallStatus.DONE
            how = f"exit code {code}" if code >= 0 else f"signal {-code}"
            return Said(status.glyph, status.value, safe_line(job), how, duration(seconds))
        case events.CheckpointTaken(when=when, turn=turn, files=files, added=added, removed=removed):
            what = f"{when} turn {turn} · {files:,} files +{added:,} -{removed:,}"
            return Said("◌", "dim", "kept", what, dim=True)
        case events.ConversationRewound(turn=turn, text=text):
            return Said("↶", "asks", "back", f"to before turn {turn}: {first_line(text)}")
        case events.ContextCompacted(summary=summary):
            return Said("↯", "asks", "compacted", first_line(summary))
        case events.AgentStarted(name=name, title=title):
            return Said("▸", "user", "agent", first_line(title or name))
        case events.Unmapped(type=kind, text=text):
            return Said("·", "dim", safe_line(kind[:_LONGEST]) or "other", first_line(text), dim=True)
        case events.SettingsChanged(values=values):
            what = " · ".join(f"{name} = {value}" for name, value in values.items())
            return Said("·", "dim", "settings", safe_line(what[:_LONGEST]), dim=True)
        case events.Note(text=text, level=level):
            return Said("!", _LEVELS.get(level, "dim"), "note", first_line(text))
        case events.TaskEnded(outcome=outcome, error=error):
            role = "done" if outcome == "done" else "asks" if outcome == "interrupted" else "failed"
            return Said("■", role, "ended", first_line(error) or outcome)
        case events.SessionEnded(cost=cost):
            return Said("━", "dim", "session", "ended" + (f" · ${cost:.2f}" if cost else ""), dim=True)
        case _:
            return Said("·", "dim", event.kind, dim=True)
