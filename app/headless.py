"""`sawhorse run`: the engine without a screen, printing text or JSON."""

from __future__ import annotations

import gc
import signal
import sys
from collections.abc import Callable, Sequence
from typing import Literal

import orjson

from app.session.options import Options
from app.session.session import Session
from app.terminal.text import safe_line, safe_text
from app.trajectory.codec import encode
from app.trajectory.content import Text
from app.trajectory.events import (
    ApprovalDecided,
    Event,
    ModelResponse,
    ModelRetry,
    Note,
    Record,
    SettingsChanged,
    TaskEnded,
    ToolFinished,
    ToolRequested,
)

Output = Literal["text", "json", "stream-json", "none"]
_GLYPHS = {"done": "✓", "failed": "✗", "timeout": "✗", "denied": "⊘", "interrupted": "⊘"}
_EXIT = {"done": 0, "failed": 1, "max_turns": 1, "interrupted": 130}


def run(task: str, options: Options, output: Output, more: Sequence[str] = ()) -> int:
    """Carry out a task, and others after it, each if the one before was done.

    Args:
        task: What the person wants.
        options: Where and with what.
        output: `text` prints the final answer, with progress on stderr; `json` one object at the end;
            `stream-json` every event as it happens, one a line; `none` nothing.
        more: What they want next.

    Returns:
        The exit code: 0 done, 1 failed, 130 interrupted.

    Raises:
        SessionError: The session cannot start.
    """
    session = Session.open(options)
    gc.freeze()
    gc.enable()
    summary = _Summary()
    tell: Callable[[Record], None] = _stream if output == "stream-json" else _progress(output)
    previous = {
        number: signal.signal(number, _interrupting(session)) for number in (signal.SIGINT, signal.SIGTERM)
    }
    lost = ""
    try:
        for text in (task, *more):
            summary.begin()
            session.submit(text)
            while summary.ended is None and session.events.wait():
                for item in session.events.take():
                    if isinstance(item, Record):
                        summary.apply(item.event)
                        tell(item)
            if summary.exit_code:
                break
    finally:
        lost = session.close()
        for number, handler in previous.items():
            signal.signal(number, handler)
    for item in session.events.take():
        if isinstance(item, Record):
            tell(item)
    if output == "json":
        _write(orjson.dumps(summary.report(session), option=orjson.OPT_INDENT_2) + b"\n")
    elif output == "text" and summary.answer:
        _write(safe_text(summary.answer).rstrip("\n").encode() + b"\n")
    if output not in ("json", "none") and summary.error:
        _say(f"sawhorse: {safe_line(summary.error)}")
    if lost:
        _say(f"sawhorse: {lost}; the trajectory {session.trajectory} is not complete")
    return 1 if lost else summary.exit_code


def _interrupting(session: Session) -> Callable[[int, object], None]:
    """Interrupts at the first signal; the second one ends the process, whatever it waits for."""

    def interrupt(number: int, _frame: object) -> None:
        signal.signal(number, signal.SIG_DFL)
        session.interrupt()

    return interrupt


class _Summary:
    """What the task came to, folded from its events."""

    def __init__(self) -> None:
        self.answer = ""
        self.ended: TaskEnded | None = None
        self._done: set[str] = set()

    def begin(self) -> None:
        """A task begins."""
        self.ended = None

    def apply(self, event: Event) -> None:
        match event:
            case ModelResponse(blocks=blocks):
                if text := "\n".join(block.text for block in blocks if isinstance(block, Text)):
                    self.answer = text
            case ToolRequested(name="task_done", call=call):
                self._done.add(call)
            case ToolFinished(call=call, status="done", content=content) if call in self._done:
                self.answer = content
            case TaskEnded():
                self.ended = event
            case _:
                pass

    @property
    def error(self) -> str:
        match self.ended:
            case None:
                return "the session ended before the task"
            case TaskEnded(outcome="max_turns", turns=turns):
                return f"stopped after {turns} turns; allow more with --max-turns"
            case TaskEnded(outcome="interrupted"):
                return "interrupted"
            case TaskEnded(error=error):
                return error

    @property
    def exit_code(self) -> int:
        return _EXIT[self.ended.outcome] if self.ended else 1

    def report(self, session: Session) -> dict[str, object]:
        return {
            "outcome": self.ended.outcome if self.ended else "failed",
            "result": self.answer.encode("utf-8", "replace").decode(),
            "error": self.error.encode("utf-8", "replace").decode(),
            "turns": self.ended.turns if self.ended else 0,
            "usage": session.ledger.usage,
            "cost": session.ledger.cost,
            "model": session.model,
            "session": session.id,
            "trajectory": str(session.trajectory),
        }


def _progress(output: Output) -> Callable[[Record], None]:
    titles: dict[str, str] = {}

    def tell(record: Record) -> None:
        match record.event:
            case ToolRequested(call=call, name=name, effects=effects):
                titles[call] = f"{name}  {effects.title}"
            case ToolFinished(call=call, status=status, duration=duration):
                _say(f"{_GLYPHS[status]} {_short(titles.get(call, call))}  {duration:.1f} s")
            case ApprovalDecided(call=call, allowed=False, reason=reason, by=by):
                why = "not run, nobody is there to ask" if by == "headless" else "not allowed"
                _say(f"⊘ {why}: {_short(titles.get(call, call))} ({safe_line(reason)})")
            case ModelRetry(attempt=attempt, attempts=attempts, delay=delay, reason=reason):
                _say(f"… attempt {attempt} of {attempts} in {delay:.0f} s: {_short(reason)}")
            case SettingsChanged(values={"sandbox.kind": "none", "sandbox.reason": reason}):
                _say(f"! commands run without a sandbox: {_short(str(reason))}")
            case Note(text=text):
                _say(f"! {_short(text)}")
            case _:
                pass

    return tell if output == "text" else lambda _record: None


def _short(text: str) -> str:
    line = safe_line(text)
    return line if len(line) <= 120 else line[:119] + "…"


def _stream(record: Record) -> None:
    _write(encode(record))


def _write(data: bytes) -> None:
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def _say(line: str) -> None:
    sys.stderr.write(line.encode("utf-8", "replace").decode() + "\n")
    sys.stderr.flush()
