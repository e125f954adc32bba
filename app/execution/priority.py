"""Who gets the processor when there is too little of it: the person's keys come first."""

from __future__ import annotations

import os
import sys
import threading
from contextlib import suppress
from pathlib import Path


def yield_cpu(pid: int, nice: int = 15) -> None:
    """Let a child's process group stand back behind us.

    Args:
        pid: The leader of the group, and of a session of its own.
        nice: From 0, as important as we are, to 19.
    """
    # Gone already, or changed too often for the kernel: either way the command runs.
    with suppress(OSError):
        os.setpriority(os.PRIO_PGRP, pid, nice)
        if sys.platform == "linux":
            # A session is scheduled as one group, beside which the niceness inside it does not count.
            Path(f"/proc/{pid}/autogroup").write_text(str(nice))


def yield_thread(nice: int = 15) -> None:
    """Let the calling thread stand back behind our others, where threads have a priority.

    Args:
        nice: From 0 to 19.
    """
    if sys.platform == "linux":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), nice)
