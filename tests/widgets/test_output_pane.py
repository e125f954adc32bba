from __future__ import annotations

import os
from pathlib import Path

import pytest
from textual.geometry import Offset
from textual.pilot import Pilot
from textual.selection import SELECT_ALL, Selection
from textual.widgets import Input

from tests.widgets.outputs import HEIGHT, WIDTH, Bench, CountingSpool, append, becomes, lines, rows
from tests.widgets.terminal import burst, paste, press, settle
from widgets.copied import Copied
from widgets.output_pane import OutputPane
from widgets.output_source import Found
from widgets.search_bar import SearchBar


class SearchedSpool(CountingSpool):
    """Remembers the searches."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.searches: list[Found] = []

    def search(self, needle: bytes, keep: int = 10_000) -> Found:  # type: ignore[override]  # all that a pane needs
        self.searches.append(super().search(needle, keep))
        return self.searches[-1]


class Reader(Bench[OutputPane]):
    """A pane with the focus."""

    def on_mount(self) -> None:
        self.pane.focus()

    @property
    def bar(self) -> str:
        """What the bar below the pane shows."""
        strips = self.screen._compositor.render_strips()
        return " ".join(" ".join(strips[bar.region.y].text for bar in self.query(SearchBar)).split())

    async def search(self, pilot: Pilot[None], text: str, summary: str) -> None:
        """Search for a text, and wait until the bar says something."""
        await press(pilot, "slash")
        await paste(pilot, text)
        await press(pilot, "enter")
        await becomes(pilot, lambda: self.bar == f"/ {text} {summary}")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "call.out"


@pytest.fixture
def spool(path: Path) -> SearchedSpool:
    return SearchedSpool(path)


@pytest.fixture
def app(path: Path, spool: SearchedSpool) -> Reader:
    path.write_bytes(lines(1, 3000))
    return Reader(OutputPane(spool))


async def test_a_search_shows_the_first_match_and_counts_all(app: Reader) -> None:
    async with app.run_test(size=(WIDTH, 20)) as pilot:
        await app.search(pilot, "line 17", "1 of 111")
        assert app.rows == rows(14, 23)
        assert app.pane.has_focus
        assert not app.pane.follow
        await press(pilot, "n")
        assert "line 170" in app.rows
        await press(pilot, "N", "N")
        assert app.bar == "/ line 17 111 of 111"
        assert app.rows == rows(1796, 1805)


async def test_a_search_from_further_down_begins_there(app: Reader) -> None:
    async with app.run_test(size=(WIDTH, 20)) as pilot:
        app.pane.scroll_to(y=1000)
        await app.search(pilot, "50", "21 of 60")
        assert app.rows == rows(1047, 1056)


async def test_with_no_match_the_view_stays(app: Reader) -> None:
    async with app.run_test(size=(WIDTH, 20)) as pilot:
        app.pane.scroll_to(y=500)
        before = app.rows
        await app.search(pilot, "nowhere", "no match")
        await press(pilot, "n", "N")
        assert app.rows == before


@pytest.mark.parametrize("keys", [["enter"], ["slash", "enter"]])
async def test_enter_searches_what_has_come_since_and_stays_at_the_match(
    path: Path, app: Reader, keys: list[str]
) -> None:
    async with app.run_test(size=(WIDTH, 20)) as pilot:
        await app.search(pilot, "line 2999", "1 of 1")
        append(path, b"line 2999 again\n")
        before = app.rows
        await press(pilot, *keys)
        await becomes(pilot, lambda: app.bar == "/ line 2999 1 of 2")
        assert app.rows == before
        await press(pilot, "n")
        assert "line 2999 again" in app.rows


async def test_another_text_takes_the_place_of_the_one_before(app: Reader) -> None:
    async with app.run_test(size=(WIDTH, 20)) as pilot:
        await app.search(pilot, "line 2999", "1 of 1")
        await press(pilot, "slash")
        await burst(pilot, *"31")
        assert app.bar == "/ 31 1 of 1"
        await press(pilot, "enter")
        await becomes(pilot, lambda: app.bar == "/ 31 1 of 60")
        assert "line 31" in app.rows
        assert len(app.query(SearchBar)) == 1


@pytest.mark.parametrize("editing", [True, False])
async def test_escape_ends_the_search(app: Reader, editing: bool) -> None:
    async with app.run_test(size=(WIDTH, 20)) as pilot:
        await app.search(pilot, "line 17", "1 of 111")
        await press(pilot, *["slash"] * editing, "escape")
        assert not app.query(SearchBar)
        assert app.pane.has_focus
        assert app.rows == rows(14, 23)
        underlined = [
            s.text for y in range(HEIGHT) for s in app.pane.render_line(y) if s.style and s.style.underline
        ]
        assert underlined == []


async def test_nothing_to_search_for_ends_the_search(app: Reader, spool: SearchedSpool) -> None:
    async with app.run_test(size=(WIDTH, 20)) as pilot:
        await press(pilot, "slash", "enter")
        assert not app.query(SearchBar)
        assert spool.searches == []


@pytest.mark.parametrize("end", ["escape", "another", "removal"])
async def test_a_search_that_runs_ends_at_once(path: Path, spool: SearchedSpool, end: str) -> None:
    path.touch()
    os.truncate(path, 1 << 36)
    app = Reader(OutputPane(spool))
    async with app.run_test(size=(WIDTH, 20)) as pilot:
        await press(pilot, "slash", "x", "enter")
        await becomes(pilot, lambda: "0 %" in app.bar)
        if end == "escape":
            await press(pilot, "escape")
        elif end == "another":
            await press(pilot, "slash", "y", "enter")
        else:
            await app.pane.remove()
        first = spool.searches[0]
        scanned = first.scanned
        await becomes(pilot, lambda: first.scanned == scanned or not _moves(first))
        assert not first.done


def _moves(found: Found) -> bool:
    """Whether a search goes on: it takes a chunk in far less than a thousand looks."""
    scanned = found.scanned
    return any(found.scanned != scanned for _ in range(100_000))


async def test_keys_of_a_search_count_only_while_there_is_one(app: Reader) -> None:
    keys = ("match", "search_again", "end_search")
    async with app.run_test(size=(WIDTH, 20)) as pilot:
        assert not any(app.pane.check_action(key, ()) for key in keys)
        await app.search(pilot, "line", "1 of 3,000")
        assert all(app.pane.check_action(key, ()) for key in keys)
        await press(pilot, "escape")
        assert not any(app.pane.check_action(key, ()) for key in keys)


async def test_letters_written_into_the_search_do_nothing_else(app: Reader) -> None:
    async with app.run_test(size=(WIDTH, 20)) as pilot:
        await press(pilot, "slash")
        await burst(pilot, *"nNwyo")
        assert app.bar == "/ nNwyo"
        assert app.messages == []
        assert not app.pane.wrap


async def test_what_is_pasted_into_the_search_is_plain(app: Reader) -> None:
    async with app.run_test(size=(WIDTH, 20)) as pilot:
        await press(pilot, "slash")
        await paste(pilot, "one\x1b]52;c;aGk=\x07\ttwo\nthree")
        assert app.bar == "/ one two three"


async def test_a_match_is_shown_though_its_colour_changes_beside_it(path: Path, app: Reader) -> None:
    path.write_bytes(lines(1, 50) + b"\x1b[31merror\x1b[0m: \x1b[1mgone\x1b[0m\n" + lines(52, 90))
    async with app.run_test(size=(WIDTH, 20)) as pilot:
        await app.search(pilot, "gone", "1 of 1")
        y = app.rows.index("error: gone")
        (match,) = [s for s in app.pane.render_line(y) if s.style and s.style.reverse]
        assert match.text == "gone"


async def test_w_wraps_and_no_longer(path: Path, app: Reader) -> None:
    path.write_bytes(b"0123456789" * 5 + b"\nnext\n")
    async with app.run_test(size=(WIDTH, 20)) as pilot:
        await press(pilot, "w")
        assert app.rows[:3] == ["0123456789" * 4, "0123456789", "next"]
        await press(pilot, "w")
        assert app.rows[:2] == ["0123456789" * 4, "next"]


async def test_y_copies_all_as_plain_text(path: Path, app: Reader) -> None:
    path.write_bytes(b"\x1b[31mone\x1b[0m\r\n1%\r100%\n\ttwo \x1b]0;title\x07\n")
    async with app.run_test(size=(WIDTH, 20)) as pilot:
        await press(pilot, "y")
        assert app.messages == [Copied("one\n100%\n\ttwo \n", "copied 15 characters")]


async def test_y_copies_what_is_selected(app: Reader) -> None:
    async with app.run_test(size=(WIDTH, 20)) as pilot:
        app.screen.selections = {app.pane: Selection(Offset(5, 10), Offset(6, 11))}
        await press(pilot, "y")
        assert app.messages == [Copied("11\nline 1", "copied 9 characters")]
        app.screen.selections = {app.pane: SELECT_ALL}
        await press(pilot, "y")
        assert app.messages[1:] == [Copied(lines(1, 3000).decode(), "copied 28,893 characters")]


async def test_y_copies_the_end_of_much_and_says_so(path: Path, app: Reader) -> None:
    async with app.run_test(size=(WIDTH, 20)) as pilot:
        path.write_text("é" * 120_000)
        await press(pilot, "y")
        assert app.messages == [Copied("é" * 100_000, "copied the last 100,000 of 120,000 characters")]
        with path.open("wb") as file:
            file.write("漢字と仮名\n".encode() * 200_000)
        await press(pilot, "y")
        (_, copied) = app.messages
        assert isinstance(copied, Copied)
        assert copied.text == ("漢字と仮名\n" * 20_000)[-100_000:]
        assert copied.note == "copied the last 100,000 characters of 3.2 MB"


async def test_o_opens_the_output(app: Reader, spool: SearchedSpool) -> None:
    async with app.run_test(size=(WIDTH, 20)) as pilot:
        await press(pilot, "o")
        assert app.messages == [OutputPane.Opened(spool)]


async def test_without_output_there_is_nothing_to_do(path: Path, app: Reader) -> None:
    path.unlink()
    async with app.run_test(size=(WIDTH, 20)) as pilot:
        await press(pilot, "slash", "w", "y", "o", "n", "escape", "enter")
        assert (app.messages, app.pane.wrap, len(app.query(SearchBar))) == ([], False, 0)
        path.write_bytes(b"x")
        await becomes(pilot, lambda: app.rows[0] == "x")
        await press(pilot, "y")
        assert app.messages == [Copied("x", "copied 1 character")]


async def test_all_of_it_works_while_another_widget_looks_on(path: Path, app: Reader) -> None:
    async with app.run_test(size=(WIDTH, 20)) as pilot:
        app.query_one("#elsewhere", Input).focus()
        await settle(pilot)
        app.pane.action_search()
        await settle(pilot)
        await burst(pilot, *"2000", "enter")
        await becomes(pilot, lambda: "line 2000" in app.rows)
        app.pane.action_end_search()
        await settle(pilot)
        assert app.pane.has_focus
