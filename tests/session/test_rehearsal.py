"""A recorded run is carried out again in a fresh copy, and what comes out otherwise is marked."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from app.session.foreign_calls import Moved, ours
from app.session.fresh_copy import fresh_copy
from app.session.options import Options
from app.session.recorded_model import tasks_of
from app.session.rehearsal import Outcome, Rehearsal
from app.session.session import Session
from app.settings.schema import Settings
from app.trajectory.content import Text, ToolCall, Usage
from app.trajectory.effects import Effects
from app.trajectory.events import (
    Event,
    ModelResponse,
    Note,
    Record,
    SessionImported,
    SessionStarted,
    TaskEnded,
    ToolFinished,
    ToolRequested,
    UserMessage,
)
from tests.session.conftest import Run

EDITOR = "str_replace_based_edit_tool"


def recorded(*events: Event) -> list[Record]:
    return [Record(seq, 1_700_000_000.0 + seq, event) for seq, event in enumerate(events)]


def began(workspace: Path) -> SessionStarted:
    return SessionStarted("s", str(workspace), "openai/m", "auto", "1")


def answer(*blocks: Text | ToolCall) -> ModelResponse:
    return ModelResponse(1, "m", blocks, "end", Usage(), None, None, 1.0, 1)


def bash(identity: str, command: str) -> ToolCall:
    return ToolCall(identity, "bash", {"command": command})


def requested(call: ToolCall) -> ToolRequested:
    return ToolRequested(call.id, 1, call.name, call.arguments, Effects("a command"))


@pytest.fixture
def carried_out(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[list[Session]]:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path_factory.mktemp("copies")))
    sessions: list[Session] = []
    yield sessions
    for session in sessions:
        session.close()


def carry_out(
    records: Sequence[Record], folder: Path, sessions: list[Session]
) -> tuple[list[Outcome], list[Event], Path]:
    """Carry a run out in a copy of a folder, task by task."""
    copy = fresh_copy(folder)
    rehearsal = Rehearsal(records, copy)
    settings = Settings()
    settings = dataclasses.replace(
        settings,
        model=dataclasses.replace(settings.model, name="recorded/run"),
        approval=dataclasses.replace(settings.approval, mode="auto"),
        sandbox=dataclasses.replace(settings.sandbox, kind="off"),
    )
    session = Session.open(Options(copy, settings, os.environ, attended=False, rehearsal=rehearsal))
    sessions.append(session)
    run = Run(session)
    for task in rehearsal.tasks:
        run.task(task)
    return rehearsal.outcomes, run.events, copy


def test_results_that_differ_are_marked_and_the_folder_stays_as_it_is(
    tmp_path: Path, carried_out: list[Session]
) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "a").write_text("as before\n")
    (folder / "b").write_text("changed since\n")
    same = ToolCall("c1", EDITOR, {"command": "view", "path": f"{folder}/a"})
    other = ToolCall("c2", EDITOR, {"command": "view", "path": f"{folder}/b"})
    gone = ToolCall("c3", EDITOR, {"command": "view", "path": "gone"})
    write = ToolCall("c4", EDITOR, {"command": "create", "path": f"{folder}/c", "file_text": "new\n"})
    records = recorded(
        began(folder),
        UserMessage("look"),
        answer(Text("I look"), same, other, gone, write),
        *map(requested, (same, other, gone, write)),
        ToolFinished("c1", "done", "     1\tas before"),
        ToolFinished("c2", "done", "     1\tas it was"),
        ToolFinished("c3", "done", "     1\tgone"),
        ToolFinished("c4", "done", f"created {folder}/c"),
        answer(Text("that is all")),
    )
    outcomes, events, copy = carry_out(records, folder, carried_out)
    differences = {outcome.call: outcome.difference for outcome in outcomes}
    assert differences.keys() == {"c1", "c2", "c3", "c4"}
    assert differences["c1"] == ""
    assert "changed since" in differences["c2"]
    assert "as it was" in differences["c2"]
    assert differences["c3"] == "failed, was done"
    assert (copy / "c").read_text() == "new\n"
    assert not (folder / "c").exists(), "paths of the recording are those of the copy"
    notes = [event.text for event in events if isinstance(event, Note) and event.level == "warning"]
    assert any("otherwise than recorded" in note and "changed since" in note for note in notes)
    assert [event.outcome for event in events if isinstance(event, TaskEnded)] == ["done"]


def test_the_rules_of_today_count(tmp_path: Path, carried_out: list[Session]) -> None:
    call = bash("c1", "touch ../outside")
    records = recorded(
        began(tmp_path), UserMessage("do it"), answer(call), requested(call), ToolFinished("c1", "done", "")
    )
    folder = tmp_path / "project"
    folder.mkdir()
    outcomes, _, copy = carry_out(records, folder, carried_out)
    assert [outcome.difference for outcome in outcomes] == ["denied, was done"]
    assert not (copy.parent / "outside").exists()


def test_each_task_is_given_again(tmp_path: Path, carried_out: list[Session]) -> None:
    records = recorded(
        began(tmp_path),
        UserMessage("first"),
        answer(Text("one")),
        UserMessage("second"),
        answer(ToolCall("c1", "think", {"thought": "hm"})),
        UserMessage("third"),
        answer(Text("three")),
    )
    folder = tmp_path / "project"
    folder.mkdir()
    _, events, _ = carry_out(records, folder, carried_out)
    said = [
        (event.text if isinstance(event, UserMessage) else event.blocks[0])
        for event in events
        if isinstance(event, UserMessage | ModelResponse)
    ]
    assert said == [
        "first",
        Text("one"),
        "second",
        ToolCall("c1", "think", {"thought": "hm"}),
        Text("(The recording of this task ends here.)"),
        "third",
        Text("three"),
    ]


def test_tasks_are_what_a_person_asked_of_the_main_agent() -> None:
    records = recorded(
        UserMessage("environment", synthetic=True),
        UserMessage("first"),
        UserMessage("and more"),
        answer(Text("one")),
        UserMessage("steered", steer=True),
        answer(Text("two")),
        UserMessage("never answered"),
    )
    (task,) = tasks_of(records)
    assert task.text == "first\n\nand more"
    assert task.answers == [(Text("one"),), (Text("two"),)]


AT = {"file_path": "/a"}
VIEW, CREATE, REPLACE = ({"command": command, "path": "/a"} for command in ("view", "create", "str_replace"))


@pytest.mark.parametrize(
    ("name", "arguments", "tool", "as_ours"),
    [
        ("Bash", {"command": "ls", "description": "list"}, "bash", {"command": "ls"}),
        ("exec_command", {"cmd": "ls"}, "bash", {"command": "ls"}),
        ("shell", {"command": ["bash", "-lc", "ls -l"]}, "bash", {"command": "ls -l"}),
        ("Read", {**AT, "offset": 3, "limit": 2}, EDITOR, {**VIEW, "view_range": [3, 4]}),
        ("write_file", {**AT, "content": "x"}, EDITOR, {**CREATE, "file_text": "x"}),
        (
            "Edit",
            {**AT, "old_string": "x", "new_string": "y"},
            EDITOR,
            {**REPLACE, "old_str": "x", "new_str": "y"},
        ),
        ("str_replace_editor", {**VIEW, "old_str": None}, EDITOR, VIEW),
        ("WebFetch", {"url": "https://example.org"}, "WebFetch", {"url": "https://example.org"}),
        ("shell", {"command": ["ls", "-l"]}, "shell", {"command": ["ls", "-l"]}),
    ],
)
def test_calls_of_other_agents_are_those_of_our_tools(
    name: str, arguments: dict[str, object], tool: str, as_ours: dict[str, object]
) -> None:
    call = ours(ToolCall("c", name, arguments))
    assert call == ToolCall("c", tool, as_ours)


def test_a_run_of_another_agent_is_compared_by_what_its_results_say(
    tmp_path: Path, carried_out: list[Session]
) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "a").write_text("the text\n")
    read = ToolCall("c1", "Read", {"file_path": "/testbed/a"})
    records = recorded(
        SessionImported("claude", workspace="/testbed/"),
        UserMessage("look"),
        answer(read),
        requested(read),
        ToolFinished("c1", "done", "the text"),
        answer(Text("seen")),
    )
    outcomes, _, _ = carry_out(records, folder, carried_out)
    assert [outcome.difference for outcome in outcomes] == [""]


def test_only_whole_paths_of_the_folder_are_moved() -> None:
    moved = Moved("/work/app", "/tmp/copy")
    given = {"command": "cd /work/app && ls /work/app/x /work/apple /a/work/app", "n": [1, "/work/app"]}
    assert moved.there(given) == {
        "command": "cd /tmp/copy && ls /tmp/copy/x /work/apple /a/work/app",
        "n": [1, "/tmp/copy"],
    }
    assert moved.back("in /tmp/copy/x") == "in /work/app/x"
    assert Moved("/", "/tmp/copy").there("ls / /etc") == "ls / /etc"
    assert Moved("", "/tmp/copy").there("ls") == "ls"


def test_a_folder_is_moved_however_a_shell_is_told_it() -> None:
    moved = Moved("/home/somebody/app", "/tmp/copy")
    assert moved.there("cd ~/app; ls $HOME/app/x ${HOME}/app ~/apple") == (
        "cd /tmp/copy; ls /tmp/copy/x /tmp/copy ~/apple"
    )
    assert moved.back("/tmp/copy/x") == "/home/somebody/app/x"
