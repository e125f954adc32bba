"""Make a trajectory file one that a session can go on with. Nothing of it is thrown away."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from app.trajectory.health import Health, scan
from app.trajectory.lines import is_compressed, located
from app.trajectory.recording.disk import REAL_DISK, Disk
from app.trajectory.recording.locking import lock
from app.trajectory.recording.mending import Mended, mend


@dataclass(frozen=True, slots=True)
class Repaired:
    """What was found, and what was done about the end of the file."""

    before: Health
    end: Mended


def repair(path: Path, disk: Disk = REAL_DISK) -> Repaired:
    """Set a torn end aside and end the last line. Damage before that stays where it is; readers pass it over.

    Raises:
        OSError: The file cannot be read or changed, or a session records in it.
        NoTrajectoryError: It has no record.
    """
    if is_compressed(located(path)):  # compressed only when whole, and never changed since
        before = scan(path)
        return Repaired(before, Mended(before.events))
    descriptor = disk.open(path, os.O_RDWR)
    try:
        lock(descriptor)
        return Repaired(scan(path), mend(path, disk))
    finally:
        disk.close(descriptor)
