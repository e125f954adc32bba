"""What a message is made of, in any provider's protocol and in a trajectory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class Text:
    """Words of the model."""

    text: str
    type: Literal["text"] = field(default="text", init=False)


@dataclass(frozen=True, slots=True)
class Thinking:
    """Reasoning of the model; `signature` and `redacted` go back to the provider unchanged."""

    text: str
    signature: str = ""
    redacted: str = ""
    type: Literal["thinking"] = field(default="thinking", init=False)


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A call the model asks for.

    Args:
        id: Unique within the session; answered by exactly one `ToolResult`.
        name: The tool.
        arguments: The decoded arguments; empty where they could not be decoded.
        invalid: The arguments as received, where they are not a JSON object; else empty.
    """

    id: str
    name: str
    arguments: Mapping[str, object]
    invalid: str = ""
    type: Literal["tool_call"] = field(default="tool_call", init=False)


Block = Text | Thinking | ToolCall


@dataclass(frozen=True, slots=True)
class ToolResult:
    """The answer to one call, as the model gets it."""

    call_id: str
    content: str
    is_error: bool = False


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one response. `input_tokens` excludes what was read from or written to the cache."""

    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
            self.cache_read_tokens + other.cache_read_tokens,
            self.cache_write_tokens + other.cache_write_tokens,
        )

    @property
    def context_tokens(self) -> int:
        """Tokens of the conversation after this response."""
        return self.input_tokens + self.cache_read_tokens + self.cache_write_tokens + self.output_tokens


@dataclass(frozen=True, slots=True)
class UserTurn:
    """What a person said."""

    text: str


@dataclass(frozen=True, slots=True)
class AssistantTurn:
    """What the model answered."""

    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class ToolTurn:
    """The results of the calls of the assistant turn before it, in their order."""

    results: tuple[ToolResult, ...]


Message = UserTurn | AssistantTurn | ToolTurn
