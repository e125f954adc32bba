"""Proposals made by hand."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from app.workspace.atomic import Snapshot, Stamp
from app.workspace.proposal import FileProposal
from app.workspace.splice import Splice


def proposed(
    shown: str, before: bytes | None, after: bytes | None, splices: Sequence[Splice] | None = None
) -> FileProposal:
    """What would become of a file; it is replaced from end to end unless the splices are given."""
    old = before or b""
    if splices is None:
        splices = [Splice(0, old, after or b"")]
    snapshot = None if before is None else Snapshot(before, Stamp(0, 0, 0, len(before)), 0o644, 0, 0, 1)
    return FileProposal(shown, Path("/ws", shown), snapshot, after, tuple(splices))
