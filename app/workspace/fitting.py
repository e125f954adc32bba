"""Where the hunks of a patch fit a file."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate, groupby

from app.workspace.atomic import Snapshot
from app.workspace.errors import EditError
from app.workspace.lines import ending_at, split_lines, with_endings
from app.workspace.nearest import nearest
from app.workspace.patch import FilePatch, PatchHunk
from app.workspace.plan import Draft
from app.workspace.splice import BYTE_ORDER_MARK, Splice, spliced
from app.workspace.text import text_of

_MOST_NUMBERS = 10
_LONGEST = 200
_NO_NEWLINE = (
    "only the newline at the end of the file is in the way: write '\\ No newline at end of file' "
    "below each line that stands at the end without one"
)


def fitted(patch: FilePatch, snapshot: Snapshot | None) -> Draft:
    """The changes a patch makes in a file.

    A hunk must find its lines exactly, at the line it names or at only one other. Line ends are those of the
    file, unless the hunk has carriage returns of its own: then it must find these, too.

    Raises:
        EditError: Hunks do not fit, each of them named, or the file is there when it must not be.
    """
    if patch.creates and snapshot is not None:
        raise EditError("exists already; to change it, name it behind --- too")
    if not patch.creates and snapshot is None:
        raise EditError("does not exist; for a new file write --- /dev/null")
    file = _File(b"" if patch.creates else text_of(snapshot))
    splices: list[Splice] = []
    notes: list[str] = []
    errors: list[str] = []
    below = 0
    for hunk in patch.hunks:
        try:
            at = file.place(hunk, below)
        except EditError as error:
            errors.append(f"hunk {hunk.number} does not fit: {error}")
            continue
        if hunk.old and at + 1 != hunk.first:
            notes.append(f"Hunk {hunk.number} was found at line {at + 1}, not at line {hunk.first}.")
        below = at + len(hunk.old)
        splices += file.splices(hunk, at)
    if errors:
        raise EditError("\n".join(errors))
    if patch.removes and spliced(file.content, splices):
        raise EditError("is to be removed, but lines of it are left; take each of them away with -")
    return Draft(tuple(splices), removes=patch.removes, notes=tuple(notes))


class _File:
    """A file, line by line."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self._lines = split_lines(content)
        self._offsets = list(accumulate(map(len, self._lines), initial=0))
        self._bare = [_bare(line) for line in self._lines]
        if self._bare:
            self._bare[0] = self._bare[0].removeprefix(BYTE_ORDER_MARK)

    def place(self, hunk: PatchHunk, below: int) -> int:
        """The index of the line where a hunk fits.

        Args:
            hunk: The hunk.
            below: The first line that no hunk before it has taken.

        Raises:
            EditError: It fits nowhere, or in several places.
        """
        at = hunk.first - 1 if hunk.old else hunk.first
        found, wanted = (self._lines, hunk.old) if _is_exact(hunk) else (self._bare, _bare_old(hunk))
        if not hunk.old and not below <= at <= len(self._lines):
            raise EditError(f"it has no lines around it, and there is no place after line {at} to put it")
        if at < below or found[at : at + len(wanted)] != wanted:
            places = _places(found, wanted)
            ahead = [place for place in places if place >= below]
            if len(ahead) > 1:
                lines = ", ".join(str(place + 1) for place in ahead[:_MOST_NUMBERS])
                more = " …" if len(ahead) > _MOST_NUMBERS else ""
                raise EditError(f"it fits at lines {lines}{more}; add lines around it until one place fits")
            if not ahead:
                raise EditError(self._reason(hunk, bool(places)))
            at = ahead[0]
        self._require_whole_lines(hunk, at)
        return at

    def splices(self, hunk: PatchHunk, at: int) -> Iterator[Splice]:
        """The changes a hunk makes, given where it fits."""
        top = len(BYTE_ORDER_MARK) if self.content.startswith(BYTE_ORDER_MARK) else 0
        exact = _is_exact(hunk)
        for kept, group in groupby(hunk.lines, key=lambda line: line.mark == " "):
            lines = list(group)
            taken = sum(line.mark != "+" for line in lines)
            start, end = self._offsets[at], self._offsets[at + taken]
            at += taken
            if kept:
                continue
            added = b"".join(line.text for line in lines if line.mark == "+")
            if not exact:
                start, end = max(start, top), max(end, top)
                added = with_endings(added, ending_at(self.content, start))
            yield Splice(start, self.content[start:end], added)

    def _require_whole_lines(self, hunk: PatchHunk, at: int) -> None:
        """Make sure that no line is put behind one without an end."""
        end = at + len(hunk.old)
        if end < len(self._lines) and hunk.new and not hunk.new[-1].endswith(b"\n"):
            raise EditError("its last line has no newline, but more lines follow in the file")
        if not hunk.old and at and not self._lines[at - 1].endswith(b"\n"):
            raise EditError(_NO_NEWLINE)

    def _reason(self, hunk: PatchHunk, above: bool) -> str:
        """Why a hunk fits nowhere, and what comes nearest."""
        if above:
            return "it stands above the hunk before it; give the hunks of a file from its top"
        ended = [line.removesuffix(b"\n") for line in _bare_old(hunk)]
        if _places([line.removesuffix(b"\n") for line in self._bare], ended):
            return _NO_NEWLINE
        hint = nearest(self.content, b"".join(hunk.old).removesuffix(b"\n"))
        if not hint and 0 < hunk.first <= len(self._lines):
            line = self._bare[hunk.first - 1].strip()[:_LONGEST].decode("utf-8", "replace")
            hint = f"Line {hunk.first} is {line!r}"
        return f"its lines do not stand in the file. {hint}".rstrip()


def _is_exact(hunk: PatchHunk) -> bool:
    """Whether the hunk says itself how lines end, or where the byte order mark is."""
    return any(
        line.text.endswith((b"\r\n", b"\r")) or line.text.startswith(BYTE_ORDER_MARK) for line in hunk.lines
    )


def _places(found: list[bytes], wanted: list[bytes]) -> list[int]:
    return [
        at for at, line in enumerate(found) if line == wanted[0] and found[at : at + len(wanted)] == wanted
    ]


def _bare_old(hunk: PatchHunk) -> list[bytes]:
    return [_bare(line) for line in hunk.old]


def _bare(line: bytes) -> bytes:
    return line[:-2] + b"\n" if line.endswith(b"\r\n") else line
