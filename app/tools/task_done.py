"""The model says that it is done."""

from __future__ import annotations

from pydantic import Field

from app.tools.contract import Arguments, ToolContext, ToolOutcome
from app.trajectory.effects import Effects
from app.workspace.paths import Workspace


class TaskDoneArguments(Arguments):
    """Arguments of `task_done`."""

    summary: str = Field(default="", description="What was done and how it was checked, in a few sentences.")


class TaskDoneTool:
    """Ends the task once the other calls of the turn are answered."""

    name = "task_done"
    description = (
        "Say that the task is done, with a short summary. Call it only after you have checked the result; "
        "the other calls of the same turn still run."
    )
    arguments = TaskDoneArguments

    def effects(self, arguments: TaskDoneArguments, workspace: Workspace) -> Effects:
        """None."""
        return Effects(title=arguments.summary or "done")

    async def run(self, arguments: TaskDoneArguments, context: ToolContext) -> ToolOutcome:
        """End the task."""
        return ToolOutcome(arguments.summary or "Done.", ends_turn=True)
