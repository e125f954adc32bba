"""What the tools on files have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from app.tools.contract import ToolContext, ToolError, ToolOutcome
from app.trajectory.effects import Effects
from app.workspace.errors import WorkspaceError
from app.workspace.paths import Workspace
from app.workspace.search import Found


@contextmanager
def told() -> Iterator[None]:
    """Tell the model what is wrong with files and paths."""
    try:
        yield
    except WorkspaceError as error:
        raise ToolError(str(error)) from error


def check_still_approved(path: str, context: ToolContext) -> None:
    """Make sure that a path leads where it led when the call was judged.

    Raises:
        ToolError: A link was put in its way since.
    """
    with told():
        real = str(context.workspace.locate(path).real)
    if real not in context.effects.reads + context.effects.writes:
        raise ToolError(f"{path} leads elsewhere than when the call was judged; look at it and call again")


def file_effects(
    paths: Sequence[str], workspace: Workspace, *, views: bool = False, titled: Callable[[str], str] = str
) -> Effects:
    """What a call on some files may do, and its title.

    Args:
        paths: The files.
        workspace: Where they are.
        views: It only reads them.
        titled: What is said of a file, given its name.

    Raises:
        ToolError: One of the paths cannot be a file's path.
    """
    with told():
        locations = [workspace.locate(path) for path in paths]
    titles = [
        titled(location.shown) + (f"  ({location.links} hard links)" if location.links > 1 else "")
        for location in locations
    ]
    real = tuple(str(location.real) for location in locations)
    return Effects(
        title=", ".join(titles),
        reads=real if views else (),
        writes=() if views else real,
        outside=not all(location.inside for location in locations),
        protected=any(location.protected for location in locations),
    )


def search_effects(what: str, path: str, workspace: Workspace) -> Effects:
    """What a search may do, and its title.

    Raises:
        ToolError: The path cannot be a file's path.
    """
    with told():
        location = workspace.locate(path)
    return Effects(
        title=what if location.shown == "." else f"{what} in {location.shown}",
        reads=(str(location.real),),
        outside=not location.inside,
        protected=location.protected,
    )


def outcome(found: Found, what: str, advice: str) -> ToolOutcome:
    """What a search found, with a note where something is missing."""
    notes = []
    if found.timed_out:
        notes.append(f"stopped: the time was up, and not everything was searched; {advice}")
    elif found.more:
        notes.append(f"the first {found.count:,} {what}; there are more: {advice}")
    elif not found.count:
        notes.append(f"no {what}")
    text = found.text + "".join(f"[{note}]\n" for note in notes)
    return ToolOutcome(text, timed_out=found.timed_out)
