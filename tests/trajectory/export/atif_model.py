"""What the Agent Trajectory Interchange Format, version 1.7, allows, and nothing else."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal  # Any: what the format leaves open

from pydantic import BaseModel, ConfigDict, Field, model_validator


class Strict(BaseModel):
    """Has no field that is not named."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Agent(Strict):
    """Who ran."""

    name: str
    version: str
    model_name: str | None = None
    extra: dict[str, Any] | None = None


class Metrics(Strict):
    """Of one answer."""

    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    cached_tokens: int | None = None
    cost_usd: float | None = None
    extra: dict[str, Any] | None = None

    @model_validator(mode="after")
    def _cached_tokens_are_prompt_tokens(self) -> Metrics:
        assert (self.cached_tokens or 0) <= (self.prompt_tokens or 0)
        return self


class FinalMetrics(Strict):
    """Of a trajectory."""

    total_prompt_tokens: int | None = None
    total_completion_tokens: int | None = None
    total_cached_tokens: int | None = None
    total_cost_usd: float | None = None
    total_steps: int | None = Field(default=None, ge=0)
    extra: dict[str, Any] | None = None


class ToolCall(Strict):
    """What the model asks for."""

    tool_call_id: str
    function_name: str
    arguments: dict[str, Any]
    extra: dict[str, Any] | None = None


class AgentReference(Strict):
    """Where the trajectory of a sub-agent is."""

    trajectory_id: str | None = None
    trajectory_path: str | None = None
    extra: dict[str, Any] | None = None

    @model_validator(mode="after")
    def _leads_somewhere(self) -> AgentReference:
        assert self.trajectory_id is not None or self.trajectory_path is not None
        return self


class Result(Strict):
    """What a call came to."""

    source_call_id: str | None = None
    content: str | None = None
    subagent_trajectory_ref: list[AgentReference] | None = None
    extra: dict[str, Any] | None = None


class Observation(Strict):
    """What the calls of a step came to."""

    results: list[Result]


class Step(Strict):
    """One turn."""

    step_id: int
    timestamp: str | None = None
    source: Literal["system", "user", "agent"]
    message: str
    model_name: str | None = None
    reasoning_content: str | None = None
    tool_calls: list[ToolCall] | None = None
    observation: Observation | None = None
    metrics: Metrics | None = None
    llm_call_count: int | None = None
    extra: dict[str, Any] | None = None

    @model_validator(mode="after")
    def _holds_what_it_may(self) -> Step:
        if self.timestamp is not None:
            datetime.fromisoformat(self.timestamp)
        if self.source != "agent":
            assert not any((self.model_name, self.reasoning_content, self.tool_calls, self.metrics))
        calls = {call.tool_call_id for call in self.tool_calls or ()}
        for result in self.observation.results if self.observation is not None else ():
            assert result.source_call_id is None or result.source_call_id in calls
        return self


class Trajectory(Strict):
    """One document, or a sub-agent in it."""

    schema_version: Literal["ATIF-v1.7"]
    session_id: str | None = None
    trajectory_id: str | None = None
    agent: Agent
    steps: list[Step] = Field(min_length=1)
    notes: str | None = None
    final_metrics: FinalMetrics | None = None
    extra: dict[str, Any] | None = None
    subagent_trajectories: list[Trajectory] | None = None

    @model_validator(mode="after")
    def _counts_its_steps_and_names_its_agents(self) -> Trajectory:
        assert [step.step_id for step in self.steps] == list(range(1, len(self.steps) + 1))
        inner = [each.trajectory_id for each in self.subagent_trajectories or ()]
        assert None not in inner
        assert len(set(inner)) == len(inner)
        return self

    def references(self) -> list[AgentReference]:
        """All references to sub-agents in it."""
        own = [
            reference
            for step in self.steps
            for result in (step.observation.results if step.observation is not None else ())
            for reference in result.subagent_trajectory_ref or ()
        ]
        return own + [one for each in self.subagent_trajectories or () for one in each.references()]
