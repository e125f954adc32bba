from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import os
import re
import shutil
import stat
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from app.tools.contract import Preview, Previewing, Tool, ToolContext, ToolError, ToolOutcome
from app.tools.edit import EditArguments, StrReplaceBasedEditTool
from app.trajectory.effects import Effects
from tests.tools.calling import context_for, run

CASES = [
    json.loads(line) for line in (Path(__file__).parent.parent / "data/edits.jsonl").read_text().splitlines()
]


@dataclass
class Answer:
    ok: bool
    text: str


async def call(context: ToolContext, arguments: dict[str, Any]) -> Answer:
    """A call as a session makes it: checked, declared, run."""
    tool = StrReplaceBasedEditTool()
    try:
        checked = EditArguments.model_validate(arguments)
        outcome = await run(tool, checked, context)
    except (ToolError, ValidationError) as error:
        return Answer(False, str(error))
    return Answer(outcome.ok, outcome.content)


@dataclass
class Scene:
    """The folders of a case, and what its placeholders stand for."""

    top: Path
    places: dict[str, Path] = field(init=False)

    def __post_init__(self) -> None:
        shutil.rmtree(self.top, ignore_errors=True)
        # The longer name first: it begins like the other.
        self.places = {"$OUTX": self.top / "ws_evil", "$OUT": self.top / "out", "$WS": self.top / "ws"}
        for place in self.places.values():
            place.mkdir(parents=True)

    def real(self, value: Any) -> Any:
        if isinstance(value, dict) and "$repeat" in value:
            return value["$repeat"] * value["times"]
        if isinstance(value, dict):
            return {key: self.real(inner) for key, inner in value.items()}
        if isinstance(value, str):
            for name, place in self.places.items():
                value = value.replace(name, str(place))
        return value

    def build(self, files: dict[str, dict[str, Any]]) -> None:
        for name, what in files.items():
            path = Path(self.real(name))
            path.parent.mkdir(parents=True, exist_ok=True)
            if "symlink" in what:
                path.symlink_to(self.real(what["symlink"]))
            elif "fifo" in what:
                os.mkfifo(path)
            else:
                content = base64.b64decode(what["content"]) * what.get("repeat", 1)
                path.write_bytes(content + base64.b64decode(what.get("suffix", "")))
                path.chmod(int(what["mode"], 8))

    async def perform(self, context: ToolContext, step: dict[str, Any]) -> Answer:
        step = {key: value if key == "content" else self.real(value) for key, value in step.items()}
        if not step["command"].startswith("__"):
            return await call(context, step)
        path = Path(step["path"])
        match step["command"]:
            case "__external_write":
                path.write_bytes(base64.b64decode(step["content"]))
            case "__external_delete":
                path.unlink()
            case "__external_symlink":
                path.unlink(missing_ok=True)
                path.symlink_to(step["target"])
            case other:
                pytest.fail(f"unknown step {other}")
        return Answer(True, "")

    def files(self) -> dict[str, bytes]:
        return {
            str(path): path.read_bytes()
            for place in self.places.values()
            for path in place.rglob("*")
            if stat.S_ISREG(path.lstat().st_mode)
        }

    def differences(self, expect: dict[str, Any], answers: list[Answer]) -> list[str]:
        wrong = []
        found = self.files()
        wanted = {self.real(name): content for name, content in expect["files"].items()}
        if found.keys() != wanted.keys():
            wrong.append(f"files {sorted(found)} instead of {sorted(wanted)}")
        for name in found.keys() & wanted.keys():
            content, want = found[name], wanted[name]
            if isinstance(want, dict):
                same = (hashlib.sha256(content).hexdigest(), len(content)) == (want["sha256"], want["size"])
            else:
                same = content == base64.b64decode(want)
            if not same:
                wrong.append(f"{name} holds {content[:200]!r}")
        for number, (answer, error, pattern) in enumerate(
            zip(answers, expect["errors"], expect["error_contains"], strict=True)
        ):
            if error is not None and answer.ok == error:
                wrong.append(f"call {number}: {answer}")
            if pattern is not None and not re.search(pattern, answer.text, re.IGNORECASE):
                wrong.append(f"call {number} says {answer.text!r}")
        for name, mode in expect.get("modes", {}).items():
            if stat.S_IMODE(os.stat(self.real(name)).st_mode) != int(mode, 8):
                wrong.append(f"mode of {name}")
        for name, target in expect.get("symlinks", {}).items():
            if not os.path.islink(self.real(name)) or os.readlink(self.real(name)) != self.real(target):
                wrong.append(f"link {name}")
        return wrong


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['id']} {case['name']}")
async def test_an_edit_changes_exactly_what_it_says(case: dict[str, Any], tmp_path: Path) -> None:
    for _ in range(case.get("repeat", 1)):
        scene = Scene(tmp_path.resolve() / "scene")
        scene.build(case["initial_files"])
        context = context_for(scene.places["$WS"])
        async with asyncio.timeout(case.get("timeout_s", 10)):
            if case.get("parallel"):
                answers = await asyncio.gather(*(scene.perform(context, step) for step in case["calls"]))
            else:
                answers = [await scene.perform(context, step) for step in case["calls"]]

        allowed = [case["expect"], *case.get("alt_expect", [])]
        differences = [scene.differences(expect, answers) for expect in allowed]
        assert [] in differences, differences
        if "n_errors" in case:
            assert sum(not answer.ok for answer in answers) == case["n_errors"]
        assert sum(len(answer.text) for answer in answers) <= case.get("max_output", 200_000)
        for answer, words in zip(answers, case.get("output_contains", []), strict=False):
            assert all(word in answer.text for word in words or [])
        for answer, words in zip(answers, case.get("output_lacks", []), strict=False):
            assert not any(word in answer.text for word in words or [])


def test_every_case_is_there() -> None:
    assert len(CASES) == 90
    assert all(isinstance(case.get("alt_expect", []), list) for case in CASES)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path.resolve() / "ws"
    root.mkdir()
    return root


@pytest.fixture
def context(root: Path) -> ToolContext:
    return context_for(root)


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ({"command": "create", "path": "a"}, "create needs file_text"),
        ({"command": "str_replace", "path": "a", "new_str": "x"}, "str_replace needs old_str"),
        ({"command": "insert", "path": "a", "new_str": "x"}, "insert needs insert_line, insert_text"),
        ({"command": "view", "path": "a", "old_str": "x"}, "view does not take old_str"),
        ({"command": "undo_edit", "path": "a", "file_text": ""}, "undo_edit does not take file_text"),
        ({"command": "view", "path": "a", "view_range": [1]}, "at least 2 items"),
        ({"command": "view", "path": "a", "view_range": [1, 2, 3]}, "at most 2 items"),
        ({"command": "view", "path": "a", "view_range": [True, 2]}, "valid integer"),
        ({"command": "insert", "path": "a", "insert_line": True, "insert_text": ""}, "valid integer"),
        ({"command": "delete", "path": "a"}, "'view', 'create'"),
        ({"command": "view", "path": "a", "recursive": True}, "Extra inputs"),
    ],
)
async def test_wrong_arguments_are_told_by_name(
    arguments: dict[str, Any], why: str, context: ToolContext
) -> None:
    answer = await call(context, arguments)
    assert not answer.ok
    assert why in answer.text


async def test_arguments_given_as_null_are_not_given(root: Path, context: ToolContext) -> None:
    (root / "a.txt").write_text("x\n")
    arguments = dict.fromkeys(EditArguments.model_fields) | {"command": "view", "path": "a.txt"}
    assert (await call(context, arguments)).ok


def test_the_schema_is_the_published_one() -> None:
    schema = EditArguments.model_json_schema()
    assert schema["required"] == ["command", "path"]
    assert set(schema["properties"]) == {
        *("command", "path", "view_range", "file_text", "old_str", "new_str", "insert_line", "insert_text")
    }


def test_it_is_a_tool_that_can_preview() -> None:
    tool: Tool[EditArguments] = StrReplaceBasedEditTool()
    assert isinstance(tool, Previewing)
    assert tool.name == "str_replace_based_edit_tool"


def arguments(command: str, path: str, **rest: object) -> EditArguments:
    return EditArguments.model_validate({"command": command, "path": path, **rest})


def test_effects_name_the_real_file(root: Path, context: ToolContext) -> None:
    (root / "a.txt").touch()
    (root / "l").symlink_to("a.txt")
    os.link(root / "a.txt", root / "b.txt")
    tool = StrReplaceBasedEditTool()

    view = tool.effects(arguments("view", "l", view_range=[2, -1]), context.workspace)
    assert (view.title, view.reads, view.writes) == (
        "a.txt:2-  (2 hard links)",
        (str(root / "a.txt"),),
        (),
    )
    edit = tool.effects(arguments("str_replace", "l", old_str="x"), context.workspace)
    assert (edit.reads, edit.writes) == ((), (str(root / "a.txt"),))
    assert edit == Effects(title=edit.title, writes=edit.writes)

    assert tool.effects(arguments("view", "../x"), context.workspace).outside
    assert tool.effects(arguments("create", ".env", file_text=""), context.workspace).protected
    with pytest.raises(ToolError, match="NUL"):
        tool.effects(arguments("view", "a\0"), context.workspace)


async def test_a_preview_shows_the_diff_that_a_run_then_has(root: Path, context: ToolContext) -> None:
    (root / "a.txt").write_text("one\n")
    tool = StrReplaceBasedEditTool()
    edit = arguments("str_replace", "a.txt", old_str="one", new_str="two")
    preview = await tool.preview(edit, context)
    assert (root / "a.txt").read_text() == "one\n"
    outcome = await run(tool, edit, context)
    assert outcome == ToolOutcome(outcome.content, diff=preview.diff)
    assert preview.diff == "--- a/a.txt\n+++ b/a.txt\n@@ -1 +1 @@\n-one\n+two\n"
    assert await tool.preview(arguments("view", "a.txt"), context) == Preview("")
    with pytest.raises(ToolError, match="no match"):
        await tool.preview(edit, context)


async def test_what_git_runs_is_not_edited_even_if_a_person_said_yes(
    root: Path, context: ToolContext
) -> None:
    tool = StrReplaceBasedEditTool()
    for path in (".git/hooks/pre-commit", ".GIT/config", ".sawhorse/settings.toml"):
        hook = arguments("create", path, file_text="x")
        assert tool.effects(hook, context.workspace).protected
        with pytest.raises(ToolError, match="not edited here"):
            await run(tool, hook, context)
    await run(tool, arguments("create", ".env", file_text="x"), context)
    assert os.listdir(root) == [".env"]


async def test_a_view_takes_no_more_room_than_it_may(root: Path, context: ToolContext) -> None:
    (root / "a.txt").write_text("line\n" * 100_000)
    answer = await call(context, {"command": "view", "path": "a.txt"})
    assert 20_000 < len(answer.text) < context.model_limit + 200


async def test_a_link_put_in_the_way_after_the_call_was_judged_is_not_followed(tmp_path: Path) -> None:
    root = tmp_path / "ws"
    root.mkdir()
    (root / "a").write_text("inside\n")
    (tmp_path / "secret").write_text("outside\n")
    context, tool = context_for(root), StrReplaceBasedEditTool()
    view = EditArguments(command="view", path="a")
    judged = replace(context, effects=tool.effects(view, context.workspace))
    (root / "a").unlink()
    (root / "a").symlink_to(tmp_path / "secret")
    with pytest.raises(ToolError, match="leads elsewhere"):
        await tool.run(view, judged)
