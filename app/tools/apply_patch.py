"""Apply a unified diff to several files at once."""

from __future__ import annotations

import asyncio
from functools import partial

from pydantic import Field

from app.tools.contract import Arguments, Preview, ToolContext, ToolOutcome
from app.tools.file_calls import check_still_approved, file_effects, told
from app.trajectory.effects import Effects
from app.workspace.editor import EditResult
from app.workspace.fitting import fitted
from app.workspace.patch import FilePatch, parse_patch
from app.workspace.paths import Workspace


class ApplyPatchArguments(Arguments):
    """Arguments of `apply_patch`."""

    patch: str = Field(
        description="A unified diff, as git diff writes it: for each file the lines --- a/path and "
        "+++ b/path (/dev/null for a file that is made or removed), then hunks with their lines around."
    )


class ApplyPatchTool:
    """Changes, makes and removes several files, all of them or none."""

    name = "apply_patch"
    description = (
        "Apply a unified diff to one file or several. The lines of a hunk must match the file exactly, at "
        "the line the hunk names or at only one other. If a hunk does not fit or a file cannot be written, "
        "nothing is changed. Paths are relative to the workspace. undo_edit takes it back, file by file."
    )
    arguments = ApplyPatchArguments

    def effects(self, arguments: ApplyPatchArguments, workspace: Workspace) -> Effects:
        """Writes every file the patch names.

        Raises:
            ToolError: It is no patch, or a path cannot be a file's path.
        """
        return file_effects([file.path for file in _files(arguments)], workspace)

    async def preview(self, arguments: ApplyPatchArguments, context: ToolContext) -> Preview:
        """The diff as it fits the files."""
        with told():
            result = await self._edit(_files(arguments), context, preview=True)
        return Preview(result.diff, result.base)

    async def run(self, arguments: ApplyPatchArguments, context: ToolContext) -> ToolOutcome:
        """Apply the patch. Once cancelled, all files hold their old content or all their new one."""
        files = await asyncio.to_thread(_files, arguments)
        for file in files:
            await asyncio.to_thread(check_still_approved, file.path, context)
        with told():
            result = await self._edit(files, context, preview=False)
        return ToolOutcome(result.text, diff=result.diff)

    async def _edit(self, files: list[FilePatch], context: ToolContext, *, preview: bool) -> EditResult:
        plans = [(file.path, partial(fitted, file)) for file in files]
        return await context.editor.change_files(plans, preview=preview, review=context.review)


def _files(arguments: ApplyPatchArguments) -> list[FilePatch]:
    with told():
        return parse_patch(arguments.patch)
