from __future__ import annotations

import asyncio
import gc
import threading
from pathlib import Path

import pytest

from app.workspace.errors import FileError
from app.workspace.files import Files, in_thread


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
        await files.read(tmp_path.resolve() / "file/below")


async def test_locks_are_taken_in_one_order_whatever_the_order_they_are_asked_in(tmp_path: Path) -> None:
    files = Files()
    one, two = tmp_path / "a", tmp_path / "b"
    held: list[str] = []

    async def hold(name: str, *reals: Path) -> None:
        for _ in range(20):
            async with files.locked(reals):
                held.append(name)
                await asyncio.sleep(0)
                assert held[-1] == name

    async with asyncio.timeout(10):
        await asyncio.gather(hold("up", one, two), hold("down", two, one), hold("twice", two, two))
    assert len(held) == 60
