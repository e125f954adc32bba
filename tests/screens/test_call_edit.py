"""A call as a text: what a person gets to change, and what comes of it."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from app.screens.call_edit import CallEdit, EditError
from app.screens.open_questions import OpenQuestion
from app.trajectory.effects import Effects
from app.trajectory.events import ApprovalAsked, ToolRequested


def edit(
    arguments: Mapping[str, object], *, edited: Mapping[str, object] | None = None, bash: bool = True
) -> CallEdit:
    command = str(arguments.get("command", "")) if bash else ""
    request = ToolRequested("1", 1, "bash" if bash else "grep", arguments, Effects("title", command=command))
    return CallEdit.of(OpenQuestion(request, ApprovalAsked("1", "why", arguments=edited), "/w", 1, 0.0))


def test_a_command_is_changed_as_it_stands_and_the_other_arguments_stay() -> None:
    call = edit({"command": "make\ntest", "timeout": 9})
    assert (call.text, call.is_command) == ("make\ntest", True)
    assert call.read("make") == {"command": "make", "timeout": 9}


def test_what_was_changed_before_is_where_it_goes_on() -> None:
    call = edit({"command": "make"}, edited={"command": "make test"})
    assert call.text == "make test"
    assert call.read("make") == {"command": "make"}


def test_other_arguments_are_json_that_can_be_read() -> None:
    call = edit({"pattern": "ü", "paths": ["a"], "limit": 1.5}, bash=False)
    assert call.text == '{\n  "pattern": "ü",\n  "paths": [\n    "a"\n  ],\n  "limit": 1.5\n}'
    assert call.read('{"pattern": "x"}') == {"pattern": "x"}


@pytest.mark.parametrize("hidden", ["\u202e", "\x1b[2J", "\x00", "\u200b", "\ud800", "\xa0", "\r"])
@pytest.mark.parametrize("bash", [True, False])
def test_what_cannot_be_seen_is_written_out_and_comes_back_as_it_was(hidden: str, bash: bool) -> None:
    arguments = {"command": f"rm {hidden}x"}
    call = edit(arguments, bash=bash)
    assert hidden not in call.text
    assert not call.is_command
    assert call.read(call.text) is None
    assert call.read(call.text.replace("x", "y")) == {"command": f"rm {hidden}y"}


def test_a_text_that_says_the_same_changes_nothing() -> None:
    assert edit({"command": "make"}).read("make") is None
    assert edit({"limit": 1}, bash=False).read('{"limit":1}') is None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "line 1, column 2: Expecting property name"),
        ('{"a": 1\n"b": 2}', "line 2, column 1: Expecting ','"),
        ("[1]", "the arguments are an object"),
        ("[" * 100_000, "nested too deep"),
        ("", "Expecting value"),
    ],
)
def test_what_is_no_json_object_is_said(text: str, says: str) -> None:
    with pytest.raises(EditError, match=says):
        edit({"limit": 1}, bash=False).read(text)


@pytest.mark.parametrize("text", ["", " \n"])
def test_a_command_of_nothing_is_said(text: str) -> None:
    with pytest.raises(EditError, match="there is no command"):
        edit({"command": "make"}).read(text)
