"""Find files by name."""

from __future__ import annotations

import asyncio

from pydantic import Field

from app.tools.contract import Arguments, ToolContext, ToolOutcome
from app.tools.file_calls import check_still_approved, outcome, search_effects, told
from app.trajectory.effects import Effects
from app.workspace.paths import Workspace
from app.workspace.search import Search


class GlobArguments(Arguments):
    """Arguments of `glob`."""

    pattern: str = Field(
        min_length=1, description="Such as **/*.py, src/*.{ts,tsx} or Makefile; without a slash, any depth."
    )
    path: str = Field(default=".", description="The folder to look in; the workspace if not given.")
    head_limit: int = Field(default=100, ge=1, le=1000, description="Most files.")


class GlobTool:
    """Names of files, those changed last first."""

    name = "glob"
    description = (
        "Find files by a glob pattern, those changed last first. Files that .gitignore leaves out and .git "
        "are left out unless path names them."
    )
    arguments = GlobArguments

    def effects(self, arguments: GlobArguments, workspace: Workspace) -> Effects:
        """Reads the names in a folder.

        Raises:
            ToolError: The path cannot be a folder's path.
        """
        return search_effects(arguments.pattern, arguments.path, workspace)

    async def run(self, arguments: GlobArguments, context: ToolContext) -> ToolOutcome:
        """Search; if cancelled, the searching program is killed."""
        await asyncio.to_thread(check_still_approved, arguments.path, context)
        with told():
            found = await Search(context.workspace).glob(
                arguments.pattern,
                arguments.path,
                most=arguments.head_limit,
                allow_outside=context.effects.outside,
                limit=context.model_limit,
            )
        return outcome(found, "files", "narrow the pattern or the path")
