"""`sawhorse undo`: what a task did to files is shown, and taken back."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Sawhorse
from tests.pty.terminal import Terminal
from tests.servers.model_server import Call, ModelServer, Turn


def bash(command: str) -> Turn:
    return Turn(calls=[Call("bash", {"command": command})])


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    (folder / "src").mkdir(parents=True)
    (folder / "src" / "a").write_text("one\ntwo\n")
    (folder / "b").write_text("b\n")
    return folder


@pytest.fixture
def worked(sawhorse: Sawhorse, project: Path) -> Path:
    """A project in which a task has had two turns."""
    turns = [bash("echo 2 > src/a; rm b"), bash("echo new > 'made here'"), Turn(text="done")]
    with ModelServer(turns) as server:
        environ = {"OPENAI_BASE_URL": f"{server.url}/v1", "OPENAI_API_KEY": "sk-test-key-123456"}
        done = sawhorse("run", "x", "--model", "openai/m", "--mode", "auto", cwd=project, **environ)
    assert done.returncode == 0
    return project


def files(folder: Path) -> dict[str, str]:
    return {str(p.relative_to(folder)): p.read_text() for p in sorted(folder.rglob("*")) if p.is_file()}


BEGUN = {"src/a": "one\ntwo\n", "b": "b\n"}
FIRST = {"src/a": "2\n"}
BOTH = {"src/a": "2\n", "made here": "new\n"}


def test_the_list_shows_what_each_turn_did(sawhorse: Sawhorse, worked: Path) -> None:
    (worked / ".gitignore").write_text("*.log\n")
    result = sawhorse("undo", "--list", cwd=worked)
    assert result.returncode == 0
    rows = [re.split(r" {2,}", line.strip()) for line in result.stdout.splitlines()[1:]]
    assert rows == [
        ["turn", "files", "lines", "what"],
        ["1", "2", "+1 -3", "echo 2 > src/a; rm b"],
        ["2", "1", "+1 -0", "echo new > 'made here'"],
    ]


def test_the_last_turn_is_undone_then_the_one_before_and_both_done_again(
    sawhorse: Sawhorse, worked: Path
) -> None:
    for arguments, then in [
        ([], FIRST),
        ([], BEGUN),
        (["--redo"], FIRST),
        (["--redo"], BOTH),
        (["--to", "1"], BEGUN),
        (["--redo"], BOTH),
    ]:
        result = sawhorse("undo", "--yes", *arguments, cwd=worked)
        assert (result.returncode, result.stderr) == (0, "")
        assert files(worked) == then
    assert sawhorse("undo", "--yes", "--redo", cwd=worked).returncode == 2


def test_the_list_says_what_is_undone(sawhorse: Sawhorse, worked: Path) -> None:
    sawhorse("undo", "--yes", cwd=worked)
    lines = sawhorse("undo", "--list", cwd=worked).stdout.splitlines()
    assert [line.endswith("(undone)") for line in lines[-2:]] == [False, True]


def test_without_a_person_it_only_shows_what_would_change(sawhorse: Sawhorse, worked: Path) -> None:
    result = sawhorse("undo", "--to", "1", cwd=worked)
    assert result.returncode == 2
    assert result.stderr == "sawhorse: nothing was changed; give --yes to do it\n"
    assert [" ".join(line.split()) for line in result.stdout.splitlines()] == [
        "3 files go back to before turn 1:",
        "bring back +1 -0 b",
        "remove +0 -1 made here",
        "change +2 -1 src/a",
    ]
    assert "+two\n" in sawhorse("undo", "--to", "1", "--diff", cwd=worked).stdout
    assert files(worked) == BOTH


def test_only_the_paths_given_go_back_from_wherever_they_are_named(sawhorse: Sawhorse, worked: Path) -> None:
    assert sawhorse("undo", "--yes", "--to", "1", "../b", cwd=worked / "src").returncode == 0
    assert files(worked) == {**BOTH, "b": "b\n"}
    assert sawhorse("undo", "--yes", "--to", "1", "src", cwd=worked).returncode == 0
    assert files(worked) == {**BEGUN, "made here": "new\n"}


def test_what_the_person_changed_is_left_alone_until_it_is_named(sawhorse: Sawhorse, worked: Path) -> None:
    (worked / "made here").write_text("mine\n")
    result = sawhorse("undo", "--yes", "--to", "1", cwd=worked)
    assert result.returncode == 1
    assert "  made here: changed by somebody else since\n" in result.stdout
    command = result.stdout.splitlines()[-1].partition("name it: sawhorse ")[2]
    assert command == "undo --to 1 'made here'"
    assert files(worked) == {**BEGUN, "made here": "mine\n"}
    assert sawhorse("undo", "--to", "1", "made here", "--yes", cwd=worked).returncode == 0
    assert files(worked) == BEGUN


def test_names_and_labels_do_not_steer_the_terminal(sawhorse: Sawhorse, project: Path) -> None:
    turns = [bash("touch $'evil\\e[2J\\nname' $'raw\\xff'; : \x1b[31m"), Turn(text="done")]
    with ModelServer(turns) as server:
        environ = {"OPENAI_BASE_URL": f"{server.url}/v1", "OPENAI_API_KEY": "sk-test-key-123456"}
        sawhorse("run", "x", "--model", "openai/m", "--mode", "auto", cwd=project, **environ)
    for arguments in (["--list"], ["--diff"], ["--yes"]):
        assert "\x1b" not in (said := sawhorse("undo", *arguments, cwd=project)).stdout + said.stderr
    assert files(project) == BEGUN


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--to", "9"], "turn 9 changed no file"),
        (["--redo"], "there is nothing to redo"),
        (["--redo", "--to", "1"], "not both"),
        (["../outside"], "is not in the workspace"),
        (["--session", "nope"], "session nope has no checkpoints"),
        (["--session", "../.."], "has no checkpoints"),
    ],
)
def test_what_cannot_be_is_one_line(
    sawhorse: Sawhorse, worked: Path, arguments: list[str], says: str
) -> None:
    result = sawhorse("undo", "--yes", *arguments, cwd=worked)
    assert (result.returncode, result.stdout) == (2, "")
    assert says in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert files(worked) == BOTH


def test_a_session_is_found_from_its_folder_or_by_its_name(
    sawhorse: Sawhorse, worked: Path, tmp_path: Path
) -> None:
    elsewhere = sawhorse("undo", "--list", cwd=tmp_path)
    assert elsewhere.returncode == 2
    assert "name one with --session ID" in elsewhere.stderr
    (session,) = os.listdir(Path(os.environ["SAWHORSE_DATA"]) / "sessions")
    assert sawhorse("undo", "--session", session, "--yes", cwd=tmp_path).returncode == 0
    assert files(worked) == FIRST


def test_help_says_what_it_does_to_changes_of_the_person(sawhorse: Sawhorse) -> None:
    result = sawhorse("undo", "--help")
    assert result.returncode == 0
    assert "left alone unless you name it" in " ".join(result.stdout.split())


def test_without_git_it_says_so(sawhorse: Sawhorse, worked: Path, tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    result = sawhorse("undo", "--yes", cwd=worked, PATH=str(tmp_path / "bin"))
    assert result.returncode == 2
    assert result.stderr == "sawhorse: cannot undo: git is not installed\n"


@pytest.mark.parametrize(("key", "then"), [("y\n", FIRST), ("\n", BOTH)])
def test_on_a_terminal_the_diff_is_shown_and_the_person_asked(
    worked: Path, key: str, then: dict[str, str]
) -> None:
    environ = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    with Terminal([sys.executable, "-m", "app", "undo"], environ, cwd=worked) as terminal:
        terminal.wait_for("Do it? [y/N]")
        assert "-new" in terminal.text
        terminal.send(key)
        terminal.wait_for_end()
    assert files(worked) == then
