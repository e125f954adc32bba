"""Which recordings are being written, told without touching their locks."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Literal, get_args

State = Literal["live", "ended", "crashed", "unfinished"]
STATES: frozenset[str] = frozenset(get_args(State))

_LOCKS = Path("/proc/locks")
_RECENTLY = 60.0  # seconds


class Liveness:
    """Which files are written now, as of the moment it is made."""

    def __init__(self) -> None:
        self._now = time.time()
        self._locked = _locked()

    def state(self, *, ours: bool, closed: bool, inode: int, changed: float) -> State:
        """How a run stands.

        Args:
            ours: A recorder of ours holds a lock while it writes.
            closed: Nothing is missing at its end.
            inode: Of its file.
            changed: When that was written to, in seconds since the epoch.
        """
        recently = self._now - changed < _RECENTLY
        if not ours:
            return "live" if recently else "ended" if closed else "unfinished"
        if closed:
            return "ended"
        return "live" if (recently if self._locked is None else inode in self._locked) else "crashed"


def _locked() -> set[int] | None:
    """The inodes of files that somebody has locked; None where the system does not tell.

    To try a lock would keep away, for that moment, a recorder that wants it.
    """
    try:
        lines = _LOCKS.read_text().splitlines()
    except OSError:
        return None
    return {
        int(place.rpartition(":")[2]) for line in lines if "FLOCK" in line for place in [line.split()[-3]]
    }
