"""The answers in a rollout of Codex: items one after the other, the end of which only their tokens tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from app.trajectory.content import Block, Text, Thinking, ToolCall, Usage
from app.trajectory.events import ToolFinished
from app.trajectory.formats.answers_in_parts import AnswersInParts, Where, elapsed
from app.trajectory.formats.calls import Calls
from app.trajectory.formats.codex_outputs import Output, Outputs, at_once
from app.trajectory.formats.contract import Entry
from app.trajectory.formats.counts import Counts
from app.trajectory.formats.parts import flat_text
from app.trajectory.formats.values import items, mapping, text, whole

_MOST_HELD = 500  # texts of an answer
_ARGUMENTS = ("arguments", "input", "action", "revised_prompt")


class CodexAnswers:
    """Puts items together as answers, and counts them.

    An answer ends with the count of its tokens, which comes after the results of its calls; where there is
    none, with the next item of the model after a result, or with what the person says.

    Args:
        counts: Of the file.

    Attributes:
        model: That answers.
        context_tokens: Those of the conversation, when they were last told.
    """

    def __init__(self, counts: Counts) -> None:
        self.model = ""
        self.context_tokens = 0
        self._counts = counts
        self._calls = Calls()
        self._answers = AnswersInParts(self._calls)
        self._outputs = Outputs()
        self._asked: dict[str, float] = {}
        self._number = 1
        self._has_parts = False
        self._has_results = False
        self._shown: list[tuple[Text | Thinking, Where]] = []
        self._written: set[str] = set()
        self._total: Mapping[str, object] = {}
        self._copied_total: Mapping[str, object] = {}

    @property
    def turn(self) -> int:
        """The number of answers so far."""
        return self._answers.turn

    def item(self, payload: Mapping[str, object], where: Where) -> list[Entry]:
        """Something that the model thought, said or asked for."""
        before = self.ended() if self._has_results or len(self._written) >= _MOST_HELD else []
        kind = text(payload.get("type"))
        if kind == "message":
            self._counts.answer()
            return before + self._part(where, self._message(payload))
        if kind == "reasoning":
            return before + self._part(where, self._reasoning(payload))
        call = self._call(payload, kind.removesuffix("_call"), where)
        entries = before + self._part(where, [call])
        output = at_once(payload)
        return entries + self._finished(call.id, output, where) if output else entries

    def output(self, payload: Mapping[str, object], where: Where) -> list[Entry]:
        """What came of a call."""
        output = self._outputs.read(payload)
        self._counts.result(failed=output.says_error)
        self._has_results = self._has_parts
        return self._finished(text(payload.get("call_id")), output, where)

    def note(self, event: Mapping[str, object], where: Where) -> list[Entry]:
        """An event that says more of a call; or what an item says too, unless the file leaves that out."""
        block: Text | Thinking
        match event.get("type"):
            case "agent_message":
                block = Text(text(event.get("message")))
            case "agent_reasoning":
                block = Thinking(text(event.get("text")))
            case _:
                self._outputs.note(event)
                return []
        before = self.ended() if self._has_results or len(self._shown) >= _MOST_HELD else []
        self._shown.append((block, where))
        return before

    def tokens(self, event: Mapping[str, object], where: Where) -> list[Entry]:
        """The tokens so far: they end an answer."""
        info = mapping(event.get("info"))
        total, last = mapping(info.get("total_token_usage")), mapping(info.get("last_token_usage"))
        if not total:
            return []
        self.context_tokens = whole(last.get("total_tokens"))
        self._count(total)
        is_new, self._total = total != self._total, total
        if not (is_new and self._has_parts):
            return []
        cached = whole(last.get("cached_input_tokens"))
        fresh = max(whole(last.get("input_tokens")) - cached, 0)
        usage = Usage(fresh, whole(last.get("output_tokens")), cached)
        return [*self._part(where, (), usage), *self.ended()]

    def copied(self, event: Mapping[str, object]) -> None:
        """A record of a history that is no part of this session: its tokens are no part of its total."""
        if total := mapping(mapping(event.get("info")).get("total_token_usage")):
            self._copied_total = total

    def after(self, entry: Entry) -> list[Entry]:
        """Something in the midst of an answer, or after one."""
        return self._answers.after(entry)

    def ended_by(self, entry: Entry) -> list[Entry]:
        """Something that is never in the midst of an answer."""
        return [*self.ended(), *self._answers.after(entry)]

    def given_out(self) -> list[Entry]:
        """What is held back, though more may come to it."""
        return self._answers.given_out()

    def ended(self) -> list[Entry]:
        """The answer, with what only events say of it; what comes next is of another one."""
        shown, self._shown = self._shown, []
        written, self._written = self._written, set()
        given: list[Entry] = []
        for block, where in shown:
            said = block.text.strip()
            if said and not any(said in one for one in written):
                given += self._part(where, [block])
        given += self._answers.given_out()
        self._number += 1
        self._has_parts = self._has_results = False
        return given

    def _part(self, where: Where, blocks: Sequence[Block], usage: Usage | None = None) -> list[Entry]:
        self._has_parts = True
        return self._answers.part(str(self._number), where, blocks, model=self.model, usage=usage)

    def _message(self, payload: Mapping[str, object]) -> list[Block]:
        said = flat_text(payload.get("content"))
        self._written.add(said)
        return [Text(said)] if said else []

    def _reasoning(self, payload: Mapping[str, object]) -> list[Block]:
        summary = [text(mapping(part).get("text")) for part in items(payload.get("summary"))]
        thought = "\n\n".join(filter(None, summary)) or flat_text(payload.get("content"))
        self._written.update((*summary, thought))
        hidden = "" if thought else text(payload.get("encrypted_content"))
        return [Thinking(thought, redacted=hidden)] if thought or hidden else []

    def _call(self, payload: Mapping[str, object], kind: str, where: Where) -> ToolCall:
        name = text(payload.get("name")) or kind
        self._counts.call(name)
        arguments = next((payload[key] for key in _ARGUMENTS if payload.get(key) is not None), None)
        given = text(payload.get("call_id")) or payload.get("id")
        call = self._calls.call(given, name, arguments, where.source)
        self._asked[call.id] = where.ts
        return call

    def _finished(self, given: str, output: Output, where: Where) -> list[Entry]:
        event = self._calls.finished(
            given, output.status, output.content, exit_code=output.exit_code, diff=output.diff
        )
        if isinstance(event, ToolFinished):
            took = elapsed(self._asked.pop(event.call, 0.0), where.ts)
            event = replace(event, duration=took if output.duration is None else output.duration)
        return self._answers.after(where.entry(event))

    def _count(self, total: Mapping[str, object]) -> None:
        """The last total is that of the session; one that a copied history left off with does not count."""

        def own(name: str) -> int:
            now, before = whole(total.get(name)), whole(self._copied_total.get(name))
            return now - before if now >= before else now

        tokens = self._counts.tokens
        tokens.input_tokens = own("input_tokens")
        tokens.output_tokens = own("output_tokens")
        tokens.cache_read_tokens = own("cached_input_tokens")
        tokens.reasoning_tokens = own("reasoning_output_tokens")
