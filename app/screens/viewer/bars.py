"""What the viewer says above and below a run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.content import Content

from app.screens.viewer.doors import name_of
from app.screens.viewer.filter import in_words
from app.terminal.text import safe_line
from widgets.bars import joined

if TYPE_CHECKING:
    from app.screens.viewer.run_view import RunView
    from app.screens.viewer.search import ViewerSearch
    from app.trajectory.runs.run import Run


def top_line(run: Run, view: RunView, search: ViewerSearch | None) -> tuple[Content, Content]:
    """The run at the left; what is searched and listed of it, and how much it is, at the right."""
    count, only = len(run), in_words(view.rows.filter)
    figures = joined(
        f"/{safe_line(search.words)}  {search.summary(view.row)}" if search is not None else "",
        f"only {only}" if only else "",
        "reading …" if not run.complete else "following" if view.list.follow else "",
        " ".join(filter(None, (run.format, run.variant))),
        f"{count:,} event{'' if count == 1 else 's'}",
    )
    return Content.styled(name_of(run.path), "bold $text-accent"), figures


def problem_line(problems: Sequence[str]) -> Content:
    """What is wrong with the file, on one line; empty if nothing is."""
    if not problems:
        return Content("")
    more = f" (and {len(problems) - 1:,} more)" if len(problems) > 1 else ""
    problem = safe_line(problems[-1]).removesuffix(": open it again")
    return Content(f"! {problem}{more} · f5 opens it again")
