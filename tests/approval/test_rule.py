"""A rule is a line that a person reads and types, and it means what it says."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.approval.rule import Rule, RuleError, checked, parse
from app.approval.verdict import Action


@pytest.mark.parametrize(
    "text",
    [
        "allow bash npm run test",
        "allow bash --network npm install",
        "deny bash git push",
        "allow bash git commit -m 'a b'",
        "deny edit secrets/**",
        "ask edit my notes/*.md",
        "deny read ~/.ssh/**",
        "deny read /etc/**",
        "ask tool mcp__github__*",
        "deny tool bash",
        "allow fetch docs.python.org",
        "ask fetch *",
    ],
)
def test_a_rule_reads_as_it_is_typed(text: str) -> None:
    assert str(parse(text)) == text


@given(st.lists(st.text(st.characters(exclude_categories=("C", "Z"), include_characters=" ")), min_size=1))
def test_the_words_of_a_command_come_back_exactly(words: list[str]) -> None:
    try:
        rule = checked(Rule(Action.DENY, "bash", " ".join(f"'{word}'" for word in words)))
    except RuleError:
        return
    assert parse(str(rule)) == rule
    assert parse(str(rule)).prefix == rule.prefix


def test_blanks_and_quotes_around_words_mean_nothing() -> None:
    assert parse('  allow  bash   npm "run"  test ') == parse("allow bash npm run test")


def test_the_network_is_a_flag_of_a_rule_that_allows_commands() -> None:
    rule = parse("allow bash --network npm install")
    assert (rule.network, rule.prefix) == (True, ("npm", "install"))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "a rule is allow, ask or deny"),
        ("permit bash ls", "a rule is allow, ask or deny"),
        ("allow shell ls", "then bash, edit, read, fetch or tool"),
        ("deny bash", "for all there is: deny tool bash"),
        ("deny edit", "for all there is: deny edit **"),
        ("allow bash npm run *", "leave the * out"),
        ("allow bash cd a && make", "write a rule for each part"),
        ("allow bash 'npm", "quotes"),
        ("allow bash -n x", "names no command"),
        ("allow bash ''", "names no command"),
        ("allow bash npm\u200b run", "invisible"),
        ("deny edit a\nb", "invisible"),
        ("deny bash --network npm", "only a rule that allows commands"),
        ("allow edit ~/notes/**", "files outside the workspace always ask"),
        ("allow read /etc/**", "files outside the workspace always ask"),
        ("deny edit ../x", "holds no"),
        ("allow fetch https://x.org/", "give a domain"),
        ("deny tool a b", "give the name of a tool"),
    ],
)
def test_what_would_mean_nothing_or_something_else_is_refused_in_one_line(text: str, says: str) -> None:
    with pytest.raises(RuleError, match=says.replace("*", r"\*")) as refused:
        parse(text)
    assert str(refused.value).isprintable()


def test_what_allows_counts_in_its_workspace_and_what_forbids_also_in_folders_of_it() -> None:
    allow = Rule(Action.ALLOW, "bash", "make", workspace="/w")
    deny = Rule(Action.DENY, "bash", "make", workspace="/w")
    assert [allow.counts_in(root) for root in ("/w", "/w/sub", "/w_too", "/")] == [True, False, False, False]
    assert [deny.counts_in(root) for root in ("/w", "/w/sub", "/w_too", "/")] == [True, True, False, False]
    assert Rule(Action.ALLOW, "bash", "make").counts_in("/anywhere")


def test_a_workspace_is_a_whole_path_and_links_in_it_are_followed(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "project")
    rule = checked(Rule(Action.ALLOW, "bash", "make", workspace=f"{tmp_path}/link/"))
    assert rule.workspace == str(tmp_path / "project")
    with pytest.raises(RuleError, match="whole path"):
        checked(Rule(Action.ALLOW, "bash", "make", workspace="project"))
