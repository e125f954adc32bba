"""Whose rules count: the person's own; the project's only as the person has seen them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.approval.places import Here
from app.approval.rule import parse
from app.approval.rule_book import RuleBook
from app.approval.verdict import Action
from app.trajectory.effects import Effects

DENY = '[[rule]]\naction = "deny"\ntool = "bash"\npattern = "{}"\n'


class Project:
    """A project and a person, each with a file of rules."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "w"
        self.file = self.root / ".sawhorse" / "rules.toml"
        self.file.parent.mkdir(parents=True)
        self.own = folder / "config" / "rules.toml"
        self.own.parent.mkdir()
        self.environ = {
            "SAWHORSE_CONFIG": str(folder / "config" / "config.toml"),
            "SAWHORSE_DATA": str(folder / "data"),
        }
        self.book = self.opened()

    def opened(self) -> RuleBook:
        """The rules as a new session sees them."""
        return RuleBook(str(self.root), self.environ)

    def trust(self) -> None:
        """As another process does it."""
        book = self.opened()
        book.rules()
        book.project.trust()


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def counting(book: RuleBook) -> list[str]:
    return [str(rule) for rule in book.rules().rules]


def told(book: RuleBook) -> list[str]:
    return list(book.problems)


def test_both_files_count_once_the_project_is_trusted(project: Project) -> None:
    project.own.write_text(DENY.format("make"))
    project.file.write_text(DENY.format("git push"))
    assert counting(project.book) == ["deny bash make"]
    assert told(project.book) == [
        f"{project.file} does not count until you trust it; look at it with `sawhorse rules trust`"
    ]
    project.trust()
    assert counting(project.book) == ["deny bash make", "deny bash git push"]
    assert told(project.book) == []
    assert counting(project.opened()) == ["deny bash make", "deny bash git push"]


def test_a_trusted_file_that_changes_is_not_trusted_any_more(project: Project) -> None:
    project.file.write_text(DENY.format("git push"))
    project.trust()
    counting(project.book)
    project.file.write_text(DENY.format("git pull"))
    assert counting(project.opened()) == []
    assert counting(project.book) == ["deny bash git push"]  # no call gets rid of what forbids it
    assert "has changed since you trusted it" in told(project.book)[0]
    project.trust()
    assert counting(project.book) == ["deny bash git pull"]


def test_a_trusted_file_that_is_gone_is_said_until_the_person_agrees(project: Project) -> None:
    project.file.write_text(DENY.format("git push"))
    project.trust()
    counting(project.book)
    project.file.unlink()
    assert counting(project.book) == ["deny bash git push"]
    assert "is gone" in told(project.book)[0]
    assert project.book.project.waits
    project.trust()
    assert counting(project.book) == []
    assert told(project.book) == []


def test_trust_is_in_one_content_of_one_file(project: Project, tmp_path: Path) -> None:
    project.file.write_text(DENY.format("git push"))
    project.trust()
    copy = tmp_path / "copy"
    (copy / ".sawhorse").mkdir(parents=True)
    (copy / ".sawhorse" / "rules.toml").write_text(DENY.format("git push"))
    assert not RuleBook(str(copy), project.environ).rules().rules
    link = tmp_path / "link"
    link.symlink_to(project.root)
    assert len(RuleBook(str(link), project.environ).rules().rules) == 1


def test_a_project_that_allows_something_is_refused_even_where_trust_says_otherwise(project: Project) -> None:
    project.file.write_text(DENY.format("git push").replace("deny", "allow"))
    assert counting(project.book) == []
    assert told(project.book) == [
        f"{project.file}:1: the rules of a project cannot allow anything; allow it in your own rules"
    ]
    assert not project.book.project.waits
    project.trust()
    book = project.opened()
    assert counting(book) == []
    assert "cannot allow anything" in book.rules().error


@pytest.mark.parametrize("damage", ["", "[", "[]", "null", '{"a": 1}', "[" * 5000])
def test_damaged_trust_is_no_trust(project: Project, damage: str) -> None:
    project.file.write_text(DENY.format("git push"))
    project.trust()
    [kept] = (project.own.parent.parent / "data").iterdir()
    assert list(json.loads(kept.read_text())) == [str(project.file)]
    assert kept.stat().st_mode & 0o777 == 0o600
    kept.write_text(damage)
    assert counting(project.book) == []


def test_rules_that_were_never_read_make_everything_ask(project: Project) -> None:
    project.own.write_text("nonsense")
    assert project.book.rules().error == told(project.book)[0]
    assert told(project.book)[0].startswith(f"{project.own}:1: ")
    project.own.write_text(DENY.format("make"))
    assert project.book.rules().error == ""
    project.own.write_text("nonsense")
    assert project.book.rules().error == ""
    assert counting(project.book) == ["deny bash make"]
    assert told(project.book)[0].startswith(f"{project.own}:1: ")


def test_a_rule_for_this_project_is_kept_in_the_persons_file(project: Project) -> None:
    rule = parse("allow bash make")
    here = type(rule)(rule.action, rule.subject, rule.pattern, workspace=str(project.root))
    project.book.own.add(here)
    assert counting(project.book) == ["allow bash make"]
    assert not project.file.exists()
    assert not RuleBook(str(project.root / "deeper"), project.environ).rules().rules


def test_our_own_files_ask_in_a_workspace_that_holds_them(project: Project, tmp_path: Path) -> None:
    rules = RuleBook(str(tmp_path), project.environ).rules()
    here = Here(str(tmp_path), str(tmp_path))
    config, data = tmp_path / "config", tmp_path / "data"
    for path in (config / "config.toml", config / "rules.toml", data / "sessions" / "x", data):
        for effects in (Effects("e", writes=(str(path),)), Effects("r", reads=(str(path),))):
            assert rules.judge("x", effects, here).action is Action.ASK
    assert rules.judge("bash", Effects("x", command="cat config/rules.toml"), here).action is Action.ASK
    assert rules.judge("x", Effects("e", writes=(str(config / "other"),)), here).action is None
