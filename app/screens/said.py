"""What is said of an event in the conversation."""

from __future__ import annotations

from app.trajectory import content, events
from widgets.conversation import AssistantMessage, Block, Notice, ToolCallLine, UserMessage
from widgets.status import CallStatus, duration

_OVER = {
    "done": CallStatus.DONE,
    "failed": CallStatus.FAILED,
    "timeout": CallStatus.FAILED,
    "denied": CallStatus.DENIED,
    "interrupted": CallStatus.DENIED,
}
_ROLES = {"info": "dim", "warning": "asks", "error": "failed"}


def said(event: events.Event, first: str = "") -> Block | None:
    """The block of an event that is about no call; None where there is nothing to say.

    Args:
        event: The event.
        first: Of a conversation that went back: the call that its turn began with, in a few words.
    """
    match event:
        case events.UserMessage(text=text):
            return UserMessage(text)
        case events.ModelRetry(attempt=attempt, attempts=of, delay=delay, reason=reason):
            return Notice(f"{reason}; attempt {attempt} of {of} in {delay:.0f} s", "asks")
        case events.ModelResponse(blocks=blocks):
            text = "\n\n".join(block.text for block in blocks if isinstance(block, content.Text))
            return AssistantMessage(text) if text else None
        case events.SessionResumed(model=model):
            return Notice(f"the session goes on, with {model}")
        case events.ContextCompacted(summary=summary):
            return Notice(f"the model goes on with a summary of what came before: {summary}", "asks")
        case events.AgentStarted(name=name, title=title):
            return Notice(f"sub-agent {name} begins: {title}" if title else f"sub-agent {name} begins")
        case events.JobEnded(exit_code=code):
            return Notice(_ended(event), "dim" if code == 0 else "asks")
        case events.ConversationRewound(turn=turn):
            which = f"turn {turn}, which began with `{first}`" if first else f"turn {turn}"
            return Notice(
                f"back to before {which}: the model no longer sees it, nor what came after it", "asks"
            )
        case events.SettingsChanged(values={"sandbox.kind": "none", "sandbox.reason": reason}):
            return Notice(f"commands run without a sandbox: {reason}", "asks")
        case events.Note(text=text, level=level):
            return Notice(text, _ROLES[level])
        case events.TaskEnded(outcome="interrupted"):
            return Notice("interrupted", "asks")
        case events.TaskEnded(error=error) if error:
            return Notice(error, "failed")
        case _:
            return None


def status_of(finished: events.ToolFinished) -> CallStatus:
    """How a call that is over is marked."""
    return _OVER[finished.status]


def note_of(finished: events.ToolFinished) -> str:
    """What else is said of how a call ended; empty if it just ended."""
    return "" if finished.status in ("done", "failed") else finished.status


def finish(line: ToolCallLine, finished: events.ToolFinished, marks: list[str]) -> None:
    """Draw what a call came to.

    Args:
        line: The line of the call.
        finished: What it came to.
        marks: What was special about how it ran.
    """
    detail = note_of(finished) or duration(finished.duration)
    line.update(
        status_of(finished),
        detail=" · ".join((*marks, detail)),
        output=finished.content,
        diff=finished.diff,
    )


def _ended(event: events.JobEnded) -> str:
    how = f"exit code {event.exit_code}" if event.exit_code >= 0 else f"signal {-event.exit_code}"
    return f"{event.job} ended after {duration(event.duration)}: {how}"
