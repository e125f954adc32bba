"""Events of the past, drawn as they ended."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from app.screens.said import finish, said
from app.trajectory import content
from app.trajectory.events import (
    ApprovalDecided,
    ModelResponse,
    Record,
    ToolFinished,
    ToolRequested,
    ToolStarted,
)
from app.trajectory.verb import verb
from widgets.conversation import Block, Thinking, ToolCallLine
from widgets.status import CallStatus


@dataclass(frozen=True, slots=True)
class Past:
    """Blocks, and what the calls among them came to."""

    blocks: list[Block] = field(default_factory=list)
    outputs: dict[Block, ToolFinished] = field(default_factory=dict)


def draw(records: Iterable[Record]) -> Past:
    """Draw records that nothing will be added to. Any thread may call this."""
    past = Past()
    lines: dict[str, ToolCallLine] = {}
    marks: dict[str, list[str]] = {}
    for record in records:
        match record.event:
            case ToolRequested(call=call, effects=effects) as request:
                lines[call] = line = ToolCallLine(
                    verb(request), effects.title, CallStatus.DENIED, "no result"
                )
                marks[call] = []
                past.blocks.append(line)
            case ApprovalDecided(call=call, effects=effects, network=network) if call in lines:
                if effects is not None:
                    lines[call].update(title=effects.title)
                    marks[call].append("edited")
                if network:
                    marks[call].append("with network")
            case ToolStarted(call=call, unconfined=True) if call in lines:
                marks[call].append("outside the sandbox")
            case ToolFinished(call=call) as finished if call in lines:
                finish(lines[call], finished, marks[call])
                past.outputs[lines[call]] = finished
            case ModelResponse(blocks=blocks) as response:
                thoughts = (block.text for block in blocks if isinstance(block, content.Thinking))
                past.blocks.extend(Thinking(text) for text in thoughts if text)
                if (block := said(response)) is not None:
                    past.blocks.append(block)
            case event:
                if (block := said(event)) is not None:
                    past.blocks.append(block)
    return past
