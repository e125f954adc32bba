"""The answers of the model in a trajectory that is being read, numbered, with the calls each asks for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from app.trajectory.content import Block, Text, Thinking, ToolCall, Usage
from app.trajectory.events import Event, ModelResponse
from app.trajectory.formats.calls import Calls
from app.trajectory.formats.parts import as_json, flat_text
from app.trajectory.formats.values import items, mapping, text

_STOPS = {
    "length": "length",
    "max_tokens": "length",
    "refusal": "refusal",
    "content_filter": "refusal",
    "interrupted": "interrupted",
}


class Answers:
    """Makes the events of answers.

    Attributes:
        calls: Those of all answers.
        turn: How many there were.
    """

    def __init__(self) -> None:
        self.calls = Calls()
        self.turn = 0

    def answer(
        self,
        blocks: Iterable[Block],
        *,
        model: object = "",
        usage: Usage | None = None,
        cost: float | None = None,
        stop: object = "",
        duration: float = 0.0,
    ) -> Iterator[Event]:
        """An answer, and its calls.

        Args:
            blocks: What it says; calls are made by `calls.call`.
            model: That answered.
            usage: Its tokens.
            cost: US dollars; None if the file does not tell.
            stop: Why it ended, as the file tells it.
            duration: Seconds.
        """
        self.turn += 1
        said = tuple(blocks)
        asked = [block for block in said if isinstance(block, ToolCall)]
        why = _STOPS.get(text(stop), "tools" if asked else "end")
        yield ModelResponse(
            self.turn, text(model), said, why, usage or Usage(), cost, None, max(duration, 0.0), 1
        )
        for call in asked:
            yield self.calls.requested(call, self.turn)

    def blocks(self, message: object, place: str) -> list[Block]:
        """What an answer in the notation of a chat API says: that of OpenAI, or of Anthropic.

        Args:
            message: Has `content`, and maybe `tool_calls` and `reasoning_content`.
            place: Begins the ids of calls that have none.
        """
        fields = mapping(message)
        content = fields.get("content")
        thoughts = items(fields.get("thinking_blocks"))
        found = [block for part in thoughts for block in self._block(part, place)]
        reasoning = flat_text(fields.get("reasoning_content") or fields.get("reasoning"))
        if reasoning and not found:
            found.append(Thinking(reasoning))
        for part in content if isinstance(content, list) else [content]:
            found.extend(self._block(part, place))
        for number, asked in enumerate(items(fields.get("tool_calls")), 1):
            outer, inner = mapping(asked), mapping(mapping(asked).get("function"))
            name = inner.get("name") or outer.get("name") or outer.get("function")
            arguments = inner.get("arguments", outer.get("arguments", outer.get("args")))
            found.append(self.calls.call(outer.get("id"), name, arguments, f"{place}-{number}"))
        return found

    def _block(self, part: object, place: str) -> Iterator[Block]:
        fields = mapping(part)
        match fields.get("type"):
            case "thinking" | "reasoning":
                said = flat_text(fields.get("thinking") or fields.get("text") or fields.get("reasoning"))
                yield Thinking(said, text(fields.get("signature")))
            case "redacted_thinking":
                yield Thinking("", redacted=text(fields.get("data")) or as_json(part))
            case "tool_use":
                yield self.calls.call(fields.get("id"), fields.get("name"), fields.get("input"), place)
            case _:
                if said := flat_text(part):
                    yield Text(said)
