"""A large document, read for the library in a process of its own, as `imported_apart` does to show one.

    python -m app.trajectory.library.digest_apart FILE

writes what it comes to as one value of JSON.
"""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any  # what the other process says, as this one has written it

import orjson

from app.trajectory.formats.contract import UnreadableError
from app.trajectory.library.digest import Digest, Pause, digest, without_secrets

_LARGEST = 2**27  # bytes: nobody waits for it, and parsed it takes many times as much memory
_SLICE = 0.05  # seconds between two pauses


def digest_apart(path: Path, environ: Mapping[str, str], pause: Pause) -> Digest | None:
    """Read a large document; None if it is no run of a kind that is known.

    Args:
        path: Of it.
        environ: Its secrets are taken out of what is read, and the settings say which others.
        pause: Called often.

    Raises:
        UnreadableError: It is a run, but cannot be read; or it is too large.
        OSError: It cannot be opened.
    """
    if (size := path.stat().st_size) > _LARGEST:
        raise UnreadableError(
            f"{size / 2**20:,.0f} MB in one document are not looked through; sawhorse view opens it"
        )
    command = [sys.executable, "-I", "-X", "utf8", "-m", __name__, str(path.absolute())]
    with subprocess.Popen(
        command, env=environ, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        try:
            while True:
                try:
                    said, _ = process.communicate(timeout=_SLICE)
                    break
                except subprocess.TimeoutExpired:
                    pause()
        finally:
            process.kill()
    if process.returncode:
        raise UnreadableError(f"reading stopped ({process.returncode}): it may be too large for the memory")
    found: Any = orjson.loads(said)
    match found:
        case {"unreadable": str(why)}:
            raise UnreadableError(why)
        case {"number": int(number), "error": str(why)}:
            raise OSError(number, why)
        case None:
            return None
        case _:
            return Digest(**{**found, "models": tuple(found["models"])})


def main(arguments: Sequence[str]) -> None:
    """What the module's text says."""
    (name,) = arguments
    found: object
    try:
        found = digest(Path(name), without_secrets(os.environ), lambda: None)
    except UnreadableError as error:
        found = {"unreadable": str(error)}
    except OSError as error:
        found = {"number": error.errno or 0, "error": error.strerror or str(error)}
    shown = dataclasses.asdict(found) if isinstance(found, Digest) else found
    sys.stdout.buffer.write(orjson.dumps(shown))


if __name__ == "__main__":
    main(sys.argv[1:])
