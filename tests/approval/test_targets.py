"""What asks whatever allows the command: places outside, protected files, all of the workspace."""

from __future__ import annotations

import pytest

from app.approval.places import Here
from app.approval.targets import critical_target

HERE = Here("/w", "/w")


@pytest.mark.parametrize(
    "command",
    [
        "rm -rf /",
        "rm -rf ~",
        "rm -rf .",
        "rm -rf *",
        "chmod -R 777 ..",
        "cp a ../b",
        "cp a /etc/b",
        "cp a .git/hooks/pre-commit",
        "cp a .sawhorse/rules.toml",
        "tee .env",
        "npm run build --out=../dist",
        "make -C /elsewhere",
        "env rm -rf .",
        "tool a:~/b",
        "../tool x",
        "ls && cp a ../b",
        "git commit -m x ../b",
    ],
)
def test_a_place_that_no_command_touches_unasked_is_found(command: str) -> None:
    assert critical_target(command, HERE)


@pytest.mark.parametrize(
    "command",
    [
        "curl https://example.com/a",
        "pip install x",
        "sudo make install",
        "docker run alpine",
        "git push origin main",
        "git commit -m '/etc is mentioned, and ~ too'",
        "/usr/bin/make all",
        "rm -rf build",
        "npm run build 2>&1 > /dev/null",
        "ls .",
    ],
)
def test_what_a_program_is_for_is_no_place(command: str) -> None:
    assert critical_target(command, HERE) == ""


@pytest.mark.parametrize(
    ("command", "found"),
    [
        ("rm ../x", False),
        ("rm ../../x", True),
        ("cd .. && rm ../x", True),
        ("cd deeper && rm ../../x", False),
    ],
)
def test_paths_start_where_the_command_does(command: str, found: bool) -> None:
    assert bool(critical_target(command, Here("/w", "/w/sub"))) is found


def test_the_reason_names_the_place() -> None:
    assert critical_target("cp a ../b", HERE) == "cp: ../b is outside of the workspace"
    assert critical_target("../tool", HERE) == "runs a program: ../tool is outside of the workspace"
