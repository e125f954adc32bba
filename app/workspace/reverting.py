"""Taking hunks of a diff back, in the files as they are after it."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial

from app.workspace.atomic import Snapshot
from app.workspace.editor import Editor
from app.workspace.errors import EditError
from app.workspace.files import in_thread
from app.workspace.fitting import fitted
from app.workspace.patch import FilePatch
from app.workspace.plan import Draft
from app.workspace.reversal import reversal

_UNREADABLE = "\ufffd".encode()  # what stands in a diff for bytes that are no UTF-8


async def revert(editor: Editor, diff: str, hunks: Collection[int]) -> None:
    """Take hunks back, all of them or none.

    Args:
        editor: Of the workspace that the diff is of.
        diff: The diff, its names relative to the workspace.
        hunks: Numbers from 0, over all its files.

    Raises:
        WorkspaceError: A file is no longer as it was after the diff, or cannot be written.
    """
    if hunks:
        patches = await in_thread(lambda _: reversal(diff, hunks))
        await editor.change_files([(f"./{patch.path}", partial(_draft, patch)) for patch in patches])


def _draft(patch: FilePatch, snapshot: Snapshot | None) -> Draft:
    try:
        return fitted(patch, snapshot)
    except EditError:
        if any(_UNREADABLE in line.text for hunk in patch.hunks for line in hunk.lines):
            raise EditError("is not UTF-8 text; take all its hunks back, or none") from None
        raise
