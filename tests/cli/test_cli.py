"""The command line: what it prints, what it refuses, how it ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
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


def appears(path: Path) -> str:
    """What another process puts into a file, once it is there."""
    deadline = time.monotonic() + 20
    while not path.exists():
        assert time.monotonic() < deadline
        time.sleep(0.005)
    return path.read_text()


def in_shell(script: str, cwd: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run `sawhorse` with the redirections of a shell."""
    return subprocess.run(
        ["bash", "-c", f'sawhorse() {{ "{sys.executable}" -m app "$@"; }}; {script}'],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), **environ},
        capture_output=True,
        text=True,
        errors="replace",
        timeout=60,
        check=False,
    )


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
    with ModelServer(
        [Turn(calls=[Call("bash", {"command": "echo $$ > new; mv new pid; sleep 60"})])]
    ) as server:
        process = subprocess.Popen(
            [
                sys.executable, "-m", "app", "run", "x", *ASK, "--mode", "auto", "--set", "sandbox.kind=off",
                "--output", "stream-json",
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
                pid = int(appears(tmp_path / "pid"))
                process.send_signal(signal.SIGINT)
        assert process.wait(20) == 130
    events = [decode(line).event for line in lines]
    assert isinstance(events[-1], SessionEnded)
    assert any(isinstance(event, TaskEnded) and event.outcome == "interrupted" for event in events)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_tool_call_keeps_a_folder_only_for_output(sawhorse: Sawhorse, tmp_path: Path) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    (tmp_path / "broken.toml").write_text("[")

    def call(command: str, **environ: str) -> str:
        where = ("--workspace", str(tmp_path))
        arguments = json.dumps({"command": command})
        return sawhorse("tools", "call", "bash", arguments, *where, TMPDIR=str(temporary), **environ).stdout

    assert json.loads(call("true"))["output"] is None
    assert call("true", SAWHORSE_CONFIG=str(tmp_path / "broken.toml")) == ""
    assert "could not be started" in json.loads(call("echo \0"))["content"]
    assert not list(temporary.iterdir())
    kept = Path(json.loads(call("echo x"))["output"])
    assert kept.is_relative_to(temporary)
    assert kept.read_text() == "x\n"


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
        "bash", "bash_output", "bash_kill", "str_replace_based_edit_tool", "multi_edit", "apply_patch",
        "json_edit_tool", "grep", "glob", "think", "todo", "present_plan", "task_done",
    ]  # fmt: skip
    shown = orjson.loads(sawhorse("tools", "show", "bash").stdout)
    assert shown["parameters"]["required"] == ["command"]


def test_a_reader_that_goes_away_ends_the_run(tmp_path: Path) -> None:
    script = 'sawhorse run x --model openai/m --output stream-json | head -1; exit "${PIPESTATUS[0]}"'
    with ModelServer([Turn(text="many words " * 50_000)]) as server:  # more than a pipe takes
        result = in_shell(script, tmp_path, **at(server))
    assert result.returncode == 1
    assert len(result.stdout.splitlines()) == 1
    assert result.stderr == ""


@pytest.mark.parametrize(
    "command",
    [
        "config show",
        "tools list",
        "--version",
        "run x --model openai/m --output json",
        "run x --model openai/m --output stream-json",
    ],
)
def test_output_that_cannot_be_written_is_said_and_exits_with_1(tmp_path: Path, command: str) -> None:
    with ModelServer([Turn(text="ok")]) as server:
        result = in_shell(f"sawhorse {command} > /dev/full", tmp_path, **at(server))
    assert result.returncode == 1
    assert result.stderr == "sawhorse: No space left on device\n"


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-"])
@pytest.mark.parametrize("command", ["tools list", "run x --model openai/m"])
def test_a_closed_stream_is_as_good_as_an_empty_one(tmp_path: Path, command: str, closed: str) -> None:
    with ModelServer([Turn(text="ok")]) as server:
        result = in_shell(f"sawhorse {command} {closed}", tmp_path, **at(server))
    assert (result.returncode, result.stderr) == (0, "")
    assert bool(result.stdout) == (">&-" not in closed.split())


def test_a_closed_standard_output_is_not_taken_by_a_file(tmp_path: Path) -> None:
    with ModelServer([Turn(text="secret answer")]) as server:
        options = "--model openai/m --output stream-json"
        assert in_shell(f"sawhorse run x {options} >&- 2>&- <&-", tmp_path, **at(server)).returncode == 0
    [kept] = (Path(os.environ["SAWHORSE_DATA"]) / "sessions").glob("*/trajectory.jsonl")
    sequence = [decode(line).seq for line in kept.read_bytes().splitlines(keepends=True)]
    assert sequence == list(range(len(sequence)))


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
