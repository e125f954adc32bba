"""What a search program is asked."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class ScanRequest:
    """What to look for below the current folder.

    Args:
        pattern: A regular expression as the program understands it; None lists files only.
        file: One file, instead of all below the folder.
        ignore_case: Letter case does not matter.
        context: Lines to show around a match.
        include: Look only at files that this glob fits; empty for all.
        inherit: Heed the .gitignore files above the folder too.
        repository: The folder lies in a git repository.
        lines: Tell of each line; else only how many of a file match.
    """

    pattern: str | None
    file: str | None = None
    ignore_case: bool = False
    context: int = 0
    include: str = ""
    inherit: bool = True
    repository: bool = False
    lines: bool = True

    def to_json(self) -> str:
        """As the program's argument."""
        return json.dumps(asdict(self))
