"""What is text: of a model's arguments, and of a file."""

from __future__ import annotations

from app.workspace.atomic import Snapshot
from app.workspace.errors import EditError, FileError


def encoded(name: str, text: str) -> bytes:
    """The text of an argument, by its name, as bytes.

    Raises:
        EditError: It holds half a character.
    """
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise EditError(
            f"{name} holds half a character (a lone surrogate) at position {error.start}; leave it out"
        ) from None


def text_of(snapshot: Snapshot | None) -> bytes:
    """The content of a file that is text.

    Raises:
        FileError: There is no file.
        EditError: It is not UTF-8 text.
    """
    if snapshot is None:
        raise FileError("does not exist; use create for a new file, or check the path")
    if b"\0" in snapshot.data or snapshot.data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise EditError("is not UTF-8 text but binary data or UTF-16, which is not edited here")
    return snapshot.data
