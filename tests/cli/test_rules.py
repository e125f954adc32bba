"""`sawhorse rules`: what a person sees of the rules, and how they change."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from app.trajectory.codec import encode
from app.trajectory.effects import Effects
from app.trajectory.events import ApprovalAsked, ApprovalDecided, Event, Record, SessionStarted, ToolRequested
from tests.cli.conftest import Sawhorse

ROOT = Path(__file__).parents[2]
DENY = '[[rule]]\naction = "deny"\ntool = "bash"\npattern = "git push"\n'


@pytest.fixture
def own(own_places: Path) -> Path:
    """The person's file of rules."""
    return own_places / "rules.toml"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The file of rules of a project."""
    file = tmp_path / "project" / ".sawhorse" / "rules.toml"
    file.parent.mkdir(parents=True)
    return file


def at(file: Path) -> tuple[str, str]:
    return "--workspace", str(file.parent.parent)


def test_a_rule_is_added_and_listed_with_its_place(sawhorse: Sawhorse, own: Path, project: Path) -> None:
    assert "there are no rules" in sawhorse("rules", "list").stdout
    added = sawhorse("rules", "add", "allow bash npm 'run' test")
    assert (added.returncode, added.stdout) == (0, f"allow bash npm run test  {own}:1\n")
    assert sawhorse("rules", "add", "deny edit secrets/**", *at(project)).returncode == 0
    here = project.parent.parent
    assert sawhorse("rules", "list", *at(project)).stdout == (
        f"allow bash npm run test  {own}:1\ndeny edit secrets/**     {own}:6  only in {here}\n"
    )
    assert sawhorse("rules", "list").stdout.endswith(f"only in {here}  (does not count here)\n")


@pytest.mark.parametrize(
    ("rule", "says"),
    [("allow ls", "a rule is allow, ask or deny"), ("allow bash a | b", "write a rule for each part")],
)
def test_what_is_no_rule_is_not_added(sawhorse: Sawhorse, own: Path, rule: str, says: str) -> None:
    refused = sawhorse("rules", "add", rule)
    assert refused.returncode == 2
    assert refused.stderr.startswith("sawhorse: nothing was added: ")
    assert says in refused.stderr
    assert not own.exists()


def test_what_would_happen_to_a_command_is_explained_for_each_mode(sawhorse: Sawhorse, own: Path) -> None:
    own.write_text(DENY)
    denied = sawhorse("rules", "explain", "make && git push origin")
    rows = [line.split(maxsplit=2) for line in denied.stdout.splitlines()]
    assert [row[:2] for row in rows[:5]] == [
        [mode, "deny"] for mode in ("plan", "ask", "edits", "auto", "yolo")
    ]
    assert denied.stdout.splitlines()[5] == f"rule   deny bash git push  {own}:1"
    other = sawhorse("rules", "explain", "make test").stdout.splitlines()
    assert [line.split()[1] for line in other[:5]] == ["deny", "ask", "ask", "allow", "allow"]
    assert other[5].startswith("rule   none: ")
    assert any("could be allowed by: allow bash make test" in line for line in other[6:])
    assert [line.split()[1] for line in sawhorse("rules", "explain", "ls -l").stdout.splitlines()[:5]] == [
        "allow"
    ] * 5


def test_a_hostile_command_is_explained_as_text(sawhorse: Sawhorse) -> None:
    shown = sawhorse("rules", "explain", "ls \x1b]52;c;ZXZpbA==\x07\u202e")
    assert shown.returncode == 0
    assert not {"\x1b", "\x07", "\u202e"} & set(shown.stdout + shown.stderr)


def test_the_examples_of_both_files_are_tested(sawhorse: Sawhorse, own: Path, project: Path) -> None:
    own.write_text(f'{DENY}match = ["git push"]\nnot_match = ["git pull", "git status"]\n')
    good = sawhorse("rules", "test", *at(project))
    assert (good.returncode, good.stderr) == (0, "")
    assert f"{own}: rules: 1, examples that hold: 3" in good.stdout
    project.write_text(f'{DENY}match = ["git pull"]\n')
    bad = sawhorse("rules", "test", *at(project))
    assert bad.returncode == 1
    assert bad.stderr == (
        f"sawhorse: {project}:1: deny bash git push: the example git pull in match does not fit\n"
    )


def test_a_project_is_trusted_once_it_was_shown(sawhorse: Sawhorse, project: Path) -> None:
    project.write_text(f"# \u202ered\n{DENY}")
    unasked = sawhorse("rules", "trust", *at(project))
    assert unasked.returncode == 2
    assert unasked.stdout == f"# red\n{DENY}\n"
    assert "give --yes" in unasked.stderr
    assert "does not count until you trust it" in sawhorse("rules", "list", *at(project)).stderr
    assert sawhorse("rules", "trust", "--yes", *at(project)).returncode == 0
    listed = sawhorse("rules", "list", *at(project))
    assert (listed.stdout, listed.stderr) == (f"deny bash git push  {project}:2\n", "")
    assert sawhorse("rules", "trust", *at(project)).stdout == f"{project} is trusted\n"
    project.write_text(DENY.replace("deny", "ask"))
    assert "has changed since you trusted it" in sawhorse("rules", "list", *at(project)).stderr
    project.unlink()
    assert "is gone" in sawhorse("rules", "trust", "--yes", *at(project)).stdout
    assert sawhorse("rules", "trust", *at(project)).stdout == f"there is no {project}\n"


@pytest.mark.parametrize(("answer", "code"), [(b"y\n", 0), (b"n\n", 2), (b"\x04", 2)])
def test_on_a_terminal_trust_is_asked_for(project: Path, answer: bytes, code: int) -> None:
    project.write_text(DENY)
    person, terminal = pty.openpty()
    os.write(person, answer)
    process = subprocess.Popen(
        [sys.executable, "-m", "app", "rules", "trust", *at(project)],
        cwd=ROOT, stdin=terminal, stdout=terminal, stderr=terminal,
    )  # fmt: skip
    os.close(terminal)
    assert process.wait(30) == code
    os.close(person)


def test_a_project_that_allows_something_is_refused_and_cannot_be_trusted(
    sawhorse: Sawhorse, project: Path
) -> None:
    project.write_text(DENY.replace("deny", "allow"))
    for action in (["trust", "--yes"], ["list"], ["test"]):
        refused = sawhorse("rules", *action, *at(project))
        assert refused.returncode == 1
        assert refused.stderr.startswith(f"sawhorse: {project}:1: the rules of a project cannot allow")


def test_many_commands_are_judged_each_by_its_own_rules(sawhorse: Sawhorse) -> None:
    lines = [
        {"id": "a", "command": "npm run build", "allow": ["npm run"], "deny": []},
        {"id": 2, "command": "npm run build && rm x", "allow": ["npm run"]},
        {"id": "c", "command": "echo $(rm x)", "allow": ["echo"], "deny": ["rm"]},
        {"id": "d", "command": "ls"},
        {"id": "e", "command": "ls", "ask": ["ls"]},
    ]
    result = sawhorse("rules", "check", text="\n".join(map(json.dumps, lines)) + "\n\n")
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.returncode == 0
    assert [(each["id"], each["action"], each["rule"]) for each in answers] == [
        ("a", "allow", "npm run"),
        (2, "ask", None),
        ("c", "deny", "rm"),
        ("d", "allow", None),
        ("e", "ask", "ls"),
    ]
    assert all(each["reason"] for each in answers)


def test_a_bad_line_is_answered_with_its_number_and_the_rest_is_judged(sawhorse: Sawhorse) -> None:
    bad = ["{", "[]", "{}", '{"command": ""}', '{"id": 1, "command": "ls", "allow": "ls"}']
    bad += ['{"command": "ls", "deny": ["a && b"]}', "[" * 100_000, "\x1b\u202e"]
    good = '{"id": "é", "command": "ls"}'
    result = sawhorse("rules", "check", text="\n".join([good, *bad, good]))
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.returncode == 1
    assert result.stdout.isascii()
    assert [each.get("line") for each in answers] == [None, *range(2, 2 + len(bad)), None]
    assert answers[5]["id"] == 1
    assert (answers[0]["id"], answers[0]["action"]) == ("é", "allow")


def recorded(path: Path, *events: Event) -> Path:
    started = SessionStarted("s", str(path), "m", "ask", "0")
    records = [Record(number, 0.0, event) for number, event in enumerate((started, *events))]
    (path / "trajectory.jsonl").write_bytes(b"".join(map(encode, records)))
    return path


def request(call: str, command: str) -> ToolRequested:
    effects = Effects(command, command=command, unknown=True)
    return ToolRequested(call, 1, "bash", {"command": command}, effects)


def test_past_calls_are_judged_by_the_rules_of_today(sawhorse: Sawhorse, own: Path, tmp_path: Path) -> None:
    own.write_text(f'{DENY}\n[[rule]]\naction = "allow"\ntool = "bash"\npattern = "make"\n')
    session = recorded(
        tmp_path,
        request("1", "make test"), ApprovalAsked("1", "x"), ApprovalDecided("1", True, "person", "x"),
        request("2", "make lint"), ApprovalDecided("2", False, "headless", "x"),
        request("3", "git push"), ApprovalAsked("3", "x"), ApprovalDecided("3", True, "mode", "x"),
        request("4", "cat x"), ApprovalDecided("4", True, "mode", "x"),
        request("5", "tool"), ApprovalAsked("5", "x"), ApprovalDecided("5", False, "person", "x"),
        request("6", "never decided"),
    )  # fmt: skip
    report = json.loads(sawhorse("rules", "replay", str(session), "--json").stdout)
    assert report["calls"] == 5
    assert report["mode"] == "ask"
    assert report["counts"] == {"ask -> allow": 2, "ask -> deny": 1, "allow -> allow": 1, "ask -> ask": 1}
    assert [
        (each["call"], each["then"], each["ran"], each["now"], each["rule"]) for each in report["changed"]
    ] == [
        ("1", "ask", True, "allow", "allow bash make"),
        ("2", "ask", False, "allow", "allow bash make"),
        ("3", "ask", True, "deny", "deny bash git push"),
    ]
    text = sawhorse("rules", "replay", str(session / "trajectory.jsonl")).stdout
    assert text.startswith("5 calls, judged in mode ask: 2 as then, 3 otherwise\n")
    assert "ask (no) -> allow  bash: make lint" in text
    assert f"denied by the rule: deny bash git push  {own}:1" in text
    lax = json.loads(sawhorse("rules", "replay", str(session), "--mode", "yolo", "--json").stdout)
    assert lax["counts"] == {"ask -> allow": 3, "ask -> deny": 1, "allow -> allow": 1}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["replay", "missing"], "cannot read"),
        (["replay", "/dev/null"], "no trajectory of a session"),
        (["list", "--workspace", "missing"], "does not exist"),
        (["add", "allow bash make", "--workspace", "missing"], "does not exist"),
    ],
)
def test_wrong_usage_is_one_line_and_exits_with_2(
    sawhorse: Sawhorse, arguments: list[str], says: str
) -> None:
    result = sawhorse("rules", *arguments)
    assert result.returncode == 2
    assert says in result.stderr
    assert len(result.stderr.splitlines()) == 1
