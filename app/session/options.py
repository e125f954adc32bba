"""What a session is started with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.approval.rule import Rule
from app.settings.schema import Settings
from app.trajectory.fork import Fork

if TYPE_CHECKING:
    from app.session.rehearsal import Rehearsal


@dataclass(frozen=True, slots=True)
class Options:
    """What a session is started with.

    Args:
        workspace: The folder it works in.
        settings: All settings; `model.name` and `approval.mode` are where it begins.
        environ: The environment: keys, addresses, places.
        attended: False if nobody can answer questions: what would ask is denied.
        rules: Rules of the command line, beside those of files.
        resume: The trajectory of a session that goes on; None for a new one.
        fork: Where a new session branches off from another run; None if it begins with nothing.
        rehearsal: A recorded run that is carried out again: its model answers.
    """

    workspace: Path
    settings: Settings
    environ: Mapping[str, str]
    attended: bool = True
    rules: Sequence[Rule] = ()
    resume: Path | None = None
    fork: Fork | None = None
    rehearsal: Rehearsal | None = None
