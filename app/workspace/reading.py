"""A file or folder as text for a model. Blocks; the editor runs it in a thread."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from app.workspace.atomic import Stamp
from app.workspace.errors import FileError
from app.workspace.lines import numbered
from app.workspace.paths import Location
from app.workspace.splice import BYTE_ORDER_MARK
from app.workspace.window import Window, read_window


def view_file(
    location: Location, view_range: Sequence[int] | None, limit: int, stop: threading.Event
) -> tuple[str, Stamp | None]:
    """Numbered lines of a file, or the names in a folder.

    Args:
        location: The file or folder.
        view_range: First and last line, from 1; -1 as the last is the end of the file.
        limit: Most characters.
        stop: Set to give up.

    Returns:
        The text, and the state of the file that was read; None for a folder.

    Raises:
        FileError: The range does not fit.
        OSError: It cannot be read.
    """
    first, last = _range(view_range)
    try:
        window = read_window(location.real, first, last, limit, stop)
    except IsADirectoryError:
        if view_range is not None:
            raise FileError("is a directory; view_range works on files only") from None
        from app.workspace.listing import list_folder

        return list_folder(location.real, location.shown, stop), None
    return _text(location.shown, window, first, last, limit), window.stamp


def _range(view_range: Sequence[int] | None) -> tuple[int, int | None]:
    if view_range is None:
        return 1, None
    if len(view_range) != 2:
        raise FileError("view_range takes two line numbers, the first and the last")
    first, last = view_range
    if first < 1 or (last != -1 and last < first):
        raise FileError(
            f"view_range [{first}, {last}] is out of range: lines count from 1, the last is not before the "
            "first, and -1 as the last means the end"
        )
    return first, None if last == -1 else last


def _text(shown: str, window: Window, first: int, last: int | None, limit: int) -> str:
    if window.kind:
        return f"{shown} is {window.kind}, {window.size:,} bytes; it is not shown here\n"
    if window.size == 0 and not window.content and first == 1:
        return f"{shown} is empty\n"
    if window.total is not None and first > window.total:
        raise FileError(f"line {first} is out of range: the file has {window.total} lines")
    content = window.content
    partial = len(content) >= limit and not content.endswith(b"\n")
    if partial and b"\n" in content:
        content = content[: content.rindex(b"\n") + 1]
        partial = False
    notes = []
    if first == 1 and content.startswith(BYTE_ORDER_MARK):
        content = content.removeprefix(BYTE_ORDER_MARK)
        notes.append("the file begins with a byte order mark, which edits keep")
    text, count = numbered(content, first, limit=limit)
    if "\ufffd" in text:
        notes.append("\ufffd stands for bytes that are not UTF-8; edits elsewhere keep them")
    if partial:
        notes.append(f"line {first} is longer than can be shown")
    end = first + count - 1
    if end < (window.total or end + 1) and (last is None or end < last):
        of = f"of {window.total:,}" if window.total else f"of a file of {window.size:,} bytes"
        notes.append(f"lines {first:,} to {end:,} {of} are shown; use view_range, or grep, for the rest")
    return text + "".join(f"[{note}]\n" for note in notes)
