"""Keeps the library up to date in a thread of its own, while somebody looks at it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from app.settings.checks import SettingsError
from app.trajectory.library.database import LibraryError
from app.trajectory.library.library import Library
from app.trajectory.library.refreshing import Progress

_OFTEN = 0.25  # seconds between two words about progress


@dataclass(frozen=True, slots=True)
class News:
    """What there is to say.

    Args:
        changed: There are other runs, or they stand otherwise.
        progress: How far it is; None once it is done.
        problem: What is wrong, in one line; empty if all is well.
    """

    changed: bool
    progress: Progress | None = None
    problem: str = ""


class Upkeep:
    """Looks at all files again and again.

    Args:
        library: Closed at the end.
        tell: Told the news, in the thread.
    """

    EACH = 10.0  # seconds between two looks

    def __init__(self, library: Library, tell: Callable[[News], None]) -> None:
        self._library = library
        self._tell = tell
        self._wanted = threading.Event()
        self._ended = threading.Event()
        self._said = 0.0

    def begin(self) -> None:
        """Look for the first time."""
        threading.Thread(target=self._work, name="library", daemon=True).start()

    def renew(self) -> None:
        """Look again, now."""
        self._wanted.set()

    def end(self) -> None:
        """Look no more. Does not wait until it has ended."""
        self._ended.set()
        self._wanted.set()

    def _work(self) -> None:
        while not self._ended.is_set():
            self._wanted.clear()
            news = self._look()
            if not self._ended.is_set():
                self._tell(news)
                self._wanted.wait(self.EACH)
        self._library.close()

    def _look(self) -> News:
        try:
            refreshed = self._library.refresh(self._ended.is_set, self._progress)
            problems = [*refreshed.problems, *self._library.problems()]
        except (LibraryError, SettingsError) as error:
            return News(changed=False, problem=str(error))
        except (
            Exception
        ) as error:  # what is known can be looked through all the same, and the next look may do
            return News(
                changed=False, problem=f"the files could not be looked at: {type(error).__name__}: {error}"
            )
        more = f" (and {len(problems) - 1:,} more: sawhorse trajectory list)" if len(problems) > 1 else ""
        changed = bool(refreshed.read or refreshed.dropped)
        return News(changed, problem=f"{problems[0]}{more}" if problems else "")

    def _progress(self, progress: Progress) -> None:
        now = time.monotonic()
        if now - self._said >= _OFTEN:
            self._said = now
            self._tell(News(changed=True, progress=progress))
