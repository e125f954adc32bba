"""The sessions of sub-agents, exported into the same folder as the session that began them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from itertools import islice
from pathlib import Path

_HEAD = 1024  # bytes; an export begins with what it is called
_MOST = 500  # files
_SESSION = re.compile(rb'"id":\s*"(ses_\w{1,100})"')


class OpencodeChildren:
    """Finds the file of a session.

    Args:
        folder: That the exports lie in.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def file(self, session: str) -> str:
        """The export of a session; empty if there is none."""
        return self._files.get(session, "")

    @cached_property
    def _files(self) -> Mapping[str, str]:
        found: dict[str, str] = {}
        try:
            for path in islice(self._folder.glob("*.json*"), _MOST):
                if not path.is_file():
                    continue
                with path.open("rb") as stream:
                    if session := _SESSION.search(stream.read(_HEAD)):
                        found.setdefault(session[1].decode(), str(path))
        except OSError:  # what can be seen of the folder has to do
            pass
        return found
