"""The tool that edits JSON files, called as a session calls it."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any  # the arguments of a call are anything

import pytest

from app.tools.contract import Previewing, ToolContext, ToolError, ToolOutcome
from app.tools.json_edit import JsonEditArguments, JsonEditTool
from app.tools.registry import Registry
from app.trajectory.review import HunkDecision, Review
from tests.tools.calling import context_for, run

CONTENT = b'{\r\n\t"name": "demo",\r\n\t"list": [1.0, 2],\r\n\t"on": false\r\n}'


@pytest.fixture
def context(tmp_path: Path) -> ToolContext:
    root = tmp_path.resolve() / "workspace"
    root.mkdir()
    (root / "a.json").write_bytes(CONTENT)
    return context_for(root)


async def call(context: ToolContext, **arguments: Any) -> ToolOutcome:
    checked = Registry().parse("json_edit_tool", {"path": "a.json", **arguments})
    return await run(JsonEditTool(), checked, context)


def content(context: ToolContext) -> bytes:
    return (context.workspace.root / "a.json").read_bytes()


async def test_set_writes_the_value_and_says_what_was_set(context: ToolContext) -> None:
    outcome = await call(context, command="set", json_path="$.list[*]", value=7)
    assert content(context) == CONTENT.replace(b"1.0, 2", b"7, 7")
    assert outcome.content.startswith("2 values to set: $.list[0], $.list[1]\na.json: edited at line 3")
    assert '+\t"list": [7, 7],' in outcome.diff


async def test_null_is_a_value(context: ToolContext) -> None:
    await call(context, command="set", json_path="$.on", value=None)
    assert content(context) == CONTENT.replace(b"false", b"null")
    with pytest.raises(ToolError, match="set needs value; null is a value, too"):
        await call(context, command="set", json_path="$.on")


async def test_add_and_remove_take_each_other_back(context: ToolContext) -> None:
    outcome = await call(context, command="add", json_path="$.new", value={"a": [True]})
    assert content(context) == CONTENT.replace(
        b"false\r\n", b'false,\r\n\t"new": {\r\n\t\t"a": [\r\n\t\t\ttrue\r\n\t\t]\r\n\t}\r\n'
    )
    assert outcome.content.startswith("1 value to add: $.new\n")
    outcome = await call(context, command="remove", json_path="$.new")
    assert content(context) == CONTENT
    assert outcome.content.startswith("1 value to remove: $.new\n")


async def test_an_edit_can_be_undone_by_the_editor(context: ToolContext) -> None:
    await call(context, command="remove", json_path="$.list[?@ > 1]")
    await call(context, command="set", json_path="$.name", value="other")
    assert content(context) != CONTENT
    await context.editor.undo("a.json")
    await context.editor.undo("a.json")
    assert content(context) == CONTENT


async def test_an_edit_of_many_places_is_one_edit_to_undo(context: ToolContext) -> None:
    await call(context, command="set", json_path="$.*", value=0)
    assert content(context) == b'{\r\n\t"name": 0,\r\n\t"list": 0,\r\n\t"on": 0\r\n}'
    await context.editor.undo("a.json")
    assert content(context) == CONTENT


async def test_view_shows_values_as_the_file_spells_them(context: ToolContext) -> None:
    outcome = await call(context, command="view", json_path="$.list")
    assert outcome.content == "$.list (line 3): [\n  1.0,\n  2\n]\n"
    outcome = await call(context, command="view", json_path="$.list", pretty_print=False)
    assert outcome.content == "$.list (line 3): [1.0, 2]\n"


async def test_view_without_a_path_shows_the_whole_file(context: ToolContext) -> None:
    outcome = await call(context, command="view")
    assert outcome.content.startswith('$ (line 1): {\n  "name": "demo",\n')
    outcome = await call(replace(context, model_limit=10), command="view")
    assert "more characters; name more of the path" in outcome.content


def test_view_reads_and_the_others_write(context: ToolContext) -> None:
    tool, real = JsonEditTool(), str(context.workspace.root / "a.json")
    view = JsonEditArguments(command="view", path="a.json")
    assert tool.effects(view, context.workspace).reads == (real,)
    assert tool.effects(view, context.workspace).title == "a.json"
    remove = JsonEditArguments(command="remove", path="a.json", json_path="$.on")
    effects = tool.effects(remove, context.workspace)
    assert (effects.reads, effects.writes) == ((), (real,))
    assert effects.title == "remove $.on in a.json"
    assert tool.effects(view.model_copy(update={"path": "../b.json"}), context.workspace).outside


async def test_a_preview_shows_the_change_and_makes_none(context: ToolContext) -> None:
    tool = JsonEditTool()
    assert isinstance(tool, Previewing)
    preview = await tool.preview(
        JsonEditArguments(command="set", path="a.json", json_path="$.on", value=True), context
    )
    assert '-\t"on": false' in preview.diff
    assert '+\t"on": true' in preview.diff
    assert content(context) == CONTENT


async def test_what_the_person_rejects_is_not_written(context: ToolContext) -> None:
    tool = JsonEditTool()
    arguments = JsonEditArguments(command="set", path="a.json", json_path="$.on", value=True)
    preview = await tool.preview(arguments, context)
    review = Review(preview.base, (HunkDecision(accepted=False, reason="leave it off"),))
    outcome = await run(tool, arguments, replace(context, review=review))
    assert content(context) == CONTENT
    assert "Nothing was changed." in outcome.content
    assert "leave it off" in outcome.content


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"command": "remove"}, "remove needs json_path"),
        ({"command": "add", "json_path": "$.x"}, "add needs value"),
        ({"command": "remove", "json_path": "$.on", "value": 1}, "remove does not take value"),
        (
            {"command": "set", "json_path": "$.on", "value": 1, "pretty_print": True},
            "does not take pretty_print",
        ),
        (
            {"command": "drop", "json_path": "$.on"},
            "command: Input should be 'view', 'set', 'add' or 'remove'",
        ),
        (
            {"command": "remove", "json_path": "$.no"},
            r"a.json: json_path \$.no matches nothing: \$ is an object",
        ),
        ({"command": "view", "json_path": "$.no"}, r"a.json: json_path \$.no matches nothing"),
        ({"command": "view", "path": "none.json"}, "none.json: does not exist; check the path"),
        (
            {"command": "set", "path": "none.json", "json_path": "$.a", "value": 1},
            "none.json: does not exist",
        ),
        ({"command": "set", "path": "../b.json", "json_path": "$.a", "value": 1}, "outside the workspace"),
    ],
)
async def test_what_cannot_be_done_is_said(
    arguments: dict[str, Any], says: str, context: ToolContext
) -> None:
    with pytest.raises(ToolError, match=says):
        await call(context, **arguments)
    assert content(context) == CONTENT


@pytest.mark.parametrize("command", ["view", "set"])
async def test_a_file_with_comments_is_sent_to_str_replace(command: str, context: ToolContext) -> None:
    (context.workspace.root / "a.json").write_text('{\n  // why\n  "a": 1\n}')
    value = {"value": 2} if command == "set" else {}
    with pytest.raises(ToolError, match="JSONC: a comment at line 2, column 3; use str_replace"):
        await call(context, command=command, json_path="$.a", **value)


async def test_a_link_put_in_the_way_after_the_judgement_is_refused(context: ToolContext) -> None:
    tool = JsonEditTool()
    arguments = JsonEditArguments(command="view", path="a.json")
    effects = await asyncio.to_thread(tool.effects, arguments, context.workspace)
    path = context.workspace.root / "a.json"
    path.rename(path.with_name("b.json"))
    path.symlink_to("b.json")
    with pytest.raises(ToolError, match="leads elsewhere"):
        await tool.run(arguments, replace(context, effects=effects))


def test_any_json_value_is_taken_and_the_schema_names_no_type() -> None:
    schema = next(it for it in Registry().schemas() if it.name == "json_edit_tool").parameters
    properties = schema["properties"]
    assert isinstance(properties, dict)
    assert properties["value"].keys() == {"description"}
    for value in ("text", 1, 1.5, True, [1, [None]], {"a": {"b": 1}}, 12345678901234567890):
        arguments = JsonEditArguments.model_validate(
            {"command": "set", "path": "a", "json_path": "$", "value": value}
        )
        assert arguments.value == value


def test_a_session_that_edits_no_json_loads_no_json_path() -> None:
    code = (
        "import sys; from app.tools.registry import Registry; r = Registry();"
        "assert any(s.name == 'json_edit_tool' for s in r.schemas()); assert 'jsonpath' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
