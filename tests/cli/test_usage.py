"""Wrong usage is one line that says what to do, and changes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Sawhorse
from tests.servers.model_server import ModelServer, Turn


def at(server: ModelServer) -> dict[str, str]:
    return {"OPENAI_BASE_URL": f"{server.url}/v1", "OPENAI_API_KEY": "sk-test-key-123456"}


ASK = ("--model", "openai/test-model")
LONG = "a" * 300


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["run", "x"], "no model is chosen; give --model PROVIDER/MODEL"),
        (["run", "x", "--model", "nobody/m"], "nobody"),
        (["run", "x", "--model", "plain"], "provider/model"),
        (["run", "x", "--model", "anthropic/claude"], "ANTHROPIC_API_KEY"),
        (["run", "x", "--model", "scripted/missing.json"], "missing.json"),
        (["run", "x", *ASK, "--workspace", "missing"], "missing does not exist"),
        (["run", "x", *ASK, "--max-turns", "many"], "model.max_turns must be a whole number"),
        (["run", "x", *ASK, "--set", "tools.parallel"], "--set takes NAME=VALUE"),
        (["run", "x", "-f", "y", *ASK], "not both"),
        (["run", "-f", "missing.txt", *ASK], "cannot read the task from missing.txt"),
        (["run", "  ", *ASK], "the task is empty"),
        (["missing"], "missing does not exist"),
        (["please fix the tests"], 'use `sawhorse run "TASK"`'),
        (["please fix the tests " + LONG], 'use `sawhorse run "TASK"`'),
        (["~nouser/x"], "~nouser/x cannot be used"),
        (["run", "x", *ASK, "--workspace", LONG], "File name too long"),
        (["run", "x", *ASK, "--workspace", "/dev/null"], "/dev/null is not a folder"),
        (["run", "x", *ASK, "--workspace", "~nouser/x"], "~nouser/x cannot be used"),
        (["run", "x", *ASK, "--workspace", "/tmp/\udcff"], "its name is not UTF-8 text"),
        (["run", "-f", "~nouser/x", *ASK], "~nouser/x cannot be used"),
        (["run", "x", "--model", "scripted/~nouser/x"], "scenario ~nouser/x"),
        (["run", "x", "--model", "scripted/\udcff"], "model.name must be provider/model"),
        (["tools", "call", "bash", "{}", "--workspace", LONG], "File name too long"),
        ([], "the workbench needs a terminal"),
        (["demo"], "the workbench needs a terminal"),
        (["tools", "show", "nope"], "there is no tool nope"),
        (["tools", "call", "bash", "{"], "the arguments are not JSON"),
        (["tools", "call", "bash", "[]"], "must be a JSON object"),
        (["config", "set", "nope", "1"], "there is no setting nope"),
        (["config", "set", "keys.help", "\udcff"], "cannot be changed"),
    ],
)  # fmt: skip
def test_wrong_usage_is_one_line_and_exits_with_2(
    sawhorse: Sawhorse, arguments: list[str], says: str
) -> None:
    result = sawhorse(*arguments)
    assert result.returncode == 2
    assert says in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert result.stdout == ""


@pytest.mark.parametrize("name", ["SAWHORSE_CONFIG", "SAWHORSE_DATA"])
@pytest.mark.parametrize("command", [["run", "x", "--model", "openai/m"], ["demo", "--headless"]])
def test_a_place_in_the_home_of_nobody_is_refused(sawhorse: Sawhorse, command: list[str], name: str) -> None:
    result = sawhorse(*command, OPENAI_API_KEY="sk-test-key-123456", **{name: "~nouser/x"})
    assert result.returncode == 2
    assert result.stderr.startswith("sawhorse: ~nouser/x cannot be used")
    assert len(result.stderr.splitlines()) == 1


def test_a_model_name_with_a_control_character_is_refused(sawhorse: Sawhorse, own_places: Path) -> None:
    (own_places / "config.toml").write_text('[model]\nname = "scripted/\\u0000"\n')
    result = sawhorse("run", "x")
    assert result.returncode == 2
    assert "model.name must be provider/model" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_a_task_that_is_not_utf_8_is_read_as_far_as_it_goes(sawhorse: Sawhorse) -> None:
    with ModelServer([Turn(text="ok")]) as server:
        assert sawhorse("run", "hi \udcff", *ASK, **at(server)).returncode == 0
        assert server.requests[0].body["messages"][-1]["content"] == "hi \ufffd"


def test_a_task_does_not_steer_the_terminal_in_an_error(sawhorse: Sawhorse) -> None:
    result = sawhorse("first\n\x1b[2Jsecond line")
    assert result.returncode == 2
    assert "first second line does not exist" in result.stderr


@pytest.mark.parametrize("broken", ["SAWHORSE_CONFIG", "SAWHORSE_DATA"])
def test_a_demo_that_cannot_start_leaves_no_copy_behind(
    sawhorse: Sawhorse, tmp_path: Path, broken: str
) -> None:
    (tmp_path / "temporary").mkdir()
    (tmp_path / "file").write_text("[")
    environ = {"TMPDIR": str(tmp_path / "temporary"), broken: str(tmp_path / "file")}
    assert sawhorse("demo", "--headless", **environ).returncode == 2
    assert not list((tmp_path / "temporary").iterdir())


def test_a_malformed_scenario_is_said_with_its_place(sawhorse: Sawhorse, tmp_path: Path) -> None:
    (tmp_path / "s.json").write_text('{"turns": [{"steps": [{"type": "dance"}]}]}')
    result = sawhorse("run", "x", "--model", f"scripted/{tmp_path / 's.json'}")
    assert result.returncode == 2
    assert "s.json" in result.stderr
    assert "turns.0" in result.stderr
    assert "Traceback" not in result.stderr


def test_an_unreadable_settings_file_is_said(sawhorse: Sawhorse, tmp_path: Path) -> None:
    (tmp_path / "c.toml").write_text("[model\n")
    result = sawhorse("run", "x", SAWHORSE_CONFIG=str(tmp_path / "c.toml"))
    assert result.returncode == 2
    assert "c.toml: is not valid TOML" in result.stderr
    assert "edit or remove it" in result.stderr
