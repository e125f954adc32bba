"""Runs of other agents are read as ours are, in the background, in another process where that takes long."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import zstandard

from app.trajectory.events import Note, SessionImported
from app.trajectory.formats.contract import Entry
from app.trajectory.formats.counts import Counts
from app.trajectory.formats.file_bytes import SourceError
from app.trajectory.formats.source import Pause, Source
from app.trajectory.formats.table import FORMATS
from app.trajectory.formats.values import mapping, number, text
from app.trajectory.runs import imported_apart
from app.trajectory.runs.run import Run
from tests.trajectory.written import Opened, until

TRAE = Path(__file__).parents[2] / "data/trajectories/trae/python.json"


class Sayings:
    """A format for tests: a line for each thing said; one that joins the next is held back till then."""

    name = "sayings"

    def recognise(self, source: Source) -> str | None:
        return "spoken" if source.sample and "say" in mapping(source.sample[0]) else None

    def read(self, source: Source, counts: Counts) -> Iterator[Entry]:
        yield Entry(SessionImported(self.name))
        held = ""
        for line in source.lines():
            if isinstance(line, Pause):
                if held:
                    yield Entry(Note(held))
                held = ""
                continue
            values = mapping(line.value)
            if values.get("crash"):
                raise RuntimeError("a mistake")
            said = held + text(values.get("say"))
            held = said if values.get("joins") else ""
            if not held:
                yield Entry(Note(said), number(values.get("at")) or 0.0, line.place, text(values.get("by")))
        if held:
            yield Entry(Note(held))


@pytest.fixture
def sayings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sayings are a format that is known."""
    monkeypatch.setattr("app.trajectory.formats.opening.FORMATS", (Sayings(), *FORMATS))


@pytest.fixture
def apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any document is a large one."""
    monkeypatch.setattr(imported_apart, "_LARGE", 1)


def say(path: Path, *said: object) -> Path:
    with path.open("ab") as stream:
        stream.write(b"".join(json.dumps(one).encode() + b"\n" for one in said))
    return path


@pytest.mark.usefixtures("sayings")
def test_its_records_are_at_hand_as_ours_are(tmp_path: Path, opened: Opened) -> None:
    path = say(
        tmp_path / "t", *({"say": f"{at}", "at": 1e9 + at, "by": "" if at % 2 else "b"} for at in range(999))
    )
    run = opened(path)
    assert (run.format, run.variant, len(run), run.complete, run.live) == (
        "sayings",
        "spoken",
        1000,
        True,
        False,
    )
    assert run.rows.kind(0) == "session.imported"
    assert (run.rows.ts(0), run.rows.ts(999)) == (0.0, 1e9 + 998)
    assert (run.rows.agent(1), run.rows.agent(2)) == ("b", "")
    assert [record.seq for record in run.records()] == list(range(1000))
    assert run.record(500).event == Note("499")


@pytest.mark.usefixtures("sayings")
def test_a_record_is_shown_as_the_other_agent_wrote_it(tmp_path: Path, opened: Opened) -> None:
    path = say(tmp_path / "t", {"say": "one", "more": [1]}, {"say": "two"})
    run = opened(path)
    assert json.loads(run.raw(1)) == {"say": "one", "more": [1]}
    assert run.raw(2) == '{\n  "say": "two"\n}'
    assert '"format": "sayings"' in run.raw(0), "where there is no original, as we wrote it"


@pytest.mark.usefixtures("sayings")
@pytest.mark.parametrize("other", ["a shorter file", {"say": "other"}], ids=["cut", "replaced"])
def test_of_a_file_that_became_another_a_record_is_shown_as_it_was_read(
    tmp_path: Path, opened: Opened, other: object
) -> None:
    path = say(tmp_path / "t", {"say": "first"}, {"say": "then"})
    run = opened(path)
    if isinstance(other, str):
        path.write_text(other)
    else:
        say(tmp_path / "new", other, other).replace(path)
    assert '"text": "then"' in run.raw(2)


@pytest.mark.usefixtures("sayings")
def test_it_is_followed_as_it_grows(tmp_path: Path, opened: Opened) -> None:
    path = say(tmp_path / "t", {"say": "one"}, {"say": "held", "joins": True})
    run = opened(path, follow=True)
    until(lambda: run.complete)
    assert [record.event for record in run.records(1)] == [Note("one"), Note("held")]
    say(path, {"say": "three"}, {"say": "fo", "joins": True}, {"say": "ur"})
    until(lambda: len(run) == 5)
    assert [record.event for record in run.records(3)] == [Note("three"), Note("four")]
    assert run.live
    path.unlink()
    until(lambda: not run.live)
    assert list(run.problems) == ["the file was taken away while it was open"]


@pytest.mark.usefixtures("sayings")
def test_what_is_wrong_with_it_is_told(tmp_path: Path, opened: Opened) -> None:
    path = say(tmp_path / "t", {"say": "one"})
    with path.open("ab") as stream:
        stream.write(b"no JSON\n")
    run = opened(path)
    assert [problem[:16] for problem in run.problems] == ["line 2 is no JSO"]


@pytest.mark.usefixtures("sayings")
def test_a_reader_that_fails_leaves_what_it_has_read(tmp_path: Path, opened: Opened) -> None:
    run = opened(say(tmp_path / "t", *[{"say": "one"}] * 100, {"crash": True}))
    assert (run.complete, run.live) == (True, False)
    assert list(run.problems) == ["reading stopped: RuntimeError: a mistake"]
    assert run.record(len(run) - 1).event == Note("one")


@pytest.mark.usefixtures("apart")
def test_a_large_document_is_read_by_another_process(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    run = opened(TRAE)
    monkeypatch.undo()
    here = opened(TRAE)
    assert (
        (run.format, run.variant, run.complete)
        == (here.format, here.variant, True)
        == ("trae", "python", True)
    )
    assert list(run.records()) == list(here.records())
    assert [run.raw(row) for row in (0, 5)] == [here.raw(row) for row in (0, 5)]


@pytest.mark.usefixtures("apart")
def test_a_large_document_that_is_none_is_a_problem(tmp_path: Path, opened: Opened) -> None:
    path = tmp_path / "t.json"
    path.write_bytes(b"PK\x03\x04" + bytes(10))
    run = opened(path)
    assert (len(run), run.complete, run.format) == (0, True, "")
    assert run.problems[0].startswith(f"cannot open {path}: ")


@pytest.mark.usefixtures("apart")
def test_nobody_goes_on_reading_a_run_that_was_closed(tmp_path: Path) -> None:
    path = tmp_path / "t.json"
    path.write_text('{"llm_interactions": [' + '{"a": [1, 2, 3]},\n' * 100_000 + "{}]}")
    run = Run.open(path)
    run.close()
    assert (run.live, list(run.problems)) == (False, [])


@pytest.mark.usefixtures("apart")
def test_nobody_waits_for_an_original_in_a_run_that_was_closed(
    tmp_path: Path, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = opened(TRAE)
    begun = tmp_path / "begun"
    slow = ["sh", "-c", f"touch '{begun}'; exec sleep 30"]
    monkeypatch.setattr(imported_apart, "_command", lambda *_: slow)
    with ThreadPoolExecutor(1) as others:
        asked = others.submit(run.raw, 5)
        until(begun.exists)
        run.close()
        assert '"kind"' in asked.result(timeout=10), "the line in its place"


@pytest.mark.timeout(20)
def test_an_original_that_is_asked_for_just_as_the_run_is_closed_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    apart = imported_apart.ImportedApart(TRAE)
    apart.stop()
    monkeypatch.setattr(imported_apart, "_command", lambda *_: ["sleep", "60"])
    with pytest.raises(SourceError):
        apart.raw("/")


@pytest.mark.parametrize(
    ("head", "size", "large"),
    [
        (b'{"a": 1}\n{"a": 2}\n', 10, False),
        (b'{"a": 1}\n{"a": 2}\n', 2**24, False),
        (b'{"a":\n', 2**24, True),
        (b'{"a":\n', 2**22, False),
        (b'{"a": "', 2**24, True),
        (b"# aider chat\n", 2**24, False),
        (b"\xff\xfe{\0", 2**24, True),
        (b"PK\x03\x04", 2**10, True),
        (b"\x28\xb5\x2f\xfd", 2**10, True),
    ],
)
def test_only_what_is_parsed_as_a_whole_is_a_large_document(
    tmp_path: Path, head: bytes, size: int, large: bool
) -> None:
    path = tmp_path / "t"
    path.write_bytes(head)
    os.truncate(path, size)
    assert imported_apart.is_large_document(path) is large


def test_what_is_packed_counts_as_large_as_it_becomes(tmp_path: Path) -> None:
    for size in (100, 2**24):
        with zipfile.ZipFile(tmp_path / "t.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("one", bytes(size))
        (tmp_path / "t.zst").write_bytes(zstandard.compress(bytes(size)))
        for name in ("t.zip", "t.zst"):
            assert (tmp_path / name).stat().st_size < 2**20
            assert imported_apart.is_large_document(tmp_path / name) is (size == 2**24)
