"""The viewer: any run event by event, whoever recorded it, also while it goes on."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from textual.widgets import Input

from app.screens.viewer import search
from app.screens.viewer.filter import GROUPS
from app.screens.viewer.screen import ViewerScreen
from app.trajectory.events import AgentStarted, UserMessage
from app.trajectory.runs import searching
from app.trajectory.runs.run import Run
from app.trajectory.runs.searching import Found
from tests.screens.viewed import ASKED, EDIT, FAILURE, STORY, ViewerApp, lines, many, read, recording
from tests.widgets.terminal import burst, press, until
from widgets.diff.view import DiffView
from widgets.prompt_line import PromptLine
from widgets.timeline import Timeline

WIDE, NARROW = (200, 50), (80, 24)


@pytest.fixture
def app(tmp_path: Path) -> ViewerApp:
    return ViewerApp(recording(tmp_path, lines()))


async def test_every_event_has_a_line_and_the_one_looked_at_is_shown_whole(app: ViewerApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await read(pilot)
        for words in (
            "> user",
            "fix the *flaky* retry test",
            "◆ model",
            "● bash",
            "? asks",
            "✗ bash",
            "■ ended",
        ):
            assert words in app.text
        assert f"{len(STORY)} events" in app.text
        await press(pilot, "j", "j", "j", "j")
        await read(pilot)
        for words in (
            "1,200 in",
            "85 out",
            "4,000 from cache",
            "$0.0123",
            "first token after 800 ms",
            "So the test",
        ):
            assert words in app.detail


async def test_a_call_is_shown_with_its_answer_and_an_edit_as_a_diff(app: ViewerApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await read(pilot)
        app.viewer.view.go_to(6)
        await read(pilot)
        assert "old_str: a" in app.detail
        assert "edited" in app.detail
        assert app.viewer.query_one(DiffView).display
        await until(pilot, lambda: "await clock.sleep(delay)" in app.text)
        app.viewer.view.go_to(FAILURE)
        await read(pilot)
        assert "exit code 1" in app.detail
        assert "pytest -q tests/test_retry.py" in app.detail, "what was asked for"
        assert "FAILED tests/test_retry.py" in app.text
        assert "lines are folded" in app.text
        assert not app.viewer.query_one(DiffView).display
        await press(pilot, "z", "enter", "end")
        assert "line 99" in app.text


async def test_keys_go_to_the_next_of_a_kind_and_back(app: ViewerApp) -> None:
    async with app.run_test(size=NARROW) as pilot:
        await read(pilot)
        for key, back, rows in (
            ("e", "E", [FAILURE]),
            ("t", "T", [5, 6, 13, 16]),
            ("u", "U", [1, 19]),
            ("right_square_bracket", "left_square_bracket", [4, 20]),
        ):
            await press(pilot, "home")
            for row in rows:
                await press(pilot, key)
                assert app.row == row
            await press(pilot, key)
            assert app.row == rows[-1]
            for row in reversed(rows[:-1]):
                await press(pilot, back)
                assert app.row == row
        for what in ("error", "call", "message of a person", "answer"):
            assert f"No {what} after this." in app.said


async def test_a_search_finds_words_anywhere_and_counts_them(app: ViewerApp) -> None:
    async with app.run_test(size=NARROW) as pilot:
        await read(pilot)
        await burst(pilot, "slash", *"SLEEP", "enter")
        await until(pilot, lambda: "1 of 7" in app.text)
        first = app.row
        await press(pilot, "n", "n")
        assert "3 of 7" in app.text
        await press(pilot, "N", "N", "N")
        assert "7 of 7" in app.text, "before the first comes the last"
        assert app.row > first
        assert any(row.startswith("*") for row in app.text.splitlines())
        await press(pilot, "slash", *"there is none", "enter")
        await until(pilot, lambda: "nothing found" in app.text)
        await press(pilot, "escape")
        assert "nothing found" not in app.text


async def test_letters_of_a_search_do_nothing_else_and_escape_leaves_it(app: ViewerApp) -> None:
    async with app.run_test(size=NARROW) as pilot:
        await read(pilot)
        await press(pilot, "slash", *"qwem")
        assert app.viewer.query_one(Input).value == "qwem"
        await press(pilot, "escape")
        assert not app.viewer.query_one(PromptLine).is_open
        assert app.viewer.view.list.has_focus


async def test_a_filter_lists_only_what_is_chosen_and_keys_stay_within_that(app: ViewerApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await read(pilot)
        await press(pilot, "F", *["j"] * (1 + list(GROUPS).index("results of calls")), "enter")
        await read(pilot)
        assert len(app.viewer.view.rows) == 4
        assert "only results of calls" in app.text
        assert "> user" not in app.text
        await press(pilot, "u")
        assert "No message of a person after this in what is listed." in app.said
        await press(pilot, "F", "home", "space", "enter")
        await read(pilot)
        assert [app.viewer.view.rows.row(place) for place in range(len(app.viewer.view.rows))] == [FAILURE]
        await press(pilot, "F", "a")
        assert len(app.viewer.view.rows) == len(STORY)


async def test_what_a_search_found_is_gone_through_within_what_is_listed(
    app: ViewerApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    going_on = threading.Event()

    def slow(run: Run, words: str, *, stop: Callable[[], bool], start: int = 0) -> Iterator[Found]:
        yield from searching.search(run, words, stop=stop, start=start)
        going_on.wait()

    monkeypatch.setattr(search, "search", slow)
    async with app.run_test(size=WIDE) as pilot:
        await read(pilot)
        await press(pilot, "F", *["j"] * (1 + list(GROUPS).index("results of calls")), "enter")
        await burst(pilot, "slash", *"sleep", "enter")
        await until(pilot, lambda: "of 7" in app.text)
        rows = []
        for _ in range(3):
            await press(pilot, "n")
            rows.append(app.row)
        assert len(set(rows)) == 2, "two of the results have it"
        await burst(pilot, "slash", *["backspace"] * 5, *"flaky", "enter")
        await until(pilot, lambda: "1 found · 100%" in app.text)
        await press(pilot, "n")
        assert "Nothing of what is listed has it, as far as it is searched." in app.said
        going_on.set()
        await until(pilot, lambda: "100%" not in app.text)
        await press(pilot, "n")
        assert "Nothing of what is listed has it." in app.said


async def test_a_filter_that_lets_nothing_through_says_what_to_do(tmp_path: Path) -> None:
    app = ViewerApp(recording(tmp_path, many(3)))
    async with app.run_test(size=NARROW) as pilot:
        await read(pilot)
        await press(pilot, "F", "enter")
        await read(pilot)
        assert "Nothing in it is of that kind. F changes what is listed." in app.text
        await press(pilot, "enter", "m", "y", "o", "e", "F", "a")
        await read(pilot)
        assert "echo 0" in app.text


async def test_a_sub_agent_is_indented_and_its_events_can_be_listed_alone(app: ViewerApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await read(pilot)
        assert "│ ● bash" in app.text
        await press(pilot, "a")
        assert "explorer  look for sleeps" in app.text
        await press(pilot, "end", "o")
        assert "Its events are in this run" in app.said
        await press(pilot, "enter")
        await read(pilot)
        assert [app.viewer.view.rows.row(place) for place in range(3)] == [15, 16, 17]
        assert "only explorer" in app.text


@pytest.mark.parametrize(
    "file", ["../other.jsonl", "{folder}/other.jsonl", "inside/../../other.jsonl", "leads/other.jsonl"]
)
async def test_the_file_of_a_sub_agent_is_opened_only_within_the_folder_of_the_run(
    tmp_path: Path, file: str
) -> None:
    folder = tmp_path / "runs"
    (folder / "inside").mkdir(parents=True)
    (folder / "leads").symlink_to(tmp_path)
    (tmp_path / "other.jsonl").write_bytes(lines())
    app = ViewerApp(
        recording(folder, lines([(0.0, "", AgentStarted("a", trajectory=file.format(folder=tmp_path)))]))
    )
    async with app.run_test(size=WIDE) as pilot:
        await read(pilot)
        await press(pilot, "a", "end", "o")
        await until(pilot, lambda: app.said != "")
        assert f"sawhorse view {folder / file.format(folder=tmp_path)}" in app.said
        assert app.viewer.viewed.path == folder / "run.jsonl"


@pytest.mark.parametrize("file", ["inside/its.jsonl", "{folder}/inside/its.jsonl"])
async def test_the_file_of_a_sub_agent_beside_the_run_is_opened_by_a_key(tmp_path: Path, file: str) -> None:
    its = tmp_path / "inside" / "its.jsonl"
    its.parent.mkdir()
    its.write_bytes(lines())
    app = ViewerApp(
        recording(tmp_path, lines([(0.0, "", AgentStarted("a", trajectory=file.format(folder=tmp_path)))]))
    )
    async with app.run_test(size=WIDE) as pilot:
        await read(pilot)
        await press(pilot, "a", "end", "o")
        await until(pilot, lambda: isinstance(app.screen, ViewerScreen) and app.viewer.viewed.path == its)


async def test_g_goes_to_a_number_or_a_time(app: ViewerApp) -> None:
    async with app.run_test(size=NARROW) as pilot:
        await read(pilot)
        for place, row in (("12", 12), ("+9.7", 9), ("+0:19", 19), ("99999", len(STORY) - 1)):
            await press(pilot, "g", *place, "enter")
            assert app.row == row


async def test_what_is_no_place_says_what_is_one(app: ViewerApp) -> None:
    async with app.run_test(size=NARROW) as pilot:
        await read(pilot)
        await press(pilot, "g", *"soon", "enter")
        assert "Give a number, a time of day (14:03:20)" in app.said
        assert app.row == 0


async def test_marks_are_gone_through_one_after_the_other(app: ViewerApp) -> None:
    async with app.run_test(size=NARROW) as pilot:
        await read(pilot)
        await press(pilot, "m", "j", "j", "m", "home", "apostrophe")
        assert app.row == 2
        await press(pilot, "apostrophe")
        assert app.row == 0, "after the last comes the first"
        assert sum(row.startswith("◆") for row in app.text.splitlines()) == 2
        await press(pilot, "m")
        assert sum(row.startswith("◆") for row in app.text.splitlines()) == 1


async def test_the_timeline_shows_the_whole_run_and_is_zoomed_around_the_event(app: ViewerApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await read(pilot)
        timeline = app.viewer.query_one(Timeline)
        assert "24 s · + - zoom" in app.text
        app.viewer.view.go_to(ASKED)
        await read(pilot)
        assert "?" in app.text.splitlines()[4]
        await press(pilot, "plus", "plus")
        assert "6 s · + - zoom" in app.text
        assert timeline._view.start <= timeline._view.at <= timeline._view.stop
        await press(pilot, "minus", "0")
        assert "24 s · + - zoom" in app.text
        await pilot.click(Timeline, offset=(100, 0))
        assert app.row == FAILURE, "the first event of the second half"


async def test_the_record_as_it_was_written_is_shown(app: ViewerApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await read(pilot)
        await press(pilot, "j", "o")
        await until(pilot, lambda: '"kind": "user.message"' in app.text)
        await press(pilot, "escape")
        assert app.row == 1


async def test_a_long_line_of_the_record_goes_on_below(tmp_path: Path) -> None:
    said = " ".join(f"word-{number}" for number in range(1000))
    app = ViewerApp(recording(tmp_path, lines([(0.0, "", UserMessage(said))])))
    async with app.run_test(size=NARROW) as pilot:
        await read(pilot)
        await press(pilot, "o")
        await until(pilot, lambda: "word-50" in app.text)


async def test_what_is_said_in_passing_does_not_lie_over_what_is_typed(app: ViewerApp) -> None:
    async with app.run_test(size=NARROW, notifications=True) as pilot:
        await read(pilot)
        await press(pilot, "E", "g")
        await until(pilot, lambda: len(app.screen.query("Toast")) > 0)
        [toast] = app.screen.query("Toast")
        assert not toast.region.overlaps(app.viewer.query_one(PromptLine).region)


async def test_the_event_is_copied_whole(app: ViewerApp) -> None:
    async with app.run_test(size=NARROW) as pilot:
        await read(pilot)
        app.viewer.view.go_to(FAILURE)
        await read(pilot)
        await press(pilot, "y")
        assert "line 99" in app.clipboard
        assert "\x1b" not in app.clipboard


async def test_the_event_is_read_in_the_pager_whole(app: ViewerApp, monkeypatch: pytest.MonkeyPatch) -> None:
    async with app.run_test(size=NARROW) as pilot:
        await read(pilot)
        opened: list[bytes] = []
        pager = "app.screens.viewer.doors.open_pager"
        monkeypatch.setattr(pager, lambda _app, read, _environ: opened.append(read(10_000, 0)))
        app.viewer.view.go_to(EDIT)
        await read(pilot)
        await press(pilot, "p")
        assert b"+    await clock.sleep(delay)" in opened[0]


async def test_replay_and_fork_are_asked_of_the_app(app: ViewerApp, tmp_path: Path) -> None:
    async with app.run_test(size=NARROW) as pilot:
        await read(pilot)
        await press(pilot, "j", "r", "R")
        assert app.sent == [("replay", tmp_path / "run.jsonl"), ("fork", tmp_path / "run.jsonl", 1)]


async def test_a_small_terminal_shows_the_list_above_and_still_all_of_it(app: ViewerApp) -> None:
    async with app.run_test(size=NARROW) as pilot:
        await read(pilot)
        await press(pilot, "j")
        await read(pilot)
        rows = app.text.splitlines()
        (listed,) = [number for number, row in enumerate(rows) if "> user" in row and "flaky" in row]
        (whole,) = [number for number, row in enumerate(rows) if "user.message" in row]
        assert listed < whole
        await pilot.resize_terminal(40, 10)
        await pilot.resize_terminal(200, 50)
        beside = re.compile(r"^.{90,110}│.*user\.message", re.MULTILINE)
        await until(pilot, lambda: beside.search(app.text) is not None)


async def test_escape_goes_from_the_text_to_the_list_and_then_back(app: ViewerApp) -> None:
    async with app.run_test(size=NARROW) as pilot:
        await read(pilot)
        await press(pilot, "enter")
        assert app.viewer.view.text.has_focus
        await press(pilot, "escape")
        assert app.viewer.view.list.has_focus
        viewer = app.viewer
        await press(pilot, "escape")
        assert viewer not in app.screen_stack
        assert not viewer.viewed.live, "the file is let go"
