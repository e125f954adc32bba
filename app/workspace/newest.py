"""The files changed last, out of any number of them."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from heapq import nsmallest
from itertools import chain
from pathlib import Path

from app.workspace.findings import relative_path


class Newest:
    """Keeps the files changed last, and forgets the others.

    Args:
        folder: What the names are relative to.
        wanted: Whether a file, by its relative path, counts.
        most: How many to keep.
    """

    def __init__(self, folder: Path, wanted: Callable[[str], bool], most: int) -> None:
        self.found: list[tuple[int, bytes]] = []
        """When each was changed, negated, and its name; sorted."""
        self._folder = os.fsencode(folder)
        self._wanted = wanted
        self._most = most

    def add(self, names: list[bytes], stop: threading.Event) -> None:
        """Add some files.

        Args:
            names: As a search program wrote them.
            stop: Set to give up.
        """
        self.found = nsmallest(self._most, chain(self.found, self._changed(names, stop)))

    def _changed(self, names: list[bytes], stop: threading.Event) -> Iterator[tuple[int, bytes]]:
        for name in names:
            if stop.is_set():
                return
            if not self._wanted(relative_path(name)):
                continue
            try:
                changed = os.lstat(os.path.join(self._folder, name)).st_mtime_ns
            except OSError:
                continue  # it has gone since
            yield -changed, name
