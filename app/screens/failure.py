"""Work on the workspace that a screen starts, and what it says when that fails."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from app.workspace.errors import WorkspaceError


async def told(work: Awaitable[None], tell: Callable[[str], None]) -> None:
    """Wait for the work; one line is told if it cannot be done.

    Args:
        work: What was started.
        tell: Takes the line.
    """
    try:
        await work
    except WorkspaceError as error:
        tell(str(error).replace("\n", " · "))
