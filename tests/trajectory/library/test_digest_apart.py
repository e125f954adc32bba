"""A large document is looked through in another process, and one that is too large is told of."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any  # arguments that are passed on

import pytest

from app.trajectory.formats.contract import UnreadableError
from app.trajectory.library import digest_apart
from app.trajectory.library.digest import digest, without_secrets
from app.trajectory.library.folders import add
from app.trajectory.library.library import Library
from app.trajectory.runs import imported_apart
from tests.trajectory.library.conftest import Person, said

SECRET = "AKIA" + "QWERTYUIOPASDFGH"


@pytest.fixture
def library(person: Person) -> Iterator[Library]:
    opened = Library.open(person.environ)
    yield opened
    opened.close()


@pytest.fixture
def document(person: Person, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A run that is one document, in a folder that is looked through, where any document is a large one."""
    monkeypatch.setattr(imported_apart, "_LARGE", 1)
    run = {
        "task": f"deploy with {SECRET}",
        "start_time": "2026-01-02T03:04:05",
        "end_time": "",
        "provider": "anthropic",
        "model": "m",
        "max_steps": 3,
        "llm_interactions": [],
        "agent_steps": [],
    }
    path = person.home / "runs" / "trajectory.json"
    path.parent.mkdir()
    path.write_text(json.dumps(run, indent=1))
    add(str(path.parent), person.environ)
    return path


def test_it_comes_to_the_same_as_in_this_process(document: Path, person: Person) -> None:
    apart = digest_apart.digest_apart(document, person.environ, lambda: None)
    assert apart is not None
    assert apart == digest(document, without_secrets(person.environ), lambda: None)
    document.write_text(json.dumps({"no": "run"}, indent=1))
    assert digest_apart.digest_apart(document, person.environ, lambda: None) is None


@pytest.mark.usefixtures("document")
def test_the_library_has_it_read_there_and_keeps_no_secret(
    person: Person, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("read in this process")

    monkeypatch.setattr("app.trajectory.library.refreshing.digest", refuse)
    library.refresh()
    assert library.problems() == []
    (found,) = library.recent()
    assert found.title.startswith("deploy with [redacted")
    assert not any(SECRET.encode() in file.read_bytes() for file in (person.home / "data/cache").iterdir())


def test_one_that_is_too_large_is_told_of_and_keeps_nothing_else_out(
    document: Path, person: Person, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(digest_apart, "_LARGEST", 10)
    person.record("a", said("good", "x"))
    library.refresh()
    assert [run.title for run in library.recent()] == ["good"]
    (problem,) = library.problems()
    assert problem.startswith(f"{document}: ")
    assert "in one document are not looked through" in problem


def test_a_file_that_is_gone_or_a_process_that_dies_is_told_of(
    document: Path, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.executable", "/bin/false")
    with pytest.raises(UnreadableError, match="too large for the memory"):
        digest_apart.digest_apart(document, person.environ, lambda: None)
    document.unlink()
    with pytest.raises(OSError, match="No such file"):
        digest_apart.digest_apart(document, person.environ, lambda: None)


def test_the_process_ends_with_whoever_wants_it_no_more(
    document: Path, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[subprocess.Popen[bytes]] = []
    begin = subprocess.Popen

    def remember(*arguments: Any, **named: Any) -> subprocess.Popen[bytes]:
        started.append(begin(*arguments, **named))
        return started[-1]

    def stop() -> None:
        raise InterruptedError

    monkeypatch.setattr(subprocess, "Popen", remember)
    with pytest.raises(InterruptedError):
        digest_apart.digest_apart(document, person.environ, stop)
    assert [process.returncode for process in started] == [-9]
