"""Every run that is known: looked through by its title, or searched by what was said in it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar, Literal

from textual import events, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Input, Static

from app.screens.left_cleanly import LeftCleanly
from app.screens.library_rows import facts, line
from app.screens.library_upkeep import News, Upkeep
from app.screens.settings_rows import tilde
from app.settings.checks import SettingsError
from app.terminal.text import safe_line
from app.trajectory.library.database import LibraryError
from app.trajectory.library.folders import offered
from app.trajectory.library.known_run import Found, Hit, KnownRun
from app.trajectory.library.library import Library
from app.trajectory.library.spoken import words_of
from widgets.bars import SEPARATOR, Bar
from widgets.facts import Facts
from widgets.line_field import LineField
from widgets.run_line import RunLine
from widgets.run_list import RunList
from widgets.verbs import Verb, verb_line

Looks = Literal["filter", "search"]

_KEYS = (
    Verb("enter", "open", 1), Verb("f", "filter", 2), Verb("/", "search what was said", 3),
    Verb("a", "folders", 4), Verb("r", "look again", 5), Verb("esc", "back", 1),
)  # fmt: skip
_WRITING = (
    Verb("enter", "to the runs", 1),
    Verb("tab", "filter or search", 2),
    Verb("esc", "leave it", 3),
)
_ALL_KEYS = Verb("f1", "all keys", 0)
_HINTS: dict[Looks, str] = {
    "filter": "words of the title, model, folder or state",
    "search": 'words that were said in a run; "in quotes" they stand together',
}
_NOTHING: dict[Looks, str] = {
    "filter": "No run has all these words in its title, model, folder or state.\n"
    "tab searches what was said instead; esc shows all runs again.",
    "search": "In no run were all these words said.\nesc shows all runs again.",
}
_NONE_YET = (
    "No run is known yet. Each session that you have with sawhorse is recorded, and listed here.\n"
    "a adds a folder with the runs of another agent"
)


class LibraryScreen(LeftCleanly, Screen[None]):
    """Lists all runs, the newest first.

    Args:
        environ: Says where runs are, and which folders the person added.

    Attributes:
        shown: The runs that are listed.
    """

    CSS_PATH = Path(__file__).parents[2] / "styles" / "library.tcss"
    AUTO_FOCUS = ""
    HELP = (
        "Your own sessions, and the runs in folders that you added, whichever agent wrote them. Nothing is "
        "ever deleted or changed. A search looks at the first million characters of a run, and at the first "
        "8,000 of each prompt, answer, call and result; the last word may be the beginning of one."
    )
    FIRST = 200  # runs that are shown at once, before all others are known
    MOST = 200  # runs that a search shows
    LOW = 20  # rows below which nothing is said of the run that is looked at
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f", "write('filter')", "Filter by title, model, folder or state", id="library.filter"),
        Binding("slash", "write('search')", "Search what was said in all runs", id="library.search"),
        Binding("tab", "switch", "Filter in place of the search, or search", id="library.switch"),
        Binding("a", "folders", "Add a folder with runs, or leave one out", id="library.folders"),
        Binding("r", "renew", "Look at all files again", id="library.renew"),
        Binding("down", "list", "From the words to the runs", id="library.list", show=False),
        Binding("escape", "back", "All runs again, or back", id="library.back"),
        Binding("q", "dismiss", "Back to where you were", id="library.leave"),
    ]

    class Chosen(Message):
        """The person opens a run, at the event of a number."""

        def __init__(self, path: Path, at: int = 0) -> None:
            super().__init__()
            self.path = path
            self.at = at

    class Heard(Message):
        """There is news of the library."""

        def __init__(self, news: News) -> None:
            super().__init__()
            self.news = news

    def __init__(self, environ: Mapping[str, str]) -> None:
        super().__init__()
        self._environ = environ
        self._library: Library | None = None
        self._upkeep: Upkeep | None = None
        self._all: list[KnownRun] = []
        self._found = Found(0, ())
        self._hits: tuple[Hit, ...] = ()  # those that are listed
        self.shown: list[KnownRun] = []
        self._looks: Looks = "filter"
        self._offered: list[Path] = []
        self._news: News | None = None  # the last; None until all files were looked at once
        self._label = Static(id="label", markup=False)
        self._field = LineField(compact=True, enter="screen.list", id="words")
        self._list = RunList(id="runs")
        self._facts = Facts(id="facts")

    def compose(self) -> ComposeResult:
        """How many there are, the words, the runs, the one that is looked at, the keys."""
        yield Bar(id="top")
        with Horizontal(id="asked"):
            yield self._label
            yield self._field
        yield Static(id="problem", markup=False)
        yield self._list
        yield self._facts
        yield Bar(id="bottom")

    def on_mount(self) -> None:
        """Show what is known, then look what is new."""
        self._look_for("filter")
        self.set_focus(self._list)
        self.run_worker(self._open())

    def on_unmount(self) -> None:
        """Look no more."""
        if self._upkeep is not None:
            self._upkeep.end()

    def on_resize(self, event: events.Resize) -> None:
        """Say less where there is little room."""
        self.set_class(event.size.height < self.LOW, "-low")
        self._tell_keys()

    def on_descendant_focus(self) -> None:
        """Other keys count."""
        self._tell_keys()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While words are written, letters are theirs."""
        if action in _OF_LIST and self._field.has_focus:
            return False
        return super().check_action(action, parameters)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show what has these words."""
        event.stop()
        self._ask()

    def on_run_list_moved(self, event: RunList.Moved) -> None:
        """Say more of the run that is looked at."""
        event.stop()
        run = self.shown[event.place] if event.place < len(self.shown) else None
        self._facts.show(facts(run, lambda path: tilde(Path(path))) if run is not None else [])

    def on_run_list_chosen(self, event: RunList.Chosen) -> None:
        """Open a run: where the words were found, if they were searched for."""
        event.stop()
        if event.place >= len(self.shown):  # it has gone meanwhile
            return
        number = self._hits[event.place].number if self._hits else 0
        self.post_message(self.Chosen(self.shown[event.place].path, number))

    async def on_library_screen_heard(self, event: Heard) -> None:
        """Runs have come, changed or gone."""
        event.stop()
        self._news = event.news
        if event.news.changed or any(run.state == "live" for run in self._all):
            self._load()
        else:
            self._show()

    def action_write(self, looks: Looks) -> None:
        """Write words."""
        self._look_for(looks)
        self.set_focus(self._field)
        self._ask()

    def action_switch(self) -> None:
        """The same words, looked for otherwise."""
        self.action_write("search" if self._looks == "filter" else "filter")

    def action_list(self) -> None:
        """Go to the runs."""
        self.set_focus(self._list)

    def action_folders(self) -> None:
        """Choose the folders that are looked through."""
        from app.screens.library_folders import LibraryFoldersScreen

        def left(changed: bool | None) -> None:
            if changed:
                self.action_renew()

        self.app.push_screen(LibraryFoldersScreen(self._environ), left)

    def action_renew(self) -> None:
        """Look at all files now."""
        self._news = None
        if self._upkeep is not None:
            self._upkeep.renew()
        self._load()

    def action_back(self) -> None:
        """From the words to all runs, and from there to where the person was."""
        if self._field.has_focus or self._field.value:
            self._field.clear()
            self._look_for("filter")
            self.action_list()
            self._ask()
        else:
            self.dismiss()

    @property
    def _is_searching(self) -> bool:
        return self._looks == "search" and bool(self._field.value.strip())

    async def _open(self) -> None:
        """Show the newest runs as they were known last time; then all of them, then what is new."""
        try:
            self._library = await asyncio.to_thread(Library.open, self._environ)
            self._all = await asyncio.to_thread(self._library.recent, limit=self.FIRST)
        except (LibraryError, SettingsError) as error:
            self._news = News(changed=False, problem=str(error))
            self._show()
            return
        self._show()
        drawn = asyncio.Event()  # nothing must keep the first rows waiting
        self.call_after_refresh(drawn.set)
        await drawn.wait()
        await self._take()
        self._upkeep = Upkeep(self._library, self._hear)
        self._upkeep.begin()

    def _hear(self, news: News) -> None:
        self.post_message(self.Heard(news))

    @work(exclusive=True, group="load")
    async def _load(self) -> None:
        await self._take()

    async def _take(self) -> None:
        """Take all runs as they are known now."""
        if self._library is None:
            return
        try:
            self._all = await asyncio.to_thread(self._library.recent)
            self._offered = await asyncio.to_thread(offered, self._environ)
        except (LibraryError, SettingsError) as error:
            self._news = News(changed=False, problem=str(error))
        self._ask()

    def _ask(self) -> None:
        """Look for the words: at once in what is listed, or off the loop in what was said."""
        if self._is_searching:
            self._search()
        else:
            self._show()

    @work(exclusive=True, group="search")
    async def _search(self) -> None:
        if self._library is None:
            return
        try:
            found = await asyncio.to_thread(self._library.search, self._field.value, self.MOST)
        except LibraryError as error:
            self._news = News(changed=False, problem=str(error))
        else:
            self._found = found
        self._show()

    def _show(self) -> None:
        """Show the runs that are wanted; the one that is looked at stays, if it is among them."""
        at = self._list.cursor  # at the first run it stays there, whichever comes before
        before = self.shown[at].file if 0 < at < len(self.shown) else ""
        words = words_of(self._field.value)
        hits = self._found.hits if self._is_searching else ()
        if self._is_searching:
            shown = [hit.run for hit in hits]
        else:
            shown = [run for run in self._all if run.has(words)] if words else self._all
        cursor = next((place for place, run in enumerate(shown) if run.file == before), 0)
        now = time.time()

        def drawn(place: int) -> RunLine:
            return line(shown[place], now, hits[place].snippet if hits else "", words)

        self.shown, self._hits = shown, hits
        self._list.show(len(shown), drawn, found=bool(hits), cursor=cursor)
        self._tell()

    def _look_for(self, looks: Looks) -> None:
        self._looks = looks
        self._label.update(looks)
        self._field.placeholder = _HINTS[looks]

    def _tell(self) -> None:
        """Say how many there are, how far it is, and what is wrong."""
        count, total = len(self.shown), len(self._all)
        if self._is_searching:
            newest = f", the newest {count:,} of them here" if self._found.total > count else ""
            parts = [f"{_runs(self._found.total)} with these words{newest}"]
        else:
            parts = [_runs(total) if count == total else f"{count:,} of {_runs(total)}"]
        parts.append(f"{live:,} live" if (live := sum(run.state == "live" for run in self._all)) else "")
        heading = Content.styled("library", "bold $text-accent")
        self.query_one("#top", Bar).show(heading, Content(SEPARATOR.join(filter(None, parts))))
        problem = self._news.problem if self._news is not None else ""
        shown = self.query_one("#problem", Static)
        shown.update(Content(safe_line(problem)))
        shown.display = bool(problem)
        self.set_class(not self.shown, "-empty")
        self._list.tell(self._nothing())
        self._tell_keys()

    def _nothing(self) -> str:
        if self._is_searching:
            return _NOTHING["search"]
        if self._all:
            return _NOTHING["filter"]
        if self._news is None or self._news.progress is not None:
            return "looking for runs …"
        there = ", ".join(safe_line(tilde(folder)) for folder in self._offered)
        return f"{_NONE_YET}{f'; on this machine there are {there}' if there else ''}."

    def _tell_keys(self) -> None:
        progress = Content("")
        if self._news is None:
            progress = Content("looking at the files …")
        elif self._news.progress is not None:
            progress = Content(f"reading {self._news.progress.done:,} of {self._news.progress.total:,}")
        room = self.size.width - 2 - (progress.cell_length + 2 if progress else 0)
        verbs = _WRITING if self._field.has_focus else _KEYS
        self.query_one("#bottom", Bar).show(verb_line(verbs, room, _ALL_KEYS), progress)


_OF_LIST = frozenset({"write", "folders", "renew", "dismiss"})


def _runs(count: int) -> str:
    return f"{count:,} run{'' if count == 1 else 's'}"
