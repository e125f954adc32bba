from __future__ import annotations

import os
import random
import subprocess
from pathlib import Path

import pytest

from app.workspace.ignore import Ignore, Rules, hidden_by_rules, walk

RULES = [
    "build/", "*.log", "!z.log", "/foo", "src/*.py", "**/b", "a/**/x.py", "# note", "*~", "!/a/", "\\#x", " ",
    "foo/**", "!foo/keep.txt", "*/b", "/", "//", "[z-a]", "[", "\\", "**/", "!**/src", "*/*/a", "x.py/",
    "[xy].py", "sp\\ ace", "?", "!src/", "/a/b/", "*.p[!yz]", "trailing ", "b//x",
]  # fmt: skip
NAMES = [
    "a",
    "b",
    "foo",
    "src",
    "build",
    "x.py",
    "z.log",
    ".hidden",
    "-dash",
    "sp ace",
    "ünï",
    "keep.txt",
    "#x",
]


@pytest.mark.parametrize("seed", range(12))
def test_the_walk_goes_where_git_goes(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    folders = [tmp_path.resolve()]
    for _ in range(20):
        folder = chance.choice(folders) / chance.choice(NAMES)
        if not folder.exists():
            folder.mkdir()
            folders.append(folder)
    for _ in range(80):
        path = chance.choice(folders) / chance.choice(NAMES)
        if not path.exists():
            path.touch()
    for folder in chance.sample(folders, min(5, len(folders))):
        (folder / ".gitignore").write_text(chance.choice(["\n", "\r\n"]).join(chance.sample(RULES, 4)))
    git = ["git", "-c", "init.defaultBranch=main", "-c", "core.excludesFile="]
    subprocess.run([*git, "init", "-q"], cwd=folders[0], check=True)
    listed = subprocess.run(
        [*git, "ls-files", "-z", "--others", "--exclude-standard"],
        cwd=folders[0],
        check=True,
        capture_output=True,
    )
    expected = {os.fsdecode(name) for name in listed.stdout.split(b"\0") if name}

    walked = [os.path.relpath(path, folders[0]) for path in walk(str(folders[0]), Ignore.at(folders[0]))]
    assert set(walked) == expected
    assert walked == sorted(walked, key=lambda path: os.fsencode(path).split(b"/"))


def test_a_folder_knows_whether_the_rules_above_leave_it_out(tmp_path: Path) -> None:
    root = tmp_path.resolve()
    (root / "build/lib").mkdir(parents=True)
    (root / "src").mkdir()
    (root / ".gitignore").write_text("build/\n")
    assert hidden_by_rules(root / "build")
    assert hidden_by_rules(root / "build/lib")
    assert not hidden_by_rules(root / "src")
    assert not hidden_by_rules(Path("/"))


def test_the_rules_of_a_repository_do_not_hold_in_one_within_it(tmp_path: Path) -> None:
    root = tmp_path.resolve()
    (root / "inner/.git").mkdir(parents=True)
    (root / ".gitignore").write_text("*.log\n")
    (root / "a.log").touch()
    (root / "inner/a.log").touch()
    assert list(walk(str(root), Ignore.at(root))) == [str(root / ".gitignore"), str(root / "inner/a.log")]
    assert list(walk(str(root / "inner"), Ignore.at(root / "inner"))) == [str(root / "inner/a.log")]


def test_no_rule_takes_long() -> None:
    """Folders are listed in the loop's own process, and no match can be cancelled."""
    rules = Rules(
        ["*a" * 100 + "b", "**/" * 100 + "x", "**/*a*a*a/" * 50 + "x", "{a,b}" * 100, "{*a,*b}" * 6 + "c"]
    )
    for path in ("a" * 255, "a/" * 2000 + "a", "/".join(["a" * 200] * 20)):
        assert rules.leave_out(path, folder=True) is None


def test_of_thousands_of_rules_the_last_that_fits_counts() -> None:
    rules = Rules([f"{'!' * (number % 2)}{number % 1000}" for number in range(5000)] + ["7"])
    assert rules.leave_out("sub/6", folder=False) is True
    assert rules.leave_out("sub/5", folder=False) is False
    assert rules.leave_out("sub/7", folder=True) is True
    assert rules.leave_out("sub/1000", folder=False) is None


def test_a_gitignore_that_is_a_pipe_is_no_rule_and_holds_up_nobody(tmp_path: Path) -> None:
    root = tmp_path.resolve()
    os.mkfifo(root / ".gitignore")
    (root / "a").touch()
    assert list(walk(str(root), Ignore.at(root))) == [str(root / "a")]
