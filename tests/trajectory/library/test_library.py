"""The library knows every run: it lists them, finds words in them, and follows the files."""

from __future__ import annotations

import fcntl
import json
import os
import stat
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.trajectory.events import SessionEnded, SessionStarted, UserMessage
from app.trajectory.library.database import NAME, LibraryError, connect
from app.trajectory.library.folders import add, remove
from app.trajectory.library.library import Library
from app.trajectory.library.listing import Stamp
from app.trajectory.library.refreshing import Progress, is_due
from tests.trajectory.library.conftest import BEGAN, Person, said, written


@pytest.fixture
def library(person: Person) -> Iterator[Library]:
    opened = Library.open(person.environ)
    yield opened
    opened.close()


def titles(library: Library, words: str = "") -> list[str]:
    return [run.title for run in library.recent(words)]


def test_runs_are_listed_newest_first_with_what_they_come_to(person: Person, library: Library) -> None:
    person.record("a", said("mend the roof", "done"))
    path = person.record("b", said("paint\nthe \x1b[31mdoor", "red", failed=True), began=BEGAN + 60)
    library.refresh()
    first, second = library.recent()
    assert second.title == "mend the roof"
    assert (first.path, first.title, first.models) == (path, "paint the door", ("maker/model",))
    assert (first.format, first.workspace, first.state) == ("sawhorse", "/work/place", "ended")
    assert (first.turns, first.calls, first.errors, first.tokens, first.cost) == (1, 1, 1, 120, 0.25)
    assert (first.started, first.duration, first.size) == (BEGAN + 60, 5.0, path.stat().st_size)


def test_a_list_is_narrowed_by_words_and_taken_in_parts(person: Person, library: Library) -> None:
    for number in range(5):
        person.record(f"s{number}", said(f"task {number}", "x"), began=BEGAN + number)
    person.record("crashed", said("another", "x")[:-1], began=BEGAN - 1)
    library.refresh()
    assert titles(library, '"TASK 3"') == ["task 3"]
    assert titles(library, 'maker place "task 0"') == ["task 0"]
    assert titles(library, "crashed another") == ["another"]
    assert titles(library, "nothing of the kind") == []
    assert [run.title for run in library.recent("task", limit=2, offset=1)] == ["task 3", "task 2"]
    assert [run.title for run in library.recent("ended", limit=2, offset=1)] == ["task 3", "task 2"]


def test_words_are_found_wherever_they_were_said(person: Person, library: Library) -> None:
    person.record(
        "a", said("the Prompt", "an answer", call="make wood", result="connection refused\x1b[0m here")
    )
    person.record("b", said("other", "refused a connection"), began=BEGAN + 1)
    library.refresh()
    for words, number in (("prompt", 1), ("answ", 4), ("make wood", 2), ("buried", 2), ("bash wood", 2)):
        (hit,) = library.search(words).hits[-1:]
        assert (hit.title, hit.number) == ("the Prompt", number), words
    assert [hit.title for hit in library.search("connection refused").hits] == ["other", "the Prompt"]
    found = library.search('"connection refused"', limit=1)
    assert (found.total, found.hits[0].snippet) == (1, "connection refused here")
    assert library.search("connection refused", limit=1).total == 2


@pytest.mark.parametrize("words", ["", '"', "--", "* AND", 'NEAR("', "a\0b", "x:y", "-", "ümläut'"])
def test_whatever_is_searched_for_is_no_error(person: Person, library: Library, words: str) -> None:
    person.record("a", said("x", "y"))
    library.refresh()
    assert library.search(words).total == 0


def test_a_file_that_changes_or_goes_is_followed(person: Person, library: Library) -> None:
    path = person.record("a", said("first words", "x"))
    assert library.refresh().read == 1
    assert library.refresh().read == 0
    path.write_bytes(written(said("second", "x")))
    assert library.refresh().read == 1
    assert titles(library) == ["second"]
    assert library.search("first").total == 0
    assert library.search("second").total == 1
    path.unlink()
    assert library.refresh().dropped == 1
    assert titles(library) == []
    assert library.search("second").total == 0


def test_a_large_file_is_not_read_again_at_each_step() -> None:
    now = time.time_ns()
    then = Stamp(8_000_000, now - 10**9, 1)
    assert not is_due(Stamp(8_500_000, now, 1), then)
    assert is_due(Stamp(9_000_000, now, 1), then)
    assert is_due(Stamp(8_500_000, now - 100 * 10**9, 1), then)
    assert is_due(Stamp(7_000_000, now, 1), then)
    assert is_due(Stamp(8_000_000, now, 2), then)
    assert not is_due(then, then)


def test_a_session_is_live_as_long_as_somebody_writes_it(person: Person, library: Library) -> None:
    path = person.record("a", [SessionStarted("a", "/w", "m/m", "ask", "1"), UserMessage("go")])
    library.refresh()
    assert library.recent()[0].state == "crashed"
    with path.open("ab") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        assert library.recent()[0].state == "live"
        other = os.open(path, os.O_RDONLY)
        with pytest.raises(BlockingIOError):  # the look has not taken it away
            fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.close(other)
    assert library.recent()[0].state == "crashed"
    path.write_bytes(written([SessionStarted("a", "/w", "m/m", "ask", "1"), SessionEnded()]))
    library.refresh()
    assert library.recent()[0].state == "ended"


def test_folders_are_looked_through_only_while_they_are_chosen(person: Person, library: Library) -> None:
    folder = person.home / "runs" / "deep" / "er"
    folder.mkdir(parents=True)
    (folder / "no-name").write_bytes(written(said("of a folder", "x")))
    (folder / "notes.txt").write_text("nothing")
    (folder / "data.json").write_text('{"a": 1}')
    (folder / "package-lock.json").write_text("{" * 1000)
    library.refresh()
    assert titles(library) == []
    add("~/runs", person.environ)
    assert library.refresh().read > 0
    assert library.refresh().read == 0
    assert titles(library) == ["of a folder"]
    assert library.problems() == []
    remove("~/runs", person.environ)
    library.refresh()
    assert titles(library) == []


def test_a_run_of_another_agent_is_kept_without_its_secrets(person: Person, library: Library) -> None:
    secret = "AKIA" + "QWERTYUIOPASDFGH"
    run = {
        "task": f"deploy with {secret}",
        "start_time": "2026-01-02T03:04:05",
        "end_time": "",
        "provider": "anthropic",
        "model": "m",
        "max_steps": 3,
        "llm_interactions": [],
        "agent_steps": [],
    }
    folder = person.home / "runs"
    folder.mkdir()
    (folder / "trajectory_1.json").write_text(json.dumps(run))
    (folder / "package.json").write_text(json.dumps({"name": "x", "messages": []}))
    add(str(folder), person.environ)
    library.refresh()
    (found,) = library.recent()
    assert found.format == "trae"
    assert found.title.startswith("deploy with [redacted")
    assert library.search("deploy").total == 1
    assert library.search(secret).total == 0
    assert not any(secret.encode() in file.read_bytes() for file in (person.home / "data/cache").iterdir())


def test_what_cannot_be_read_is_told_and_keeps_nothing_else_out(
    person: Person, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    person.record("a", said("good", "x"))
    folder = person.home / "runs"
    folder.mkdir()
    (folder / os.fsdecode(b"\xff.jsonl")).write_bytes(written(said("nameless", "x")))
    (folder / "torn.jsonl").write_bytes(b"\x28\xb5\x2f\xfd garbage")
    (folder / "pipe").mkdir()
    os.mkfifo(folder / "pipe" / "p")
    add(str(folder), person.environ)
    add(str(person.home), person.environ)  # with the library itself in it, and its own sessions once more
    folder.joinpath("pipe").chmod(0)
    assert library.refresh().files > 2
    assert titles(library) == ["good"]
    folder.joinpath("pipe").chmod(0o700)


def test_half_a_character_in_a_run_keeps_nothing_out(person: Person, library: Library) -> None:
    message = {
        "role": "assistant",
        "model": "m\ud800",
        "id": "a",
        "content": [{"type": "text", "text": "\udc00"}],
    }
    lines = [
        {
            "type": "user",
            "uuid": "a",
            "cwd": "/x\ud800y",
            "message": {"role": "user", "content": "hi \ud800"},
        },
        {"type": "assistant", "uuid": "b", "parentUuid": "a", "message": message},
    ]
    (person.home / "runs").mkdir()
    common = {"sessionId": "s", "timestamp": "2026-01-02T03:04:05Z", "version": "1"}
    text = "".join(json.dumps(common | line) + "\n" for line in lines)
    (person.home / "runs" / "s.jsonl").write_text(text)
    person.record("a", said("good", "x"))
    add(str(person.home / "runs"), person.environ)
    library.refresh()
    assert library.problems() == []
    assert [(run.workspace, run.models) for run in library.recent()] == [
        ("/x?y", ("m?",)),
        ("/work/place", ("maker/model",)),
    ]


def test_a_file_that_could_not_be_opened_is_tried_again(
    person: Person, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = person.record("a", said("shy", "x"))

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr("app.trajectory.library.refreshing.digest", refuse)
        library.refresh()
    assert library.problems() == [f"{path}: Permission denied"]
    library.refresh()
    assert library.problems() == []
    assert titles(library) == ["shy"]


def test_a_file_that_is_no_library_or_another_ones_is_made_anew(person: Person) -> None:
    person.record("a", said("kept", "x"))
    path = person.home / "data" / "cache" / NAME
    path.parent.mkdir(parents=True)
    path.write_bytes(b"no database at all" * 1000)
    library = Library.open(person.environ)
    library.refresh()
    assert titles(library) == ["kept"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    library.close()
    other = connect(path)
    other.execute("PRAGMA user_version = 99")
    other.close()
    library = Library.open(person.environ)
    assert titles(library) == []
    library.refresh()
    assert titles(library) == ["kept"]
    library.close()


def test_a_library_that_is_damaged_is_made_anew_by_whoever_notices(person: Person) -> None:
    for number in range(30):
        person.record(f"s{number}", said(f"task {number}", "word " * 500))
    library = Library.open(person.environ)
    library.refresh()
    library.close()
    path = person.home / "data" / "cache" / NAME
    content = path.read_bytes()
    path.write_bytes(content[:4096] + b"x" * (len(content) - 4096))
    library, other = Library.open(person.environ), Library.open(person.environ)
    assert titles(library) == []
    library.refresh()
    assert len(titles(library)) == 30
    assert library.search("word").total == 30
    other.refresh()  # it had the damaged one open
    assert len(titles(other)) == 30
    library.close()
    other.close()


def test_a_library_that_cannot_be_kept_says_so_in_one_line(person: Person) -> None:
    (person.home / "data").mkdir()
    (person.home / "data" / "cache").write_text("in the way")
    with pytest.raises(LibraryError, match=r"cannot be kept in .*/library.sqlite: [A-Z][a-z ]+$"):
        Library.open(person.environ)


def test_two_programs_fill_one_library_at_once(person: Person) -> None:
    for number in range(60):
        person.record(f"s{number}", said(f"task {number}", "x"), began=BEGAN + number)
    libraries = [Library.open(person.environ) for _ in range(2)]
    threads = [threading.Thread(target=library.refresh) for library in libraries]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for library in libraries:
        assert len(library.recent()) == 60
        assert library.search("task").total == 60
        library.close()


def test_a_look_can_be_stopped_and_goes_on_later(
    person: Person, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.trajectory.library.refreshing._SLICE", 0.0)
    monkeypatch.setattr("app.trajectory.library.refreshing._BATCH", 2)
    for number in range(6):
        person.record(f"s{number}", said(f"task {number}", "x"), began=BEGAN + number)
    told: list[Progress] = []
    refreshed = library.refresh(lambda: len(told) >= 2, told.append)
    assert refreshed.stopped
    assert [(each.done, each.total) for each in told[:2]] == [(2, 6), (4, 6)]
    assert titles(library)[:4] == ["task 5", "task 4", "task 3", "task 2"]
    assert not library.refresh().stopped
    assert len(titles(library)) == 6


def test_only_the_beginning_of_what_is_long_is_searched(person: Person, library: Library) -> None:
    person.record("a", said("x" * 10 + " early " + "y " * 8_000 + "late", "answered"))
    library.refresh()
    assert library.search("early").total == 1
    assert library.search("late").total == 0
    assert library.search("answered").total == 1


def test_a_compressed_recording_is_read_and_named_as_what_it_is(person: Person, library: Library) -> None:
    import zstandard

    path = person.record("a", said("packed", "x"))
    Path(f"{path}.zst").write_bytes(zstandard.compress(path.read_bytes()))
    path.unlink()
    library.refresh()
    assert [(run.title, run.path.name) for run in library.recent()] == [("packed", "trajectory.jsonl.zst")]
