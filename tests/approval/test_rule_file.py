"""A file of rules while it changes: the last good rules hold, and a person is told of the rest."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.approval.rule import parse
from app.approval.rule_file import RuleFile
from app.approval.rule_toml import RuleFileError

DENY = '[[rule]]\naction = "deny"\ntool = "bash"\npattern = "make"\n'
COMMENTED = """\
# mine

[[rule]]  # why
tool = "bash"   # the tool comes first here
action = "deny"
pattern = 'git  push'
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "rules.toml"


def shown(file: RuleFile) -> list[str]:
    file.refresh()
    return [str(rule) for rule in file.rules]


def test_a_file_that_is_not_there_has_no_rules_and_is_no_error(path: Path) -> None:
    file = RuleFile(path)
    assert shown(file) == []
    assert (file.error, file.loaded, file.content) == ("", True, None)


def test_a_change_is_noticed_and_no_change_reads_nothing(path: Path) -> None:
    path.write_text(DENY)
    os.utime(path, (1, 1))
    file = RuleFile(path)
    assert file.refresh()
    assert not file.refresh()
    path.write_text(DENY.replace("make", "cmake"))
    assert shown(file) == ["deny bash cmake"]
    path.unlink()
    assert shown(file) == []


@pytest.mark.parametrize("bad", ["nonsense", DENY + "extra = 1\n", DENY + 'match = ["ls"]\n', "\udcff"])
def test_while_a_file_is_refused_its_last_good_rules_hold(path: Path, bad: str) -> None:
    path.write_text(DENY)
    file = RuleFile(path)
    file.refresh()
    path.write_text(bad, errors="surrogateescape")
    assert shown(file) == ["deny bash make"]
    assert file.error.startswith(f"{path}:1: ")
    assert "\n" not in file.error
    path.write_text(DENY)
    assert shown(file) == ["deny bash make"]
    assert file.error == ""


def test_a_file_that_was_never_good_is_known_as_such(path: Path) -> None:
    path.write_text("nonsense")
    file = RuleFile(path)
    assert shown(file) == []
    assert not file.loaded


def test_a_file_that_cannot_be_read_is_an_error(path: Path) -> None:
    path.mkdir()
    file = RuleFile(path)
    file.refresh()
    assert file.error.startswith(f"{path} cannot be read: ")
    assert not file.loaded


def test_adding_a_rule_leaves_the_rest_as_it_is(path: Path) -> None:
    path.write_text(COMMENTED)
    added = RuleFile(path).add(parse("allow bash --network npm install"))
    assert path.read_text() == (
        f'{COMMENTED}\n[[rule]]\naction = "allow"\ntool = "bash"\npattern = "npm install"\nnetwork = true\n'
    )
    assert added.place == f"{path}:8"
    assert shown(RuleFile(path)) == ["deny bash git push", "allow bash --network npm install"]


def test_a_rule_that_is_there_is_not_added_again(path: Path) -> None:
    path.write_text(COMMENTED)
    assert RuleFile(path).add(parse("deny bash git push")).line == 3
    assert path.read_text() == COMMENTED


def test_the_first_rule_makes_the_file(tmp_path: Path) -> None:
    path = tmp_path / "new" / "rules.toml"
    RuleFile(path).add(parse("ask tool mcp__x__*"))
    assert path.read_text() == '[[rule]]\naction = "ask"\ntool = "mcp__x__*"\n'
    assert path.stat().st_mode & 0o777 == 0o600


def test_an_added_rule_is_seen_by_who_has_read_the_file(path: Path) -> None:
    path.write_text(DENY)
    file = RuleFile(path)
    file.refresh()
    path.write_text(DENY.replace("make", "cmake"))
    file.add(parse("deny bash cmake"))  # it is there, and this file has not been looked at since
    assert shown(file) == ["deny bash cmake"]


def test_nothing_is_added_to_a_file_that_is_refused(path: Path) -> None:
    path.write_text("nonsense")
    with pytest.raises(RuleFileError, match="is not valid TOML"):
        RuleFile(path).add(parse("deny bash make"))
    assert path.read_text() == "nonsense"
