"""Every run there is: our own sessions, and the runs in folders that the person added."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar  # Any: a row of the database

from app.settings.places import cache_directory
from app.trajectory.library.database import NAME, LibraryError, connect, forget, is_damage
from app.trajectory.library.digest import OURS
from app.trajectory.library.known_run import Found, Hit, KnownRun
from app.trajectory.library.liveness import STATES, Liveness
from app.trajectory.library.refreshing import Progress, Refreshed, refresh
from app.trajectory.library.spoken import excerpt, query, words_of
from app.trajectory.library.storing import unpacked

T = TypeVar("T")

_RUN = """
    path, format, variant, title, models, workspace, started, ended, changed, turns, calls, errors, tokens,
    cost, size, inode, closed, described
"""
_NANO = 1e-9
_EVERYTHING = -1  # rows, as SQLite has it
_MOST_HITS = 10_000  # SQLite takes no more than three times as many values in one statement


class Library:
    """What is known of all runs. Any thread may use it; none of it is for an event loop.

    Args:
        path: The file it is kept in.
        environ: Says where sessions are, and which folders the person added.

    Raises:
        LibraryError: It cannot be kept.
    """

    def __init__(self, path: Path, environ: Mapping[str, str]) -> None:
        self._path = path
        self._environ = environ
        self._lock = threading.Lock()
        self._connection = connect(path)
        self._file = _identity(path)

    @classmethod
    def open(cls, environ: Mapping[str, str]) -> Library:
        """The library of a person, as it was left; `refresh` brings it up to date.

        Raises:
            LibraryError: It cannot be kept.
            SettingsError: The settings say nothing usable of where it is.
        """
        return cls(cache_directory(environ) / NAME, environ)

    def recent(self, words: str = "", limit: int | None = None, offset: int = 0) -> list[KnownRun]:
        """The runs that have words in their title, model, folder or state, newest first.

        Raises:
            LibraryError: It cannot be read.
        """
        wanted = words_of(words)
        states = STATES.intersection(wanted)  # as they are now: SQLite does not know
        likely = [word for word in wanted if word not in states]
        having = " AND ".join(["true", *["instr(described, ?)"] * len(likely)])
        part = (_EVERYTHING, 0) if states or limit is None else (limit, offset)
        rows = self._read(
            lambda connection: connection.execute(
                f"SELECT {_RUN} FROM run JOIN file USING (id) WHERE {having} "  # noqa: S608  # nothing but our words
                "ORDER BY began DESC, id DESC LIMIT ? OFFSET ?",
                (*likely, *part),
            ).fetchall()
        )
        liveness = Liveness()
        runs = [_known(row, liveness) for row in rows]
        if part == (limit, offset):
            return runs
        return [run for run in runs if run.has(wanted)][offset : None if limit is None else offset + limit]

    def search(self, words: str, limit: int = 50) -> Found:
        """The runs in which all words were said, newest first; the last word may be the beginning of one.

        Words in double quotes stand together. Looks at the first million characters of a run, and the first
        8,000 of each prompt, answer, call and result.

        Raises:
            LibraryError: It cannot be read.
        """
        wanted = words_of(words)
        if not wanted:
            return Found(0, ())

        def find(connection: sqlite3.Connection) -> tuple[int, list[tuple[Any, ...]]]:
            every = connection.execute(
                "SELECT run.id FROM words JOIN run ON run.id = words.rowid WHERE words MATCH ? "
                "ORDER BY began DESC, run.id DESC",
                [query(words.lower())],
            ).fetchall()  # to count them apart would be to search twice
            newest = [number for (number,) in every[: min(limit, _MOST_HITS)]]
            rows = connection.execute(
                f"SELECT {_RUN}, packed FROM run JOIN file USING (id) JOIN said USING (id) "  # noqa: S608  # as above
                f"WHERE id IN ({', '.join('?' * len(newest))}) ORDER BY began DESC, id DESC",
                newest,
            )
            return len(every), rows.fetchall()

        total, rows = self._read(find)
        liveness = Liveness()
        hits = []
        for *row, packed in rows:
            found = excerpt(unpacked(packed), wanted)
            hits.append(Hit(_known(row, liveness), found.number, found.text))
        return Found(total, tuple(hits))

    def problems(self) -> list[str]:
        """The files that look like runs and could not be read, and why; a line each.

        Raises:
            LibraryError: It cannot be read.
        """
        rows = self._read(
            lambda connection: connection.execute(
                "SELECT path, problem FROM file WHERE problem != '' ORDER BY path"
            ).fetchall()
        )
        return [f"{path}: {problem}" for path, problem in rows]

    def refresh(
        self, stop: Callable[[], bool] = lambda: False, tell: Callable[[Progress], None] = lambda _: None
    ) -> Refreshed:
        """Look at all files, and read those that are new or have changed, the newest first.

        What was read can be found at once. Gives way to other threads. Two programs may do it at once.

        Args:
            stop: Asked often; what was read until it says yes is kept.
            tell: Told how far it is, whenever something more can be found.

        Raises:
            LibraryError: It cannot be written.
            SettingsError: The settings cannot be read.
        """
        for again in (True, False):
            try:
                connection = connect(self._path)
                try:
                    self._look_at_the_same()
                    return refresh(connection, self._environ, self._path.parent, stop, tell)
                finally:
                    connection.close()
            except sqlite3.Error as error:
                if not (again and is_damage(error)):
                    raise LibraryError(f"the library cannot be written: {error}") from None
                forget(self._path)
        raise AssertionError("the second time returns or raises")

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._connection.close()

    def _look_at_the_same(self) -> None:
        """Read what is written from now on, also if the file was made anew meanwhile."""
        with self._lock:
            if (file := _identity(self._path)) != self._file:
                self._connection.close()
                self._connection, self._file = connect(self._path), file

    def _read(self, read: Callable[[sqlite3.Connection], T]) -> T:
        with self._lock:
            try:
                return read(self._connection)
            except sqlite3.Error as error:
                if not is_damage(error):
                    raise LibraryError(f"the library cannot be read: {error}") from None
            self._connection.close()
            forget(self._path)
            self._connection, self._file = connect(self._path), _identity(self._path)
            return read(self._connection)


def _known(row: tuple[Any, ...] | list[Any], liveness: Liveness) -> KnownRun:
    path, form, variant, title, models, workspace, started, ended, changed, *figures = row
    turns, calls, errors, tokens, cost, size, inode, closed, described = figures
    seconds = changed * _NANO
    state = liveness.state(ours=form == OURS, closed=bool(closed), inode=inode, changed=seconds)
    return KnownRun(
        path, form, variant, title, tuple(models.split("\n")) if models else (), workspace, started,
        ended, seconds, turns, calls, errors, tokens, cost, size, state, described,
    )  # fmt: skip


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_dev, status.st_ino
