"""Calls of other agents: their ids, titles and results."""

from __future__ import annotations

import pytest

from app.trajectory.events import ToolFinished, Unmapped
from app.trajectory.formats.call_effects import effects
from app.trajectory.formats.calls import Calls


def test_a_result_finds_its_call_and_brings_the_diff_of_an_edit() -> None:
    calls = Calls()
    call = calls.call("c1", "Edit", '{"file_path": "a", "old_string": "x", "new_string": "y"}', "step-1-1")
    requested = calls.requested(call, 1)
    assert (requested.call, requested.effects.title, requested.effects.writes) == ("c1", "a", ("a",))
    finished = calls.finished("c1", "done", "edited")
    assert isinstance(finished, ToolFinished)
    assert finished.diff.endswith("-x\n+y\n")
    assert not calls.waiting()


def test_an_edit_that_failed_changed_nothing() -> None:
    calls = Calls()
    calls.call("c1", "Edit", {"file_path": "a", "old_string": "x", "new_string": "y"}, "")
    finished = calls.finished("c1", "failed", "not found")
    assert isinstance(finished, ToolFinished)
    assert finished.diff == ""


def test_every_call_has_an_id_of_its_own() -> None:
    calls = Calls()
    given: list[object] = ["a", "a", None, "a-2", 7, ""]
    ids = [calls.call(one, "bash", {}, "step-1").id for one in given]
    assert ids == ["a", "a-2", "step-1", "a-2-2", "step-1-2", "step-1-3"]
    answered = [calls.finished("a", "done", text) for text in ("first", "second")]
    assert [(event.call, event.content) for event in answered if isinstance(event, ToolFinished)] == [
        ("a", "first"),
        ("a-2", "second"),
    ]


def test_a_result_without_a_call_and_a_second_result_stay_to_be_seen() -> None:
    calls = Calls()
    calls.call("a", "bash", {}, "")
    calls.finished("a", "done", "")
    for given in ("a", "b", None, 3):
        assert calls.finished(given, "done", "what it said") == Unmapped("tool result", "what it said")


def test_arguments_that_are_no_object_are_kept_as_received() -> None:
    calls = Calls()
    for received, expected in (("{torn", "{torn"), ([1, 2], "[1, 2]"), ("ls -l", "ls -l")):
        call = calls.call(None, "bash", received, "x")
        assert (call.arguments, call.invalid) == ({}, expected)
    assert calls.call(None, None, None, "x").name == "unknown"


@pytest.mark.parametrize(
    ("name", "arguments", "title"),
    [
        ("bash", {"command": "ls -l\nrm x"}, "ls -l …"),
        ("shell", {"command": ["bash", "-lc", "ls | wc"]}, "ls | wc"),
        ("shell", {"command": ["ls", "a b"]}, "ls 'a b'"),
        ("Read", {"file_path": "/a/b.py", "limit": 3}, "/a/b.py"),
        ("Grep", {"pattern": "x+", "path": "src"}, "x+ in src"),
        ("editor", {"command": "view", "path": "a.py"}, "a.py"),
        ("apply_patch", {"input": "*** Begin Patch\n*** Delete File: c\n*** End Patch"}, "c"),
        ("TodoWrite", {"todos": [{"status": "completed"}, {"status": "pending"}]}, "1 of 2 done"),
        ("Task", {"prompt": "long", "description": "Review it"}, "Review it"),
        ("click", {"element": 151}, "151"),
        ("x", {"a": {"b": 1}}, '{"a": {"b": 1}}'),
        ("x", {}, ""),
    ],
)
def test_a_call_has_a_title(name: str, arguments: dict[str, object], title: str) -> None:
    assert effects(name, arguments).title == title


def test_the_title_of_a_call_without_an_object_is_what_was_received() -> None:
    assert effects("custom", {}, "first\nsecond").title == "first …"


@pytest.mark.parametrize(
    ("name", "arguments", "reads", "writes"),
    [
        ("Read", {"file_path": "a"}, ("a",), ()),
        ("Write", {"file_path": "a", "content": ""}, (), ("a",)),
        ("editor", {"command": "view", "path": "a"}, ("a",), ()),
        ("editor", {"command": "str_replace", "path": "a"}, (), ("a",)),
        ("str_replace_editor", {"command": "view", "path": "a"}, ("a",), ()),
    ],
)
def test_a_call_tells_which_file_it_reads_or_writes(
    name: str, arguments: dict[str, object], reads: tuple[str, ...], writes: tuple[str, ...]
) -> None:
    assert (effects(name, arguments).reads, effects(name, arguments).writes) == (reads, writes)


def test_one_id_for_all_calls_costs_no_more_than_an_id_for_each() -> None:
    calls = Calls()
    ids = [calls.call("a", "bash", {}, "").id for _ in range(20_000)]
    answered = [calls.finished("a", "done", "") for _ in ids]
    assert [event.call for event in answered if isinstance(event, ToolFinished)] == ids
    assert len(calls) == len(set(ids)) == 20_000
