"""The workspace is kept before a turn's first side effect and after the turn, whatever becomes of it."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.session.checkpointing import Checkpointing
from app.settings.schema import CheckpointSettings, Settings
from app.trajectory.events import CheckpointTaken, Note, SessionEnded, ToolFinished, ToolStarted
from app.workspace.checkpoints import Checkpoints
from tests.servers.model_server import Call, ModelServer, Turn
from tests.session.conftest import Open, Run


def bash(command: str) -> Call:
    return Call("bash", {"command": command})


def create(path: str, text: str) -> Call:
    return Call("str_replace_based_edit_tool", {"command": "create", "path": path, "file_text": text})


def view(path: str) -> Call:
    return Call("str_replace_based_edit_tool", {"command": "view", "path": path})


def checkpoints_of(run: Run) -> Checkpoints:
    return Checkpoints.in_session(run.session.workspace, run.session.trajectory.parent, largest=10)


class SlowGit:
    """A git that waits with each command until it is let go."""

    def __init__(self, folder: Path) -> None:
        self._gate = folder / "gate"
        folder.mkdir()
        program = folder / "git"
        program.write_text(
            f'#!/bin/sh\nuntil [ -e "{self._gate}" ]; do sleep 0.01; done\nexec {shutil.which("git")} "$@"\n'
        )
        program.chmod(0o755)

    def let_go(self) -> None:
        """Let all commands run from now on."""
        self._gate.touch()


@pytest.fixture
def slow_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SlowGit]:
    git = SlowGit(tmp_path / "bin")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    yield git
    git.let_go()


def test_a_turn_that_acts_has_a_checkpoint_before_and_one_after(open_session: Open, workspace: Path) -> None:
    (workspace / "old").write_text("1\n2\n")
    calls = [bash("rm old; echo one > made"), create("other", "x\n")]
    with ModelServer([Turn(calls=calls), Turn(text="done")]) as server:
        run = open_session(server)
        run.task()
        run.session.close()
        run.until(lambda event: isinstance(event, SessionEnded))
    before, after = run.of(CheckpointTaken)
    assert (before.turn, before.when, before.files) == (1, "before", 0)
    assert (after.turn, after.when, after.files, after.added, after.removed) == (1, "after", 3, 2, 2)
    assert run.events.index(before) < min(run.events.index(event) for event in run.of(ToolStarted))
    assert run.events.index(after) > max(run.events.index(event) for event in run.of(ToolFinished))
    kept = asyncio.run(checkpoints_of(run).list())
    assert [checkpoint.id for checkpoint in kept] == [before.checkpoint, after.checkpoint]
    assert kept[1].label == "rm old; echo one > made and 1 more"
    asyncio.run(checkpoints_of(run).rewind(kept[0]))
    assert {path.name: path.read_text() for path in workspace.iterdir()} == {"old": "1\n2\n"}


def test_a_turn_that_only_reads_has_none(open_session: Open, workspace: Path) -> None:
    (workspace / "f").write_text("1")
    with ModelServer([Turn(calls=[view("f")]), Turn(text="done")]) as server:
        run = open_session(server)
        run.task()
        run.session.close()
        run.until(lambda event: isinstance(event, SessionEnded))
    assert run.of(CheckpointTaken) == []


def test_what_is_left_out_is_in_the_event(open_session: Open, workspace: Path) -> None:
    (workspace / ".gitignore").write_text("*.log\n")
    for number in range(103):
        (workspace / f"{number}.log").touch()
    with ModelServer([Turn(calls=[bash("true")]), Turn(text="done")]) as server:
        run = open_session(server)
        run.task()
    taken = run.of(CheckpointTaken)[0]
    assert taken.left_out is not None
    assert set(taken.left_out.values()) == {"ignored by .gitignore"}
    assert (len(taken.left_out), taken.more_left_out) == (100, 3)


def test_none_are_taken_when_they_are_turned_off(open_session: Open) -> None:
    with ModelServer([Turn(calls=[bash("echo 1 > f")]), Turn(text="done")]) as server:
        run = open_session(server, settings=Settings(checkpoints=CheckpointSettings(enabled=False)))
        run.task()
        run.session.close()
    assert run.of(CheckpointTaken) == []
    assert not (run.session.trajectory.parent / "checkpoints").exists()


def test_an_act_waits_for_the_snapshot_and_a_look_does_not(
    open_session: Open, workspace: Path, slow_git: SlowGit
) -> None:
    (workspace / "f").write_text("1\n")
    calls = [bash("echo 2 > made"), view("f"), create("other", "x\n")]
    with ModelServer([Turn(calls=calls), Turn(text="done")]) as server:
        run = open_session(server)
        run.session.submit("go")
        run.until(lambda event: isinstance(event, ToolFinished))
        assert [event.call for event in run.of(ToolStarted)] == [run.of(ToolFinished)[0].call]
        assert [path.name for path in workspace.iterdir()] == ["f"]
        slow_git.let_go()
        run.until(lambda _: len(run.of(ToolFinished)) == 3)
        run.until(lambda _: len(run.of(CheckpointTaken)) == 2)
    assert run.of(CheckpointTaken)[1].files == 2


def test_a_person_who_interrupts_does_not_wait_for_the_snapshot(
    open_session: Open, workspace: Path, slow_git: SlowGit
) -> None:
    with ModelServer([Turn(calls=[bash("echo 2 > made"), view(".")]), Turn(text="done")]) as server:
        run = open_session(server)
        run.session.submit("go")
        run.until(lambda event: isinstance(event, ToolFinished))
        run.session.interrupt()
        run.until(lambda event: event.kind == "task.ended")
        assert run.of(ToolFinished)[-1].status == "interrupted"
        assert not (workspace / "made").exists()
        slow_git.let_go()
        assert run.task("again").outcome == "done"


def test_the_next_turn_waits_for_the_checkpoint_after_the_last(open_session: Open) -> None:
    turns = [Turn(calls=[bash(f"echo {number} > f")]) for number in range(4)]
    with ModelServer([*turns, Turn(text="done")]) as server:
        run = open_session(server)
        run.task()
        run.session.close()
        run.until(lambda event: isinstance(event, SessionEnded))
    assert [(e.turn, e.when, e.files) for e in run.of(CheckpointTaken)] == [
        (turn, when, 1 if when == "after" else 0) for turn in (1, 2, 3, 4) for when in ("before", "after")
    ]


def test_without_git_there_is_one_note_and_the_work_is_done(
    open_session: Open, workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bin").mkdir()
    for program in ("bash", "cat"):
        (tmp_path / "bin" / program).symlink_to(str(shutil.which(program)))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    with ModelServer(
        [Turn(calls=[bash("echo 1 > f")]), Turn(calls=[bash("echo 2 > g")]), Turn(text="done")]
    ) as server:
        run = open_session(server)
        assert run.task().outcome == "done"
    assert [note.text for note in run.of(Note)] == [
        "no checkpoint: git is not installed; turns cannot be undone"
    ]
    assert (workspace / "g").read_text() == "2\n"
    assert run.of(CheckpointTaken) == []


def test_a_git_that_fails_is_a_note_and_the_work_is_done(
    open_session: Open, workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "git").write_text("#!/bin/sh\necho 'fatal: the disk is full' >&2; exit 128\n")
    (tmp_path / "bin" / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    with ModelServer(
        [Turn(calls=[bash("echo 1 > f")]), Turn(calls=[bash("echo 2 > g")]), Turn(text="done")]
    ) as server:
        run = open_session(server)
        assert run.task().outcome == "done"
    assert [note.text for note in run.of(Note)] == [
        "no checkpoint: git init failed: fatal: the disk is full; what this turn changes cannot be undone"
    ]
    assert (workspace / "g").read_text() == "2\n"


def test_a_snapshot_that_takes_long_does_not_hold_up_the_end(
    open_session: Open, slow_git: SlowGit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Checkpointing, "CLOSING", 0.01)
    with ModelServer([Turn(calls=[bash("true"), view(".")])]) as server:
        run = open_session(server)
        run.session.submit("go")
        run.until(lambda event: isinstance(event, ToolFinished))
        assert run.session.close() == ""
    run.until(lambda event: isinstance(event, SessionEnded))
    assert run.of(CheckpointTaken) == []
