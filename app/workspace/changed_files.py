"""The files that differ between two snapshots, each with its own part of the diff."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.workspace.patch_names import git_name
from app.workspace.snapshot_store import Change

_BEGINNING = "diff --git "
_CUT = "…"  # begins the line that says so; what git writes of a file never begins with it


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """A file that differs.

    Args:
        change: What became of it.
        diff: Its unified diff; empty if no hunks of it can be taken back one by one.
        reason: Why not, in a few words; empty if they can.
    """

    change: Change
    diff: str = ""
    reason: str = ""


def changed_files(changes: Iterable[Change], diff: str) -> tuple[ChangedFile, ...]:
    """Every file that differs, whether or not its part of the diff is there.

    Args:
        changes: All that differs.
        diff: As git writes it; it may have been cut off.
    """
    parts = _parts(diff)
    return tuple(_changed_file(change, parts.get(change.path, "")) for change in changes)


def _parts(diff: str) -> dict[str, str]:
    """The diffs of single files, by path; one that was cut off is none."""
    sections = f"\n{diff}".removesuffix("\n").split(f"\n{_BEGINNING}")[1:]
    if sections and sections[-1].rpartition("\n")[2].startswith(_CUT):
        sections.pop()
    parts = (f"{_BEGINNING}{section}\n" for section in sections)
    return {git_name(part.partition("\n")[0]): part for part in parts}


def _changed_file(change: Change, part: str) -> ChangedFile:
    reason = _reason(change, part)
    return ChangedFile(change, "" if reason else part, reason)


def _reason(change: Change, part: str) -> str:
    """Why a file can only be taken back whole; empty if its hunks can be, too."""
    old, new = change.old, change.new
    if (old and old.is_link) or (new and new.is_link):
        return "a link"
    if old and new and old.blob == new.blob:
        return "now executable" if new.executable else "no longer executable"
    if not part:
        return f"too long to show: +{change.added:,} -{change.removed:,}"
    if "\n@@ " in part:
        return ""
    return "binary" if "\nBinary files " in part else "empty"
