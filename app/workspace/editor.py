"""Views and edits of files, for a model: exact to the byte, and never over somebody else's change."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial

from app.trajectory.review import Review
from app.workspace.atomic import Snapshot
from app.workspace.edits import EditResult, Edits, naming
from app.workspace.errors import EditError, FileError
from app.workspace.files import Files, file_error, in_thread
from app.workspace.matching import insertion, replacement
from app.workspace.paths import Location, Workspace
from app.workspace.plan import Draft, Plan
from app.workspace.reading import view_file
from app.workspace.splice import Splice
from app.workspace.text import encoded, text_of

__all__ = ["EditResult", "Editor"]


class Editor:
    """Views and edits the files of a workspace. For one event loop.

    Every edit starts from a fresh read under the locks of its files. It is refused outside the workspace,
    whatever was approved. Each editing command takes:

        preview: Only say what would change.
        review: What a person decided about the diff of a preview; nothing is written if the files have
            changed since.

    Args:
        workspace: Where paths are resolved.
        files: Reads and locks; shared by all who edit in one session.
    """

    def __init__(self, workspace: Workspace, files: Files) -> None:
        self._workspace = workspace
        self._edits = Edits(files)

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
        with naming(location):
            if not location.inside and not allow_outside:
                raise FileError("lies outside the workspace; to read it needs approval")
            try:
                text, stamp = await in_thread(partial(view_file, location, view_range, limit))
            except FileNotFoundError:
                raise FileError("does not exist; check the path, or search with glob") from None
            except OSError as error:
                raise file_error(error) from error
        if stamp is not None:
            self._edits.see(location.real, stamp)
        return text

    async def create(
        self, path: str, file_text: str, *, preview: bool = False, review: Review | None = None
    ) -> EditResult:
        """Write a whole file. One that exists must have been seen in this session, as it is now.

        Args:
            path: The file; missing folders are made.
            file_text: Its content, written as given.

        Raises:
            WorkspaceError: It cannot be written; nothing was changed.
        """
        content = encoded("file_text", file_text)
        location = await self._target(path)

        def plan(snapshot: Snapshot | None) -> Draft:
            if snapshot is None:
                return Draft((Splice(0, b"", content),) if content else ())
            self._require_seen(location, snapshot)
            return Draft((Splice(0, snapshot.data, content),))

        return await self._edits.carry_out([(location, plan)], preview=preview, review=review)

    async def str_replace(
        self,
        path: str,
        old_str: str,
        new_str: str = "",
        *,
        preview: bool = False,
        review: Review | None = None,
    ) -> EditResult:
        """Replace text that stands exactly once in the file.

        Args:
            path: The file.
            old_str: The text; a newline in it meets either line end.
            new_str: What takes its place.

        Raises:
            WorkspaceError: The text is not there, or several times, or the file cannot be written.
        """
        old, new = encoded("old_str", old_str), encoded("new_str", new_str)
        return await self.change(
            path, lambda content: [replacement(content, old, new)], preview=preview, review=review
        )

    async def insert(
        self,
        path: str,
        insert_line: int,
        insert_text: str,
        *,
        preview: bool = False,
        review: Review | None = None,
    ) -> EditResult:
        """Put lines after a line.

        Args:
            path: The file.
            insert_line: The line to put them after; 0 is the top.
            insert_text: The lines; a last newline may be left out.

        Raises:
            WorkspaceError: There is no such line, or the file cannot be written.
        """
        text = encoded("insert_text", insert_text)
        return await self.change(
            path, lambda content: [insertion(content, insert_line, text)], preview=preview, review=review
        )

    async def change(
        self,
        path: str,
        plan: Callable[[bytes], Sequence[Splice]],
        *,
        preview: bool = False,
        review: Review | None = None,
    ) -> EditResult:
        """Change a text file in several places at once.

        Args:
            path: The file.
            plan: Makes the changes from the content just read: ascending, none within another, all relative
                to that content. It runs in a thread, and raises an EditError if it does not fit.

        Raises:
            WorkspaceError: The plan does not fit, or the file cannot be written.
        """
        return await self.change_files(
            [(path, lambda snapshot: Draft(tuple(plan(text_of(snapshot)))))], preview=preview, review=review
        )

    async def change_files(
        self, plans: Sequence[tuple[str, Plan]], *, preview: bool = False, review: Review | None = None
    ) -> EditResult:
        """Change, make and remove several files, all of them or none.

        Args:
            plans: Each file's path, with what to do to it; no file twice.

        Raises:
            WorkspaceError: A plan does not fit its file, or a file cannot be written; nothing was changed.
        """
        located = [(await self._target(path), plan) for path, plan in plans]
        reals = set()
        for location, _ in located:
            if location.real in reals:
                raise EditError(f"{location.shown}: is named twice; give all its changes in one place")
            reals.add(location.real)
        return await self._edits.carry_out(located, preview=preview, review=review)

    async def undo(self, path: str, *, preview: bool = False, review: Review | None = None) -> EditResult:
        """Take back the last edit of a file, if nobody has changed the file since.

        Args:
            path: The file; one that the edit had created is removed, one that it had removed comes back.

        Raises:
            WorkspaceError: There is nothing to take back, or it cannot be.
        """
        location = await self._target(path)

        def plan(snapshot: Snapshot | None) -> Draft:
            change = self._edits.last_change(location.real)
            if change is None:
                raise EditError("nothing to undo, no edit of this file is remembered")
            return Draft(change.taken_back(snapshot), removes=change.created, undoes=change)

        return await self._edits.carry_out([(location, plan)], preview=preview, review=review)

    async def _target(self, path: str) -> Location:
        location = await asyncio.to_thread(self._workspace.locate, path)
        with naming(location):
            if not location.inside:
                raise FileError("lies outside the workspace, where no edit is made")
            if location.sealed:
                raise FileError("belongs to git or to the rules of this program; it is not edited here")
            if path.endswith("/") or location.real == self._workspace.root:
                raise FileError("is a directory")
        return location

    def _require_seen(self, location: Location, snapshot: Snapshot) -> None:
        stamp = self._edits.seen(location.real)
        if stamp is None:
            raise EditError("exists already; view it before you overwrite it, or use str_replace")
        if stamp != snapshot.stamp:
            raise EditError("has changed since you saw it; view it again before you overwrite it")
