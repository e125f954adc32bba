"""The lines of a rollout of Codex."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from app.trajectory.events import (
    ContextCompacted,
    ConversationRewound,
    Note,
    Outcome,
    SettingsChanged,
    SystemMessage,
    TaskEnded,
    Unmapped,
    UserMessage,
)
from app.trajectory.formats.answers_in_parts import Where
from app.trajectory.formats.codex_agents import CodexAgents
from app.trajectory.formats.codex_answers import CodexAnswers
from app.trajectory.formats.codex_lines import CopiedHistory, Line, codex_line
from app.trajectory.formats.contract import Entry
from app.trajectory.formats.counts import Counts
from app.trajectory.formats.parts import flat_text
from app.trajectory.formats.source import Pause, Source
from app.trajectory.formats.synthetic import is_synthetic
from app.trajectory.formats.unmapped import damaged, unmapped
from app.trajectory.formats.values import items, mapping, text, whole

_SETTINGS = ("model", "effort", "approval_policy", "sandbox_policy", "cwd")


class CodexRollout:
    """Reads the lines.

    Args:
        source: The file.
        counts: Of it.
    """

    def __init__(self, source: Source, counts: Counts) -> None:
        self._source = source
        self._counts = counts
        self._copied = CopiedHistory()
        self._left_out = 0
        self._answers = CodexAnswers(counts)
        self._agents = CodexAgents(source.path)
        self._settings: dict[str, object] = {}
        self._instructions = ""
        self._prompts: list[tuple[int, str]] = []
        self._runs = False
        self._is_asked = False

    def entries(self) -> Iterator[Entry]:
        """The events of all lines."""
        for line in self._source.lines():
            if isinstance(line, Pause):
                yield from self._answers.given_out()
                continue
            self._counts.records += 1
            if line.value is None:
                self._counts.bad_records += 1
                yield from self._answers.after(Entry(damaged(line.data), source=line.place))
                continue
            read = codex_line(line.value)
            self._counts.time(read.ts, read.stamp)
            where = Where(read.ts, line.place)
            if self._copied.has(read):
                self._left_out += 1
                self._answers.copied(read.payload)
                continue
            if self._left_out:
                yield from self._answers.after(where.entry(_left_out(self._left_out)))
                self._left_out = 0
            yield from self._line(read, where)
        yield from self._answers.ended()
        if self._left_out:
            yield Entry(_left_out(self._left_out))

    def _line(self, line: Line, where: Where) -> list[Entry]:
        payload = line.payload
        match line.kind:
            case "response_item":
                return self._item(payload, where)
            case "event_msg":
                return self._event(payload, where)
            case "turn_context":
                return self._turn(payload, where)
            case "session_meta":
                return self._began(payload, where)
            case "compacted":
                return self._answers.ended_by(where.entry(self._compacted(payload)))
            case kind:
                return self._answers.after(where.entry(unmapped(kind, payload)))

    def _item(self, payload: Mapping[str, object], where: Where) -> list[Entry]:
        kind, role = text(payload.get("type")), payload.get("role")
        if kind == "message" and role != "assistant":
            return self._said(payload, where)
        if kind in ("message", "reasoning") or kind.endswith("_call"):
            return self._answers.item(payload, where)
        if kind.endswith("_output"):
            return self._answers.output(payload, where)
        return self._answers.after(where.entry(unmapped(kind, payload)))

    def _said(self, payload: Mapping[str, object], where: Where) -> list[Entry]:
        words = flat_text(payload.get("content"))
        if payload.get("role") in ("developer", "system"):
            return self._answers.ended_by(where.entry(SystemMessage(words)))
        self._counts.said()
        synthetic = is_synthetic(words)
        steer = self._is_asked and not synthetic
        given = self._answers.ended_by(where.entry(UserMessage(words, steer, synthetic)))
        if not (synthetic or steer):
            self._prompts.append((self._answers.turn + 1, words))
            self._is_asked = self._runs
        return given

    def _event(self, payload: Mapping[str, object], where: Where) -> list[Entry]:
        kind = text(payload.get("type"))
        noise = where.entry(unmapped(f"event/{kind}", payload))
        match kind:
            case "task_started" | "turn_started":
                self._runs, self._is_asked = True, False
                return self._answers.ended_by(noise)
            case "token_count":
                return [*self._answers.tokens(payload, where), *self._answers.after(noise)]
            case "task_complete" | "turn_complete":
                return self._task_ended("done", where)
            case "turn_aborted":
                why = text(payload.get("reason"))
                return self._task_ended("interrupted", where, "" if why == "interrupted" else why)
            case "error" | "stream_error" | "warning":
                said = text(payload.get("message")) or kind
                note = Note(said, "error" if kind == "error" else "warning")
                return self._answers.after(where.entry(note))
            case "thread_rolled_back":
                return self._answers.ended_by(where.entry(self._rewound(payload)))
            case _:
                before = self._answers.note(payload, where)
                if begun := self._agents.started(payload):
                    before += self._answers.after(where.entry(begun))
                return [*before, *self._answers.after(noise)]

    def _task_ended(self, outcome: Outcome, where: Where, why: str = "") -> list[Entry]:
        before = self._answers.ended()
        self._runs = self._is_asked = False
        began = self._prompts[-1][0] - 1 if self._prompts else 0
        ended = TaskEnded(outcome, self._answers.turn - began, why)
        return [*before, *self._answers.ended_by(where.entry(ended))]

    def _turn(self, payload: Mapping[str, object], where: Where) -> list[Entry]:
        self._answers.model = text(payload.get("model"))
        self._counts.model(self._answers.model)
        settings = {name: payload[name] for name in _SETTINGS if payload.get(name)}
        changed = {name: value for name, value in settings.items() if self._settings.get(name) != value}
        is_first, self._settings = not self._settings, self._settings | settings
        if changed and not is_first:
            return self._answers.ended_by(where.entry(SettingsChanged(changed)))
        return self._answers.ended_by(where.entry(unmapped("turn_context", settings)))

    def _began(self, payload: Mapping[str, object], where: Where) -> list[Entry]:
        told = payload.get("base_instructions") or payload.get("instructions")
        instructions = flat_text(told)
        if instructions and instructions != self._instructions:
            self._instructions = instructions
            return self._answers.ended_by(where.entry(SystemMessage(instructions)))
        return self._answers.ended_by(where.entry(unmapped("session_meta", payload)))

    def _compacted(self, payload: Mapping[str, object]) -> ContextCompacted:
        kept = (flat_text(mapping(item).get("content")) for item in items(payload.get("replacement_history")))
        summary = text(payload.get("message")) or "\n\n".join(filter(None, kept))
        return ContextCompacted(summary, self._answers.context_tokens)

    def _rewound(self, payload: Mapping[str, object]) -> ConversationRewound | Unmapped:
        left = min(whole(payload.get("num_turns")), len(self._prompts))
        if not left:
            return unmapped("event/thread_rolled_back", payload)
        turn, prompt = self._prompts[-left]
        del self._prompts[-left:]
        return ConversationRewound(turn, prompt)


def _left_out(lines: int) -> Note:
    return Note(f"{lines:,} lines that were copied from the session before are left out")
