"""Git in a sandbox: one can commit, and plant nothing that git would run."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from app.execution.sandbox.repository import Repository, repository
from tests.execution.observing import wait_until
from tests.execution.sandbox.jail import Jail

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="NOT TESTED: git is not installed")
COMMIT = "git add -A && git -c user.name=n -c user.email=e commit -qm more && git log --format=%s"
EVIL = "printf '#!/bin/sh\\ntouch /tmp/evil\\n'"


def git(folder: Path, *arguments: str) -> str:
    """Run git outside, as a person does."""
    identity = (
        "-c",
        "user.name=n",
        "-c",
        "user.email=e",
        "-c",
        "safe.directory=*",
        "-c",
        "init.defaultBranch=m",
    )
    command = ["git", *identity, *arguments]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout


@pytest.fixture
def project(bubble: Jail) -> Jail:
    """A workspace that is a repository, with one commit."""
    git(bubble.workspace, "init", "-q", ".")
    (bubble.workspace / "file").write_text("first\n")
    git(bubble.workspace, "add", "file")
    git(bubble.workspace, "commit", "-qm", "first")
    bubble.own()
    return bubble


def planted(folder: Path) -> dict[str, str]:
    """What git would run or obey."""
    places = [folder / "config", *sorted((folder / "hooks").glob("[!.]*[!e]"))]
    return {each.name: each.read_text() for each in places if each.is_file()}


@needs_git
@pytest.mark.parametrize(
    "plant",
    [
        "echo ../evil >.git/commondir",
        "ln -s ../evil .git/commondir",
        "touch .git/commondir; printf '[core]\\nfsmonitor=x\\n' >.git/config.worktree; rm .git/commondir",
    ],
)
def test_another_configuration_by_way_of_a_common_folder_is_gone_when_the_command_has_ended(
    project: Jail, plant: str
) -> None:
    git(project.workspace, "config", "extensions.worktreeConfig", "true")
    before = os.listdir(project.workspace / ".git")
    (said,) = project.run(f"cp -r .git evil; echo '[core]fsmonitor=x' >>evil/config; {plant}; ls .git")
    assert said.text.split() != sorted(before), "it was planted"
    assert ".git" in project.there
    assert sorted(os.listdir(project.workspace / ".git")) == sorted(before)
    assert git(project.workspace, "config", "--list").count("fsmonitor") == 0


@needs_git
def test_one_can_commit(project: Jail) -> None:
    branch, commit, rest = project.run(
        "git checkout -qb other",
        f"echo second >file; {COMMIT}",
        "git stash list; git tag t; git reset -q --hard HEAD~1",
    )
    assert (branch.code, rest.code, commit.text) == (0, 0, "more\nfirst\n")
    assert git(project.workspace, "log", "--format=%s", "t").split() == ["more", "first"]


PLANTING = {
    "a hook": f"{EVIL} >.git/hooks/pre-commit",
    "a hook, by another name": "mv .git/hooks .git/h; mkdir .git/hooks; touch .git/hooks/pre-commit",
    "a hook, in another repository": "mv .git .g; mkdir -p .git/hooks; touch .git/hooks/pre-commit",
    "a hook, in a new repository": "rm -rf .git; git init -q . && touch .git/hooks/pre-commit",
    "a hook, by a link": "rmdir .git/hooks; ln -s .. .git/hooks",
    "a setting": "git config core.fsmonitor evil",
    "a setting, by hand": "echo evil >>.git/config",
    "a setting, by another name": "mv .git/config .git/c; echo evil >.git/config",
    "a setting, from elsewhere": "echo evil >/tmp/c; cp -f --remove-destination /tmp/c .git/config",
    "all of it": "rm -rf .git",
    "a module": "mkdir -p .git/modules/sub; git config -f .git/modules/sub/config core.fsmonitor evil",
}


@needs_git
@pytest.mark.parametrize("planting", PLANTING.values(), ids=PLANTING)
def test_nothing_can_be_planted_in_a_repository(project: Jail, planting: str) -> None:
    (project.workspace / ".git/modules").mkdir()
    project.own()
    before = planted(project.workspace / ".git")
    (said,) = project.run(planting)
    assert said.code != 0
    assert planted(project.workspace / ".git") == before
    assert list((project.workspace / ".git/modules").iterdir()) == []


@needs_git
def test_hooks_that_are_not_there_cannot_be_made_and_leave_no_trace(project: Jail) -> None:
    hooks = project.workspace / ".git/hooks"
    shutil.rmtree(hooks)
    commit, hook = project.run(
        f"echo second >file; {COMMIT}", f"mkdir -p .git/hooks; {EVIL} >.git/hooks/pre-commit"
    )
    assert (commit.code, hook.code != 0) == (0, True)
    assert hook.blame == "it writes outside the workspace, or what is protected in it"
    wait_until(lambda: not hooks.exists())


@needs_git
def test_where_there_is_no_repository_none_is_made_and_it_leaves_no_trace(bubble: Jail) -> None:
    said = bubble.run(
        "git init -q .",
        "mkdir -p .git/hooks; touch .git/hooks/pre-commit",
        "mv .git g",
        "git init -q inner; touch file",
    )
    assert [each.code != 0 for each in said] == [True, True, True, False]
    wait_until(lambda: sorted(each.name for each in bubble.workspace.iterdir()) == ["file", "inner"])


@needs_git
def test_one_can_commit_in_a_linked_working_tree(project: Jail) -> None:
    main = project.folder / "main"
    project.workspace.rename(main)
    git(main, "worktree", "add", "-q", str(project.workspace))
    project.own()
    before = planted(main / ".git"), (project.workspace / ".git").read_text()
    own = main / ".git/worktrees/workspace"
    said = project.run(
        f"echo second >file; {COMMIT}",
        f"touch {main}/.git/hooks/pre-commit",
        f"echo evil >>{main}/.git/config",
        f"echo {project.workspace} >{own}/commondir",
        f"mv {own} {own}2",
        "echo 'gitdir: evil' >.git",
        "mv .git g",
        f"echo x >{main}/file",
    )
    assert [each.code != 0 for each in said] == [False, *[True] * 7]
    assert said[0].text == "more\nfirst\n"
    assert (planted(main / ".git"), (project.workspace / ".git").read_text()) == before
    assert git(main, "log", "--format=%s", "workspace").split() == ["more", "first"]


@needs_git
def test_a_file_that_only_says_so_opens_no_other_repository(bubble: Jail) -> None:
    """Anybody can put a `.git` file into an archive; the repository does not know of it."""
    other = bubble.folder / "other"
    other.mkdir()
    git(other, "init", "-q", ".")
    git(other, "commit", "-q", "--allow-empty", "-m", "first")
    git(other, "worktree", "add", "-q", str(bubble.folder / "linked"))
    (bubble.workspace / ".git").write_text(f"gitdir: {other}/.git/worktrees/linked\n")
    bubble.own()
    said = bubble.run(f"touch {other}/.git/refs/new", f"touch {other}/.git/worktrees/linked/new", "rm .git")
    assert [each.code != 0 for each in said] == [True] * 3


def test_a_repository_made_of_links_is_protected_as_a_whole(tmp_path: Path) -> None:
    git_folder = tmp_path / ".git"
    (tmp_path / "elsewhere").mkdir()
    git_folder.mkdir()
    (git_folder / "config").touch()
    (git_folder / "hooks").symlink_to("../elsewhere")
    assert repository(tmp_path) == Repository(protected=(git_folder,))


@pytest.mark.parametrize(
    "content", ["", "gitdir:", "gitdir: /nowhere", "gitdir: \0", "x" * 10_000, "gitdir: ."]
)
def test_a_file_that_says_nothing_of_use_is_protected_and_opens_nothing(tmp_path: Path, content: str) -> None:
    (tmp_path / ".git").write_text(content)
    assert repository(tmp_path) == Repository(protected=(tmp_path / ".git",))
