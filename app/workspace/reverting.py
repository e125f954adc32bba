"""Taking hunks of a diff back, in the files as they are after it."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial

from app.workspace.editor import Editor
from app.workspace.fitting import fitted
from app.workspace.patch import parse_patch
from app.workspace.reversal import reversal


async def revert(editor: Editor, diff: str, hunks: Collection[int]) -> None:
    """Take hunks back, all of them or none.

    Args:
        editor: Of the workspace that the diff is of.
        diff: The diff.
        hunks: Numbers from 0, over all its files.

    Raises:
        WorkspaceError: A file is no longer as it was after the diff, or cannot be written.
    """
    patches = parse_patch(reversal(diff, hunks))
    await editor.change_files([(patch.path, partial(fitted, patch)) for patch in patches])
