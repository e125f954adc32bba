"""Put a plan to the person, who lets it be carried out."""

from __future__ import annotations

from pydantic import Field

from app.settings.schema import Mode
from app.tools.contract import Arguments, Preview, ToolContext, ToolOutcome
from app.trajectory.effects import Effects
from app.workspace.paths import Workspace


class PresentPlanArguments(Arguments):
    """Arguments of `present_plan`."""

    plan: str = Field(
        min_length=1,
        description="The plan, in Markdown: what will be changed where, in which order, and how the result "
        "will be checked.",
    )


class PresentPlanTool:
    """A yes ends plan mode: each change asks then, or, after a yes for the session, edits run."""

    name = "present_plan"
    description = (
        "Put your plan to the person. Only for plan mode, in which nothing can be changed: look around "
        "first, then call this once the plan is complete. If the person agrees, plan mode is over and you "
        "carry the plan out; if not, you are told why, and plan on."
    )
    arguments = PresentPlanArguments

    def effects(self, arguments: PresentPlanArguments, workspace: Workspace) -> Effects:
        """None: it proposes."""
        return Effects(title=next(filter(None, map(_heading, arguments.plan.splitlines())), "a plan"))

    def asks(self, mode: Mode) -> str:
        """A plan is for the person; where nobody plans there is nothing to ask."""
        return "the plan is ready" if mode == "plan" else ""

    async def preview(self, arguments: PresentPlanArguments, context: ToolContext) -> Preview:
        """The plan itself."""
        return Preview(plan=arguments.plan)

    async def run(self, arguments: PresentPlanArguments, context: ToolContext) -> ToolOutcome:
        """Leave plan mode: the person has agreed."""
        if context.mode != "plan":
            return ToolOutcome("This is not plan mode: there is nothing to approve. Go on with the task.")
        mode: Mode = "edits" if context.scope == "session" else "ask"
        return ToolOutcome("The person agrees, and plan mode is over. Carry the plan out now.", mode=mode)


def _heading(line: str) -> str:
    return line.strip("#*- \t")
