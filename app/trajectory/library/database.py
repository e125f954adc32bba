"""The file that the library is kept in. It is a cache: one that is damaged or foreign is made anew."""

from __future__ import annotations

import os
import sqlite3
import zlib
from contextlib import suppress
from pathlib import Path

from app import __version__

NAME = "library.sqlite"
VERSION = zlib.crc32(f"1 {__version__}".encode()) >> 1
"""Of the tables, and of the program: another one may read more out of a file. It fits in SQLite's number."""

_APPLICATION = 0x53615768  # in the file's header: it is ours
_PATIENCE = 10.0  # seconds that one program waits until another has written
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_IOERR)
_BESIDE = ("", "-wal", "-shm", "-journal")
_TABLES = """
CREATE TABLE file (
    id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE,
    size INTEGER NOT NULL, changed INTEGER NOT NULL, inode INTEGER NOT NULL, problem TEXT NOT NULL
);
CREATE TABLE run (
    id INTEGER PRIMARY KEY REFERENCES file, began REAL NOT NULL,
    format TEXT NOT NULL, variant TEXT NOT NULL, title TEXT NOT NULL, models TEXT NOT NULL,
    workspace TEXT NOT NULL, started REAL NOT NULL, ended REAL NOT NULL,
    turns INTEGER, calls INTEGER, errors INTEGER, tokens INTEGER, cost REAL,
    closed INTEGER NOT NULL, described TEXT NOT NULL
);
CREATE INDEX newest ON run (began DESC, id DESC);
CREATE TABLE said (id INTEGER PRIMARY KEY REFERENCES file, packed BLOB NOT NULL);
CREATE VIRTUAL TABLE words USING fts5 (text, content = '', tokenize = 'unicode61 remove_diacritics 2');
"""


class LibraryError(Exception):
    """The library cannot be used. One line that says why."""


def connect(path: Path) -> sqlite3.Connection:
    """A connection to the library, for one thread at a time. Each statement is a transaction of its own.

    Args:
        path: The file; made if it is not there, made anew if it cannot be used.

    Raises:
        LibraryError: It cannot be made.
    """
    try:
        try:
            return _connected(path)
        except sqlite3.Error as error:
            if not is_damage(error):
                raise
        forget(path)
        return _connected(path)
    except (sqlite3.Error, OSError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise LibraryError(f"the library cannot be kept in {path}: {why}") from None


def is_damage(error: sqlite3.Error) -> bool:
    """Whether an error says that the file holds no library of ours, or a damaged one."""
    code = getattr(error, "sqlite_errorcode", None)
    return isinstance(error, _ForeignError) or (code is not None and code & 0xFF in _DAMAGED)


def forget(path: Path) -> None:
    """Take the file away. A program that has it open goes on with what it has."""
    for ending in _BESIDE:
        path.with_name(path.name + ending).unlink(missing_ok=True)


class _ForeignError(sqlite3.DatabaseError):
    """It is a database, but not one of this version of ours."""


def _connected(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with suppress(FileExistsError):  # only a new one: to close one in use would take SQLite's locks away
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    connection = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        if _version(connection) != (_APPLICATION, VERSION):
            _prepare(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(connection: sqlite3.Connection) -> None:
    """Make the tables in an empty file, unless another program has done so meanwhile."""
    connection.execute("BEGIN IMMEDIATE")
    version = _version(connection)
    if version == (0, 0) and not connection.execute("SELECT 1 FROM sqlite_master").fetchone():
        for statement in _TABLES.split(";"):
            connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {_APPLICATION}")
        connection.execute(f"PRAGMA user_version = {VERSION}")
    elif version != (_APPLICATION, VERSION):
        raise _ForeignError("it is of another program or version")
    connection.execute("COMMIT")


def _version(connection: sqlite3.Connection) -> tuple[int, int]:
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return application, version
