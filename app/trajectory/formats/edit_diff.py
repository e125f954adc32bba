"""What an edit changed, as a unified diff made of the arguments of its call.

An edit tells an excerpt of its file, not where it stands: its lines count from 1.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from difflib import unified_diff

from app.trajectory.formats.values import first_text, items, mapping, text, whole

PATHS = (
    "file_path",
    "filePath",
    "path",
    "filename",
    "absolute_path",
    "notebook_path",
    "target_file",
)
_OLD = ("old_string", "old_str", "oldText", "oldString", "old_text", "search")
_NEW = ("new_string", "new_str", "newText", "newString", "new_text", "insert_text", "replace")
_WHOLE = ("file_text", "content", "contents", "new_source")
_PATCHES = ("input", "patchText", "patch", "diff", "command", "cmd")
_WRITES = ("write", "create", "save")
_BEGIN, _END = "*** Begin Patch", "*** End Patch"
_FILE = re.compile(r"^(?:\*\*\* (?:Add|Update|Delete) File: |\+\+\+ (?:b/)?)(.+)", re.MULTILINE)
_MOST_COMPARED = 1_000  # lines
_MOST_ALIKE = 10  # lines that are like one line
_LONGEST = 200_000  # characters


def edit_diff(name: str, arguments: Mapping[str, object], raw: str = "") -> str:
    """The diff of an edit; empty if the call is no edit that is known.

    Args:
        name: Of the tool.
        arguments: Of the call.
        raw: The arguments as received, where they are no object.
    """
    if patch := _patch(arguments, raw):
        lines: Iterable[str] = _unified(patch.split("\n")) if _BEGIN in patch else patch.split("\n")
    elif path := first_text(arguments, PATHS):
        lines = _edited(name, path.replace("\n", " "), arguments)
    else:
        return ""
    return bounded_diff(lines)


def bounded_diff(lines: Iterable[str]) -> str:
    """Lines of a diff as one text, which ends where it becomes too long; empty if there are none."""
    kept: list[str] = []
    length = 0
    for line in lines:
        length += len(line)
        if length > _LONGEST:
            kept.append("… the rest of the diff is left out: it is too long")
            break
        kept.append(line)
    return "\n".join([*kept, ""]) if kept else ""


def patched_paths(arguments: Mapping[str, object], raw: str = "") -> tuple[str, ...]:
    """The files that the call of a patch tool names; none if it is no such call."""
    return tuple(dict.fromkeys(found.strip() for found in _FILE.findall(_patch(arguments, raw))))


def _patch(arguments: Mapping[str, object], raw: str) -> str:
    """The patch among the arguments, in a shell's here-document too."""
    values = (arguments.get(name) for name in _PATCHES)
    texts = (part for value in (raw, *values) for part in (value if isinstance(value, list) else (value,)))
    for found in map(text, texts):
        if _BEGIN in found:
            return found[found.index(_BEGIN) :].partition(_END)[0]
        if found.startswith(("diff --git ", "--- ")) and "\n+++ " in found:
            return found
    return ""


def _unified(patch: Iterable[str]) -> Iterator[str]:
    """A patch as Codex writes it, whose hunks tell no line numbers."""
    hunk: list[str] = []
    heading = ""
    for line in patch:
        mark, _, path = line.partition(" File: ")
        if line.startswith(("*** ", "@@")):
            yield from _numbered(hunk, heading)
            hunk, heading = [], line[2:].strip("@ ") if line.startswith("@@") else ""
            if path:
                yield f"--- {'/dev/null' if mark == '*** Add' else f'a/{path}'}"
                yield f"+++ {'/dev/null' if mark == '*** Delete' else f'b/{path}'}"
            elif line.startswith("*** Move to: "):
                yield f"rename to {line[13:]}"
        elif line[:1] in ("+", "-", " ", ""):
            hunk.append(line or " ")
    yield from _numbered(hunk, heading)


def _numbered(hunk: list[str], heading: str) -> Iterator[str]:
    while hunk and hunk[-1] == " ":
        hunk.pop()
    if hunk:
        removed, added = (sum(line[0] != other for line in hunk) for other in "+-")
        yield f"@@ -{min(removed, 1)},{removed} +{min(added, 1)},{added} @@ {heading}".rstrip()
        yield from hunk


def _edited(name: str, path: str, arguments: Mapping[str, object]) -> Iterator[str]:
    """The lines of the diff of a file, by what its arguments are called; none if it is not changed."""
    command = text(arguments.get("command"))
    edits = [mapping(edit) for edit in items(arguments.get("edits"))] or [arguments]
    pairs = [(first_text(edit, _OLD), first_text(edit, _NEW)) for edit in edits]
    if command in ("view", "undo_edit"):
        return
    if command == "insert":
        line, added = whole(arguments.get("insert_line")), _lines(pairs[0][1])
        yield from (f"--- a/{path}", f"+++ b/{path}", f"@@ -{line},0 +{line + 1},{len(added)} @@")
        yield from (f"+{one}" for one in added)
    elif any(old or new for old, new in pairs):
        yield from (f"--- a/{path}", f"+++ b/{path}")
        for old, new in pairs:
            yield from _compared(_lines(old), _lines(new))
    elif command == "create" or any(word in name.lower() for word in _WRITES):
        added = _lines(first_text(arguments, _WHOLE))
        yield from ("--- /dev/null", f"+++ b/{path}")
        yield from _numbered([f"+{one}" for one in added], "")


def _compared(old: list[str], new: list[str]) -> Iterator[str]:
    """The lines that differ; all of them where too many are like too many others to compare in no time."""
    often = Counter(new)
    alike = sum(often[line] for line in old)
    if alike > _MOST_ALIKE * (len(old) + len(new)) or len(old) + len(new) > _MOST_COMPARED:
        yield from _numbered([*(f"-{line}" for line in old), *(f"+{line}" for line in new)], "")
    else:
        yield from list(unified_diff(old, new, lineterm=""))[2:]


def _lines(content: str) -> list[str]:
    return content.removesuffix("\n").split("\n") if content else []
