"""Globs that say which files to look at; one meaning, whichever program searches."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.workspace.errors import SearchError

_MOST_ALTERNATIVES = 64
_ALTERNATIVES = re.compile(r"\{([^{}]*)\}")
_PARTS = re.compile(r"\*\*/|\*\*$|\*+|\?|\[!?\]?[^\]/]*\]|\\.|.", re.DOTALL)


class Glob:
    """A glob such as `*.py`, `src/**/*.{ts,tsx}` or `docs/`.

    Without a slash it fits a file's name at any depth; else the path below the folder that is searched. A
    slash at its end stands for all below that folder.

    Args:
        text: The glob.

    Raises:
        SearchError: It leaves the folder, or stands for too many.
    """

    def __init__(self, text: str) -> None:
        if text.startswith("!") or ".." in text.split("/"):
            raise SearchError(f"the glob {text} must say what to look at, below the path; not `!` or `..`")
        text = text.removeprefix("./")
        globs = list(_alternatives(f"{text}**" if text.endswith("/") else text))
        self.names = {name for glob in globs if (name := glob.rpartition("/")[2].replace("**", "*"))}
        """What the last part of a path that fits must fit."""
        try:
            self._pattern = re.compile("|".join(map(_regular_expression, globs)), re.DOTALL)
        except re.error:
            raise SearchError(f"the glob {text} cannot be understood") from None

    def fits(self, path: str) -> bool:
        """Whether a path, relative to the folder that is searched, fits."""
        return self._pattern.fullmatch(path) is not None


def _alternatives(glob: str) -> Iterator[str]:
    """The globs without `{a,b}` that one with it stands for."""
    ahead = [glob]
    count = 1
    while ahead:
        glob = ahead.pop()
        match = _ALTERNATIVES.search(glob)
        if match is None:
            yield glob
            continue
        words = match[1].split(",")
        count += len(words) - 1
        if count > _MOST_ALTERNATIVES:
            raise SearchError(f"the glob stands for more than {_MOST_ALTERNATIVES} globs; use fewer braces")
        ahead += [glob[: match.start()] + word + glob[match.end() :] for word in reversed(words)]


def _regular_expression(glob: str) -> str:
    anywhere = "" if "/" in glob else "(?:.*/)?"
    return anywhere + "".join(map(_translated, _PARTS.findall(glob.removeprefix("/"))))


def _translated(part: str) -> str:
    match part:
        case "**/":
            return "(?:.*/)?"
        case "**":
            return ".*"
        case "?":
            return "[^/]"
        case _ if part.startswith("*"):
            return "[^/]*"
        case _ if part.startswith("[") and len(part) > 2:
            letters = part[1:-1].replace("\\", "\\\\")
            return f"[^/{letters[1:]}]" if letters.startswith(("!", "^")) else f"[{letters}]"
        case _:
            return re.escape(part[1:] if len(part) == 2 and part.startswith("\\") else part)
