"""Brings the library up to date: files that are new or changed are read, those that have gone are dropped."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from app.settings.places import sessions_directory
from app.trajectory.formats.contract import UnreadableError
from app.trajectory.library.digest import Digest, digest, without_secrets
from app.trajectory.library.digest_apart import digest_apart
from app.trajectory.library.folders import chosen
from app.trajectory.library.listing import NEVER, OWN_NAMES, Candidate, Stamp, below, own
from app.trajectory.library.storing import drop, is_storable, keep, known_stamps, run_paths, stamp_of
from app.trajectory.runs.imported_apart import is_large_document

_BATCH = 256  # files
_BATCH_TEXT = 8_000_000  # characters
_BATCH_TIME = 0.5  # seconds
_SLICE = 0.02  # seconds of work before other threads are given way
_GIVEN = 0.001  # seconds
_SMALL = 2**20  # bytes of a file that is read again whenever it grows
_GROWTH = 8  # a larger one when it has grown by an eighth,
_REST = 60.0  # or has not been written to for so many seconds
_NANO = 1e-9


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is: so many files of those that have to be read."""

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What was done.

    Args:
        files: All that were found.
        read: Those that were read.
        dropped: Those that have gone.
        stopped: It was stopped before it was done.
        problems: Folders that cannot be looked through, a line each.
    """

    files: int
    read: int
    dropped: int
    stopped: bool
    problems: tuple[str, ...]


def refresh(
    connection: sqlite3.Connection,
    environ: Mapping[str, str],
    cache: Path,
    stop: Callable[[], bool],
    tell: Callable[[Progress], None],
) -> Refreshed:
    """Look at all files, and read those that are new or have changed, the newest first.

    Args:
        connection: To the library, outside of a transaction.
        environ: Says where sessions are, and which folders the person added.
        cache: The folder of the library, in which nothing must be opened but by SQLite.
        stop: Asked often.
        tell: Told how far it is.

    Raises:
        sqlite3.Error: The library cannot be written.
        SettingsError: The settings cannot be read.
    """
    problems: list[str] = []
    known = known_stamps(connection)
    found = {file.path: file for file in _listed(environ, cache, problems.append)}
    gone = [path for path in known if path not in found]
    due = [file for file in found.values() if is_due(file.stamp, known.get(file.path))]
    due.sort(key=lambda file: file.stamp.changed, reverse=True)
    work = _Work(connection, environ, stop, tell)
    with suppress(_StoppedError):
        work.drop(gone)
        work.read([file for file in due if file.is_folder])
        whole = {path for path in run_paths(connection) if path in found and found[path].is_folder}
        work.read([file for file in due if not (file.is_folder or _is_part(file.path, whole))])
    return Refreshed(len(found), work.read_files, len(gone), work.is_stopped, tuple(problems))


Looked = tuple[Candidate, Digest | None, str]
"""A file that was looked at, what it comes to if it is a run, and why it could not be read."""


class _StoppedError(Exception):
    """Nobody wants more of it."""


class _Work:
    """Reads files, and keeps what it read in batches.

    Args:
        connection: To the library.
        environ: Has the secrets that are not kept.
        stop: Asked often.
        tell: Told how far it is.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        environ: Mapping[str, str],
        stop: Callable[[], bool],
        tell: Callable[[Progress], None],
    ) -> None:
        self._connection = connection
        self._environ = environ
        self._redact = without_secrets(environ)
        self._stop = stop
        self._tell = tell
        self._slice = time.monotonic()
        self.read_files = 0
        self.is_stopped = False

    def drop(self, paths: Sequence[str]) -> None:
        """Keep nothing of files that have gone."""
        for start in range(0, len(paths), _BATCH):
            self._pause()
            with _transaction(self._connection):
                for path in paths[start : start + _BATCH]:
                    drop(self._connection, path)

    def read(self, files: Sequence[Candidate]) -> None:
        """Read files, in their order."""
        batch = _Batch(self._connection)
        try:
            for number, file in enumerate(files):
                if batch.is_full:
                    batch.write()
                    self._tell(Progress(number, len(files)))
                if stamp_of(self._connection, file.path) != file.stamp:  # another program may have read it
                    batch.add(*self._look(file))
                    self.read_files += 1
        finally:
            batch.write()
            if files:
                self._tell(Progress(len(files), len(files)))

    def _look(self, file: Candidate) -> Looked:
        """What a file comes to, or why it cannot be read."""
        self._pause()
        try:
            return file, self._digest(Path(file.path)), ""
        except _StoppedError:
            raise
        except OSError as error:  # it may be readable the next time, and look the same
            return replace(file, stamp=NEVER), None, error.strerror or str(error)
        except UnreadableError as error:
            return file, None, str(error)
        except Exception as error:  # one file must not keep all others out of the library
            return file, None, f"{type(error).__name__}: {error}"

    def _digest(self, path: Path) -> Digest | None:
        if path.name not in OWN_NAMES and is_large_document(path):
            return digest_apart(path, self._environ, self._pause)
        return digest(path, self._redact, self._pause)

    def _pause(self) -> None:
        """Give way to other threads, if it is time."""
        if time.monotonic() - self._slice >= _SLICE:
            if self._stop():
                self.is_stopped = True
                raise _StoppedError
            time.sleep(_GIVEN)
            self._slice = time.monotonic()


class _Batch:
    """Files that were read, to be kept together: each transaction costs about as much as a small file."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._files: list[Looked] = []
        self._text = 0
        self._since = time.monotonic()

    @property
    def is_full(self) -> bool:
        """Whether it should be written now."""
        waited = time.monotonic() - self._since
        return len(self._files) >= _BATCH or self._text >= _BATCH_TEXT or waited >= _BATCH_TIME

    def add(self, file: Candidate, found: Digest | None, problem: str) -> None:
        """Take what was read of a file."""
        self._files.append((file, found, problem))
        self._text += len(found.text) if found is not None else 0

    def write(self) -> None:
        """Keep all of it."""
        with _transaction(self._connection):
            for file, found, problem in self._files:
                keep(self._connection, file, found, problem)
        self._files, self._text, self._since = [], 0, time.monotonic()


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    with connection:  # commits, or takes all of it back
        yield


def _listed(environ: Mapping[str, str], cache: Path, problem: Callable[[str], None]) -> Iterator[Candidate]:
    """All files that may be runs and can be kept."""
    for file in own(sessions_directory(environ), problem):
        if is_storable(file.path):
            yield file
    for root in chosen(environ):
        if not root.is_dir():
            problem(f"there is no folder {root}")
        for file in below(root, cache, problem):
            if is_storable(file.path):
                yield file


def is_due(now: Stamp, then: Stamp | None) -> bool:
    """Whether a file has to be read. One that is large and growing is not read again at each step."""
    if then is None or now.inode != then.inode or now.size < then.size or now.size <= _SMALL:
        return now != then
    rests = time.time() - now.changed * _NANO >= _REST
    return now != then and (rests or now.size - then.size >= then.size // _GROWTH)


def _is_part(path: str, whole: Set[str]) -> bool:
    """Whether a file belongs to a folder that is one run."""
    return bool(whole) and any(str(parent) in whole for parent in list(Path(path).parents)[:2])
