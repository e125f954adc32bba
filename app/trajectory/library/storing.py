"""What the library keeps of a file: put into its tables, and taken out of them."""

from __future__ import annotations

import sqlite3

from app.trajectory.library.digest import Digest
from app.trajectory.library.listing import Candidate, Stamp
from app.trajectory.library.spoken import without_marks

_NANO = 1e-9
_LEVEL = 3  # of compression


def known_stamps(connection: sqlite3.Connection) -> dict[str, Stamp]:
    """Every file that was looked at, as it was then."""
    rows = connection.execute("SELECT path, size, changed, inode FROM file")
    return {path: Stamp(size, changed, inode) for path, size, changed, inode in rows}


def run_paths(connection: sqlite3.Connection) -> set[str]:
    """Every path that is a run."""
    return {path for (path,) in connection.execute("SELECT path FROM run JOIN file USING (id)")}


def stamp_of(connection: sqlite3.Connection, path: str) -> Stamp | None:
    """One file as it was when it was looked at."""
    row = connection.execute("SELECT size, changed, inode FROM file WHERE path = ?", [path]).fetchone()
    return Stamp(*row) if row else None


def keep(connection: sqlite3.Connection, file: Candidate, digest: Digest | None, problem: str) -> None:
    """Keep what was read of a file in the place of what was known of it.

    Args:
        connection: In a transaction.
        file: As it was before it was read.
        digest: None if it is no run.
        problem: Why it could not be read; empty if all is well.
    """
    drop(connection, file.path)
    row = connection.execute(
        "INSERT INTO file (path, size, changed, inode, problem) VALUES (?, ?, ?, ?, ?)",
        (file.path, *file.stamp, problem),
    )
    if digest is None:
        return
    began = digest.started or file.stamp.changed * _NANO
    models = "\n".join(digest.models)
    described = f"{digest.title}\n{models}\n{digest.workspace}\n{file.path}\n{digest.format}".lower()
    connection.execute(
        f"INSERT INTO run VALUES ({', '.join('?' * 16)})",  # noqa: S608  # nothing but question marks
        (
            row.lastrowid, began, digest.format, digest.variant, digest.title, models, digest.workspace,
            digest.started, digest.ended, digest.turns, digest.calls, digest.errors, digest.tokens,
            digest.cost, digest.closed, described,
        ),
    )  # fmt: skip
    connection.execute("INSERT INTO said VALUES (?, ?)", (row.lastrowid, packed(digest.text)))
    connection.execute(
        "INSERT INTO words (rowid, text) VALUES (?, ?)", (row.lastrowid, without_marks(digest.text))
    )


def drop(connection: sqlite3.Connection, path: str) -> None:
    """Keep nothing of a file.

    Args:
        connection: In a transaction.
        path: Of the file.
    """
    row = connection.execute(
        "SELECT id, packed FROM file LEFT JOIN said USING (id) WHERE path = ?", [path]
    ).fetchone()
    if row is None:
        return
    number, said = row
    if said is not None:  # SQLite keeps no text beside its index, and has to be told what to take out of it
        connection.execute(
            "INSERT INTO words (words, rowid, text) VALUES ('delete', ?, ?)",
            (number, without_marks(unpacked(said))),
        )
    for table in ("said", "run", "file"):
        connection.execute(f"DELETE FROM {table} WHERE id = ?", [number])  # noqa: S608  # the names above


def packed(text: str) -> bytes:
    """A text, made small."""
    import zstandard

    return zstandard.compress(text.encode(), _LEVEL)


def unpacked(data: bytes) -> str:
    """The text that was packed."""
    import zstandard

    return zstandard.decompress(data).decode()


def is_storable(path: str) -> bool:
    """Whether a path can be kept: SQLite has no word for one that is not UTF-8."""
    try:
        return bool(path.encode())
    except UnicodeEncodeError:
        return False
