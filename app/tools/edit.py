"""View, create and edit files."""

from __future__ import annotations

import asyncio
from typing import Literal, Self

from pydantic import Field, model_validator

from app.tools.contract import Arguments, Preview, ToolContext, ToolOutcome
from app.tools.file_calls import check_still_approved, file_effects, told
from app.trajectory.effects import Effects
from app.workspace.editor import EditResult
from app.workspace.paths import Workspace

_NEEDED = {
    "view": {"path"},
    "create": {"path", "file_text"},
    "str_replace": {"path", "old_str"},
    "insert": {"path", "insert_line", "insert_text"},
    "undo_edit": {"path"},
}
_OPTIONAL = {"view": {"view_range"}, "str_replace": {"new_str"}}


class EditArguments(Arguments):
    """Arguments of `str_replace_based_edit_tool`; which are needed depends on the command."""

    command: Literal["view", "create", "str_replace", "insert", "undo_edit"] = Field(
        description="What to do. undo_edit takes back the last edit of the file."
    )
    path: str = Field(description="The file or folder, absolute or relative to the workspace.")
    view_range: list[int] | None = Field(
        default=None,
        min_length=2,
        max_length=2,
        description="view of a file: first and last line, from 1; -1 as the last is the end of the file.",
    )
    file_text: str | None = Field(default=None, description="create: the whole content of the file.")
    old_str: str | None = Field(
        default=None, description="str_replace: text that stands exactly once in the file, blanks and all."
    )
    new_str: str | None = Field(
        default=None, description="str_replace: what takes its place; left out, the text is deleted."
    )
    insert_line: int | None = Field(
        default=None, description="insert: the line to put the text after; 0 is the top of the file."
    )
    insert_text: str | None = Field(default=None, description="insert: the lines to put there.")

    @model_validator(mode="after")
    def _fits_command(self) -> Self:
        given = {name for name, value in self if value is not None and name != "command"}
        needed = _NEEDED[self.command]
        if missing := sorted(needed - given):
            raise ValueError(f"{self.command} needs {', '.join(missing)}")
        if extra := sorted(given - needed - _OPTIONAL.get(self.command, set())):
            raise ValueError(f"{self.command} does not take {', '.join(extra)}")
        return self


class StrReplaceBasedEditTool:
    """Anthropic's text editor, on the workspace's own editor."""

    name = "str_replace_based_edit_tool"
    description = (
        "View, create and edit files. view shows numbered lines of a file, or the names in a folder two "
        "levels deep. str_replace replaces text that stands exactly once: old_str must match the file "
        "exactly, blanks included, without the line numbers of view. insert puts whole lines after a line. "
        "create writes a whole file; one that exists must have been viewed first. undo_edit takes back the "
        "last edit of a file. Line ends, encoding and mode of a file stay as they are. Edits of one file in "
        "the same turn are carried out one after the other."
    )
    arguments = EditArguments

    def effects(self, arguments: EditArguments, workspace: Workspace) -> Effects:
        """Reads or writes one file.

        Raises:
            ToolError: The path cannot be a file's path.
        """
        lines = ""
        views = arguments.command == "view"
        if views and arguments.view_range is not None:
            first, last = arguments.view_range
            lines = f":{first}-{'' if last == -1 else last}"
        return file_effects([arguments.path], workspace, views=views, titled=lambda name: name + lines)

    async def preview(self, arguments: EditArguments, context: ToolContext) -> Preview:
        """The diff of a changing command; nothing for a view."""
        with told():
            result = await self._edit(arguments, context, preview=True)
        return Preview(result.diff, result.base) if result is not None else Preview("")

    async def run(self, arguments: EditArguments, context: ToolContext) -> ToolOutcome:
        """Carry out the command. Once cancelled, the file holds its old content or its new one."""
        await asyncio.to_thread(check_still_approved, arguments.path, context)
        with told():
            result = await self._edit(arguments, context, preview=False)
            if result is not None:
                return ToolOutcome(result.text, diff=result.diff)
            text = await context.editor.view(
                arguments.path,
                arguments.view_range,
                allow_outside=context.effects.outside,
                limit=context.model_limit,
            )
            return ToolOutcome(text)

    async def _edit(
        self, arguments: EditArguments, context: ToolContext, *, preview: bool
    ) -> EditResult | None:
        editor, path, review = context.editor, arguments.path, context.review
        match arguments.command:
            case "view":
                return None
            case "create":
                return await editor.create(path, arguments.file_text or "", preview=preview, review=review)
            case "str_replace":
                old, new = arguments.old_str or "", arguments.new_str or ""
                return await editor.str_replace(path, old, new, preview=preview, review=review)
            case "insert":
                line, text = arguments.insert_line or 0, arguments.insert_text or ""
                return await editor.insert(path, line, text, preview=preview, review=review)
            case "undo_edit":
                return await editor.undo(path, preview=preview, review=review)
