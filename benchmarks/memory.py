"""What a process takes of the memory of the machine."""

from __future__ import annotations

from pathlib import Path


def memory(what: str, process: int | str = "self") -> int:
    """Bytes of memory.

    Args:
        what: VmRSS is what it has now, VmHWM the most that it ever had.
        process: Its number; left out, this one.
    """
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) << 10 for line in lines if line.startswith(what))
