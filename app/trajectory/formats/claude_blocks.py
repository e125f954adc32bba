"""The parts of a message in Anthropic's protocol."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from app.trajectory.content import Block, Text, Thinking, Usage
from app.trajectory.formats.calls import Calls
from app.trajectory.formats.parts import as_json, first_line, flat_text
from app.trajectory.formats.values import items, mapping, text, whole

_STOPS = {
    "end_turn": "end",
    "stop_sequence": "end",
    "tool_use": "tools",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "refusal": "refusal",
}


def answer_blocks(content: object, calls: Calls, place: str) -> Iterator[Block]:
    """What an answer says and asks for; what a provider's own tools did is told in words.

    Args:
        content: Of a message of the model.
        calls: Where its calls are kept.
        place: Of the record, which names calls that have no id.
    """
    if isinstance(content, str) and content.strip():
        yield Text(content)
    for number, part in enumerate(items(content)):
        block = mapping(part)
        match block.get("type"):
            case "text":
                if (said := text(block.get("text"))).strip():
                    yield Text(said)
            case "thinking":
                yield Thinking(text(block.get("thinking")), text(block.get("signature")))
            case "redacted_thinking":
                yield Thinking("", redacted=text(block.get("data")))
            case "tool_use":
                yield calls.call(block.get("id"), block.get("name"), block.get("input"), f"{place}-{number}")
            case "server_tool_use":
                asked = first_line(as_json(block.get("input")))
                yield Text(f"[{text(block.get('name')) or 'tool'} of the provider: {asked}]")
            case str(kind) if kind.endswith("_tool_result"):
                yield Text(f"[{kind.replace('_', ' ')}: {first_line(flat_text(block.get('content')))}]")
            case _:
                yield Text(flat_text(part))


def prompt_text(content: object) -> str:
    """What a person said, as one text; empty if a message tells results of calls."""
    if any(mapping(part).get("type") == "tool_result" for part in items(content)):
        return ""
    return flat_text(content)


def stop(reason: object) -> str:
    """Why an answer ended, in our words; empty if that is not known."""
    return _STOPS.get(text(reason), "")


def usage(told: Mapping[str, object]) -> Usage:
    """Tokens, as a record has them."""
    return Usage(
        whole(told.get("input_tokens")),
        whole(told.get("output_tokens")),
        whole(told.get("cache_read_input_tokens")),
        whole(told.get("cache_creation_input_tokens")),
    )
