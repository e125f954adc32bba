from __future__ import annotations

import asyncio
import gc
import os
import threading
from pathlib import Path

import pytest

from app.workspace.errors import FileError
from app.workspace.files import Files, in_thread


async def test_cancelled_while_writing_the_old_content_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path.resolve() / "a.txt"
    path.write_bytes(b"old\n")
    files = Files()
    expected = await files.read(path)
    loop = asyncio.get_running_loop()
    writing, go_on = asyncio.Event(), threading.Event()
    real_write = os.write

    def write(descriptor: int, data: bytes) -> int:
        loop.call_soon_threadsafe(writing.set)
        go_on.wait()
        return real_write(descriptor, data)

    monkeypatch.setattr(os, "write", write)
    task = asyncio.create_task(files.write(path, b"new\n", expected))
    await writing.wait()
    task.cancel()
    await asyncio.sleep(0)
    task.cancel()  # a second time changes nothing
    await asyncio.sleep(0)
    assert not task.done()
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert path.read_bytes() == b"old\n"
    assert os.listdir(tmp_path) == ["a.txt"]


async def test_cancelled_while_renaming_the_new_content_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path.resolve() / "a.txt"
    path.write_bytes(b"old\n")
    files = Files()
    expected = await files.read(path)
    loop = asyncio.get_running_loop()
    renaming, go_on = asyncio.Event(), threading.Event()
    real_rename = os.rename

    def rename(*args: str, src_dir_fd: int, dst_dir_fd: int) -> None:
        loop.call_soon_threadsafe(renaming.set)
        go_on.wait()
        real_rename(*args, src_dir_fd=src_dir_fd, dst_dir_fd=dst_dir_fd)

    monkeypatch.setattr(os, "rename", rename)
    task = asyncio.create_task(files.write(path, b"new\n", expected))
    await renaming.wait()
    task.cancel()
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert path.read_bytes() == b"new\n"
    assert os.listdir(tmp_path) == ["a.txt"]


async def test_a_lock_is_held_until_cancelled_work_has_ended(tmp_path: Path) -> None:
    files = Files()
    loop = asyncio.get_running_loop()
    started, go_on = asyncio.Event(), threading.Event()
    order: list[str] = []

    def work(stop: threading.Event) -> None:
        loop.call_soon_threadsafe(started.set)
        go_on.wait()
        assert stop.is_set()
        order.append("first")

    async def first() -> None:
        async with files.lock(tmp_path):
            await in_thread(work)

    async def second() -> None:
        async with files.lock(tmp_path):
            order.append("second")

    one = asyncio.create_task(first())
    await started.wait()
    two = asyncio.create_task(second())
    one.cancel()
    await asyncio.sleep(0)
    go_on.set()
    await asyncio.gather(one, two, return_exceptions=True)
    assert order == ["first", "second"]


async def test_there_is_one_lock_a_file_and_none_for_files_not_in_use(tmp_path: Path) -> None:
    files = Files()
    lock = files.lock(tmp_path / "a")
    assert files.lock(tmp_path / "a") is lock
    assert files.lock(tmp_path / "b") is not lock
    del lock
    gc.collect()
    assert len(files._locks) == 0


async def test_errors_are_plain_words(tmp_path: Path) -> None:
    files = Files()
    assert await files.read(tmp_path.resolve() / "none") is None
    with pytest.raises(FileError, match=r"^is a directory$"):
        await files.read(tmp_path.resolve())
    (tmp_path / "file").touch()
    with pytest.raises(FileError, match="a part of the path is not a directory"):
        await files.write(tmp_path.resolve() / "file/below", b"", None)
