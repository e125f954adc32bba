"""A file system that fails when a test wants it to."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path

from app.trajectory.recording.disk import Data, RealDisk

SHORT = -1  # a write takes a part only
Fault = int  # an errno, or SHORT


class FaultyDisk(RealDisk):
    """The real one, whose calls fail as `fault` says.

    Args:
        fault: Given the name of a call and how many there were before; says how it fails, or 0.
    """

    def __init__(self, fault: Callable[[str, int], Fault] = lambda _name, _number: 0) -> None:
        self.fault = fault
        self.calls: list[str] = []
        self.written = 0  # bytes
        self.failed = threading.Event()
        self.wrote = threading.Event()

    def open(self, path: Path, flags: int, mode: int = 0o600) -> int:
        self._meet("open")
        return super().open(path, flags, mode)

    def write(self, descriptor: int, data: Data) -> int:
        short = self._meet("write")
        written = super().write(descriptor, data[: len(data) // 2 or 1] if short else data)
        self.written += written
        self.wrote.set()
        return written

    def write_at(self, descriptor: int, data: Data, offset: int) -> int:
        short = self._meet("write_at")
        return super().write_at(descriptor, data[: len(data) // 2 or 1] if short else data, offset)

    def sync(self, descriptor: int) -> None:
        self._meet("sync")
        super().sync(descriptor)

    def truncate(self, descriptor: int, size: int) -> None:
        self._meet("truncate")
        super().truncate(descriptor, size)

    def rename(self, old: Path, new: Path) -> None:
        self._meet("rename")
        super().rename(old, new)

    def remove(self, path: Path) -> None:
        self._meet("remove")
        super().remove(path)

    def _meet(self, name: str) -> bool:
        """Fail if it is so; True if a write is to be short."""
        number = len(self.calls)
        self.calls.append(name)
        fault = self.fault(name, number)
        if fault:
            self.failed.set()
        if fault > 0:
            raise OSError(fault, os.strerror(fault))
        return fault == SHORT


def once(at: int, fault: Fault) -> Callable[[str, int], Fault]:
    """One call fails, counted from 0."""
    return lambda _name, number: fault if number == at else 0


def always(name: str, fault: Fault) -> Callable[[str, int], Fault]:
    """All calls of a name fail."""
    return lambda called, _number: fault if called == name else 0
