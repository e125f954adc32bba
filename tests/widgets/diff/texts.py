"""Diffs, made as programs make them."""

from __future__ import annotations

import difflib

OLD = [f"line {number}\n" for number in range(1, 61)]
NEW = [*OLD[:9], "LINE 10\n", *OLD[10:39], "line 40 and a half\n", *OLD[39:]]

HOSTILE = """--- a/evil\x1b]0;title\x07.py
+++ b/evil\x1b]0;title\x07.py
@@ -1,2 +1,2 @@ def \u202egnp
 \x1b[2Jcleared
-[/red] [@click=app.bell]x[/]
+\u202egnp.exe\x9b31m\r\u2028\ud800 [b
\x1b[31mnot a line of the diff
"""


def unified(old: list[str], new: list[str], name: str = "file.txt", context: int = 3) -> str:
    """A diff by difflib, with what other programs say of an end without newline."""
    lines = difflib.unified_diff(old, new, f"a/{name}", f"b/{name}", n=context)
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines
    )


TWO_HUNKS = unified(OLD, NEW)


def one_long_hunk(count: int) -> str:
    """A hunk of as many lines: of three, one is taken out and one put in."""
    lines = [f"{' -+'[number % 3]}value {number}\n" for number in range(count)]
    old = sum(not line.startswith("+") for line in lines)
    new = sum(not line.startswith("-") for line in lines)
    return f"--- a/x.txt\n+++ b/x.txt\n@@ -1,{old} +1,{new} @@\n" + "".join(lines)
