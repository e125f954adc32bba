"""Where git only reads, no configuration of a repository makes it run a program."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from app.execution.environment import with_variables
from app.execution.quiet_git import quiet_git

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="NOT TESTED: git is not installed")

NAMES_A_PROGRAM = {
    "core.fsmonitor": "{}",
    "core.pager": "{}",
    "pager.log": "{}",
    "diff.external": "{}",
    "diff.d.command": "{}",
    "diff.d.textconv": "{}",
    "filter.f.clean": "{}",
    "filter.f.process": "{}",
    "gpg.program": "{}",
    "gpg.ssh.program": "{}",
    "core.sshCommand": "{}",
    "core.editor": "{}",
    "core.askPass": "{}",
    "credential.helper": "{}",
    "alias.status": "!{}",
    "remote.origin.uploadpack": "{} </dev/null; :",
}
READS = (
    "git status",
    "git status -v --short",
    "git diff",
    "git diff --stat HEAD",
    "git log -p --color",
    "git log -Sx",
    "git log --oneline -5",
    "git show HEAD",
    "git show HEAD:file",
    "git grep -n x",
    "git branch -avv",
    "git remote -v",
    "git ls-files -m",
    "git stash list",
    "git tag -l",
    "git rev-parse HEAD",
)


class Repository:
    """A repository in which everything that is configured writes down that it was run."""

    def __init__(self, folder: Path, home: Path) -> None:
        self.folder = folder
        self.ran = home / "ran"
        self.program = home / "evil program"
        self.program.write_text(f'#!/bin/sh\necho "$0" >>"{self.ran}"\ncat\n')
        self.program.chmod(0o755)
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_NAME": "n",
            "GIT_AUTHOR_EMAIL": "e",
            "GIT_COMMITTER_NAME": "n",
            "GIT_COMMITTER_EMAIL": "e",
        }
        folder.mkdir()
        self.git("init", "-q", ".")
        (folder / "file").write_text("x\n")
        self.git("add", "file")
        self.git("commit", "-qm", "first")

    def git(self, *arguments: str, cwd: Path | None = None) -> None:
        """Run git as the person does."""
        subprocess.run(
            ["git", *arguments],
            cwd=cwd or self.folder,
            env=self.environment,
            check=True,
            capture_output=True,
        )

    def change(self) -> None:
        """Change a file, so that a filter and a diff have something to do."""
        (self.folder / ".gitattributes").write_text("* diff=d filter=f\n")
        (self.folder / "file").write_text("y\n")

    def poison(self, *keys: str, where: str = "--local", cwd: Path | None = None) -> None:
        """Have the configuration name the program."""
        for key in keys:
            value = NAMES_A_PROGRAM.get(key, "{}").format(f"'{self.program}'")
            self.git("config", where, key, value, cwd=cwd)

    def read(self, command: str, variables: Mapping[str, str | None] | None = None) -> str:
        """What a command says; quietly, or with other variables."""
        if variables is None:
            variables = quiet_git(self.environment, self.folder)
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=self.folder,
            env=with_variables(self.environment, variables),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=20,
            check=False,
        )
        return done.stdout

    def has_run(self) -> bool:
        """Whether the program was run."""
        return self.ran.exists()


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    home = tmp_path / "home"
    home.mkdir()
    return Repository(tmp_path / "repository", home)


@pytest.mark.parametrize("command", READS)
def test_no_read_runs_what_a_hostile_configuration_names(repository: Repository, command: str) -> None:
    repository.poison(*NAMES_A_PROGRAM)
    repository.git("config", "log.showSignature", "true")
    repository.git("config", "format.pretty", "%G? %s")
    repository.git("config", "diff.submodule", "diff")
    hook = repository.folder / ".git/hooks/post-index-change"
    hook.write_text(repository.program.read_text())
    hook.chmod(0o755)
    repository.change()
    repository.read(command)
    assert not repository.has_run()


@pytest.mark.parametrize(
    ("key", "command"),
    [
        ("core.fsmonitor", "git status"),
        ("diff.external", "git diff"),
        ("diff.d.command", "git diff"),
        ("diff.d.textconv", "git show HEAD"),
        ("filter.f.clean", "git status"),
        ("filter.f.process", "git diff"),
    ],
)
def test_one_that_is_not_quiet_runs_it(repository: Repository, key: str, command: str) -> None:
    """Or the other tests would say nothing."""
    repository.poison(key)
    repository.change()
    repository.read(command, {})
    assert repository.has_run()
    repository.ran.unlink()
    repository.read(command)
    assert not repository.has_run()


@pytest.mark.parametrize("key", ["diff.d.textconv", "filter.f.clean", "diff.d.command"])
def test_a_configuration_that_another_one_includes_is_no_way_around(repository: Repository, key: str) -> None:
    (repository.folder / "more").write_text("")
    repository.poison(key, where="--file=more")
    repository.git("config", "include.path", "../more")
    repository.change()
    repository.read("git diff", {})
    assert repository.has_run()
    repository.ran.unlink()
    repository.read("git diff; git status")
    assert not repository.has_run()


@pytest.mark.parametrize("place", ["its file", "the index", "the last commit"])
def test_a_repository_in_the_repository_is_not_looked_into(
    repository: Repository, tmp_path: Path, place: str
) -> None:
    inner = Repository(repository.folder / "inner", repository.program.parent)
    ignoring_nothing = '[submodule "a.b"]\n\tpath = inner\n\turl = ./inner\n\tignore = none\n'
    (repository.folder / ".gitmodules").write_text(ignoring_nothing)
    repository.git("add", ".gitmodules", "inner")
    repository.git("commit", "-qm", "second")
    if place != "its file":
        (repository.folder / ".gitmodules").unlink()
    if place == "the last commit":
        repository.git("rm", "-q", "--cached", ".gitmodules")
    inner.poison("core.fsmonitor", "filter.f.clean", "diff.d.textconv")
    inner.change()
    repository.read("git status", {})
    assert repository.has_run()
    repository.ran.unlink()
    repository.read("git status; git diff")
    assert not repository.has_run()


def test_what_is_missing_is_not_fetched(repository: Repository, tmp_path: Path) -> None:
    repository.git("clone", "-q", "--bare", ".", str(tmp_path / "origin"))
    repository.git("config", "remote.origin.url", str(tmp_path / "origin"))
    repository.git("config", "remote.origin.promisor", "true")
    repository.git("config", "extensions.partialClone", "origin")
    repository.poison("remote.origin.uploadpack")
    blob = subprocess.check_output(
        ["git", "rev-parse", "HEAD:file"], cwd=repository.folder, env=repository.environment, text=True
    )
    (repository.folder / ".git/objects" / blob[:2] / blob[2:].strip()).unlink()
    repository.read("git show HEAD", {})
    assert repository.has_run()
    repository.ran.unlink()
    repository.read("git show HEAD")
    assert not repository.has_run()


def test_a_folder_that_looks_like_a_bare_repository_is_none(repository: Repository) -> None:
    shutil.move(repository.folder / ".git", repository.folder / "git")
    for each in (repository.folder / "git").iterdir():
        shutil.move(each, repository.folder)
    lines = (
        "repositoryformatversion = 0",
        "bare = false",
        "worktree = .",
        f'fsmonitor = "{repository.program}"',
    )
    (repository.folder / "config").write_text("\n".join(["[core]", *lines]))
    assert "fatal" in repository.read("git status")
    assert not repository.has_run()


def test_what_the_environment_says_to_git_is_gone(repository: Repository) -> None:
    repository.environment |= {
        "GIT_EXTERNAL_DIFF": str(repository.program),
        "GIT_PAGER": str(repository.program),
        "GIT_CONFIG_PARAMETERS": f"'core.fsmonitor'='{repository.program}'",
    }
    repository.change()
    assert "+y" in repository.read("git diff; git status")
    assert not repository.has_run()


def test_what_the_person_configured_for_themselves_is_used(repository: Repository) -> None:
    repository.poison("diff.d.textconv", where="--global")
    repository.change()
    repository.read("git show HEAD")
    assert repository.has_run()


def test_it_reads_as_always(repository: Repository) -> None:
    repository.change()
    (repository.folder / ".gitattributes").unlink()
    assert repository.read("git status -s") == repository.read("git status -s", {}) == " M file\n"
    assert repository.read("git diff") == repository.read("git diff", {})


def test_to_look_at_the_state_writes_nothing(repository: Repository) -> None:
    index = repository.folder / ".git/index"
    os.utime(repository.folder / "file", (1, 1))
    before = index.read_bytes()
    repository.read("git status")
    assert index.read_bytes() == before


def test_where_git_does_not_tell_there_is_no_repository(repository: Repository) -> None:
    old = repository.program.parent / "git"
    old.write_text('#!/bin/sh\n[ "$1" = config ] && exit 129\nexec /usr/bin/git "$@"\n')
    old.chmod(0o755)
    repository.poison("filter.f.clean")
    repository.change()
    repository.environment["PATH"] = f"{old.parent}:{repository.environment['PATH']}"
    assert "not a git repository" in repository.read("git status")
    assert not repository.has_run()


def test_outside_of_a_repository_it_says_so(repository: Repository) -> None:
    shutil.rmtree(repository.folder / ".git")
    assert "not a git repository" in repository.read("git status")
