"""What a session is started with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.approval.rule import Rule
from app.settings.schema import Settings


@dataclass(frozen=True, slots=True)
class Options:
    """What a session is started with.

    Args:
        workspace: The folder it works in.
        settings: All settings; `model.name` and `approval.mode` are where it begins.
        environ: The environment: keys, addresses, places.
        attended: False if nobody can answer questions: what would ask is denied.
        rules: Rules of the command line, beside those of files.
    """

    workspace: Path
    settings: Settings
    environ: Mapping[str, str]
    attended: bool = True
    rules: Sequence[Rule] = ()
