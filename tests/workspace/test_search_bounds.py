"""Whatever is searched, and for what: a search ends, and nobody has to wait for it."""

from __future__ import annotations

import asyncio
import os
import threading
from asyncio.subprocess import Process
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from app.workspace import search as searches
from app.workspace.programs import records, running
from app.workspace.search import Found, Query, Search
from tests.workspace.searching import search_by, workspace_in, write


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return workspace_in(tmp_path)


@pytest.fixture(params=["ripgrep", "own"])
def search(request: pytest.FixtureRequest, root: Path) -> Search:
    return search_by(request.param, root)


async def test_it_stops_when_there_is_enough_and_says_so(root: Path, search: Search) -> None:
    write(root, {f"{number:03}": "x\n" * 10 for number in range(50)})
    found = await search.grep(Query("x", most=15))
    assert (found.count, found.more) == (15, True)
    assert found.text.splitlines()[-1] == "001:5:x"
    files = await search.grep(Query("x", output="files", most=50))
    assert (files.count, files.more) == (50, False)
    fewer = await search.grep(Query("x", output="count", most=2))
    assert fewer == Found("000:10\n001:10\n", 2, more=True, timed_out=False)
    short = await search.grep(Query("x", most=1000), limit=100)
    assert short.more
    assert len(short.text) <= 100


async def test_of_many_files_the_newest_are_kept(root: Path, search: Search) -> None:
    for number in range(2000):
        (root / f"{number:04}").touch()
        os.utime(root / f"{number:04}", (1e9 + number % 1000, 1e9 + number % 1000))
    found = await search.glob("*", most=4)
    assert found == Found("0999\n1999\n0998\n1998\n", 4, more=True, timed_out=False)
    everything = await search.glob("*", most=2000, limit=10**6)
    assert (everything.count, everything.more) == (2000, False)
    short = await search.glob("*", limit=12)
    assert short == Found("0999\n1999\n", 2, more=True, timed_out=False)


class Watch:
    """Follows the programs of searches; of one that has begun to write, nothing more is read.

    Args:
        monkeypatch: To look over a search's shoulder.
        time_is_up: As soon as the program has begun to write.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, time_is_up: bool = False) -> None:
        self.begun = asyncio.Event()
        self._time_is_up = time_is_up
        self.processes: list[Process] = []
        monkeypatch.setattr(searches, "running", self._running)
        monkeypatch.setattr(searches, "records", self._records)

    @asynccontextmanager
    async def _running(self, command: list[str], folder: Path) -> AsyncIterator[Process]:
        async with running(command, folder) as process:
            self.processes.append(process)
            yield process

    async def _records(self, process: Process, end: bytes) -> AsyncGenerator[list[bytes], None]:
        async for some in records(process, end):
            self.begun.set()
            yield some
            if self._time_is_up:
                raise TimeoutError
            await asyncio.Event().wait()

    def nothing_is_left(self) -> bool:
        """The programs were killed and have been waited for, and so have the threads that did."""
        for thread in threading.enumerate():
            if thread.name.startswith("asyncio-waitpid"):
                thread.join()
        for process in self.processes:
            with pytest.raises(ProcessLookupError):
                os.kill(process.pid, 0)
        return [process.returncode for process in self.processes] == [-9]


@pytest.mark.parametrize("tool", ["grep", "glob"])
async def test_cancelled_in_the_middle_nothing_of_it_is_left(
    tool: str, root: Path, search: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    # More than the pipe to us holds: the program cannot have come to its end.
    write(root, {"text": "x" * 100 + "\n" + "x\n" * 100_000})
    for number in range(3000):
        (root / f"{'n' * 200}{number}").touch()
    watch = Watch(monkeypatch)
    work = search.grep(Query("x", most=10**6)) if tool == "grep" else search.glob("*")
    task = asyncio.ensure_future(work)
    await watch.begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert watch.nothing_is_left()


async def test_cancelled_within_one_match_nothing_of_it_is_left(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(root, {"a": "x\n", "b": "a" * 50 + "b\n"})
    watch = Watch(monkeypatch)
    task = asyncio.create_task(search_by("own", root).grep(Query("x|(a+)+$")))
    await watch.begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert watch.nothing_is_left()


async def test_when_the_time_is_up_what_was_found_is_told(
    root: Path, search: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(root, {"a": "x\n" * 100_000})
    watch = Watch(monkeypatch, time_is_up=True)
    found = await search.grep(Query("x", most=10**6), limit=10**9)
    assert found.timed_out
    assert found.text.startswith("a:1:x\na:2:x\n")
    assert watch.nothing_is_left()


async def test_a_pattern_that_takes_for_ever_holds_up_nobody(root: Path) -> None:
    write(root, {"a": "a" * 50 + "b\n"})
    search = search_by("own", root, timeout=0.3)
    beats = 0

    async def beat() -> None:
        nonlocal beats
        while True:
            await asyncio.sleep(0.001)
            beats += 1

    beating = asyncio.create_task(beat())
    found = await search.grep(Query("(a+)+$"))
    beating.cancel()
    assert found.timed_out
    assert beats > 5


async def test_a_search_that_stops_early_leaves_nothing_open(root: Path, search: Search) -> None:
    write(root, {f"{number:02}": "x" * 200 + "\n" * 20_000 for number in range(20)})
    await search.grep(Query("", most=1))  # whatever a loop opens once is open now
    before = os.listdir("/proc/self/fd")
    for _ in range(3):
        assert (await search.grep(Query("", most=1))).more
    assert os.listdir("/proc/self/fd") == before
