"""Room to think between steps, for models that do not think by themselves."""

from __future__ import annotations

from pydantic import Field

from app.tools.contract import Arguments, ToolContext, ToolOutcome
from app.trajectory.effects import Effects
from app.workspace.paths import Workspace


class ThinkArguments(Arguments):
    """Arguments of `think`."""

    thought: str = Field(min_length=1, description="One step of thought.")
    number: int = Field(default=1, ge=1, description="Which step this is.")
    total: int = Field(default=1, ge=1, description="How many steps you expect; may grow.")
    revises: int | None = Field(default=None, ge=1, description="The earlier step this one corrects.")


class ThinkTool:
    """Keeps a thought in the conversation; changes nothing."""

    name = "think"
    description = (
        "Write down one step of thought before acting: a plan, a hypothesis, a check of a result. Steps are "
        "numbered, and a step may revise an earlier one. It changes nothing."
    )
    arguments = ThinkArguments

    def effects(self, arguments: ThinkArguments, workspace: Workspace) -> Effects:
        """None."""
        return Effects(title=arguments.thought)

    async def run(self, arguments: ThinkArguments, context: ToolContext) -> ToolOutcome:
        """Say that the thought was taken, and how many are left."""
        total = max(arguments.total, arguments.number)
        revised = f", in place of step {arguments.revises}" if arguments.revises else ""
        return ToolOutcome(f"Step {arguments.number} of {total} noted{revised}.")
