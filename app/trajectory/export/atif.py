"""A run in the Agent Trajectory Interchange Format, version 1.7, as strictly as it is specified.

A step holds the results of its own calls. Sub-agents are trajectories inside the document, each with steps
that count from 1. What the format has no word for is left out, and counted in `notes`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any  # values of JSON

from app.trajectory.content import Text, Thinking, ToolCall, Usage
from app.trajectory.events import (
    AgentStarted,
    ContextCompacted,
    ModelRequest,
    Note,
    Record,
    SessionEnded,
    SessionImported,
    SessionResumed,
    SessionStarted,
    SystemMessage,
    TaskEnded,
    ToolFinished,
    UserMessage,
)
from app.trajectory.export.amounts import moment
from app.trajectory.export.json_pieces import Later, members, separated
from app.trajectory.export.steps import Call, Item, Step, steps

_VERSION = "ATIF-v1.7"
_NOT_KNOWN = "unknown"
_ROOT = "main"
_NOTHING = "No step was recorded."


@dataclass(slots=True)
class _Trajectory:
    """What is known of the steps of one agent, as far as they are written."""

    name: str
    steps: Later = field(default_factory=Later)
    usage: Usage = field(default_factory=Usage)
    cost: float | None = None
    call: str = ""
    title: str = ""


@dataclass(slots=True)
class _Run:
    """What is known of the whole run so far."""

    program: str = _NOT_KNOWN
    version: str = _NOT_KNOWN
    model: str = ""
    session: str = ""
    facts: dict[str, object] = field(default_factory=dict)
    left_out: Counter[str] = field(default_factory=Counter)
    agents: dict[str, _Trajectory] = field(default_factory=dict)

    def of(self, agent: str) -> _Trajectory:
        """The trajectory of an agent."""
        return self.agents.setdefault(agent, _Trajectory(agent or _ROOT))


def atif(records: Iterable[Record]) -> Iterator[bytes]:
    """The pieces of one JSON document.

    Args:
        records: All of the run.
    """
    run = _Run()
    main = run.of("")
    count = 0
    yield b'{"schema_version":"%b","steps":[' % _VERSION.encode()
    for item in steps(records):
        step = _step(item, run)
        if step is None:
            continue
        agent = item.agent
        if agent:
            own = run.of(agent).steps
            own.add({"step_id": own.count + 1, **step})
        else:
            count += 1
            yield separated({"step_id": count, **step}, first=count == 1)
    if not count:
        yield separated(_nothing(), first=True)
    yield b"\n]," + members(_rest(main, run))
    others = [trajectory for agent, trajectory in run.agents.items() if agent]
    if others:
        yield b',"subagent_trajectories":['
        for number, other in enumerate(others):
            yield b"," if number else b""
            yield from _embedded(other, run)
        yield b"]"
    yield b"}\n"


def _embedded(trajectory: _Trajectory, run: _Run) -> Iterator[bytes]:
    if not trajectory.steps.count:
        trajectory.steps.add(_nothing())
    yield b'\n{"schema_version":"%b","steps":[' % _VERSION.encode()
    yield from trajectory.steps.pieces()
    extra = {"source_call_id": trajectory.call, "title": trajectory.title}
    rest = {
        "trajectory_id": trajectory.name,
        "agent": _agent(run),
        "final_metrics": _final(trajectory.usage, trajectory.cost),
        "extra": _told(extra),
    }
    yield b"\n]," + members(_told(rest)) + b"}"


def _rest(main: _Trajectory, run: _Run) -> dict[str, Any]:
    """What stands beside the steps of the whole run."""
    costs = [each.cost for each in run.agents.values() if each.cost is not None]
    left_out = ", ".join(f"{count:,} {kind}" for kind, count in run.left_out.most_common())
    return _told(
        {
            "session_id": run.session,
            "trajectory_id": main.name,
            "agent": _agent(run),
            "notes": f"Events that this format has no word for, left out: {left_out}." if left_out else "",
            "final_metrics": _final(main.usage, sum(costs) if costs else None),
            "extra": run.facts,
        }
    )


def _agent(run: _Run) -> dict[str, Any]:
    return _told({"name": run.program, "version": run.version, "model_name": run.model})


def _nothing() -> dict[str, Any]:
    return {"step_id": 1, "source": "system", "message": _NOTHING}


def _step(item: Item, run: _Run) -> dict[str, Any] | None:
    """A step without its number; None for what is none."""
    if isinstance(item, Step):
        return _answer(item, run)
    stamp = _told({"timestamp": moment(item.ts)})
    match item.event:
        case SystemMessage(text=text):
            return {**stamp, "source": "system", "message": text}
        case UserMessage(text=text, steer=steer, synthetic=synthetic):
            told = _told({"steer": steer, "synthetic": synthetic})
            return {**stamp, "source": "user", "message": text, **_told({"extra": told})}
        case ContextCompacted(summary=summary, tokens=tokens):
            told = _told({"context_management": {"type": "compaction"}, "tokens": tokens})
            return {**stamp, "source": "system", "message": summary, "extra": told}
        case Note(text=text, level=level):
            told = {"level": level}
            return {**stamp, "source": "system", "message": text, "extra": told}
        case ToolFinished(call=call) as late:
            result = _result(late)
            result["extra"]["call"] = call
            return {**stamp, "source": "system", "message": "", "observation": {"results": [result]}}
        case event:
            _learn(event, run)
            return None


def _learn(event: object, run: _Run) -> None:
    """Take from an event what is said of the whole run."""
    match event:
        case SessionStarted():
            run.program, run.version = "sawhorse", event.version or _NOT_KNOWN
            run.session, run.model = event.session, event.model
            run.facts.update(_told({"workspace": event.workspace}))
        case SessionImported():
            run.program = event.program or event.format
            run.version = event.program_version or _NOT_KNOWN
            run.session, run.model = event.session, event.model
            told = {"workspace": event.workspace, "title": event.title, "parent": event.parent}
            run.facts.update(_told({**told, "imported_from": event.format, "facts": event.facts}))
        case AgentStarted():
            _begun(event, run)
        case TaskEnded(outcome=outcome, error=error):
            run.facts.update(_told({"outcome": outcome, "error": error}))
        case ModelRequest() | SessionResumed() | SessionEnded():
            return
        case _:
            run.left_out[str(getattr(event, "kind", _NOT_KNOWN))] += 1


def _begun(event: AgentStarted, run: _Run) -> dict[str, Any]:
    """A reference to a sub-agent's trajectory: to its file, or to what stands in this document."""
    summary = _told({"extra": _told({"summary": event.title})})
    if event.trajectory:
        return _told({"trajectory_path": event.trajectory, **summary})
    trajectory = run.of(event.name or event.call or _NOT_KNOWN)
    trajectory.call, trajectory.title = event.call, event.title
    return {"trajectory_id": trajectory.name, **summary}


def _answer(step: Step, run: _Run) -> dict[str, Any]:
    value = _told({"timestamp": moment(step.record.ts)}) | {"source": "agent", "message": ""}
    if (answer := step.answer) is not None:
        of_agent = run.of(step.agent)
        of_agent.usage += answer.usage
        if answer.cost is not None:
            of_agent.cost = (of_agent.cost or 0.0) + answer.cost
        run.model = run.model or answer.model
        thinking = (block.text for block in answer.blocks if isinstance(block, Thinking))
        value["message"] = "\n\n".join(block.text for block in answer.blocks if isinstance(block, Text))
        value |= _told(
            {
                "model_name": answer.model,
                "reasoning_content": "\n\n".join(filter(None, thinking)),
                "metrics": _metrics(answer.usage, answer.cost),
                "extra": _told({"stop_reason": answer.stop, "duration": answer.duration}),
            }
        )
        value["llm_call_count"] = 1
    asked = {call.requested.call for call in step.calls}
    blocks = answer.blocks if answer is not None else ()
    unasked = (block for block in blocks if isinstance(block, ToolCall) and block.id not in asked)
    results = [result for call in step.calls for result in _results(call, run)]
    return value | _told(
        {
            "tool_calls": [*map(_call, step.calls), *map(_block, unasked)],
            "observation": _told({"results": results}),
        }
    )


def _results(call: Call, run: _Run) -> list[dict[str, Any]]:
    """What a call came to; the first of the results refers to the sub-agents that it began."""
    results = [{"source_call_id": result.call, **_result(result)} for result in call.results]
    references = [_begun(agent, run) for agent in call.agents]
    if results and references:
        results[0]["subagent_trajectory_ref"] = references
    for record in call.happened:
        if not isinstance(record.event, ToolFinished | AgentStarted):
            run.left_out[record.event.kind] += 1
    return results


def _call(call: Call) -> dict[str, Any]:
    extra = {"arguments_as_received": call.invalid, "title": call.requested.effects.title}
    return {
        "tool_call_id": call.requested.call,
        "function_name": call.requested.name,
        "arguments": dict(call.requested.arguments),
        **_told({"extra": _told(extra)}),
    }


def _block(block: ToolCall) -> dict[str, Any]:
    """A call that the model wrote and that never came to anything."""
    extra = _told({"arguments_as_received": block.invalid})
    return {
        "tool_call_id": block.id,
        "function_name": block.name,
        "arguments": dict(block.arguments),
        **_told({"extra": extra}),
    }


def _result(result: ToolFinished) -> dict[str, Any]:
    extra: dict[str, Any] = {"status": result.status}
    if result.exit_code is not None:
        extra["exit_code"] = result.exit_code
    extra |= _told({"duration": result.duration, "diff": result.diff})
    return {"content": result.content, "extra": extra}


def _metrics(usage: Usage, cost: float | None) -> dict[str, Any]:
    """The tokens and the cost of an answer; none where nothing of them was recorded."""
    value: dict[str, Any] = {}
    if usage != Usage():
        prompt = usage.input_tokens + usage.cache_read_tokens + usage.cache_write_tokens
        value = {"prompt_tokens": prompt, "completion_tokens": usage.output_tokens}
        value |= _told({"cached_tokens": usage.cache_read_tokens})
        value |= _told({"extra": _told({"cache_creation_input_tokens": usage.cache_write_tokens})})
    if cost is not None:
        value["cost_usd"] = cost
    return value


def _final(usage: Usage, cost: float | None) -> dict[str, Any]:
    names = {
        "prompt_tokens": "total_prompt_tokens",
        "completion_tokens": "total_completion_tokens",
        "cached_tokens": "total_cached_tokens",
        "cost_usd": "total_cost_usd",
        "extra": "extra",
    }
    return {names[name]: value for name, value in _metrics(usage, cost).items()}


def _told(values: Mapping[str, object]) -> dict[str, Any]:
    """Those of the values that say anything."""
    return {name: value for name, value in values.items() if value not in ("", None, {}, [], 0)}
