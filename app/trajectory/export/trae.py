"""A run as trae-agent writes its trajectories: what the model was told and answered, and the steps.

Sub-agents have no place of their own in it: their steps stand among the others, and bear their name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any  # values of JSON

from app.trajectory.content import Text, Usage
from app.trajectory.events import (
    ModelResponse,
    Record,
    SessionImported,
    SessionStarted,
    SystemMessage,
    TaskEnded,
    ToolFinished,
    UserMessage,
)
from app.trajectory.export.json_pieces import Later, members, separated
from app.trajectory.export.steps import Call, Step, steps
from app.trajectory.formats.trae import EXCLUDES_CACHE

_REASONS = {"end": "stop", "tools": "tool_calls"}


@dataclass(slots=True)
class _Run:
    """What is known of the run so far."""

    task: str = ""
    provider: str = ""
    model: str = ""
    first: float = 0.0
    last: float = 0.0
    success: bool = False
    ended: bool = False
    final_result: str | None = None
    told: dict[str, list[dict[str, Any]]] = field(default_factory=dict)  # messages, by agent

    def tell(self, agent: str, message: dict[str, Any]) -> None:
        """The model is told something with its next request."""
        self.told.setdefault(agent, []).append(message)


def trae(records: Iterable[Record]) -> Iterator[bytes]:
    """The pieces of one JSON document.

    Args:
        records: All of the run.
    """
    run = _Run()
    agent_steps = Later()
    count = 0
    yield b'{"llm_interactions":['
    for item in steps(_timed(records, run)):
        if not isinstance(item, Step):
            _learn(item, run)
            continue
        told = run.told.pop(item.agent, [])
        count += 1
        yield separated(_interaction(item, told, run), first=count == 1)
        agent_steps.add(_agent_step(item, told, count, run.provider))
        _follow(item, run)
    yield b'\n],"agent_steps":['
    yield from agent_steps.pieces()
    rest = {
        "task": run.task,
        "start_time": _local(run.first),
        "end_time": _local(run.last) if run.ended else "",
        "provider": run.provider,
        "model": run.model,
        "max_steps": count,
        "success": run.success,
        "final_result": run.final_result,
        "execution_time": round(run.last - run.first, 6) if run.ended else 0.0,
    }
    yield b"\n]," + members(rest) + b"}\n"


def _timed(records: Iterable[Record], run: _Run) -> Iterator[Record]:
    """The records as they are; from when to when they reach is kept."""
    for record in records:
        if record.ts:
            run.first = min(run.first or record.ts, record.ts)
            run.last = max(run.last, record.ts)
        yield record


def _learn(record: Record, run: _Run) -> None:
    match record.event:
        case SessionStarted(model=model):
            run.provider, _, run.model = model.rpartition("/")
        case SessionImported():
            run.provider, run.model = str(record.event.facts.get("provider", "")), record.event.model
        case SystemMessage(text=text):
            run.tell(record.agent, {"role": "system", "content": text})
        case UserMessage(text=text, synthetic=synthetic):
            run.tell(record.agent, {"role": "user", "content": text})
            if not (run.task or synthetic or record.agent):
                run.task = text
        case ToolFinished() as late:
            run.tell(record.agent, {"role": "user", "content": None, "tool_result": _result(late)})
        case TaskEnded(outcome=outcome) if not record.agent:
            run.ended, run.success = True, outcome == "done"
        case _:
            pass


def _interaction(step: Step, told: Sequence[dict[str, Any]], run: _Run) -> dict[str, Any]:
    response = _response(step, run.provider)
    return {
        "timestamp": _local(step.record.ts),
        "provider": run.provider,
        "model": response["model"] or run.model,
        "input_messages": told,
        "response": response,
        "tools_available": None,
        **({"agent": step.agent} if step.agent else {}),
    }


def _agent_step(step: Step, told: Sequence[dict[str, Any]], number: int, provider: str) -> dict[str, Any]:
    results = [_result(result) for call in step.calls for result in call.results]
    return {
        "step_number": number,
        "timestamp": _local(step.record.ts),
        "state": "completed",
        "llm_messages": told,
        "llm_response": _response(step, provider),
        "tool_calls": [_call(call) for call in step.calls] or None,
        "tool_results": results or None,
        "reflection": None,
        "error": None,
        **({"agent": step.agent} if step.agent else {}),
    }


def _follow(step: Step, run: _Run) -> None:
    """What the model is told next: the results of its calls."""
    for call in step.calls:
        for result in call.results:
            run.tell(step.agent, {"role": "user", "content": None, "tool_result": _result(result)})
    if step.answer is not None and not step.agent:
        run.model = run.model or step.answer.model
        run.final_result = _text(step.answer) or run.final_result


def _response(step: Step, provider: str) -> dict[str, Any]:
    answer = step.answer
    stop = answer.stop if answer is not None else "tools"
    return {
        "content": _text(answer) if answer is not None else "",
        "model": answer.model if answer is not None else "",
        "finish_reason": _REASONS.get(stop, stop),
        "usage": _usage(answer.usage, provider) if answer is not None and answer.usage != Usage() else None,
        "tool_calls": [_call(call) for call in step.calls] or None,
    }


def _text(answer: ModelResponse) -> str:
    return "\n\n".join(block.text for block in answer.blocks if isinstance(block, Text))


def _usage(usage: Usage, provider: str) -> dict[str, int]:
    cached = 0 if provider == EXCLUDES_CACHE else usage.cache_read_tokens
    return {
        "input_tokens": usage.input_tokens + cached,
        "output_tokens": usage.output_tokens,
        "cache_creation_input_tokens": usage.cache_write_tokens,
        "cache_read_input_tokens": usage.cache_read_tokens,
        "reasoning_tokens": 0,
    }


def _call(call: Call) -> dict[str, Any]:
    requested = call.requested
    return {
        "call_id": requested.call,
        "name": requested.name,
        "arguments": dict(requested.arguments),
        "id": None,
    }


def _result(result: ToolFinished) -> dict[str, Any]:
    done = result.status == "done"
    return {
        "call_id": result.call,
        "success": done,
        "result": result.content if done else "",
        "error": "" if done else result.content,
        "id": None,
    }


def _local(ts: float) -> str:
    """A time as trae-agent writes it: of the place where this runs, without a zone."""
    try:
        return datetime.fromtimestamp(ts).isoformat() if ts > 0 else ""
    except (ValueError, OverflowError, OSError):  # no such year
        return ""
