"""Unified diffs of one splice: only the lines around it are looked at, however long the file."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher

from app.workspace.lines import back, forward, line_number
from app.workspace.splice import Splice

CONTEXT = 3
_MOST_COMPARED = 10_000
_LONGEST = 200_000

_Opcode = tuple[str, int, int, int, int]


def unified_diff(
    shown: str, content: bytes, splice: Splice, *, created: bool = False, removed: bool = False
) -> str:
    """The change as a person reads it.

    Args:
        shown: The file's name.
        content: The file before the change.
        splice: The change.
        created: There was no file before.
        removed: There is no file after.

    Returns:
        A unified diff; cut after 200,000 characters, and then it says so. Empty if nothing changes.
    """
    end = splice.offset + len(splice.removed)
    start = back(content, splice.offset, CONTEXT)
    before = content[start : forward(content, end, CONTEXT)]
    after = Splice(splice.offset - start, splice.removed, splice.added).apply(before)
    if before == after and not (created or removed):
        return ""
    old, new = _lines(before), _lines(after)
    visible = _Endings(old + new)
    text = [
        f"--- {'/dev/null' if created else f'a/{shown}'}\n",
        f"+++ {'/dev/null' if removed else f'b/{shown}'}\n",
    ]
    length = 0
    for line in _hunks(old, new, line_number(content, start) - 1, visible):
        length += len(line)
        if length > _LONGEST:
            text.append("… the rest of the diff is left out: it is too long\n")
            break
        text.append(line)
    return "".join(text)


class _Endings:
    """Shows a line's end where lines end in different ways; else it would be noise."""

    def __init__(self, lines: list[bytes]) -> None:
        returns = sum(line.endswith(b"\r\n") for line in lines)
        self._mixed = 0 < returns < sum(line.endswith(b"\n") for line in lines)

    def show(self, mark: str, line: bytes) -> str:
        body = line.removesuffix(b"\n")
        if body != line and body.endswith(b"\r"):
            body = body[:-1] + ("␍".encode() if self._mixed else b"")
        text = f"{mark}{body.decode('utf-8', 'replace')}\n"
        return text if line.endswith(b"\n") else text + "\\ No newline at end of file\n"


def _lines(content: bytes) -> list[bytes]:
    lines = content.split(b"\n")
    last = lines.pop()
    return [line + b"\n" for line in lines] + ([last] if last else [])


def _hunks(old: list[bytes], new: list[bytes], above: int, visible: _Endings) -> Iterator[str]:
    for group in _grouped(old, new):
        _, old_start, _, new_start, _ = group[0]
        _, _, old_end, _, new_end = group[-1]
        yield f"@@ -{_span(old_start, old_end, above)} +{_span(new_start, new_end, above)} @@\n"
        for kind, first, last, new_first, new_last in group:
            if kind == "equal":
                yield from (visible.show(" ", line) for line in old[first:last])
            else:
                yield from (visible.show("-", line) for line in old[first:last])
                yield from (visible.show("+", line) for line in new[new_first:new_last])


def _grouped(old: list[bytes], new: list[bytes]) -> Iterator[list[_Opcode]]:
    """What differs, in groups with context around them."""
    same = 0
    while same < min(len(old), len(new)) and old[same] == new[same]:
        same += 1
    tail = 0
    while tail < min(len(old), len(new)) - same and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    old_end, new_end = len(old) - tail, len(new) - tail
    if old_end - same + new_end - same <= _MOST_COMPARED:
        first, last = max(same - CONTEXT, 0), min(tail, CONTEXT)
        matcher = SequenceMatcher(None, old[first : old_end + last], new[first : new_end + last])
        for group in matcher.get_grouped_opcodes(CONTEXT):
            yield [(kind, a + first, b + first, c + first, d + first) for kind, a, b, c, d in group]
        return
    # Finding what two so long texts share would take too long: all of one makes way for all of the other.
    first, last = max(same - CONTEXT, 0), min(tail, CONTEXT)
    yield [
        ("equal", first, same, first, same),
        ("replace", same, old_end, same, new_end),
        ("equal", old_end, old_end + last, new_end, new_end + last),
    ]


def _span(start: int, end: int, above: int) -> str:
    length = end - start
    # By convention an empty span names the line before it.
    return f"{start + above + (length > 0)},{length}" if length != 1 else f"{start + above + 1}"
