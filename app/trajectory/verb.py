"""What a call does, in a word."""

from __future__ import annotations

from app.trajectory.content import ToolCall
from app.trajectory.events import ToolRequested

_EDITOR = "str_replace_based_edit_tool"
_LONGEST = 40  # characters


def verb(call: ToolRequested | ToolCall) -> str:
    """The tool of a call; of the one that edits files what it was told to do. Untrusted as the call is."""
    if call.name != _EDITOR:
        return call.name
    command = str(call.arguments.get("command", "edit"))
    return "edit" if command == "str_replace" else command[:_LONGEST].removesuffix("_edit")
