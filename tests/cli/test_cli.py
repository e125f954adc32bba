"""The command line: what it prints, what it refuses, how it ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import orjson
import pytest

import app
from app.trajectory.codec import decode
from app.trajectory.events import SessionEnded, SessionStarted, TaskEnded
from tests.cli.conftest import Sawhorse
from tests.servers.model_server import Call, Fault, ModelServer, Turn


def at(server: ModelServer) -> dict[str, str]:
    return {"OPENAI_BASE_URL": f"{server.url}/v1", "OPENAI_API_KEY": "sk-test-key-123456"}


ASK = ("--model", "openai/test-model")


def test_version_and_help(sawhorse: Sawhorse) -> None:
    for flag in ("--version", "-V"):
        assert sawhorse(flag).stdout == f"sawhorse {app.__version__}\n"
    for command in ([], ["run"], ["demo"], ["config"], ["tools"], ["tools", "call"]):
        result = sawhorse(*command, "--help")
        assert result.returncode == 0
        assert result.stdout.startswith("usage: sawhorse")
    assert "examples:" in sawhorse("--help").stdout


@pytest.mark.parametrize("protocol", ["openai", "anthropic"])
def test_run_prints_the_answer(sawhorse: Sawhorse, protocol: str) -> None:
    with ModelServer([Turn(text="It is **42**.")]) as server:
        environ = at(server) | {"ANTHROPIC_BASE_URL": server.url, "ANTHROPIC_API_KEY": "sk-ant-test-key"}
        result = sawhorse("run", "what is it?", "--model", f"{protocol}/m", **environ)
    assert (result.returncode, result.stdout) == (0, "It is **42**.\n")


def test_run_does_work_and_says_so_on_stderr(sawhorse: Sawhorse, tmp_path: Path) -> None:
    call = Call("bash", {"command": "echo hi > made; cat made"})
    with ModelServer([Turn(calls=[call]), Turn(text="made it")]) as server:
        options = ("--mode", "auto", "--workspace", str(tmp_path))
        result = sawhorse("run", "make it", *ASK, *options, **at(server))
    assert (tmp_path / "made").read_text() == "hi\n"
    assert result.stdout == "made it\n"
    assert "✓ bash" in result.stderr


def test_what_would_ask_is_denied_without_a_person(sawhorse: Sawhorse, tmp_path: Path) -> None:
    with ModelServer(
        [Turn(calls=[Call("bash", {"command": "touch made"})]), Turn(text="could not")]
    ) as server:
        result = sawhorse("run", "make it", *ASK, "--workspace", str(tmp_path), **at(server))
        assert "nobody is there to allow it" in json.dumps(server.requests[-1].body)
    assert result.returncode == 0
    assert "nobody is there to ask" in result.stderr
    assert not (tmp_path / "made").exists()


@pytest.mark.parametrize("way", ["argument", "stdin", "dash", "file"])
def test_the_task_comes_from_where_it_is_said(sawhorse: Sawhorse, tmp_path: Path, way: str) -> None:
    (tmp_path / "task.txt").write_text("from afar")
    arguments, text = {
        "argument": (["from afar"], None),
        "stdin": ([], "from afar"),
        "dash": (["-f", "-"], "from afar"),
        "file": (["-f", str(tmp_path / "task.txt")], None),
    }[way]
    with ModelServer([Turn(text="ok")]) as server:
        assert sawhorse("run", *arguments, *ASK, text=text, **at(server)).returncode == 0
        assert server.requests[0].body["messages"][-1]["content"] == "from afar"


def test_json_is_one_object(sawhorse: Sawhorse) -> None:
    with ModelServer([Turn(text="42", input_tokens=7, output_tokens=3)]) as server:
        result = sawhorse("run", "x", *ASK, "--output", "json", **at(server))
    report = json.loads(result.stdout)
    assert report["outcome"] == "done"
    assert report["result"] == "42"
    assert report["turns"] == 1
    assert report["usage"]["input_tokens"] == 7
    assert Path(report["trajectory"]).exists()


def test_stream_json_is_the_trajectory(sawhorse: Sawhorse) -> None:
    with ModelServer([Turn(calls=[Call("think", {"thought": "hm"})]), Turn(text="42")]) as server:
        result = sawhorse("run", "x", *ASK, "--output", "stream-json", **at(server))
    lines = result.stdout.encode().splitlines(keepends=True)
    records = [decode(line) for line in lines]
    assert isinstance(records[0].event, SessionStarted)
    assert isinstance(records[-1].event, SessionEnded)
    assert [record.seq for record in records] == list(range(len(records)))
    session = records[0].event.session
    kept = Path(os.environ["SAWHORSE_DATA"]) / "sessions" / session / "trajectory.jsonl"
    assert kept.read_bytes() == b"".join(lines)


def test_a_failed_task_exits_with_1(sawhorse: Sawhorse) -> None:
    with ModelServer([Turn(status=400, error="the prompt is too long")]) as server:
        result = sawhorse("run", "x", *ASK, **at(server))
    assert result.returncode == 1
    assert result.stdout == ""
    assert "the prompt is too long" in result.stderr
    assert "Traceback" not in result.stderr


def test_too_many_turns_exit_with_1(sawhorse: Sawhorse) -> None:
    with ModelServer(lambda _: Turn(calls=[Call("think", {"thought": "hm"})])) as server:
        result = sawhorse("run", "x", *ASK, "--max-turns", "2", **at(server))
    assert result.returncode == 1
    assert "--max-turns" in result.stderr


def test_nobody_answers_at_the_address(sawhorse: Sawhorse) -> None:
    result = sawhorse(
        "run", "x", *ASK, "--set", "model.attempts=1",
        OPENAI_BASE_URL="http://127.0.0.1:9/v1", OPENAI_API_KEY="sk-test-key-123456",
    )  # fmt: skip
    assert result.returncode == 1
    assert "127.0.0.1:9" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_a_wrong_key_is_said_and_not_shown(sawhorse: Sawhorse) -> None:
    with ModelServer([Turn(text="x")], key="right") as server:
        result = sawhorse("run", "x", *ASK, **at(server))
    assert result.returncode == 1
    assert "key" in result.stderr
    assert "sk-test-key-123456" not in result.stdout + result.stderr


def test_interrupting_exits_with_130_and_keeps_the_trajectory(tmp_path: Path) -> None:
    with ModelServer([Turn(calls=[Call("bash", {"command": "echo $$ > pid; sleep 60"})])]) as server:
        process = subprocess.Popen(
            [
                sys.executable, "-m", "app", "run", "x", *ASK, "--mode", "auto", "--output", "stream-json",
                "--workspace", str(tmp_path),
            ],
            env={**os.environ, **at(server)},
            cwd=Path(__file__).parents[2],
            stdout=subprocess.PIPE,
        )  # fmt: skip
        assert process.stdout is not None
        lines = []
        for line in process.stdout:
            lines.append(line)
            if b'"tool.started"' in line:
                process.send_signal(signal.SIGINT)
        assert process.wait(20) == 130
    events = [decode(line).event for line in lines]
    assert isinstance(events[-1], SessionEnded)
    assert any(isinstance(event, TaskEnded) and event.outcome == "interrupted" for event in events)
    if (tmp_path / "pid").exists():
        with pytest.raises(ProcessLookupError):
            os.kill(int((tmp_path / "pid").read_text()), 0)


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
        ([], "the workbench needs a terminal"),
        (["demo"], "the workbench needs a terminal"),
        (["tools", "show", "nope"], "there is no tool nope"),
        (["tools", "call", "bash", "{"], "the arguments are not JSON"),
        (["tools", "call", "bash", "[]"], "must be a JSON object"),
        (["config", "set", "nope", "1"], "there is no setting nope"),
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


def test_config_shows_sets_and_hides(sawhorse: Sawhorse) -> None:
    assert sawhorse("config", "set", "model.name", "ollama/qwen3").returncode == 0
    assert "sk-secret" not in sawhorse("config", "set", "providers.openai.api_key", "sk-secret").stdout
    shown = sawhorse("config", "show", SAWHORSE_TOOLS__PARALLEL="no").stdout
    assert "sk-secret" not in shown
    assert "providers.openai" in shown
    rows = {line.split()[0]: line.split(maxsplit=2)[1:] for line in shown.splitlines() if line.strip()}
    assert rows["model.name"] == ["ollama/qwen3", "user file"]
    assert rows["tools.parallel"] == ["false", "environment"]
    assert rows["tools.max_concurrency"] == ["16", "default"]
    path = sawhorse("config", "path").stdout.strip()
    assert 'name = "ollama/qwen3"' in Path(path).read_text()


def test_one_tool_is_called_outside_a_session(sawhorse: Sawhorse, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("hello\n")
    where = ("--workspace", str(tmp_path))
    good = sawhorse("tools", "call", "grep", '{"pattern": "hel+o"}', *where)
    assert good.returncode == 0
    assert "a.txt" in json.loads(good.stdout)["content"]
    failed = sawhorse("tools", "call", "bash", '{"command": "echo x; exit 3"}', *where)
    assert failed.returncode == 1
    result = json.loads(failed.stdout)
    assert (result["ok"], result["exit_code"]) == (False, 3)
    assert Path(result["output"]).read_text() == "x\n"
    wrong = sawhorse("tools", "call", "bash", "{}", *where)
    assert wrong.returncode == 1
    assert "command: Field required" in json.loads(wrong.stdout)["content"]


def test_tools_are_listed_and_shown(sawhorse: Sawhorse) -> None:
    listed = sawhorse("tools", "list").stdout
    assert [line.split()[0] for line in listed.splitlines()] == [
        "bash", "str_replace_based_edit_tool", "grep", "glob", "think", "todo", "task_done",
    ]  # fmt: skip
    shown = orjson.loads(sawhorse("tools", "show", "bash").stdout)
    assert shown["parameters"]["required"] == ["command"]


def test_a_reader_that_goes_away_is_no_traceback(tmp_path: Path) -> None:
    script = f"{sys.executable} -m app tools list | head -1"
    result = subprocess.run(
        ["bash", "-c", script], cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False
    )
    assert "Traceback" not in result.stderr


def test_hostile_text_reaches_the_terminal_as_text(sawhorse: Sawhorse) -> None:
    with ModelServer([Turn(text="a\x1b]52;c;ZXZpbA==\x07b[/red]\x9b2J\x00c")]) as server:
        result = sawhorse("run", "x", *ASK, **at(server))
    assert result.stdout == "ab[/red]c\n"


def test_a_stalled_server_is_asked_again(sawhorse: Sawhorse) -> None:
    with ModelServer([Turn(text="late " * 50, fault=Fault.STALL)]) as server:
        result = sawhorse("run", "x", *ASK, "--set", "model.idle_timeout=1", **at(server))
    assert result.returncode == 0
    assert result.stdout.split() == ["late"] * 50
    assert "attempt 2 of 6" in result.stderr
