"""The library on the screen: real files, a real database, and keys."""

from __future__ import annotations

import asyncio
import fcntl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from queue import Queue

import pytest
from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Static
from textual.worker import WorkerCancelled

from app.screens.library import LibraryScreen
from app.screens.library_folders import LibraryFoldersScreen
from app.screens.library_upkeep import News, Upkeep
from app.screens.themes import DARK
from app.trajectory.library.database import LibraryError
from app.trajectory.library.known_run import KnownRun
from app.trajectory.library.library import Library
from tests.screens.played import ROOT, shown
from tests.trajectory.library.conftest import Person, person, said, written
from tests.widgets.terminal import until

__all__ = ["person"]  # the fixture

Compare = Callable[..., bool]
BEGAN = 1_600_000_000.0  # long ago: shown with its year
WIDE, NARROW = (200, 50), (80, 24)


class Shelf(App[None]):
    """Shows the library of a person, and keeps what was chosen."""

    CSS_PATH = ROOT / "styles" / "theme.tcss"

    def __init__(self, person: Person) -> None:
        super().__init__()
        self.person = person
        self.chosen: list[tuple[Path, int]] = []

    def on_mount(self) -> None:
        self.register_theme(DARK)
        self.theme = DARK.name
        self.push_screen(LibraryScreen(self.person.environ))

    def on_library_screen_chosen(self, event: LibraryScreen.Chosen) -> None:
        self.chosen.append((event.path, event.at))

    @property
    def library(self) -> LibraryScreen:
        (screen,) = (each for each in self.screen_stack if isinstance(each, LibraryScreen))
        return screen


@pytest.fixture
def shelf(person: Person, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shelf]:
    monkeypatch.setattr(Upkeep, "EACH", 3600.0)  # a test looks when it wants to
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield Shelf(person)
    monkeypatch.undo()
    time.tzset()


def record(person: Person) -> list[Path]:
    """Three sessions: one that ended, one that was cut off, one with a hostile title."""
    roof = said("mend the roof", "The roof leaks at the [red]chimney[/red].", failed=True)
    return [
        person.record("s1", roof, began=BEGAN),
        person.record("s2", said("paint the door", "It is red.")[:-1], began=BEGAN + 3600),
        person.record("s3", said("[bold]\x1b[2Jhostile\u202e", "x\x07"), began=BEGAN + 7200),
    ]


async def known(pilot: Pilot[None]) -> str:
    """The screen, once all files were looked at."""
    app = pilot.app
    assert isinstance(app, Shelf)
    await until(pilot, lambda: app.library._news is not None and app.library._news.progress is None)
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()
    return shown(app)


async def test_runs_are_listed_filtered_searched_and_opened(person: Person, shelf: Shelf) -> None:
    first, *_ = record(person)
    async with shelf.run_test(size=WIDE) as pilot:
        text = await known(pilot)
        rows = [text.index(title) for title in ("[bold]hostile", "paint the door", "mend the roof")]
        assert rows == sorted(rows)
        assert "3 runs" in text
        assert "✗ 2020-09-13   paint the door" in text
        await pilot.press("f", *"crashed")
        assert "1 of 3 runs" in shown(shelf)
        assert "mend the roof" not in shown(shelf)
        await pilot.press("escape")
        assert "3 runs" in shown(shelf)
        await pilot.press("slash", *"chimn")
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        assert "1 run with these words" in shown(shelf)
        assert "The roof leaks at the [red]chimney[/red]." in shown(shelf)
        await pilot.press("enter", "enter")
        assert shelf.chosen == [(first, 4)]
        await pilot.press("escape", "end", "enter")
        assert shelf.chosen[1:] == [(first, 0)]
        await pilot.press("f", *"mend", "tab", "enter", "enter")  # before the search has found anything, too
        assert [path for path, _ in shelf.chosen[2:]] == [first]
        await pilot.press("slash", "ctrl+u", *"nowhere")
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        assert "In no run were all these words said." in shown(shelf)
        await pilot.press("tab")
        assert "No run has all these words in its title" in shown(shelf)


async def test_the_whole_path_of_a_run_is_shown_however_long_its_title_is(
    person: Person, shelf: Shelf
) -> None:
    identity = "session-" * 20
    person.record(identity, said("mend the roof, " * 40, "done"), began=BEGAN)
    async with shelf.run_test(size=NARROW) as pilot:
        text = await known(pilot)
        assert f"/{identity}/trajectory.jsonl" in "".join(line.strip() for line in text.splitlines())


async def test_a_folder_of_another_agent_is_offered_and_read_once_it_is_added(
    person: Person, shelf: Shelf
) -> None:
    folder = person.home / ".codex" / "sessions"
    folder.mkdir(parents=True)
    (folder / "rollout").write_bytes(written(said("of another place", "x")))
    async with shelf.run_test(size=NARROW) as pilot:
        text = await known(pilot)
        assert "No run is known yet." in text
        assert "~/.codex/sessions" in text
        await pilot.press("a")
        assert isinstance(shelf.screen, LibraryFoldersScreen)
        await until(pilot, lambda: "○ ~/.codex/sessions" in shown(shelf))
        await pilot.press("enter")
        await until(pilot, lambda: "● ~/.codex/sessions" in shown(shelf))
        await pilot.press("slash", *"/none", "enter")
        await until(pilot, lambda: "there is no folder /none" in shown(shelf))
        await pilot.press("escape", "escape")
        await until(pilot, lambda: "of another place" in shown(shelf))
        assert "1 run" in await known(pilot)
        await pilot.press("a")
        await until(pilot, lambda: "● ~/.codex/sessions" in shown(shelf))
        await pilot.press("x")
        await until(pilot, lambda: "○ ~/.codex/sessions" in shown(shelf))
        await pilot.press("escape")
        await until(pilot, lambda: "No run is known yet." in shown(shelf))
    assert (folder / "rollout").exists()


async def test_a_session_that_another_program_writes_is_live_and_grows(person: Person, shelf: Shelf) -> None:
    _, path, _ = record(person)
    async with shelf.run_test(size=WIDE) as pilot:
        with path.open("ab") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX)
            text = await known(pilot)
            assert "3 runs · 1 live" in text
            assert "● 2020-09-13   paint the door" in text
        await pilot.press("down", "down", "r")
        assert "✗ 2020-09-13   paint the door" in await known(pilot)
        assert shelf.library._list.cursor == 2


async def test_what_is_wrong_is_said_and_the_rest_works(
    person: Person, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(person)
    (person.home / "config.toml").write_text("[library]\nfolders = ['/none']\n")
    async with shelf.run_test(size=NARROW) as pilot:
        text = await known(pilot)
        assert "there is no folder /none" in text
        assert "paint the door" in text

    def fail(*_: object) -> Library:
        raise LibraryError("the library cannot be kept in /x: no")

    monkeypatch.setattr(Library, "open", fail)
    other = Shelf(person)
    async with other.run_test(size=NARROW) as pilot:
        assert "the library cannot be kept in /x: no" in await known(pilot)
        await pilot.press("slash", *"door", "enter", "r", "escape")


@pytest.mark.parametrize("keys", [(), ("slash", *"the", "enter", "down")], ids=["runs", "found"])
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_how_it_looks(
    snap_compare: Compare, person: Person, shelf: Shelf, size: tuple[int, int], keys: tuple[str, ...]
) -> None:
    record(person)

    async def look(pilot: Pilot[None]) -> None:
        await known(pilot)
        await pilot.press(*keys)
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()

    assert snap_compare(shelf, terminal_size=size, run_before=look)


def test_a_look_that_fails_is_told(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("a mistake")

    monkeypatch.setattr(Library, "refresh", fail)
    told: Queue[News] = Queue()
    upkeep = Upkeep(Library.open(person.environ), told.put)
    upkeep.begin()
    assert told.get(timeout=10).problem == "the files could not be looked at: RuntimeError: a mistake"
    upkeep.end()


async def test_it_can_be_left_while_the_runs_are_read(
    person: Person, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(person)
    reading, leaving, opened = threading.Event(), threading.Event(), asyncio.Event()
    recent = Library.recent

    def slow(library: Library, limit: int | None = None) -> list[KnownRun]:
        reading.set()
        leaving.wait()
        return recent(library, limit=limit)

    class Lingering(Static):
        async def on_unmount(self) -> None:
            leaving.set()
            await opened.wait()

    monkeypatch.setattr(Library, "recent", slow)
    async with shelf.run_test(size=WIDE) as pilot:
        library = shelf.library
        await library.mount(Lingering())
        await asyncio.to_thread(reading.wait)
        opening = next(worker for worker in shelf.workers if worker.node is library)
        try:
            library.dismiss()
            with suppress(WorkerCancelled):
                await opening.wait()
        finally:
            opened.set()
        await until(pilot, lambda: not library.is_attached)
        assert not isinstance(shelf.screen, LibraryScreen)
