"""Trajectories of mini-swe-agent: one list of messages, in the notation of a chat API."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from app.trajectory.content import Block, Text, Thinking, ToolCall, Usage
from app.trajectory.events import (
    Event,
    SessionImported,
    Status,
    SystemMessage,
    TaskEnded,
    Unmapped,
    UserMessage,
)
from app.trajectory.formats.answers import Answers
from app.trajectory.formats.answers_in_parts import elapsed
from app.trajectory.formats.contract import Entry
from app.trajectory.formats.counts import Counts
from app.trajectory.formats.parts import first_line, flat_text
from app.trajectory.formats.source import Source
from app.trajectory.formats.task_title import task_title
from app.trajectory.formats.values import items, mapping, number, seconds, text, whole

_ROLES = ("system", "user", "assistant")
_BLOCK = re.compile(r"```(bash|mswea_bash_command)[^\S\n]*\n(.*?)\n?```", re.DOTALL)
_RETURNED = re.compile(r"\s*<returncode>(-?\d{1,9})</returncode>")
_FACTS = ("exit_status", "exception_str")
_DONE = "Submitted"


class MiniSweAgent:
    """The first versions have a command in a block of the answer, the later ones calls with ids."""

    name = "mini"

    def recognise(self, source: Source) -> str | None:
        """The version of its notation; `list` for the oldest, which is but the messages."""
        document = source.document
        if isinstance(document, list):
            return "list" if _is_list(document) else None
        fields = mapping(document)
        variant = text(fields.get("trajectory_format"))
        named = variant.startswith("mini-swe-agent-") or "mini_version" in mapping(fields.get("info"))
        return variant if named and isinstance(fields.get("messages"), list) else None

    def read(self, source: Source, counts: Counts) -> Iterator[Entry]:
        """The messages, one after the other."""
        document = source.document
        fields = mapping(document)
        messages, at = (items(document), "") if not fields else (items(fields.get("messages")), "/messages")
        info = mapping(fields.get("info"))
        stats = mapping(info.get("model_stats"))
        counts.records = len(messages)
        counts.tokens.add(cost_usd=stats.get("instance_cost"))
        yield Entry(_imported(fields, messages, self.recognise(source) or ""))
        yield from _Reader(counts).entries(messages, at, text(info.get("exit_status")))


class _Reader:
    def __init__(self, counts: Counts) -> None:
        self._counts = counts
        self._answers = Answers()
        self._clock = 0.0
        self._took = 0.0

    def entries(self, messages: Sequence[object], at: str, status: str) -> Iterator[Entry]:
        for index, one in enumerate(messages):
            message = mapping(one)
            extra = mapping(message.get("extra"))
            stamp = extra.get("timestamp")
            created = mapping(extra.get("response")).get("created")
            self._took = elapsed(self._clock, seconds(stamp))
            self._clock = seconds(stamp) or seconds(created) or self._clock
            if isinstance(stamp, str | int | float):
                self._counts.time(seconds(stamp), stamp)
            submits = index == len(messages) - 1 and status in ("", _DONE)
            for event in self._events(message, extra, index, submits=submits):
                yield Entry(event, self._clock, f"{at}/{index}")
        if status:
            done = status == _DONE
            ended = TaskEnded("done" if done else "failed", self._answers.turn, "" if done else status)
            yield Entry(ended, self._clock, "/info")

    def _events(
        self, message: Mapping[str, object], extra: Mapping[str, object], index: int, *, submits: bool
    ) -> Iterator[Event]:
        said = flat_text(message.get("content"))
        waiting = next(iter(self._answers.calls.waiting()), "")
        is_result = message.get("type") == "function_call_output"
        match message.get("role") or message.get("object") or (is_result and "tool"):
            case "assistant" | "response":
                yield from self._answer(message, extra)
            case "tool":
                given = message.get("tool_call_id") or message.get("call_id")
                yield self._result(given, said or flat_text(message.get("output")), extra.get("returncode"))
            case "system":
                yield SystemMessage(said)
            case "user":
                self._counts.said()
                returned = _RETURNED.match(said)
                if returned:
                    yield self._result(waiting, said, int(returned[1]))
                elif submits and waiting:
                    yield self._submitted(waiting, said)
                else:
                    yield UserMessage(said, synthetic=index > 1)
            case "exit" if submits and waiting:
                yield self._submitted(waiting, said)
            case "exit":
                yield Unmapped("exit", first_line(said))
            case role:
                yield Unmapped(text(role) or "message", first_line(said))

    def _answer(self, message: Mapping[str, object], extra: Mapping[str, object]) -> Iterator[Event]:
        response = mapping(extra.get("response")) or message
        usage = mapping(response.get("usage"))
        read = _details(usage, "prompt").get("cached_tokens", usage.get("cache_read_input_tokens"))
        written = whole(usage.get("cache_creation_input_tokens"))
        given = usage.get("prompt_tokens", usage.get("input_tokens"))
        produced = usage.get("completion_tokens", usage.get("output_tokens"))
        self._counts.answer(response.get("model"))
        thought = _details(usage, "completion").get("reasoning_tokens")
        self._counts.tokens.add(given, produced, read, reasoning_tokens=thought)
        choice = mapping(next(iter(items(response.get("choices"))), None))
        yield from self._answers.answer(
            self._blocks(message, choice),
            model=response.get("model"),
            usage=Usage(max(whole(given) - whole(read) - written, 0), whole(produced), whole(read), written),
            cost=number(extra.get("cost", usage.get("cost"))),
            stop=choice.get("finish_reason"),
            duration=self._took,
        )

    def _blocks(self, message: Mapping[str, object], choice: Mapping[str, object]) -> list[Block]:
        place = f"step-{self._answers.turn + 1}"
        output = [mapping(part) for part in items(message.get("output"))]
        asked = [part for part in output if part.get("type") == "function_call"]
        blocks = self._answers.blocks(message, place)
        blocks += [Text(said) for part in output if (said := flat_text(part.get("content")))]
        for part in asked:
            call = self._answers.calls.call(
                part.get("call_id"), part.get("name"), part.get("arguments"), place
            )
            blocks.append(call)
        recorded = mapping(choice.get("message"))
        thought = flat_text(recorded.get("reasoning_content") or recorded.get("reasoning"))
        if thought and not any(isinstance(block, Thinking) for block in blocks):
            blocks.insert(0, Thinking(thought))
        calls = [block for block in blocks if isinstance(block, ToolCall)]
        if not calls:
            found = [
                match for block in blocks if isinstance(block, Text) for match in _BLOCK.finditer(block.text)
            ]
            if len(found) == 1:
                call = self._answers.calls.call(None, "bash", {"command": found[0][2]}, f"{place}-1")
                blocks.append(call)
                # The fence of the oldest files is not one of those that count as a call.
                calls = [call] if found[0][1] == "bash" else []
        for call in calls:
            self._counts.call(call.name)
        return blocks

    def _result(self, given: object, said: str, returned: object) -> Event:
        code = returned if isinstance(returned, int) and not isinstance(returned, bool) else None
        self._counts.result(failed=bool(code))
        status: Status = "failed" if code else "done"
        return self._answers.calls.finished(given, status, said, duration=self._took, exit_code=code)

    def _submitted(self, call: str, said: str) -> Event:
        """The last message of a run that came to its end: what the last command put out."""
        return self._answers.calls.finished(call, "done", said, duration=self._took)


def _details(usage: Mapping[str, object], kind: str) -> Mapping[str, object]:
    return mapping(usage.get(f"{kind}_tokens_details"))


def _is_list(document: Sequence[object]) -> bool:
    """Whether these are the messages of the oldest version, and not of just any chat."""
    messages = [mapping(message) for message in document]
    if not messages or any(message.keys() != {"role", "content"} for message in messages):
        return False
    if any(message["role"] not in _ROLES for message in messages):
        return False
    said = [flat_text(message["content"]) for message in messages[:8]]
    return any(_RETURNED.match(one) for one in said) or any("mswea_bash_command" in one for one in said)


def _imported(document: Mapping[str, object], messages: Sequence[object], variant: str) -> SessionImported:
    info = mapping(document.get("info"))
    config = mapping(info.get("config"))
    told = (mapping(message) for message in messages)
    task = next((flat_text(one.get("content")) for one in told if one.get("role") == "user"), "")
    facts: dict[str, object] = {name: said for name in _FACTS if (said := info.get(name))}
    facts |= mapping(info.get("model_stats"))
    return SessionImported(
        "mini",
        variant,
        program="mini-swe-agent",
        program_version=text(info.get("mini_version")),
        session=text(document.get("instance_id")),
        workspace=text(mapping(config.get("environment")).get("cwd")),
        model=text(mapping(config.get("model")).get("model_name")),
        title=task_title(task),
        facts=facts,
    )
