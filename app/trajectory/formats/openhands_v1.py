"""The events of OpenHands since 1.0, each of which says what kind it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from app.trajectory.content import Block, Text, Thinking, ToolCall
from app.trajectory.events import AgentStarted, ContextCompacted, Note, Status, SystemMessage, UserMessage
from app.trajectory.formats.contract import Entry
from app.trajectory.formats.openhands_session import Moment, OpenHandsSession
from app.trajectory.formats.parts import as_json, attachment, first_line, flat_text
from app.trajectory.formats.unmapped import unmapped
from app.trajectory.formats.values import first_text, items, mapping, number, text

_CONDENSATIONS = ("Condensation", "CondensationEvent", "CondensationSummaryEvent")
_HALTS = {
    "error": "The agent stopped with an error.",
    "stuck": "The agent is stuck.",
    "paused": "The agent is paused.",
}
_STILL_RUNS = -1  # the exit code of a command that was no longer waited for


@dataclass(slots=True)
class _Answer:
    """An answer whose calls come as events of their own, right after one another."""

    key: str
    moment: Moment
    blocks: list[Block] = field(default_factory=list)
    calls: list[tuple[ToolCall, tuple[str, str], Moment]] = field(default_factory=list)


class OpenHandsEvents:
    """Makes events of messages, actions and observations.

    Args:
        session: Makes those of answers and calls.
    """

    def __init__(self, session: OpenHandsSession) -> None:
        self._session = session
        self._counts = session.counts
        self._open: _Answer | None = None
        self._promised: dict[str, str] = {}

    def begin(self) -> None:
        """Another run begins."""
        self._promised.clear()

    def event(self, event: Mapping[str, object], moment: Moment) -> Iterator[Entry]:
        """The events of one event."""
        kind = text(event.get("kind"))
        if kind == "ConversationStateUpdateEvent":
            yield from self._state(event, moment)
        elif kind == "ActionEvent":
            yield from self._called(event, moment)
        elif kind == "MessageEvent" and event.get("source") == "agent":
            yield from self._answered(event, moment)
        else:
            yield from self.given_out()
            yield from self._other(kind, event, moment)

    def given_out(self) -> Iterator[Entry]:
        """The answer that more calls may come of."""
        answer, self._open = self._open, None
        if answer is None:
            return
        yield self._session.answer([*answer.blocks, *(call for call, _, _ in answer.calls)], answer.moment)
        for call, ids, moment in answer.calls:
            yield self._session.requested(call, ids, moment)
            if tasks := mapping(call.arguments.get("tasks")):
                for name, task in tasks.items():
                    yield moment.entry(AgentStarted(name, call.id, first_line(flat_text(task))))

    def _part(self, key: str, blocks: list[Block], moment: Moment) -> Iterator[Entry]:
        """More of an answer, or another one."""
        if self._open is None or self._open.key != key:
            yield from self.given_out()
            self._open = _Answer(key, moment)
        self._open.blocks += blocks

    def _answered(self, event: Mapping[str, object], moment: Moment) -> Iterator[Entry]:
        message = mapping(event.get("llm_message"))
        self._counts.answer()
        key = text(event.get("llm_response_id")) or text(event.get("id")) or moment.place
        self._promised = {
            identity: key
            for call in items(message.get("tool_calls"))
            if (identity := text(mapping(call).get("id")))
        }
        said = flat_text(message.get("content"))
        yield from self._part(key, [*_thoughts(message), *([Text(said)] if said else [])], moment)
        if not self._promised:
            yield from self.given_out()

    def _called(self, event: Mapping[str, object], moment: Moment) -> Iterator[Entry]:
        asked, action = mapping(event.get("tool_call")), mapping(event.get("action"))
        function = mapping(asked.get("function")) or asked
        identity, known = text(event.get("tool_call_id")), text(event.get("id"))
        name = text(event.get("tool_name")) or text(function.get("name"))
        given = {key: value for key, value in action.items() if key != "kind"}
        arguments = function.get("arguments") or given
        key = self._promised.get(identity) or text(event.get("llm_response_id")) or known or moment.place
        said = flat_text(event.get("thought"))
        yield from self._part(key, [*_thoughts(event), *([Text(said)] if said else [])], moment)
        call = self._session.call(identity or known, name, arguments, moment)
        self._counts.call(call.name)
        if self._open:
            self._open.calls.append((call, (identity, known), moment))

    def _other(self, kind: str, event: Mapping[str, object], moment: Moment) -> Iterator[Entry]:
        match kind:
            case "SystemPromptEvent":
                told = [flat_text(event.get(name)) for name in ("system_prompt", "dynamic_context")]
                yield moment.entry(SystemMessage("\n\n".join(filter(None, told))))
            case "MessageEvent":
                yield from self._told(event, moment)
            case "ObservationEvent" | "AgentErrorEvent" | "UserRejectObservation":
                yield self._finished(kind, event, moment)
            case "PauseEvent":
                yield moment.entry(Note("The person paused the agent."))
            case "ConversationErrorEvent":
                yield moment.entry(Note(first_text(event, ("detail", "code")) or as_json(event), "error"))
            case _ if kind in _CONDENSATIONS:
                yield moment.entry(ContextCompacted(flat_text(event.get("summary"))))
            case _:
                yield moment.entry(unmapped(kind, event))

    def _told(self, event: Mapping[str, object], moment: Moment) -> Iterator[Entry]:
        """What the model is told; the copy of the result of a call is left out."""
        message = mapping(event.get("llm_message"))
        if message.get("role") == "tool":
            if not self._session.is_known(text(message.get("tool_call_id"))):
                yield moment.entry(unmapped("tool message", message))
            return
        person = event.get("source") == "user"
        if person:
            self._counts.said()
        self._session.told(moment)
        yield moment.entry(UserMessage(flat_text(message.get("content")), synthetic=not person))
        if added := flat_text(event.get("extended_content")):
            yield moment.entry(UserMessage(added, synthetic=True))

    def _finished(self, kind: str, event: Mapping[str, object], moment: Moment) -> Entry:
        result = mapping(event.get("observation"))
        self._counts.result(failed=kind == "AgentErrorEvent" or result.get("is_error") is True)
        ids = (text(event.get("tool_call_id")), text(event.get("action_id")))
        if kind == "AgentErrorEvent" and not any(map(self._session.is_known, ids)):
            return moment.entry(Note(flat_text(event.get("error")), "error"))
        codes = (number(holder.get("exit_code")) for holder in (result, mapping(result.get("metadata"))))
        code = next((found for found in codes if found is not None), None)
        status: Status = "done"
        if kind == "UserRejectObservation":
            status = "denied"
        elif result.get("timeout") is True or code == _STILL_RUNS:
            status = "timeout"
        elif kind == "AgentErrorEvent" or result.get("is_error") is True or result.get("error") or code:
            status = "failed"
        told = _result(result) if result else first_text(event, ("error", "rejection_reason"))
        exit_code = int(code) if code is not None and code != _STILL_RUNS else None
        return self._session.finished(ids, status, told, moment, exit_code=exit_code)

    def _state(self, event: Mapping[str, object], moment: Moment) -> Iterator[Entry]:
        """Nearly all of these tell of an answer that streams: it comes whole."""
        status = first_text(event, ("agent_status", "value")).lower()
        if status in _HALTS and event.get("key") in (None, "agent_status", "execution_status"):
            yield from self.given_out()
            yield moment.entry(Note(_HALTS[status], "warning"))


def _thoughts(holder: Mapping[str, object]) -> list[Block]:
    """The reasoning of a message or of an action: as signed blocks, or else as text."""
    found: list[Block] = []
    for block in map(mapping, items(holder.get("thinking_blocks"))):
        thought, redacted = text(block.get("thinking")), text(block.get("data"))
        found.append(Thinking(thought, text(block.get("signature")), redacted))
    if not found and (thought := text(holder.get("reasoning_content"))):
        found.append(Thinking(thought))
    return found


def _result(result: Mapping[str, object]) -> str:
    """What the model is told of a result."""
    if "content" in result:
        told = flat_text(result["content"])
    elif "stdout" in result or "stderr" in result:
        told = "\n".join(filter(None, (text(result.get("stdout")), text(result.get("stderr")))))
    else:
        told = first_text(result, ("output", "message", "error")) or as_json(result)
    screen = text(result.get("screenshot_data"))
    return "\n".join(filter(None, (told, attachment(screen, "image/png") if screen else "")))
