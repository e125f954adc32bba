"""What a person is offered to allow for longer: little, and in words of rules."""

from __future__ import annotations

import pytest

from app.approval.places import Here
from app.approval.rule import parse
from app.approval.rules import Rules
from app.approval.verdict import Action
from app.session.offers import rules_for
from app.trajectory.effects import Effects

ROOT = "/w"


def command(text: str) -> Effects:
    return Effects(text, command=text, unknown=True, cwd=ROOT)


def edit(*paths: str) -> Effects:
    return Effects("edit", writes=paths)


@pytest.mark.parametrize(
    ("tool", "effects", "offered"),
    [
        ("bash", command("npm run test -- -x"), ["allow bash npm run test"]),
        ("bash", command("make lint && npm ci"), ["allow bash make lint", "allow bash npm ci"]),
        ("bash", command("for i in 1; do make; done"), []),
        ("edit", edit("/w/src/a.py"), ["allow edit src/**"]),
        (
            "edit",
            edit("/w/src/a.py", "/w/src/b.py", "/w/lib/c.py"),
            ["allow edit src/**", "allow edit lib/**"],
        ),
        ("edit", edit("/w/README.md"), ["allow edit README.md"]),
        ("edit", edit("/w/a [b]/!c*/d"), [r"allow edit a\ \[b\]/\!c\*/**"]),
        ("edit", edit("/elsewhere/a"), []),
        ("edit", edit(*(f"/w/{letter}/f" for letter in "abcdef")), []),
        ("view", Effects("view", reads=("/w/src/a.py",)), ["allow read src/**"]),
        ("web", Effects("f", reads=("https://docs.x.org/a",), network=True), ["allow fetch docs.x.org"]),
        ("web", Effects("f", reads=("https://a\\@b/",), network=True), []),
        ("mcp__x__y", Effects("y", unknown=True), ["allow tool mcp__x__y"]),
        ("search", Effects("s", network=True), ["allow tool search"]),
    ],
)
def test_what_is_offered(tool: str, effects: Effects, offered: list[str]) -> None:
    assert list(map(str, rules_for(tool, effects, ROOT))) == offered


@pytest.mark.parametrize(
    "effects", [command("npm run test"), edit("/w/a [b]/!c*/d"), edit("/w/#x"), edit("/w/src/a.py", "/w/b")]
)
def test_what_is_offered_can_be_typed_and_allows_the_call(effects: Effects) -> None:
    texts = [str(rule) for rule in rules_for("bash", effects, ROOT)]
    rules = Rules(map(parse, texts), ROOT)
    assert rules.judge("bash", effects, Here(ROOT, ROOT)).action is Action.ALLOW


def test_a_command_can_be_offered_the_network() -> None:
    rules = rules_for("bash", command("npm install"), ROOT, network=True)
    assert list(map(str, rules)) == ["allow bash --network npm install"]
