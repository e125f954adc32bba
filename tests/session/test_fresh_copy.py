"""From the copy of a folder nothing leads back into the folder."""

from __future__ import annotations

import os
import socket
import subprocess
from pathlib import Path

import pytest

from app.session.fresh_copy import fresh_copy


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder, and another one that copies are made in."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    folder = tmp_path / "project"
    folder.mkdir()
    return folder


def git(folder: Path, *arguments: str) -> str:
    environ = {"PATH": os.environ["PATH"], "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1"}
    identity = ("-c", "user.name=somebody", "-c", "user.email=somebody@example.org")
    done = subprocess.run(
        ["git", "-C", folder, *identity, *arguments], env=environ, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def test_it_has_its_links_and_modes(project: Path) -> None:
    (project / "run").write_text("#!/bin/sh\n")
    (project / "run").chmod(0o755)
    (project / "link").symlink_to("run")
    copy = fresh_copy(project)
    assert copy.name == "project"
    assert (copy / "run").stat().st_mode & 0o777 == 0o755
    assert (copy / "link").readlink() == Path("run")


def test_links_into_the_folder_lead_into_the_copy(project: Path, tmp_path: Path) -> None:
    (project / "data").mkdir()
    (project / "data/a").write_text("as it was\n")
    (tmp_path / "outside").write_text("elsewhere\n")
    (project / "whole").symlink_to(project / "data")
    (project / "round about").symlink_to(f"{os.path.relpath('/', project)}{project}/data/a")
    (project / "itself").symlink_to(project)
    (project / "away").symlink_to(tmp_path / "outside")
    copy = fresh_copy(project)
    (copy / "whole/a").write_text("changed\n")
    assert (project / "data/a").read_text() == "as it was\n"
    assert (copy / "round about").read_text() == "changed\n"
    assert (copy / "itself").resolve() == copy
    assert (copy / "away").readlink() == tmp_path / "outside"


def test_what_is_neither_file_nor_folder_is_left_out(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / "a").write_text("")
    os.mkfifo(project / "pipe")
    monkeypatch.chdir(project)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket")
        assert os.listdir(fresh_copy(project)) == ["a"]


def test_a_copy_within_the_folder_is_not_copied(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(project / "temporary"))
    copy = fresh_copy(project)
    assert os.listdir(copy / "temporary") == []


def test_a_linked_working_tree_has_a_repository_of_its_own(project: Path, tmp_path: Path) -> None:
    git(project, "init", "--quiet", "--initial-branch=main")
    git(project, "commit", "--quiet", "--allow-empty", "--message=first")
    git(project, "worktree", "add", "--quiet", "-b", "side", str(tmp_path / "tree"))
    tree = tmp_path / "tree"
    (tree / "a").write_text("new\n")
    git(tree, "add", "a")
    before = git(project, "rev-parse", "side")
    copy = fresh_copy(tree)
    assert git(copy, "status", "--porcelain", "--branch") == "## side\nA  a"
    git(copy, "commit", "--quiet", "--message=second")
    assert git(project, "rev-parse", "side") == before
    assert git(tree, "status", "--porcelain") == "A  a"


def test_nothing_is_left_of_a_copy_that_could_not_be_made(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "a").touch()

    def refuse(source: object, *_: object, **_named: object) -> None:
        raise PermissionError(13, "Permission denied", str(source))

    monkeypatch.setattr("shutil.copyfile", refuse)
    with pytest.raises(OSError, match=r"1 file cannot be copied, such as .*/project/a"):
        fresh_copy(project)
    assert os.listdir(tmp_path / "temporary") == []
