"""Which contents of files the person has seen and trusts."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from app.approval.small_file import SmallFile


class Trust:
    """What the person trusts: the hash of one content for the real path of each file.

    Args:
        file: Where that is kept, among the person's data.
    """

    def __init__(self, file: Path) -> None:
        self._file = SmallFile(file)
        self._hashes: dict[str, str] = {}

    def refresh(self) -> bool:
        """Look at what is kept; whether that has news."""
        if not self._file.has_news():
            return False
        before, self._hashes = self._hashes, self._read()
        return before != self._hashes

    def knows(self, path: str) -> bool:
        """Whether some content of a file was trusted, and that was not taken back."""
        return path in self._hashes

    def trusts(self, path: str, content: bytes) -> bool:
        """Whether a file with this content is trusted."""
        return self._hashes.get(path) == _hash(content)

    def change(self, path: str, content: bytes | None) -> None:
        """Trust a file with this content and no other; with None, not at all.

        Raises:
            OSError: That cannot be kept.
        """
        hashes = self._read()
        hashes.pop(path, None)
        if content is not None:
            hashes[path] = _hash(content)
        self._file.write(json.dumps(hashes, indent=2, sort_keys=True).encode() + b"\n")
        self._hashes = hashes

    def _read(self) -> dict[str, str]:
        """What is kept; nothing if that is damaged."""
        try:
            kept = json.loads(self._file.read() or b"{}")
        except (OSError, ValueError, RecursionError):
            return {}
        return {str(path): str(digest) for path, digest in kept.items()} if isinstance(kept, dict) else {}


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
