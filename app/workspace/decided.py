"""What a person's decision makes of a hunk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from app.trajectory.review import HunkDecision
from app.workspace.diff import RETURN_SHOWN, shown_line
from app.workspace.errors import EditError
from app.workspace.hunks import Hunk, Run


def decided(hunk: Hunk, decision: HunkDecision) -> Hunk:
    """The hunk with its old lines where it was rejected, and with the person's where they changed it.

    Raises:
        EditError: The person's lines are not text.
    """
    if not decision.accepted:
        return replace(hunk, runs=tuple(Run(run.old, run.old) for run in hunk.runs))
    if decision.replacement is None:
        return hunk
    changed = [number for number, run in enumerate(hunk.runs) if run.changes]
    if not changed:
        return hunk
    before, within = hunk.runs[: changed[0]], hunk.runs[changed[0] : changed[-1] + 1]
    below = hunk.runs[changed[-1] + 1 :]
    proposed = [line for run in within for line in run.new]
    mixed = hunk.mixed_endings
    shown = [shown_line(line, mixed=mixed) for line in proposed]
    texts = [text.removesuffix("\r") for text in decision.replacement.removesuffix("\n").split("\n")]
    if decision.replacement == "":
        texts = []
    if texts == shown:
        return hunk
    lines = _encoded(texts, dict(zip(shown, proposed, strict=True)), hunk, mixed)
    run = Run(tuple(line for run in within for line in run.old), tuple(lines))
    if hunk.new and not hunk.new[-1].endswith(b"\n") and not below:
        run = _without_end(run)
    return replace(hunk, runs=(*before, run, *below))


def _encoded(texts: Sequence[str], exact: dict[str, bytes], hunk: Hunk, mixed: bool) -> list[bytes]:
    """The person's lines as bytes; a line left as it was keeps its own, even those that are no text."""
    returns = not mixed and any(line.endswith(b"\r\n") for line in (*hunk.old, *hunk.new))
    ending = b"\r\n" if returns else b"\n"
    lines = []
    for text in texts:
        line = exact.get(text)
        if line is not None:
            lines.append(line if line.endswith(b"\n") else line + ending)
            continue
        marked = mixed and text.endswith(RETURN_SHOWN)
        try:
            body = text.removesuffix(RETURN_SHOWN).encode() if marked else text.encode()
        except UnicodeEncodeError:
            raise EditError(
                "a line as the person changed it holds half a character; change it again"
            ) from None
        lines.append(body + (b"\r\n" if marked else ending))
    return lines


def _without_end(run: Run) -> Run:
    if not run.new:
        return run
    return Run(run.old, (*run.new[:-1], run.new[-1].removesuffix(b"\n").removesuffix(b"\r")))
