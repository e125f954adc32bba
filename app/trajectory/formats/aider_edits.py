"""The edits that an answer of aider proposes: blocks of what to search and what to put in its place."""

from __future__ import annotations

import re

_SEARCH = re.compile(r"<{5,9} SEARCH>?\s*")
_DIVIDER = re.compile(r"={5,9}\s*")
_REPLACE = re.compile(r">{5,9} REPLACE\s*")


def edits(answer: str) -> dict[str, list[dict[str, str]]]:
    """What is to change in each file, by its path.

    Args:
        answer: Markdown. The path stands on the line before a block, or before the fence around it.
    """
    found: dict[str, list[dict[str, str]]] = {}
    path = ""
    parts: list[list[str]] = []  # of the block that is open: what to search, what to put there
    for line in answer.split("\n"):
        if not parts:
            if _SEARCH.fullmatch(line):
                parts = [[]]
            elif line.strip() and not line.startswith("```"):
                path = line.strip().strip("`*")
        elif len(parts) == 1 and _DIVIDER.fullmatch(line):
            parts.append([])
        elif len(parts) == 2 and _REPLACE.fullmatch(line):
            search, replace = ("\n".join(part) for part in parts)
            found.setdefault(path, []).append({"search": search, "replace": replace})
            parts = []
        else:
            parts[-1].append(line)
    return found
