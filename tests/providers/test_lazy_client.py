from __future__ import annotations

import asyncio
import gc
import threading

import pytest

from app.providers.lazy_client import LazyClient


class Opened:
    """Opens clients that are numbers, and notes what was done."""

    def __init__(self) -> None:
        self.threads: list[threading.Thread] = []
        self.collecting: list[bool] = []
        self.closed: list[int] = []
        self.fails = False

    def open(self) -> int:
        self.threads.append(threading.current_thread())
        self.collecting.append(gc.isenabled())
        if self.fails:
            raise ImportError("no such package")
        return len(self.threads)

    async def close(self, client: int) -> None:
        self.closed.append(client)


async def test_it_is_opened_once_in_a_thread_without_garbage_collection() -> None:
    opened = Opened()
    lazy = LazyClient(opened.open, opened.close)
    clients = await asyncio.gather(lazy.get(), lazy.get(), lazy.get())
    assert set(clients) == {1}
    assert opened.threads != [threading.main_thread()]
    assert opened.collecting == [False]
    assert gc.isenabled()


async def test_collection_stays_off_where_it_was_off() -> None:
    gc.disable()
    try:
        await LazyClient(Opened().open, Opened().close).get()
        assert not gc.isenabled()
    finally:
        gc.enable()


async def test_it_is_closed_once_and_can_be_opened_again() -> None:
    opened = Opened()
    lazy = LazyClient(opened.open, opened.close)
    await lazy.close()
    await lazy.get()
    await lazy.close()
    await lazy.close()
    assert opened.closed == [1]
    assert await lazy.get() == 2


async def test_a_client_that_could_not_be_opened_is_tried_again_when_asked_for() -> None:
    opened = Opened()
    lazy = LazyClient(opened.open, opened.close)
    opened.fails = True
    with pytest.raises(ImportError):
        await lazy.get()
    assert gc.isenabled()
    opened.fails = False
    assert await lazy.get() == 2
