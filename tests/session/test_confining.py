"""Commands run in a sandbox, and a person decides about those that it stops."""

from __future__ import annotations

import json
import os
import shutil
import socket
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any  # JSON of a request

import pytest

from app.execution.sandbox import bubblewrap
from app.session.answer import Answer
from app.settings.schema import SandboxSettings, Settings
from app.trajectory.events import (
    ApprovalAsked,
    ApprovalDecided,
    SettingsChanged,
    TaskEnded,
    ToolFinished,
    ToolRequested,
    ToolStarted,
)
from tests.servers.model_server import Call, ModelServer, Turn
from tests.session.conftest import Open, Run
from tests.session.test_approvals import asked, bash

BWRAP = next((path for path in bubblewrap.PROGRAMS if os.access(path, os.X_OK)), "")
pytestmark = pytest.mark.skipif(not BWRAP, reason="NOT TESTED: bubblewrap is not installed here")
LIST = Call("glob", {"pattern": "*"})


@pytest.fixture
def outside(workspace: Path) -> Iterator[Path]:
    """A folder that is neither in the workspace nor in /tmp; `./leave` writes a file there."""
    folder = Path(tempfile.mkdtemp(dir="/var/tmp"))
    program(workspace / "leave", f"echo trying; echo left >{folder}/file")
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def listener(workspace: Path) -> Iterator[socket.socket]:
    """A server; `./fetch` says what it said, or that there is no network."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        said = f"exec 2>/dev/null; read -r line </dev/tcp/127.0.0.1/{port} && echo $line && exit"
        program(workspace / "fetch", f"{said}\necho 'connect: Network is unreachable'; exit 1")

        def serve() -> None:
            try:
                while True:
                    with server.accept()[0] as connection:
                        connection.sendall(b"hello\n")
            except OSError:
                return

        threading.Thread(target=serve, daemon=True).start()
        yield server
        server.shutdown(socket.SHUT_RDWR)


def program(path: Path, text: str) -> None:
    path.write_text(f"#!/bin/bash\n{text}\n")
    path.chmod(0o755)


def ended(run: Run) -> None:
    run.until(lambda event: isinstance(event, TaskEnded))


def opened(open_session: Open, server: ModelServer, **options: object) -> Run:
    run: Run = open_session(server, sandbox="auto", **options)
    run.session.submit("go")
    return run


def starts(run: Run) -> list[bool]:
    """For each start of a command, whether it was outside."""
    return [event.unconfined for event in run.of(ToolStarted)]


def test_the_sandbox_is_known_and_recorded(open_session: Open) -> None:
    with ModelServer([]) as server:
        run = open_session(server, sandbox="auto")
        chosen = run.until(lambda event: isinstance(event, SettingsChanged))
    assert isinstance(chosen, SettingsChanged)
    confinement = run.session.confinement
    assert confinement is not None
    assert confinement.kind == "bwrap"
    assert chosen.values == {"sandbox.kind": "bwrap", "sandbox.reason": confinement.reason}


def test_a_command_that_the_sandbox_stopped_is_put_to_the_person(open_session: Open, outside: Path) -> None:
    with ModelServer([Turn(calls=[bash("./leave")]), Turn(text="x")]) as server:
        run = opened(open_session, server)
        question = asked(run)
        assert question.blocked == "it writes outside the workspace"
        assert (question.rules, question.grant) == ((), "")
        assert not (outside / "file").exists()
        run.session.decide(question.call, Answer(True))
        ended(run)
        told = json.dumps(server.requests[-1].body["messages"])
    assert (outside / "file").read_text() == "left\n"
    assert starts(run) == [False, True]
    first, second = run.of(ToolStarted)
    assert first.output != second.output
    [finished] = run.of(ToolFinished)
    assert (finished.status, finished.output) == ("done", second.output)
    assert "the person let it run outside the sandbox" in told
    assert [event.by for event in run.of(ApprovalDecided)] == ["mode", "person"]


def test_a_no_leaves_it_at_that_and_the_model_is_told_what_stopped_it(
    open_session: Open, outside: Path
) -> None:
    with ModelServer([Turn(calls=[bash("./leave")]), Turn(text="x")]) as server:
        run = opened(open_session, server)
        run.session.decide(asked(run).call, Answer(False, feedback="write here"))
        ended(run)
    [finished] = run.of(ToolFinished)
    assert (finished.status, finished.exit_code) == ("failed", 1)
    assert finished.content.startswith("trying\n")
    assert "[the sandbox seems to have stopped it: it writes outside the workspace]" in finished.content
    assert "[it was not allowed to run without the sandbox: write here]" in finished.content
    assert starts(run) == [False]
    assert not (outside / "file").exists()


def test_without_a_person_the_model_is_told_what_stopped_it(open_session: Open, outside: Path) -> None:
    with ModelServer([Turn(calls=[bash("./leave")]), Turn(text="x")]) as server:
        run = opened(open_session, server, attended=False)
        ended(run)
    assert "[the sandbox seems to have stopped it: it writes" in run.of(ToolFinished)[0].content
    assert not run.of(ApprovalAsked)
    assert not (outside / "file").exists()


def test_an_interrupt_ends_the_question(open_session: Open, outside: Path) -> None:
    with ModelServer([Turn(calls=[bash("./leave")]), Turn(text="x")]) as server:
        run = opened(open_session, server)
        asked(run)
        run.session.interrupt()
        ended(run)
    [finished] = run.of(ToolFinished)
    assert finished.status == "interrupted"
    assert finished.output == run.of(ToolStarted)[0].output
    assert not (outside / "file").exists()


def test_a_mode_that_asks_nothing_does_not_lead_outside(open_session: Open, outside: Path) -> None:
    with ModelServer([Turn(calls=[bash("./leave")]), Turn(text="x")]) as server:
        run = opened(open_session, server, mode="yolo")
        question = asked(run)
        run.session.set_mode("auto")
        run.session.decide(question.call, Answer(False))
        ended(run)
    assert [event.by for event in run.of(ApprovalDecided)] == ["mode", "person"]
    assert not (outside / "file").exists()


def test_the_network_is_given_for_one_call(open_session: Open, listener: socket.socket) -> None:
    turns = [Turn(calls=[bash("./fetch")]), Turn(calls=[bash("./fetch")]), Turn(text="x")]
    with ModelServer(turns) as server:
        run = opened(open_session, server)
        question = asked(run)
        assert question.blocked == "it needs the network"
        assert question.rules == ("allow bash --network ./fetch",)
        run.session.decide(question.call, Answer(True, network=True))
        run.session.decide(asked(run, 2).call, Answer(False))
        ended(run)
    assert [event.content.partition("\n")[0] for event in run.of(ToolFinished)] == [
        "hello",
        "connect: Network is unreachable",
    ]
    assert starts(run) == [False, False, False], "it never left the sandbox"
    assert [event.network for event in run.of(ApprovalDecided)] == [False, True, False, False]


def test_the_network_is_given_from_now_on(
    open_session: Open, listener: socket.socket, own_places: Path
) -> None:
    turns = [Turn(calls=[bash("./fetch")]), Turn(calls=[bash("./fetch")]), Turn(text="x")]
    with ModelServer(turns) as server:
        run = opened(open_session, server)
        run.session.decide(asked(run).call, Answer(True, "project"))
        ended(run)
    assert [event.status for event in run.of(ToolFinished)] == ["done", "done"]
    assert starts(run) == [False, False, False]
    last = run.of(ApprovalDecided)[-1]
    assert (last.by, last.rule, last.network) == ("rule", "allow bash --network ./fetch", True)
    assert "network = true" in (own_places / "rules.toml").read_text()


def test_a_command_that_asks_can_be_given_the_network(open_session: Open, listener: socket.socket) -> None:
    with ModelServer([Turn(calls=[bash("./fetch")]), Turn(text="x")]) as server:
        run = opened(open_session, server, mode="ask")
        run.session.decide(asked(run).call, Answer(True, network=True))
        ended(run)
    assert run.of(ToolFinished)[0].content == "hello\n"
    assert run.of(ApprovalDecided)[0].network


def test_commands_see_the_outputs_of_their_session_and_nothing_else_of_ours(
    open_session: Open, own_places: Path
) -> None:
    settings_file = own_places / "config.toml"
    settings_file.write_text("secret")
    runs: list[Run] = []

    def answer(body: dict[str, Any]) -> Turn:
        match len(body["messages"]):
            case 2:
                return Turn(calls=[bash("echo kept")])
            case 4:
                output = runs[0].of(ToolStarted)[0].output
                return Turn(calls=[bash(f"cat {output}; cat {runs[0].session.trajectory} {settings_file}")])
            case _:
                return Turn(text="x")

    with ModelServer(answer) as server:
        run = open_session(server, sandbox="auto", mode="yolo")
        runs.append(run)
        run.session.submit("go")
        run.until(lambda event: isinstance(event, ToolFinished))
        ended(run)
    seen = run.of(ToolFinished)[1].content
    assert seen.startswith("kept\n")
    assert "secret" not in seen
    assert "session.started" not in seen


@pytest.mark.parametrize("above", [False, True], ids=["the home folder", "a folder above it"])
def test_our_own_files_are_out_of_sight_in_a_workspace_that_holds_them(
    open_session: Open, workspace: Path, monkeypatch: pytest.MonkeyPatch, above: bool
) -> None:
    home = workspace / "home" if above else workspace
    settings, data = home / ".config/sawhorse", home / ".local/share/sawhorse"
    settings.mkdir(parents=True)
    (settings / "config.toml").write_text("secret")
    (home / ".bashrc").write_text("")
    for name in ("SAWHORSE_CONFIG", "SAWHORSE_DATA", "XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(home))
    attempts = (
        f"cat {settings}/config.toml; ls -A {settings} {data}; find ~ -name 'trajectory*'",
        f"echo evil >{settings}/rules.toml",
        f"echo evil >{data}/trusted-rules.json",
        f"mv {settings} {settings}2",
        f"mv {home}/.local {home}/.local2",
        "echo evil >>~/.bashrc",
        "echo evil >~/.bash_profile",
        "touch ~/.config/other",
    )
    turn = Turn(calls=[bash(each) for each in attempts])
    with ModelServer([turn, Turn(text="x")]) as server:
        run = opened(open_session, server, mode="yolo", attended=False)
        ended(run)
    results = {event.call: event for event in run.of(ToolFinished)}
    looked, *others = (results[event.call] for event in run.of(ToolRequested))
    assert "secret" not in looked.content
    assert "trajectory" not in looked.content
    assert [event.status for event in others] == ["failed"] * 6 + ["done"]
    assert [each.name for each in settings.iterdir()] == ["config.toml"]
    assert not (data / "trusted-rules.json").exists()


def test_the_person_can_do_without(open_session: Open, outside: Path) -> None:
    with ModelServer([Turn(calls=[bash("./leave")]), Turn(text="x")]) as server:
        run = open_session(server, sandbox="off")
        run.task()
    assert run.session.confinement is not None
    assert run.session.confinement.kind == "off"
    assert (outside / "file").exists()


def test_where_there_is_no_sandbox_commands_ask(open_session: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bubblewrap, "PROGRAMS", ())
    with ModelServer([Turn(calls=[bash("touch a")]), Turn(text="x")]) as server:
        run = open_session(server, sandbox="bwrap")
        run.session.submit("go")
        question = asked(run)
        assert "no sandbox" in question.reason
        assert run.session.confinement is not None
        assert run.session.confinement.kind == "none"
        run.session.decide(question.call, Answer(True))
        ended(run)
    assert [event.status for event in run.of(ToolFinished)] == ["done"]


def test_a_sandbox_that_fails_later_runs_nothing_unasked(
    open_session: Open, workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "broken"
    program(
        tmp_path / "bwrap", f'[ -e {broken} ] && echo "bwrap: no rights" >&2 && exit 1; exec {BWRAP} "$@"'
    )
    monkeypatch.setattr(bubblewrap, "PROGRAMS", (str(tmp_path / "bwrap"),))
    with ModelServer([Turn(calls=[bash("touch a")]), Turn(text="x")]) as server:
        run = open_session(server, sandbox="auto")
        run.until(lambda event: isinstance(event, SettingsChanged))
        broken.touch()
        run.session.submit("go")
        question = asked(run)
        assert question.blocked == "it cannot be made: bwrap: no rights"
        assert not (workspace / "a").exists()
        run.session.decide(question.call, Answer(True))
        ended(run)
    assert (workspace / "a").exists()
    assert starts(run) == [False, True]


def test_further_folders_can_be_written(open_session: Open, outside: Path) -> None:
    settings = Settings(sandbox=SandboxSettings(write=f"{outside}:"))
    with ModelServer([Turn(calls=[bash("./leave")]), Turn(text="x")]) as server:
        ended(opened(open_session, server, settings=settings))
    assert (outside / "file").exists()


def test_only_commands_wait_for_the_choice(
    open_session: Open, workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = tmp_path / "gate"
    program(tmp_path / "bwrap", f'until [ -e {gate} ]; do sleep 0.02; done; exec {BWRAP} "$@"')
    monkeypatch.setattr(bubblewrap, "PROGRAMS", (str(tmp_path / "bwrap"),))
    with ModelServer([Turn(calls=[bash("touch a"), LIST]), Turn(text="x")]) as server:
        run = opened(open_session, server)
        finished = run.until(lambda event: isinstance(event, ToolFinished))
        assert isinstance(finished, ToolFinished)
        assert run.session.confinement is None
        assert [event.call for event in run.of(ToolStarted)] == [finished.call]
        gate.touch()
        ended(run)
    assert {event.status for event in run.of(ToolFinished)} == {"done"}
    assert (workspace / "a").exists()


def test_a_session_leaves_nothing_in_the_workspace(open_session: Open, workspace: Path) -> None:
    """However soon it ends: names that must not be made are taken only while a command runs."""
    with ModelServer([Turn(calls=[bash("ls -a")]), Turn(text="x")]) as server:
        ran, at_once = opened(open_session, server), open_session(server, sandbox="auto")
        assert at_once.session.close() == ""
        ended(ran)
        assert ".mcp.json" in ran.of(ToolFinished)[0].content
        assert not any(workspace.iterdir()), "the session is still there, but no command runs"
        ran.session.close()
    assert not any(workspace.iterdir())
