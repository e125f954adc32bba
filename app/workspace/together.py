"""Several files written together: all of them, or none. Blocks; the editor runs it in a thread."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from app.workspace.atomic import Snapshot, Stamp, remove_file, write_file
from app.workspace.errors import FileError
from app.workspace.files import file_error
from app.workspace.opening import opened_folder
from app.workspace.proposal import FileProposal


@dataclass(frozen=True, slots=True)
class _Written:
    """A file that was written, and what it takes to put it back."""

    file: FileProposal
    stamp: Stamp | None
    made: tuple[Path, ...]


def write_together(files: Sequence[FileProposal], stop: threading.Event) -> dict[Path, Stamp | None]:
    """Write what is proposed for some files, each of them still as it was read.

    Args:
        files: Those that change.
        stop: Set to give up; what was written by then is put back.

    Returns:
        The stamp of each file by its real path; None for one that was removed.

    Raises:
        FileError: One cannot be written, or somebody else has changed it. The others were put back; the error
            names each that could not be, because somebody changed it at once.
    """
    done: list[_Written] = []
    # What was removed is hardest to put back, so it goes last.
    for file in sorted(files, key=lambda file: file.after is None):
        try:
            done.append(_write(file, stop))
        except (OSError, FileError) as error:
            reason = f"{file.shown}: {_plain(error)}"
            raise FileError("; ".join([reason, *map(_put_back, reversed(done))])) from error
        except BaseException:
            for written in reversed(done):
                _put_back(written)
            raise
    return {written.file.real: written.stamp for written in done}


def _write(file: FileProposal, stop: threading.Event) -> _Written:
    if file.after is None:
        assert file.before is not None, "what was not there is not removed"
        remove_file(file.real, file.before, stop)
        return _Written(file, None, ())
    missing = [folder for folder in file.real.parents if not folder.exists()] if file.before is None else []
    stamp = write_file(file.real, file.after, file.before, stop, mode=file.mode)
    return _Written(file, stamp, tuple(missing))


def _put_back(written: _Written) -> str:
    """Undo one write, if nobody has changed the file since; says what came of it."""
    file, stamp = written.file, written.stamp
    never = threading.Event()
    try:
        if file.before is None:
            assert stamp is not None
            assert file.after is not None
            remove_file(file.real, Snapshot(file.after, stamp, 0, 0, 0, 1), never)
            for folder in written.made:
                with suppress(OSError), opened_folder(folder.parent) as parent:
                    os.rmdir(folder.name, dir_fd=parent)
        elif stamp is None or file.after is None:
            write_file(file.real, file.before.data, None, never, mode=file.before.mode)
        else:
            write_file(file.real, file.before.data, replace(file.before, data=file.after, stamp=stamp), never)
    except (OSError, FileError) as error:
        return f"{file.shown}: was changed before that, and could not be put back: {_plain(error)}"
    return f"{file.shown}: put back as it was"


def _plain(error: OSError | FileError) -> FileError:
    return file_error(error) if isinstance(error, OSError) else error
