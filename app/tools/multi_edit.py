"""Several replacements in one file at once."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from pydantic import Field

from app.tools.contract import Arguments, Preview, ToolContext, ToolOutcome
from app.tools.file_calls import check_still_approved, file_effects, told
from app.trajectory.effects import Effects
from app.workspace.editor import EditResult
from app.workspace.errors import EditError
from app.workspace.matching import replacement, replacements
from app.workspace.paths import Workspace
from app.workspace.splice import Splice, composed, spliced
from app.workspace.text import encoded


class OneEdit(Arguments):
    """One replacement."""

    old_str: str = Field(description="Text that stands exactly once in the file, blanks and all.")
    new_str: str = Field(description="What takes its place; empty to delete the text.")
    replace_all: bool = Field(default=False, description="Replace it wherever it stands.")


class MultiEditArguments(Arguments):
    """Arguments of `multi_edit`."""

    path: str = Field(description="The file, absolute or relative to the workspace.")
    edits: list[OneEdit] = Field(
        min_length=1, description="Made one after the other, each on what the one before it left."
    )


class MultiEditTool:
    """Replacements in several places of a file, all of them or none."""

    name = "multi_edit"
    description = (
        "Edit one file in several places at once. The edits are made in order, each on the result of the one "
        "before it, and each as str_replace does: old_str must match exactly and stand once, unless "
        "replace_all is set. If one of them does not fit, none is made. undo_edit takes all of them back."
    )
    arguments = MultiEditArguments

    def effects(self, arguments: MultiEditArguments, workspace: Workspace) -> Effects:
        """Writes one file.

        Raises:
            ToolError: The path cannot be a file's path.
        """
        return file_effects([arguments.path], workspace)

    async def preview(self, arguments: MultiEditArguments, context: ToolContext) -> Preview:
        """The diff of all edits."""
        with told():
            result = await self._edit(arguments, context, preview=True)
        return Preview(result.diff, result.base)

    async def run(self, arguments: MultiEditArguments, context: ToolContext) -> ToolOutcome:
        """Make the edits. Once cancelled, the file holds its old content or its new one."""
        await asyncio.to_thread(check_still_approved, arguments.path, context)
        with told():
            result = await self._edit(arguments, context, preview=False)
        return ToolOutcome(result.text, diff=result.diff)

    async def _edit(
        self, arguments: MultiEditArguments, context: ToolContext, *, preview: bool
    ) -> EditResult:
        return await context.editor.change(
            arguments.path,
            lambda content: _planned(content, arguments.edits),
            preview=preview,
            review=context.review,
        )


def _planned(content: bytes, edits: Sequence[OneEdit]) -> tuple[Splice, ...]:
    """All edits as one round of changes.

    Raises:
        EditError: One does not fit; it is named by its number.
    """
    splices: tuple[Splice, ...] = ()
    current = content
    for number, edit in enumerate(edits, start=1):
        try:
            old, new = encoded("old_str", edit.old_str), encoded("new_str", edit.new_str)
            made = replacements(current, old, new) if edit.replace_all else [replacement(current, old, new)]
        except EditError as error:
            raise EditError(f"edit {number} of {len(edits)}: {error}. No edit was made") from error
        splices = composed(content, splices, made)
        current = spliced(current, made)
    return splices
