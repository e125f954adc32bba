"""Search the lines of files."""

from __future__ import annotations

import asyncio
from typing import Literal

from pydantic import Field

from app.tools.contract import Arguments, ToolContext, ToolOutcome
from app.tools.file_calls import check_still_approved, outcome, search_effects, told
from app.trajectory.effects import Effects
from app.workspace.paths import Workspace
from app.workspace.search import Query, Search


class GrepArguments(Arguments):
    """Arguments of `grep`."""

    pattern: str = Field(min_length=1, description="A regular expression; it matches within a line.")
    path: str = Field(default=".", description="The file or folder to search; the workspace if not given.")
    glob: str = Field(
        default="", description="Only files that fit, such as *.py, src/**/*.{ts,tsx} or docs/."
    )
    output_mode: Literal["content", "files", "count"] = Field(
        default="content", description="Matching lines, names of files, or counts of matching lines."
    )
    ignore_case: bool = Field(default=False, description="Letter case does not matter.")
    context: int = Field(default=0, ge=0, le=20, description="Lines to show around each match.")
    head_limit: int = Field(default=100, ge=1, le=1000, description="Most matching lines, or most files.")


class GrepTool:
    """Lines that match, by ripgrep where the machine has it."""

    name = "grep"
    description = (
        "Search files for lines that match a regular expression. Results are sorted by path, as "
        "path:line:text. Files that .gitignore leaves out, binary files and .git are not searched unless "
        "path names them."
    )
    arguments = GrepArguments

    def effects(self, arguments: GrepArguments, workspace: Workspace) -> Effects:
        """Reads a file or a folder.

        Raises:
            ToolError: The path cannot be a file's path.
        """
        return search_effects(f'"{arguments.pattern}"', arguments.path, workspace)

    async def run(self, arguments: GrepArguments, context: ToolContext) -> ToolOutcome:
        """Search; if cancelled, the searching program is killed."""
        query = Query(
            pattern=arguments.pattern,
            path=arguments.path,
            include=arguments.glob,
            output=arguments.output_mode,
            ignore_case=arguments.ignore_case,
            context=arguments.context,
            most=arguments.head_limit,
        )
        await asyncio.to_thread(check_still_approved, arguments.path, context)
        with told():
            search = Search(context.workspace)
            found = await search.grep(query, allow_outside=context.effects.outside, limit=context.model_limit)
        what = "matching lines" if arguments.output_mode == "content" else "files"
        return outcome(found, what, "narrow the pattern, the path or the glob")
