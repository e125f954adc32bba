"""View and edit JSON files by JSONPath."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self  # Any: the value of a call is JSON of any shape

from pydantic import Field, model_validator

from app.tools.contract import Arguments, Preview, ToolContext, ToolOutcome
from app.tools.file_calls import check_still_approved, file_effects, told
from app.trajectory.effects import Effects
from app.workspace.edits import EditResult
from app.workspace.errors import EditError, FileError
from app.workspace.files import Files, in_thread
from app.workspace.paths import Workspace
from app.workspace.splice import Splice

# What reads JSONPath takes long to load: only a call does.
if TYPE_CHECKING:
    from app.workspace.json_edit import JsonChange

_MOST_NAMED = 20


class JsonEditArguments(Arguments):
    """Arguments of `json_edit_tool`; which are needed depends on the command."""

    command: Literal["view", "set", "add", "remove"] = Field(description="What to do.")
    path: str = Field(description="The JSON file, absolute or relative to the workspace.")
    json_path: str | None = Field(
        default=None,
        description="A JSONPath such as $.users[0].name, $['a key'], $.users[?@.id == 2] or $..name. add: it "
        "ends in the new key, in the index to insert before, or in [-] to append. view: left out, the whole "
        "file is shown.",
    )
    value: Any = Field(
        default=None, description="set and add: the new value, any JSON value; null is a value."
    )
    pretty_print: bool | None = Field(
        default=None,
        description="view: lay values out in lines (the default), or with false as they stand in the file.",
    )

    @model_validator(mode="after")
    def _fits_command(self) -> Self:
        if self.command != "view" and self.json_path is None:
            raise ValueError(f"{self.command} needs json_path")
        if self.command in ("set", "add"):
            if "value" not in self.model_fields_set:
                raise ValueError(f"{self.command} needs value; null is a value, too")
        elif self.value is not None:
            raise ValueError(f"{self.command} does not take value")
        if self.command != "view" and self.pretty_print is not None:
            raise ValueError(f"{self.command} does not take pretty_print; the file keeps its style")
        return self


class JsonEditTool:
    """Edits of JSON files that leave every byte they need not touch."""

    name = "json_edit_tool"
    description = (
        "View and edit JSON files by JSONPath. view shows the values a path matches, with their lines. set "
        "replaces every value it matches; a last key that an object does not have yet is made. add puts a "
        "new key into an object, or an element into an array. remove takes members or elements away. The "
        "rest of the file stays as it is: order of keys, indentation, spelling of numbers, line ends. "
        "Strict JSON only: in a file with comments or trailing commas use str_replace."
    )
    arguments = JsonEditArguments

    def effects(self, arguments: JsonEditArguments, workspace: Workspace) -> Effects:
        """Reads or writes one file.

        Raises:
            ToolError: The path cannot be a file's path.
        """
        views, place = arguments.command == "view", ""
        if arguments.json_path is not None:
            place = f"{arguments.command} {arguments.json_path} in "
        return file_effects([arguments.path], workspace, views=views, titled=lambda name: place + name)

    async def preview(self, arguments: JsonEditArguments, context: ToolContext) -> Preview:
        """What a changing command would change; nothing for a view."""
        if arguments.command == "view":
            return Preview("")
        with told():
            result, _ = await self._change(arguments, context, preview=True)
        return Preview(result.diff, result.base)

    async def run(self, arguments: JsonEditArguments, context: ToolContext) -> ToolOutcome:
        """Carry out the command. Once cancelled, the file holds its old content or its new one."""
        await asyncio.to_thread(check_still_approved, arguments.path, context)
        with told():
            if arguments.command == "view":
                return ToolOutcome(await _view(arguments, context))
            result, change = await self._change(arguments, context, preview=False)
        return ToolOutcome(f"{_said(arguments.command, change)}\n{result.text}", diff=result.diff)

    async def _change(
        self, arguments: JsonEditArguments, context: ToolContext, *, preview: bool
    ) -> tuple[EditResult, JsonChange]:
        change: JsonChange | None = None

        def plan(content: bytes) -> Sequence[Splice]:
            nonlocal change
            change = _planned(arguments, content)
            return change.splices

        result = await context.editor.change(arguments.path, plan, preview=preview, review=context.review)
        assert change is not None  # the editor has made the plan
        return result, change


def _planned(arguments: JsonEditArguments, content: bytes) -> JsonChange:
    from app.workspace.json_edit import add_values, remove_values, set_values

    path = arguments.json_path or "$"
    match arguments.command:
        case "set":
            return set_values(content, path, arguments.value)
        case "add":
            return add_values(content, path, arguments.value)
        case "remove":
            return remove_values(content, path)
        case "view":
            raise AssertionError("a view changes nothing")


async def _view(arguments: JsonEditArguments, context: ToolContext) -> str:
    snapshot = await Files().read(Path(context.effects.reads[0]))
    if snapshot is None:
        raise FileError(f"{arguments.path}: does not exist; check the path, or search with glob")

    def work(_: threading.Event) -> str:
        from app.workspace.json_view import view_values

        path, pretty = arguments.json_path or "$", arguments.pretty_print is not False
        return view_values(snapshot.data, path, pretty=pretty, limit=context.model_limit)

    try:
        return await in_thread(work)
    except EditError as error:
        raise EditError(f"{arguments.path}: {error}") from None


def _said(command: str, change: JsonChange) -> str:
    """What was asked for; the editor says what was done."""
    from app.workspace.json_query import shown

    count = len(change.locations)
    names = ", ".join(shown(location) for location in change.locations[:_MOST_NAMED])
    more = f", and {count - _MOST_NAMED:,} more" if count > _MOST_NAMED else ""
    return f"{count:,} {'value' if count == 1 else 'values'} to {command}: {names}{more}"
