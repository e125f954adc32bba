"""Patterns of paths, as in .gitignore. Whatever the path, a match takes time in proportion to its length."""

from __future__ import annotations

import os
import re

_WILD = re.compile(r"[*?\[\\]")
_TOKEN = re.compile(
    r"""(?P<any>\*+)|(?P<one>\?)
    |\[(?P<none>[!^]?+)(?P<some>(?:\\.|[^\\[])(?:\\.|[^]\\[])*)\]
    |\\(?P<escaped>.)|(?P<letter>[^\\[])""",
    re.VERBOSE,
)
_LETTER = re.compile(r"\\?.")
_END = r"(?:/|\Z)"


class PatternError(ValueError):
    """A pattern cannot be used. One line says why, and what to write instead."""


class PathPattern:
    """A pattern as in .gitignore: `secrets/**`, `*.pem`, `/etc/**`, `~/.ssh/**`.

    Without a slash before its end it fits at any depth of the workspace. What fits a folder fits all in it.

    Args:
        text: The pattern.
        base: Real path of the folder that it starts from, unless it starts with `/` or `~/`.
        home: Real path of what `~` means.
        exact: Upper and lower case differ, and links named by the pattern are not followed: so for what
            allows. What forbids must hold whatever the file system, and whichever way a file is named.

    Raises:
        PatternError: It cannot be used.
    """

    def __init__(self, text: str, base: str, home: str, *, exact: bool) -> None:
        check_path(text)
        if text.startswith("~/"):
            base, text = home, text[1:]
        elif text.startswith("/"):
            base = os.sep
        flags = re.DOTALL if exact else re.DOTALL | re.IGNORECASE
        start, rest = _fixed(text)
        named = os.path.join(base, start) if start else base
        self._places = [(base, re.compile(_expression(text), flags))]
        self._starts = [named if "/" in text.rstrip("/") else base]
        real = os.path.realpath(named)
        if not exact and real != named:
            self._places.append((real, re.compile(_expression(f"/{rest or '**'}"), flags)))
            self._starts.append(real)

    def fits(self, path: str) -> bool:
        """Whether a real path is meant; the folder of `folder/**` is, too."""
        for base, expression in self._places:
            inside = _inside(path, base)
            if inside is not None and expression.match(inside):
                return True
        return False

    def may_fit_in(self, folder: str) -> bool:
        """Whether something in a folder, given by its real path, may be meant."""
        return any(
            _inside(start, folder) is not None or _inside(folder, start) is not None for start in self._starts
        )


def check_path(text: str) -> None:
    """Refuse a pattern that would not mean what it seems to.

    Raises:
        PatternError: It leaves its folder, takes back another pattern, or cannot be understood.
    """
    if text.startswith(("!", "#")):
        raise PatternError(f"a path cannot begin with {text[0]}")
    if not {"", ".", ".."}.isdisjoint(text.strip("/").split("/")) or text.startswith("//"):
        raise PatternError("a path holds no `.`, `..` or `//`; give it from the workspace, from / or from ~/")
    if text.startswith("~") and not text.startswith("~/"):
        raise PatternError("a path can begin with ~/ but with no other ~")
    try:
        re.compile(_expression(text))
    except re.error:
        raise PatternError(f"the path {text} cannot be understood; write it as in .gitignore") from None


def _expression(text: str) -> str:
    """The regular expression for a pattern, relative to its folder.

    The first fit of what stands between two `**` leaves the most for the rest, so none is tried again.
    """
    names = text.strip("/").split("/")
    if "/" not in text.rstrip("/"):
        names.insert(0, "**")
    while names and names[-1] == "**":
        names.pop()
    if not names:
        return ""
    groups: list[list[str]] = [[]]
    for name in names:
        if name == "**":
            groups.append([])
        else:
            groups[-1].append(_name(name))
    first, *others = ("/".join(group) for group in groups)
    if not others:
        return first + _END
    *between, last = filter(None, others)
    found = "".join(f"(?>(?:[^/]+/)*?{group}/)" for group in between)
    return f"{first and f'{first}/'}{found}(?:[^/]+/)*?{last}{_END}"


def _name(name: str) -> str:
    """The regular expression for one name in a pattern."""
    if set(name) == {"*"}:
        return "[^/]+"
    pieces = [""]
    position = 0
    while position < len(name):
        token = _TOKEN.match(name, position)
        if token is None:
            raise PatternError(f"the name {name} cannot be understood; write it as in .gitignore")
        position = token.end()
        if token["any"]:
            pieces.append("")
        elif token["one"]:
            pieces[-1] += "[^/]"
        elif token["some"] is not None:
            pieces[-1] += f"(?!/)[{token['none'] and '^'}{_letters(token['some'])}]"
        else:
            pieces[-1] += re.escape(token["escaped"] or token["letter"])
    first, *others = pieces
    if not others:
        return first
    # As above: the first fit of what stands between two stars is the only one that is tried.
    *between, last = others
    return first + "".join(f"(?>[^/]*?{piece})" for piece in between) + f"[^/]*{last}"


def _letters(text: str) -> str:
    """What stands in brackets, for a regular expression."""
    letters = _LETTER.findall(text)
    return "".join(
        "-" if letter == "-" and before not in ("", "-") else re.escape(letter[-1])
        for before, letter in zip(("", *letters), letters, strict=False)
    )


def _fixed(text: str) -> tuple[str, str]:
    """The names that a pattern begins with, and the rest, from its first wildcard on."""
    names = text.strip("/").split("/")
    count = next((number for number, name in enumerate(names) if _WILD.search(name)), len(names))
    return "/".join(names[:count]), "/".join(names[count:])


def _inside(path: str, folder: str) -> str | None:
    """A path relative to a folder that it lies in or is; None if it does not."""
    if path == folder:
        return ""
    folder = folder.rstrip(os.sep) + os.sep
    return path[len(folder) :] if path.startswith(folder) else None
