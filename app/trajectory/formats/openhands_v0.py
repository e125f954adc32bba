"""Actions and observations, the events of OpenHands before 1.0."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from app.trajectory.content import Block, Text, Thinking, ToolCall, Usage
from app.trajectory.events import AgentStarted, ContextCompacted, Note, Status, SystemMessage, UserMessage
from app.trajectory.formats.contract import Entry
from app.trajectory.formats.counts import Tokens
from app.trajectory.formats.openhands_session import Moment, OpenHandsSession
from app.trajectory.formats.parts import attachment, first_line, flat_text
from app.trajectory.formats.values import first_text, items, mapping, number, text, whole

_OF_PROGRAM = ("null", "recall", "change_agent_state", "agent_state_changed", "")
_NOT_ARGUMENTS = (
    "thought",
    "blocking",
    "hidden",
    "confirmation_state",
    "is_confirmed",
    "security_risk",
    "translated_ipython_code",
    "impl_source",
)
_STILL_RUNS = -1  # the exit code of a command that was no longer waited for


class OpenHandsActions:
    """Makes events of actions and observations.

    Args:
        session: Makes those of answers and calls.
    """

    def __init__(self, session: OpenHandsSession) -> None:
        self._session = session
        self._counts = session.counts
        self._response = ""
        self._made: dict[str, ToolCall] = {}
        self._cost = 0.0
        self._delegates: list[str] = []
        self._tagged = False
        self._untagged: Counter[str] = Counter()
        self._untagged_results = 0

    def begin(self) -> None:
        """Another run begins."""
        self._response, self._cost = "", 0.0
        self._made.clear()
        self._delegates.clear()

    def action(self, event: Mapping[str, object], moment: Moment) -> Iterator[Entry]:
        """Something that the person, the model or the program does."""
        kind, arguments = text(event.get("action")), mapping(event.get("args"))
        said = _with_images(flat_text(arguments.get("content")), arguments)
        match kind:
            case "system":
                yield moment.entry(SystemMessage(said))
            case "message" if event.get("source") == "agent":
                self._counts.answer()
                self._response = ""
                yield self._session.answer([Text(said)], moment, cost=self._spent(event))
            case "message":
                self._counts.said()
                self._session.told(moment)
                yield moment.entry(UserMessage(said))
            case "condensation":
                yield moment.entry(ContextCompacted(flat_text(arguments.get("summary"))))
            case _ if kind not in _OF_PROGRAM:
                yield from self._called(kind, arguments, event, moment)

    def observation(self, event: Mapping[str, object], moment: Moment) -> Iterator[Entry]:
        """What came of an action."""
        kind, extras = text(event.get("observation")), mapping(event.get("extras"))
        ids = _ids(event, "cause")
        if kind == "delegate" and self._delegates:
            self._session.agent = self._delegates.pop()
            moment = Moment(moment.ts, moment.place, self._session.agent)
        if kind == "error":
            self._counts.tool_errors = (self._counts.tool_errors or 0) + 1
        if mapping(event.get("tool_call_metadata")):
            self._counts.result()
        elif kind not in _OF_PROGRAM:
            self._untagged_results += 1
        if kind == "recall":
            if knowledge := _knowledge(extras):
                yield moment.entry(UserMessage(knowledge, synthetic=True))
        elif kind in _OF_PROGRAM:
            if reason := text(extras.get("reason")):
                yield moment.entry(Note(reason, "warning"))
        elif kind == "error" and not any(map(self._session.is_known, ids)):
            yield moment.entry(Note(flat_text(event.get("content")), "error"))
        elif kind == "agent_condensation":
            yield moment.entry(ContextCompacted(flat_text(event.get("content"))))
        else:
            yield self._finished(kind, extras, event, ids, moment)

    def settle(self) -> None:
        """Nothing more comes: count calls that no record says to be the model's, if none does of any."""
        if not self._tagged:
            for name, count in self._untagged.items():
                for _ in range(count):
                    self._counts.call(name)
            for _ in range(self._untagged_results):
                self._counts.result()

    def _called(
        self, kind: str, arguments: Mapping[str, object], event: Mapping[str, object], moment: Moment
    ) -> Iterator[Entry]:
        """A call, and before the first one of an answer that answer."""
        metadata = mapping(event.get("tool_call_metadata"))
        name = text(metadata.get("function_name")) or kind
        if metadata:
            self._tagged = True
            self._counts.call(name)
        else:
            self._untagged[name] += 1
        response = mapping(metadata.get("model_response"))
        known = text(response.get("id"))
        ids = _ids(event, "id")
        key = next(filter(None, ids), moment.place)
        if not (known and known == self._response):
            self._response = known
            self._made.clear()
            blocks = self._blocks(response, arguments, moment)
        else:
            blocks = []
        if key not in self._made:
            given = {name: value for name, value in arguments.items() if name not in _NOT_ARGUMENTS}
            self._made[key] = self._session.call(ids[0] or ids[1], name, given, moment)
            blocks.append(self._made[key])
        if blocks:
            self._counts.model(response.get("model"))
            cost = self._spent(event)
            yield self._session.answer(
                blocks, moment, model=text(response.get("model")), usage=_usage(response), cost=cost
            )
        call = self._made.pop(key)
        yield self._session.requested(call, ids, moment)
        if kind == "delegate":
            agent = text(arguments.get("agent")) or "delegate"
            task = first_text(mapping(arguments.get("inputs")), ("task",)) or text(arguments.get("task"))
            yield moment.entry(AgentStarted(agent, call.id, first_line(task)))
            self._delegates.append(moment.agent)
            self._session.agent = agent

    def _blocks(
        self, response: Mapping[str, object], arguments: Mapping[str, object], moment: Moment
    ) -> list[Block]:
        """What an answer says and asks for; all its calls, of which each has an action of its own."""
        message = mapping(mapping(next(iter(items(response.get("choices"))), None)).get("message"))
        blocks: list[Block] = []
        if thought := flat_text(message.get("reasoning_content")):
            blocks.append(Thinking(thought))
        if said := flat_text(message.get("content")) or text(arguments.get("thought")):
            blocks.append(Text(said))
        for asked in map(mapping, items(message.get("tool_calls"))):
            function, identity = mapping(asked.get("function")), text(asked.get("id"))
            if identity and identity not in self._made:
                name, given = function.get("name"), function.get("arguments")
                self._made[identity] = self._session.call(identity, name, given, moment)
                blocks.append(self._made[identity])
        return blocks

    def _spent(self, event: Mapping[str, object]) -> float | None:
        """What an answer cost: the difference to what all before it had cost."""
        metrics = mapping(event.get("llm_metrics"))
        tokens = mapping(metrics.get("accumulated_token_usage"))
        if tokens:
            self._counts.tokens = Tokens()
            self._counts.tokens.add(
                tokens.get("prompt_tokens"),
                tokens.get("completion_tokens"),
                tokens.get("cache_read_tokens"),
                cost_usd=metrics.get("accumulated_cost"),
            )
        before, now = self._cost, number(metrics.get("accumulated_cost"))
        self._cost = now or before
        return now - before if now and now > before else None

    def _finished(
        self,
        kind: str,
        extras: Mapping[str, object],
        event: Mapping[str, object],
        ids: tuple[str, ...],
        moment: Moment,
    ) -> Entry:
        content = flat_text(event.get("content"))
        code = number(mapping(extras.get("metadata")).get("exit_code", extras.get("exit_code")))
        status: Status = "done"
        if kind == "user_rejected":
            status = "denied"
        elif code == _STILL_RUNS:
            status = "timeout"
        elif kind == "error" or code or (kind in ("edit", "read") and content.startswith("ERROR:")):
            status = "failed"
        diff = text(extras.get("diff"))
        if kind == "edit" and content.startswith("--- ") and not diff:
            diff, content = content, text(extras.get("formatted_output_and_error")) or content
        exit_code = int(code) if code is not None and code != _STILL_RUNS else None
        told = _with_images(content, extras)
        return self._session.finished(ids, status, told, moment, exit_code=exit_code, diff=diff)


def _ids(event: Mapping[str, object], cause: str) -> tuple[str, str]:
    """The ids that a call and its result have in common: the one of the model, and the one of the action."""
    action = number(event.get(cause))
    known = text(mapping(event.get("tool_call_metadata")).get("tool_call_id"))
    return known, "" if action is None else f"action {int(action)}"


def _usage(response: Mapping[str, object]) -> Usage:
    tokens = mapping(response.get("usage"))
    details = mapping(tokens.get("prompt_tokens_details"))
    read = whole(tokens.get("cache_read_input_tokens")) or whole(details.get("cached_tokens"))
    written = whole(tokens.get("cache_creation_input_tokens"))
    fresh = max(whole(tokens.get("prompt_tokens")) - read - written, 0)
    return Usage(fresh, whole(tokens.get("completion_tokens")), read, written)


def _with_images(content: str, holder: Mapping[str, object]) -> str:
    addresses = [*items(holder.get("image_urls")), holder.get("screenshot")]
    return "\n".join(filter(None, [content, *(attachment(text(one)) for one in addresses if text(one))]))


def _knowledge(extras: Mapping[str, object]) -> str:
    """What the program added to a task: instructions of the repository, and what its words called up."""
    found = [text(mapping(piece).get("content")) for piece in items(extras.get("microagent_knowledge"))]
    return "\n\n".join(filter(None, [text(extras.get("repo_instructions")), *found]))
