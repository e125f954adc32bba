"""Where git only reads, it is told to run nothing; where it does more, it is left as it is."""

from __future__ import annotations

import pytest

from app.approval.commands import has_git_read
from app.approval.places import Here

HERE = Here("/work", "/work")


@pytest.mark.parametrize(
    "command", ["git status", "git diff --stat | head -5", "ls && git log -3", "cat a; git --no-pager show"]
)
def test_git_reads(command: str) -> None:
    assert has_git_read(command, HERE)


@pytest.mark.parametrize(
    "command",
    [
        "ls",
        "echo git",
        "git commit -m x",
        "git status && make",
        "git add . && git status",
        "git status $(x)",
        "",
    ],
)
def test_git_does_not_read_or_not_only(command: str) -> None:
    assert not has_git_read(command, HERE)
