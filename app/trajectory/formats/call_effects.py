"""What a call of another agent's tool does, guessed from what its arguments are called."""

from __future__ import annotations

import shlex
from collections.abc import Mapping

from app.trajectory.effects import Effects
from app.trajectory.formats.edit_diff import PATHS, patched_paths
from app.trajectory.formats.parts import as_json, first_line
from app.trajectory.formats.values import first_text, items, mapping, text

_COMMANDS = ("command", "cmd", "script")
_EDITOR = ("view", "create", "str_replace", "insert", "undo_edit")
_WORDS = ("write", "create", "edit", "replace", "insert", "delete")
_PLACES = (*PATHS, "dir_path", "directory", "file", "folder")
_SOUGHT = ("pattern", "query", "regex", "url", "search_term")
_TOLD = (
    "description",
    "title",
    "subject",
    "summary",
    "thought",
    "message",
    "prompt",
    "task",
    "answer",
    "code",
    "text",
)
_TASKS = ("todos", "items", "plan", "tasks")
_DONE = ("completed", "done")
_SHELLS = ("bash", "sh", "zsh")


def effects(name: str, arguments: Mapping[str, object], raw: str = "") -> Effects:
    """Its title, its command, and the files it names: as they are named, for they may be on another machine.

    Args:
        name: Of the tool.
        arguments: Of the call.
        raw: The arguments as received, where they are no object.
    """
    if patched := patched_paths(arguments, raw):
        return Effects(first_line(", ".join(patched)), writes=patched)
    if text(arguments.get("command")) not in _EDITOR and (command := _command(arguments)):
        return Effects(first_line(command), command=command)
    sought, place = first_text(arguments, _SOUGHT), first_text(arguments, _PLACES)
    if sought:
        return Effects(first_line(f"{sought} in {place}" if place else sought))
    if place:
        kind = text(arguments.get("command")) or name.lower()
        if kind != "view" and any(word in kind for word in _WORDS):
            return Effects(first_line(place), writes=(place,))
        return Effects(first_line(place), reads=(place,))
    return Effects(_other(arguments) or first_line(raw))


def _command(arguments: Mapping[str, object]) -> str:
    """The command of a shell."""
    if words := [text(word) for word in items(arguments.get("command"))]:
        wrapped = len(words) == 3 and words[0].rpartition("/")[2] in _SHELLS and words[1] in ("-c", "-lc")
        return words[2] if wrapped else shlex.join(words)
    return first_text(arguments, _COMMANDS)


def _other(arguments: Mapping[str, object]) -> str:
    """A title for what is neither a command nor about a file."""
    for name in _TASKS:
        if tasks := [mapping(task) for task in items(arguments.get(name))]:
            done = sum(text(task.get("status")) in _DONE for task in tasks)
            return f"{done} of {len(tasks)} done"
    if told := first_text(arguments, _TOLD):
        return first_line(told)
    plain = [value for value in arguments.values() if isinstance(value, str | int | float) and value != ""]
    if plain:
        return first_line(str(plain[0]))
    return first_line(as_json(arguments)) if arguments else ""
