"""Calls that another agent's model made, as our tools take them, in another folder."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from app.trajectory.content import ToolCall

_COMMANDS = frozenset({
    "bash", "shell", "execute_bash", "execute_command", "exec_command", "run", "run_shell_command",
    "run_terminal_cmd", "terminal", "local_shell",
})  # fmt: skip
_EDITORS = frozenset({"str_replace_editor", "file_editor", "edit_anthropic"})
_EDITOR = "str_replace_based_edit_tool"
_HOME = re.compile("(?:/home/[^/]+|/Users/[^/]+|/root)/")


def ours(call: ToolCall) -> ToolCall:
    """The call of the tool of ours that does the same; the call itself where there is none."""
    given = call.arguments
    if call.name.lower() in _COMMANDS:
        command = given.get("command", given.get("cmd"))
        words = command if isinstance(command, list) else []
        if words[:2] in (["bash", "-lc"], ["bash", "-c"], ["sh", "-c"]) and len(words) == 3:
            command = words[2]
        return (
            replace(call, name="bash", arguments={"command": command}) if isinstance(command, str) else call
        )
    if call.name in _EDITORS:
        known = ("command", "path", "file_text", "old_str", "new_str", "insert_line", "view_range")
        kept = {name: given[name] for name in known if given.get(name) is not None}
        return replace(call, name=_EDITOR, arguments=kept)
    path = given.get("file_path", given.get("filePath", given.get("absolute_path")))
    if not isinstance(path, str):
        return call
    arguments = _edit(call.name, path, given)
    return replace(call, name=_EDITOR, arguments=arguments) if arguments else call


def _edit(name: str, path: str, given: Mapping[str, object]) -> dict[str, object] | None:
    match name.lower():
        case "read" | "read_file":
            start, count = given.get("offset"), given.get("limit")
            if isinstance(start, int) and isinstance(count, int):
                return {"command": "view", "path": path, "view_range": [start, start + count - 1]}
            return {"command": "view", "path": path}
        case "write" | "write_file":
            return {"command": "create", "path": path, "file_text": given.get("content", "")}
        case "edit" | "replace":
            old = given.get("old_string", given.get("oldString", ""))
            new = given.get("new_string", given.get("newString", ""))
            return {"command": "str_replace", "path": path, "old_str": old, "new_str": new}
        case _:
            return None


class Moved:
    """What names a path below one folder names it below another.

    Args:
        before: The folder of the recording; nothing is moved if that is no folder of its own.
        now: The folder in its place.
    """

    def __init__(self, before: str, now: str) -> None:
        before = before.rstrip("/")
        self._there = _folders(before, *_from_home(before)) if before.count("/") else None
        self._back = _folders(now)
        self._before, self._now = before, now

    def there(self, value: object) -> object:
        """A value of JSON, with its paths in the folder that takes the place."""
        match value:
            case str() if self._there is not None:
                return self._there.sub(lambda _: self._now, value)
            case dict():
                return {name: self.there(item) for name, item in value.items()}
            case list():
                return [self.there(item) for item in value]
            case _:
                return value

    def back(self, text: str) -> str:
        """A text, with its paths in the folder of the recording."""
        return self._back.sub(lambda _: self._before, text) if self._there is not None else text


def _from_home(path: str) -> list[str]:
    """How else a shell may be told a path that is below somebody's home."""
    home = _HOME.match(path)
    return [f"{name}/{path[home.end() :]}" for name in ("~", "$HOME", "${HOME}")] if home else []


def _folders(*paths: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w./-])(?:{'|'.join(map(re.escape, paths))})(?![\w.-])")
