"""The messages of Claude Code, which its sessions and its stream have in common."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from app.trajectory.content import ToolCall, Usage
from app.trajectory.events import AgentStarted, Note, Outcome, TaskEnded, ToolFinished, UserMessage
from app.trajectory.formats.answers_in_parts import AnswersInParts, Where, difference, elapsed, larger
from app.trajectory.formats.calls import Calls
from app.trajectory.formats.claude_blocks import answer_blocks, stop, usage
from app.trajectory.formats.claude_results import result
from app.trajectory.formats.contract import Entry
from app.trajectory.formats.counts import Counts
from app.trajectory.formats.parts import first_line, flat_text
from app.trajectory.formats.synthetic import is_synthetic
from app.trajectory.formats.values import first_text, items, mapping, text

OF_PROGRAM = "<synthetic>"
"""The name of the model where the program itself answered in its place."""

_INTERRUPTED = "[Request interrupted by user"
_MOST_IN_PARTS = 256  # messages of which another part may come


class ClaudeMessages:
    """Makes events of messages, and counts them.

    Args:
        counts: Of the file.
    """

    def __init__(self, counts: Counts) -> None:
        self._counts = counts
        self._calls = Calls()
        self._answers = AnswersInParts(self._calls)
        self._waiting: dict[str, tuple[ToolCall, Where]] = {}
        self._agents: set[str] = set()
        self._tasks: dict[str, dict[str, None]] = {}
        self._used: dict[str, Usage] = {}
        self._answered: set[str] = set()
        self._called: set[str] = set()
        self._resulted: set[str] = set()
        self._began = 0

    @property
    def turn(self) -> int:
        """The number of answers so far."""
        return self._answers.turn

    def assistant(self, message: Mapping[str, object], where: Where, *, error: bool = False) -> list[Entry]:
        """A record that has a message of the model, or one part of it.

        Args:
            message: As the protocol has it.
            where: It stands.
            error: It is none of the model, but says why there is none.
        """
        identity = text(message.get("id")) or where.source
        model = text(message.get("model"))
        told = usage(mapping(message.get("usage")))
        if identity not in self._answered:
            self._answered.add(identity)
            self._counts.answer(model)
            self._count_tokens(identity, Usage(), told)
        elif identity in self._used:
            self._count_tokens(identity, self._used[identity], told)
        self._count_calls(message.get("content"))
        if error or model == OF_PROGRAM:
            note = Note(flat_text(message.get("content")), "error" if error else "info")
            return [*self.given_out(), where.entry(note)]
        blocks = tuple(answer_blocks(message.get("content"), self._calls, where.source))
        for block in blocks:
            if isinstance(block, ToolCall):
                self._waiting[block.id] = (block, where)
                self._tasks.setdefault(text(block.arguments.get("prompt")), {})[block.id] = None
        reason = stop(message.get("stop_reason"))
        return self._answers.part(identity, where, blocks, model=model, stop=reason, usage=told)

    def user(
        self, message: Mapping[str, object], where: Where, *, record: object = None, synthetic: bool = False
    ) -> list[Entry]:
        """A record that has results of calls, or what was said to the model.

        Args:
            message: As the protocol has it.
            where: It stands.
            record: A tool's own record of its result; may be anything.
            synthetic: A program said it.
        """
        content = message.get("content")
        results: list[Mapping[str, object]] = []
        others: list[object] = []
        for part in items(content):
            block = mapping(part)
            if block.get("type") == "tool_result":
                results.append(block)
            else:
                others.append(part)
        entries: list[Entry] = []
        for block in results:
            entries += self._result(block, record if len(results) == 1 else None, where)
        if not results:
            self._counts.said()
        if others or not results:
            words = flat_text(others if others else content)
            entries += self.said(words, where, synthetic=synthetic or bool(where.agent))
        return entries

    def said(self, words: str, where: Where, *, steer: bool = False, synthetic: bool = False) -> list[Entry]:
        """What a person, or a program in its place, said.

        Args:
            words: The whole text.
            where: It stands.
            steer: It was said while the model worked.
            synthetic: It is known that a program said it.
        """
        event = UserMessage(words, steer, synthetic or is_synthetic(words))
        entries = self._answers.after(where.entry(event))
        if words.startswith(_INTERRUPTED) and not where.agent:
            entries.append(where.entry(self.task_ended("interrupted")))
        elif not event.synthetic and not steer:
            self._began = self.turn
        return entries

    def task_ended(self, outcome: Outcome) -> TaskEnded:
        """The task that was given last came to its end."""
        return TaskEnded(outcome, self.turn - self._began)

    def after(self, entry: Entry) -> list[Entry]:
        """Any other event, in its place among the messages."""
        return self._answers.after(entry)

    def given_out(self) -> list[Entry]:
        """What is held back."""
        return self._answers.given_out()

    def agent_started(self, call: str, name: str, where: Where, trajectory: str = "") -> list[Entry]:
        """A call began a sub-agent; nothing if that is known already.

        Args:
            call: Its id; empty if it is not known.
            name: Of the agent.
            where: It is said.
            trajectory: The file of the agent, if it has one.
        """
        if not name or name in self._agents:
            return []
        self._agents.add(name)
        task = self._waiting[call][0].arguments if call in self._waiting else {}
        title = first_line(first_text(task, ("description", "prompt")))
        return self.after(where.entry(AgentStarted(name, call, title, trajectory)))

    def call_of_task(self, prompt: str) -> str:
        """The call that waits for a sub-agent with this task and has none yet; empty if there is none."""
        calls = self._tasks.get(prompt) if prompt else None
        if not calls:
            return ""
        first = next(iter(calls))
        del calls[first]
        return first

    def _result(self, block: Mapping[str, object], record: object, where: Where) -> list[Entry]:
        given = text(block.get("tool_use_id"))
        if given not in self._resulted:
            self._resulted.add(given)
            self._counts.result(failed=block.get("is_error") is True)
        came = result(block, record)
        event = self._calls.finished(
            given, came.status, came.content, exit_code=came.exit_code, diff=came.diff
        )
        if isinstance(event, ToolFinished):
            call, asked = self._waiting.pop(event.call)
            self._forget_task(text(call.arguments.get("prompt")), call.id)
            duration = elapsed(asked.ts, where.ts) or came.duration or 0.0
            event = replace(event, duration=duration)
        return self.after(where.entry(event))

    def _forget_task(self, prompt: str, call: str) -> None:
        calls = self._tasks.get(prompt, {})
        calls.pop(call, None)
        if not calls:
            self._tasks.pop(prompt, None)

    def _count_tokens(self, identity: str, before: Usage, told: Usage) -> None:
        """Count a message's tokens once, though they are told, and may grow, with each part of it."""
        now = larger(before, told)
        more = difference(now, before)
        self._counts.tokens.add(
            more.input_tokens, more.output_tokens, more.cache_read_tokens, more.cache_write_tokens
        )
        self._used[identity] = now
        if len(self._used) > _MOST_IN_PARTS:
            del self._used[next(iter(self._used))]

    def _count_calls(self, content: object) -> None:
        for part in items(content):
            block = mapping(part)
            identity = text(block.get("id"))
            if block.get("type") == "tool_use" and identity not in self._called:
                self._called.add(identity)
                self._counts.call(text(block.get("name")))
