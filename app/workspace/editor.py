"""Views and edits of files, for a model: exact to the byte, and never over somebody else's change."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from app.workspace.atomic import Snapshot, Stamp
from app.workspace.diff import CONTEXT, unified_diff
from app.workspace.errors import EditError, FileError, WorkspaceError
from app.workspace.files import Files, file_error, in_thread
from app.workspace.history import Change, History, digest
from app.workspace.lines import back, count_lines, forward, line_number, numbered
from app.workspace.paths import Location, Workspace
from app.workspace.reading import view_file
from app.workspace.splice import Splice, insertion, replacement

_LONGEST_SNIPPET = 4_000

Plan = Callable[[Snapshot | None], Splice]


@dataclass(frozen=True, slots=True)
class EditResult:
    """What an edit came to.

    Args:
        text: For the model: what was done, and the lines around it.
        diff: A unified diff, for a person.
    """

    text: str
    diff: str


@dataclass(frozen=True, slots=True)
class _Prepared:
    """An edit that fits, ready to be written."""

    snapshot: Snapshot | None
    content: bytes
    change: Change
    diff: str


class Editor:
    """Views and edits the files of a workspace. For one event loop.

    Every edit starts from a fresh read under the file's lock. It is refused outside the workspace, whatever
    was approved.

    Args:
        workspace: Where paths are resolved.
        files: Reads and writes; shared by all who edit in one session.
    """

    def __init__(self, workspace: Workspace, files: Files) -> None:
        self._workspace = workspace
        self._files = files
        self._history = History()
        self._seen: dict[Path, Stamp] = {}

    async def view(
        self,
        path: str,
        view_range: Sequence[int] | None = None,
        *,
        allow_outside: bool = False,
        limit: int = 30_000,
    ) -> str:
        """Numbered lines of a file, or the names in a folder.

        Args:
            path: The file or folder.
            view_range: First and last line, from 1; -1 as the last is the end of the file.
            allow_outside: Somebody has approved a look outside the workspace.
            limit: Most characters.

        Raises:
            WorkspaceError: It cannot be shown.
        """
        location = await asyncio.to_thread(self._workspace.locate, path)
        with _naming(location):
            if not location.inside and not allow_outside:
                raise FileError("lies outside the workspace; to read it needs approval")
            try:
                text, stamp = await in_thread(partial(view_file, location, view_range, limit))
            except FileNotFoundError:
                raise FileError("does not exist; check the path, or search with glob") from None
            except OSError as error:
                raise file_error(error) from error
        if stamp is not None:
            self._seen[location.real] = stamp
        return text

    async def create(self, path: str, file_text: str, *, preview: bool = False) -> EditResult:
        """Write a whole file. One that exists must have been seen in this session, as it is now.

        Args:
            path: The file; missing folders are made.
            file_text: Its content, written as given.
            preview: Only say what would change.

        Raises:
            WorkspaceError: It cannot be written; nothing was changed.
        """
        content = _encoded("file_text", file_text)
        location = await self._target(path)

        def plan(snapshot: Snapshot | None) -> Splice:
            if snapshot is None:
                return Splice(0, b"", content)
            self._require_seen(location, snapshot)
            return Splice(0, snapshot.data, content)

        return await self._edit(location, plan, preview=preview)

    async def str_replace(
        self, path: str, old_str: str, new_str: str = "", *, preview: bool = False
    ) -> EditResult:
        """Replace text that stands exactly once in the file.

        Args:
            path: The file.
            old_str: The text; a newline in it meets either line end.
            new_str: What takes its place.
            preview: Only say what would change.

        Raises:
            WorkspaceError: The text is not there, or several times, or the file cannot be written.
        """
        old, new = _encoded("old_str", old_str), _encoded("new_str", new_str)
        location = await self._target(path)
        return await self._edit(
            location, lambda snapshot: replacement(_text_of(snapshot), old, new), preview=preview
        )

    async def insert(
        self, path: str, insert_line: int, insert_text: str, *, preview: bool = False
    ) -> EditResult:
        """Put lines after a line.

        Args:
            path: The file.
            insert_line: The line to put them after; 0 is the top.
            insert_text: The lines; a last newline may be left out.
            preview: Only say what would change.

        Raises:
            WorkspaceError: There is no such line, or the file cannot be written.
        """
        text = _encoded("insert_text", insert_text)
        location = await self._target(path)
        return await self._edit(
            location, lambda snapshot: insertion(_text_of(snapshot), insert_line, text), preview=preview
        )

    async def undo(self, path: str, *, preview: bool = False) -> EditResult:
        """Take back the last edit of a file, if nobody has changed the file since.

        Args:
            path: The file; one that the edit had created is removed.
            preview: Only say what would change.

        Raises:
            WorkspaceError: There is nothing to take back, or it cannot be.
        """
        location = await self._target(path)
        change = self._history.last(location.real)
        if change is None:
            raise EditError(f"{location.shown}: nothing to undo, no edit of this file is remembered")

        def plan(snapshot: Snapshot | None) -> Splice:
            if snapshot is None or digest(snapshot.data) != change.digest:
                raise EditError("has changed since the last edit, and undo would lose that; edit it instead")
            return change.splice.inverse()

        return await self._edit(location, plan, undoing=change, preview=preview)

    async def _target(self, path: str) -> Location:
        location = await asyncio.to_thread(self._workspace.locate, path)
        with _naming(location):
            if not location.inside:
                raise FileError("lies outside the workspace, where no edit is made")
            if location.sealed:
                raise FileError("belongs to git or to the rules of this program; it is not edited here")
            if path.endswith("/") or location.real == self._workspace.root:
                raise FileError("is a directory")
        return location

    async def _edit(
        self, location: Location, plan: Plan, *, undoing: Change | None = None, preview: bool = False
    ) -> EditResult:
        removes = undoing is not None and undoing.created
        with _naming(location):
            if preview:
                prepared = await self._prepare(location, plan, removes=removes)
                return EditResult("", prepared.diff)
            async with self._files.lock(location.real):
                prepared = await self._prepare(location, plan, removes=removes)
                if removes and prepared.snapshot is not None:
                    await self._files.remove(location.real, prepared.snapshot)
                    self._seen.pop(location.real, None)
                else:
                    self._seen[location.real] = await self._files.write(
                        location.real, prepared.content, prepared.snapshot
                    )
                if undoing is None:
                    self._history.add(prepared.change)
                else:
                    self._history.forget(undoing)
        return EditResult(_told(location, prepared, undoing), prepared.diff)

    async def _prepare(self, location: Location, plan: Plan, *, removes: bool) -> _Prepared:
        snapshot = await self._files.read(location.real)
        if snapshot is not None:
            _require_editable(snapshot)

        def work(_: threading.Event) -> _Prepared:
            splice = plan(snapshot)
            before = b"" if snapshot is None else snapshot.data
            after = splice.apply(before)
            change = Change(location.real, splice, digest(after), created=snapshot is None)
            diff = unified_diff(location.shown, before, splice, created=snapshot is None, removed=removes)
            return _Prepared(snapshot, after, change, diff)

        return await in_thread(work)

    def _require_seen(self, location: Location, snapshot: Snapshot) -> None:
        stamp = self._seen.get(location.real)
        if stamp is None:
            raise EditError("exists already; view it before you overwrite it, or use str_replace")
        if stamp != snapshot.stamp:
            raise EditError("has changed since you saw it; view it again before you overwrite it")


@contextmanager
def _naming(location: Location) -> Iterator[None]:
    """Begin each error with the file's name."""
    try:
        yield
    except WorkspaceError as error:
        raise type(error)(f"{location.shown}: {error}") from error


def _encoded(name: str, text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise EditError(
            f"{name} holds half a character (a lone surrogate) at position {error.start}; leave it out"
        ) from None


def _text_of(snapshot: Snapshot | None) -> bytes:
    if snapshot is None:
        raise FileError("does not exist; use create for a new file, or check the path")
    if b"\0" in snapshot.data or snapshot.data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise EditError("is not UTF-8 text but binary data or UTF-16, which is not edited here")
    return snapshot.data


def _require_editable(snapshot: Snapshot) -> None:
    if snapshot.links > 1:
        raise FileError(
            f"has {snapshot.links} hard links, and an edit would part this name from the others; "
            "if that is wanted, first give it a copy of its own: cp -p FILE COPY && mv COPY FILE"
        )
    if not snapshot.mode & 0o200:
        raise FileError("is read-only; make it writable first (chmod u+w) if it should be edited")


def _told(location: Location, prepared: _Prepared, undoing: Change | None) -> str:
    splice, content = prepared.change.splice, prepared.content
    if undoing is not None and undoing.created:
        return f"{location.shown}: removed, because the edit taken back had created it"
    if prepared.snapshot is None:
        return f"{location.shown}: created, {count_lines(content)} lines"
    done = "edited" if undoing is None else "last edit taken back"
    if len(splice.removed) == len(prepared.snapshot.data):
        return f"{location.shown}: {done} from end to end, now {count_lines(content)} lines"
    start = back(content, splice.offset, CONTEXT)
    end = forward(content, splice.offset + len(splice.added), CONTEXT)
    snippet, _ = numbered(content[start:end], line_number(content, start), limit=_LONGEST_SNIPPET)
    return f"{location.shown}: {done} at line {line_number(content, splice.offset)}. Now:\n{snippet}"
