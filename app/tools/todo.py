"""The list of steps a model works through, kept for the session."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from app.tools.contract import Arguments, ToolContext, ToolOutcome
from app.trajectory.effects import Effects
from app.workspace.paths import Workspace

_MARKS = {"pending": "[ ]", "in_progress": "[~]", "done": "[x]"}


class TodoItem(Arguments):
    """One step."""

    text: str = Field(min_length=1, description="The step, in a few words.")
    status: Literal["pending", "in_progress", "done"] = Field(description="How far it is.")


class TodoArguments(Arguments):
    """Arguments of `todo`."""

    items: list[TodoItem] = Field(description="The whole list, in order. It replaces the list before.")


class TodoTool:
    """Shows the list to the person and gives it back to the model."""

    name = "todo"
    description = (
        "Keep a list of the steps of a longer task, which the person sees too. Send the whole list each "
        "time; mark one step in_progress while you work on it, and done as soon as it is."
    )
    arguments = TodoArguments

    def effects(self, arguments: TodoArguments, workspace: Workspace) -> Effects:
        """None."""
        done = sum(item.status == "done" for item in arguments.items)
        current = next((item.text for item in arguments.items if item.status == "in_progress"), "")
        return Effects(title=f"{done} of {len(arguments.items)} done" + (f" · {current}" if current else ""))

    async def run(self, arguments: TodoArguments, context: ToolContext) -> ToolOutcome:
        """Give the list back as text."""
        lines = [f"{_MARKS[item.status]} {item.text}" for item in arguments.items]
        return ToolOutcome("\n".join(lines) or "The list is empty.")
