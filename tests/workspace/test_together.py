from __future__ import annotations

import asyncio
import errno
import os
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from app.workspace.atomic import StoppedError, read_file
from app.workspace.errors import FileError
from app.workspace.files import in_thread
from app.workspace.proposal import FileProposal
from app.workspace.splice import Splice
from app.workspace.together import write_together


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path.resolve()


def change(path: Path, after: bytes | None) -> FileProposal:
    """A proposal for a file as it is now."""
    before = read_file(path, threading.Event()) if path.exists() else None
    old = before.data if before else b""
    return FileProposal(path.name, path, before, after, (Splice(0, old, after or b""),))


def contents(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def everything(root: Path) -> list[FileProposal]:
    """One change of each kind; the last is of a file that somebody changes before it can be written."""
    (root / "a").write_bytes(b"a\n")
    (root / "a").chmod(0o751)
    (root / "gone").write_bytes(b"gone\n")
    (root / "gone").chmod(0o640)
    (root / "z").write_bytes(b"z\n")
    return [
        change(root / "gone", None),
        change(root / "a", b"A\n"),
        change(root / "new/folder/b", b"B\n"),
        change(root / "z", b"Z\n"),
    ]


def test_all_files_are_written(root: Path) -> None:
    stamps = write_together(everything(root), threading.Event())
    assert contents(root) == {"a": b"A\n", "new/folder/b": b"B\n", "z": b"Z\n"}
    assert stamps[root / "gone"] is None
    assert stamps[root / "a"] == read_file(root / "a", threading.Event()).stamp


@pytest.mark.parametrize("failing", ["z", "gone"])
def test_if_one_cannot_be_written_the_others_are_put_back_and_each_is_named(failing: str, root: Path) -> None:
    files = everything(root)
    (root / failing).write_bytes(b"theirs\n")
    before = contents(root)
    with pytest.raises(FileError) as error:
        write_together(files, threading.Event())
    assert str(error.value).startswith(f"{failing}: somebody else has changed the file")
    assert "b: put back as it was; a: put back as it was" in str(error.value)
    assert contents(root) == before
    assert not (root / "new").exists()
    assert (root / "a").stat().st_mode & 0o777 == 0o751


def test_a_removed_file_is_put_back_with_its_mode(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("one", "two"):
        (root / name).write_bytes(b"x\n")
        (root / name).chmod(0o750)
    files = [change(root / "one", None), change(root / "two", None)]
    (root / "two").write_bytes(b"theirs\n")
    with pytest.raises(FileError, match="one: put back as it was"):
        write_together(files, threading.Event())
    assert contents(root) == {"one": b"x\n", "two": b"theirs\n"}
    assert (root / "one").stat().st_mode & 0o777 == 0o750


def test_what_somebody_changed_at_once_is_not_put_back(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a", "b"):
        (root / name).write_bytes(b"old\n")
    real_rename = os.rename

    def rename(source: str, target: str, *, src_dir_fd: int, dst_dir_fd: int) -> None:
        if target == "b":
            (root / "a").write_bytes(b"theirs\n")
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real_rename(source, target, src_dir_fd=src_dir_fd, dst_dir_fd=dst_dir_fd)

    monkeypatch.setattr(os, "rename", rename)
    with pytest.raises(
        FileError,
        match="b: no space left on device; a: was changed before that, and could not be put back: somebody",
    ):
        write_together([change(root / "a", b"new\n"), change(root / "b", b"new\n")], threading.Event())
    assert contents(root) == {"a": b"theirs\n", "b": b"old\n"}


def renaming(monkeypatch: pytest.MonkeyPatch, wanted: str, meanwhile: Callable[[], None]) -> None:
    """Do something just before a file is put in place."""
    real_rename = os.rename

    def rename(source: str, target: str, *, src_dir_fd: int, dst_dir_fd: int) -> None:
        if target == wanted:
            meanwhile()
        real_rename(source, target, src_dir_fd=src_dir_fd, dst_dir_fd=dst_dir_fd)

    monkeypatch.setattr(os, "rename", rename)


def test_stopped_between_two_files_the_first_is_put_back(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a", "b"):
        (root / name).write_bytes(b"old\n")
    stop = threading.Event()
    renaming(monkeypatch, "a", stop.set)
    with pytest.raises(StoppedError):
        write_together([change(root / "a", b"new\n"), change(root / "b", b"new\n")], stop)
    assert contents(root) == {"a": b"old\n", "b": b"old\n"}


async def test_cancelled_while_the_last_is_put_in_place_all_are_new(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a", "b"):
        (root / name).write_bytes(b"old\n")
    loop = asyncio.get_running_loop()
    reached, go_on = asyncio.Event(), threading.Event()

    def wait() -> None:
        loop.call_soon_threadsafe(reached.set)
        go_on.wait()

    renaming(monkeypatch, "b", wait)
    files = [change(root / "a", b"new\n"), change(root / "b", b"new\n")]
    task = asyncio.create_task(in_thread(partial(write_together, files)))
    await reached.wait()
    task.cancel()
    await asyncio.sleep(0)
    assert not task.done()
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert contents(root) == {"a": b"new\n", "b": b"new\n"}


async def test_cancelled_while_a_file_is_filled_the_old_content_stays(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (root / "a").write_bytes(b"old\n")
    files = [change(root / "a", b"new\n")]
    loop = asyncio.get_running_loop()
    writing, go_on = asyncio.Event(), threading.Event()
    real_write = os.write

    def write(descriptor: int, data: bytes) -> int:
        loop.call_soon_threadsafe(writing.set)
        go_on.wait()
        return real_write(descriptor, data)

    monkeypatch.setattr(os, "write", write)
    task = asyncio.create_task(in_thread(partial(write_together, files)))
    await writing.wait()
    task.cancel()
    await asyncio.sleep(0)
    task.cancel()  # a second time changes nothing
    await asyncio.sleep(0)
    assert not task.done()
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert contents(root) == {"a": b"old\n"}
