"""Hunks as a person reads them: the text of a unified diff."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from app.workspace.hunks import Hunk

RETURN_SHOWN = "␍"
_NO_NEWLINE = "\\ No newline at end of file\n"
_LONGEST = 200_000


def file_diff(shown: str, hunks: Iterable[Hunk], *, created: bool, removed: bool) -> Iterator[str]:
    """The lines that tell of one file.

    Args:
        shown: The file's name.
        hunks: What changes in it.
        created: There was no file before.
        removed: There is no file after.
    """
    yield f"--- {'/dev/null' if created else f'a/{shown}'}\n"
    yield f"+++ {'/dev/null' if removed else f'b/{shown}'}\n"
    for hunk in hunks:
        mixed = hunk.mixed_endings
        yield f"@@ -{_span(hunk.old_first, len(hunk.old))} +{_span(hunk.new_first, len(hunk.new))} @@\n"
        for run in hunk.runs:
            if not run.changes:
                yield from (_marked(" ", line, mixed) for line in run.old)
            else:
                yield from (_marked("-", line, mixed) for line in run.old)
                yield from (_marked("+", line, mixed) for line in run.new)


def cut(lines: Iterable[str]) -> str:
    """The lines as one text; cut after 200,000 characters, and then it says so."""
    text: list[str] = []
    length = 0
    for line in lines:
        length += len(line)
        if length > _LONGEST:
            text.append("… the rest of the diff is left out: it is too long\n")
            break
        text.append(line)
    return "".join(text)


def shown_line(line: bytes, *, mixed: bool) -> str:
    """A line as the diff shows it, without a sign and without its end.

    Args:
        line: With its end.
        mixed: The lines around end in different ways; else to show how would be noise.
    """
    body = line.removesuffix(b"\n")
    if body != line and body.endswith(b"\r"):
        return body[:-1].decode("utf-8", "replace") + (RETURN_SHOWN if mixed else "")
    return body.decode("utf-8", "replace")


def _marked(mark: str, line: bytes, mixed: bool) -> str:
    text = f"{mark}{shown_line(line, mixed=mixed)}\n"
    return text if line.endswith(b"\n") else text + _NO_NEWLINE


def _span(first: int, length: int) -> str:
    # By convention an empty span names the line before it.
    return f"{first - (length == 0)},{length}" if length != 1 else f"{first}"
