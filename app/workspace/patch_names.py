"""Names of files as patches write them."""

from __future__ import annotations

import re

NOTHING = "/dev/null"

_GIT = re.compile(r'diff --git (?:a/(.+) b/\1|"a/(.+)" "b/\2")')
_EPOCH = re.compile(r"\t(1970-01-01|1969-12-31) ")
_ESCAPE = re.compile(r"\\([0-7]{3}|.)")
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}


def read_name(written: str) -> str:
    """A file's name as it stands behind --- or +++, with its a/ or b/."""
    if _EPOCH.search(written):
        return NOTHING  # so diff -N names a file that is not there
    if written.startswith('"') and (end := written.rfind('"')):
        return _unquoted(written[1:end])
    return written.partition("\t")[0].rstrip()


def git_name(line: str) -> str:
    """The file of a `diff --git` line; empty if it cannot be told."""
    match = _GIT.fullmatch(line)
    return _unquoted(match[1] or match[2]) if match else ""


def _unquoted(text: str) -> str:
    """Undo git's quoting of odd names: octal for bytes, backslashes as in C."""

    def plain(match: re.Match[str]) -> bytes:
        escaped = match[1]
        return (
            bytes([int(escaped, 8) & 0xFF]) if len(escaped) == 3 else _ESCAPED.get(escaped, escaped).encode()
        )

    at = 0
    pieces: list[bytes] = []
    for match in _ESCAPE.finditer(text):
        pieces += (text[at : match.start()].encode(), plain(match))
        at = match.end()
    return b"".join([*pieces, text[at:].encode()]).decode("utf-8", "surrogateescape")
