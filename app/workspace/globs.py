"""Globs that say which files to look at; one meaning, whichever program searches."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.workspace.errors import SearchError

_LONGEST = 1000
_MOST_ALTERNATIVES = 64
_ALTERNATIVES = re.compile(r"(?<!\\)\{((?:\\.|[^{}\\])*)\}", re.DOTALL)
_COMMA = re.compile(r"(?<!\\),")
_PARTS = re.compile(r"\*+|\[[!^]?\]?[^\]]*\]|\\.|.", re.DOTALL)
_RANGES = re.compile(r"(.)-(.)|(.)", re.DOTALL)
# What may be in a glob for ripgrep: there, `?` is one byte.
_PLAIN = re.compile(r"[\w.-]")


class Glob:
    """A glob such as `*.py`, `src/**/*.{ts,tsx}` or `docs/`.

    Without a slash it fits a file's name at any depth; else the path below the folder that is searched. A
    slash at its end stands for all below that folder.

    Args:
        text: The glob.

    Raises:
        SearchError: It leaves the folder, is too long, or stands for too many.
    """

    def __init__(self, text: str) -> None:
        if len(text) > _LONGEST:
            raise SearchError(f"the glob is longer than {_LONGEST:,} characters; give a shorter one")
        if text.startswith("!") or ".." in text.split("/"):
            raise SearchError(f"the glob {text} must say what to look at, below the path; not `!` or `..`")
        text = text.removeprefix("./")
        globs = alternatives(f"{text}**" if text.endswith("/") else text)
        if globs is None:
            raise SearchError(f"the glob stands for more than {_MOST_ALTERNATIVES} globs; use fewer braces")
        self.names = {_wider(glob.rpartition("/")[2]) for glob in globs}
        """Globs of plain letters and `*` for the last part of a path: they fit whenever this one does."""
        try:
            self._pattern = re.compile("|".join(map(_anywhere, globs)), re.DOTALL)
        except re.error:
            raise SearchError(f"the glob {text} cannot be understood") from None

    def fits(self, path: str) -> bool:
        """Whether a path, relative to the folder that is searched, fits."""
        return self._pattern.fullmatch(path) is not None


def alternatives(glob: str) -> list[str] | None:
    """The globs without `{a,b}` that one with it stands for; None if these are too many, or too long."""
    ahead, found = [glob], []
    while ahead:
        glob = ahead.pop()
        match = _ALTERNATIVES.search(glob)
        if match is None:
            found.append(glob)
            continue
        ahead += [glob[: match.start()] + word + glob[match.end() :] for word in _COMMA.split(match[1])[::-1]]
        if len(ahead) + len(found) > _MOST_ALTERNATIVES or sum(map(len, ahead + found)) > 4 * _LONGEST:
            return None
    return found


def expression(glob: str) -> str:
    """The regular expression of a glob without `{a,b}`, for a whole path.

    Every `*` of a name but the last, and every `**` but the last, takes the first place that fits and keeps
    it: no glob, however it is made, can take long.

    Raises:
        re.error: A range of letters goes backwards.
    """
    groups: list[list[str]] = [[]]
    for name in glob.split("/"):
        if name == "**":
            groups.append([])
        else:
            groups[-1].append(_name(name))
    first, *rest = ("/".join(group) for group in groups)
    if not rest:
        return first
    *middle, last = rest
    folders = "".join(f"(?>(?:[^/]+/)*?{group}/)" for group in middle if group)
    return (f"{first}/" if first else "") + folders + (f"(?:[^/]+/)*{last}" if last else ".+")


def parts(glob: str) -> list[str]:
    """A glob's stars, classes, escaped letters and letters; a `[` or `\\` by itself lacks its other half."""
    return _PARTS.findall(glob)


def _anywhere(glob: str) -> str:
    return expression(glob.removeprefix("/") if "/" in glob else f"**/{glob}")


def _name(glob: str) -> str:
    """The regular expression of a glob for one name."""
    fixed = [""]  # what lies between the stars
    for part in parts(glob):
        if part.startswith("*"):
            fixed.append("")
        else:
            fixed[-1] += _letter(part)
    first, *rest = fixed
    if not rest:
        return first
    *middle, last = rest
    return first + "".join(f"(?>[^/]*?{each})" for each in middle) + f"[^/]*{last}"


def _letter(part: str) -> str:
    match part[0], part[1:]:
        case "?", _:
            return "[^/]"
        case "[", letters if letters:
            negated = letters.startswith(("!", "^"))
            return f"[{'^/' * negated}{''.join(_ranges(letters[negated:-1]))}]"
        case "\\", letter if letter:
            return re.escape(letter)
        case _:
            return re.escape(part)


def _ranges(letters: str) -> Iterator[str]:
    for first, last, single in _RANGES.findall(letters):
        if first > last:
            raise re.error(f"{first}-{last} goes backwards")
        yield re.escape(single) if single else f"{re.escape(first)}-{re.escape(last)}"


def _wider(name: str) -> str:
    plain = (part.removeprefix("\\") for part in parts(name))
    return (
        re.sub(r"\*+", "*", "".join(letter if _PLAIN.fullmatch(letter) else "*" for letter in plain)) or "*"
    )
