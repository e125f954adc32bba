"""What a set of rules says about a call: deny before ask before allow, whatever order they stand in."""

from __future__ import annotations

import itertools

import pytest

from app.approval.places import Here
from app.approval.rule import parse
from app.approval.rules import Judgement, Rules, matching
from app.approval.verdict import Action
from app.trajectory.effects import Effects

HERE = Here("/w", "/w")
EDITOR = "str_replace_based_edit_tool"


def judged(effects: Effects, *texts: str, tool: str = "") -> Judgement:
    return Rules(map(parse, texts), "/w", "/home/me").judge(tool, effects, HERE)


def command(text: str) -> Effects:
    return Effects(text, command=text, unknown=True, cwd="/w")


def fetch(*addresses: str) -> Effects:
    return Effects("fetch", reads=addresses, network=True)


def edit(*paths: str) -> Effects:
    return Effects("edit", writes=paths)


def read(*paths: str) -> Effects:
    return Effects("read", reads=paths)


@pytest.mark.parametrize("order", itertools.permutations(["allow", "ask", "deny"]))
@pytest.mark.parametrize(
    ("subject", "effects", "tool"),
    [
        ("bash make", command("make test"), "bash"),
        ("edit src/**", edit("/w/src/a"), EDITOR),
        ("read src/**", read("/w/src/a"), EDITOR),
        ("fetch example.com", fetch("https://example.com/"), "fetch"),
        ("tool mcp__x__*", Effects("x", unknown=True), "mcp__x__y"),
    ],
)
def test_the_strictest_rule_decides(
    order: tuple[str, ...], subject: str, effects: Effects, tool: str
) -> None:
    for count in (1, 2, 3):
        texts = [f"{action} {subject}" for action in order[:count]]
        strictest = min(order[:count], key=["deny", "ask", "allow"].index)
        found = judged(effects, *texts, tool=tool)
        assert (found.action, str(found.rule)) == (strictest, f"{strictest} {subject}")
        assert str(found.rule) in found.reason


def test_a_narrow_rule_does_not_lift_a_wide_one() -> None:
    assert judged(edit("/w/src/a"), "allow edit src/a", "deny edit **").action is Action.DENY
    assert (
        judged(command("make test"), "allow bash make test", "ask tool bash", tool="bash").action
        is Action.ASK
    )


def test_no_rule_speaks_of_what_none_fits() -> None:
    assert judged(edit("/w/lib/a"), "allow edit src/**", "deny edit secrets/**").action is None
    assert judged(fetch("https://example.org/"), "allow fetch example.com").action is None
    assert judged(Effects("x", unknown=True), "allow tool mcp__x__*", tool="mcp__y__z").action is None


def test_every_path_and_address_needs_a_rule_that_allows_it() -> None:
    assert judged(edit("/w/src/a", "/w/lib/a"), "allow edit src/**").action is None
    assert (
        judged(edit("/w/src/a", "/w/lib/a"), "allow edit src/**", "allow edit lib/**").action is Action.ALLOW
    )
    assert judged(fetch("https://a.org/", "https://b.org/"), "allow fetch a.org").action is None


def test_one_path_or_address_is_enough_to_forbid() -> None:
    assert judged(edit("/w/src/a", "/w/lib/a"), "deny edit lib/**").action is Action.DENY
    assert judged(fetch("https://a.org/", "https://b.org/"), "ask fetch b.org").action is Action.ASK


def test_a_rule_about_paths_allows_nothing_else_that_a_call_may_do() -> None:
    more = Effects("x", writes=("/w/src/a",), unknown=True)
    online = Effects("x", writes=("/w/src/a",), network=True)
    assert judged(more, "allow edit src/**").action is None
    assert judged(online, "allow edit src/**").action is None


def test_an_unclear_address_is_allowed_by_no_rule_and_denied_by_each() -> None:
    effects = fetch("https://a.org\\@b.org/")
    assert judged(effects, "allow fetch *").action is None
    assert judged(effects, "deny fetch c.org").action is Action.DENY


def test_who_must_not_read_a_file_must_not_edit_it() -> None:
    assert judged(edit("/w/secrets/a"), "deny read secrets/**").action is Action.DENY
    assert judged(read("/w/secrets/a"), "deny edit secrets/**").action is None


@pytest.mark.parametrize(
    "text",
    [
        "cat secrets/key",
        "cat ./src/../secrets/key",
        "cat /w/secrets/key",
        "cat se''crets/key",
        "cat 'secrets/my key'",
        "echo $(cat secrets/key)",
        "python3 -c \"open('secrets/key')\"",
        "tool --input=secrets/key",
        "tool @secrets/key",
        "cat < secrets/key",
        "cat <<x\n$(cat secrets/key)\nx",
        "rm -rf secrets",
        "tar cf x.tar src:secrets/key",
        "cat SECRETS/key",
    ],
)
def test_a_command_that_names_a_path_is_held_to_the_rules_of_the_path(text: str) -> None:
    found = judged(command(text), "deny read secrets/**", "allow tool bash", tool="bash")
    assert found.action is Action.DENY


def test_a_command_too_long_to_look_through_may_name_anything() -> None:
    long = command("make " + "a/b " * 10_000 + "secrets/key")
    found = judged(long, "deny read secrets/**", "allow tool bash", tool="bash")
    assert (found.action, found.unsure) == (Action.ASK, True)
    assert not judged(long, "ask read secrets/**").unsure


def test_a_command_that_only_reads_is_no_edit() -> None:
    assert judged(command("cat gen/a"), "deny edit gen/**").action is Action.ALLOW
    assert judged(command("make gen/a"), "deny edit gen/**").action is Action.DENY


def test_home_is_known_in_commands() -> None:
    assert judged(command("tool ~/.ssh/id"), "deny read ~/.ssh/**").action is Action.DENY


def test_a_search_that_may_meet_what_is_denied_asks() -> None:
    found = judged(read("/w"), "deny read secrets/**", tool="grep")
    assert (found.action, found.unsure) == (Action.ASK, True)
    assert judged(read("/w/secrets"), "deny read secrets/**", tool="grep").action is Action.DENY
    assert judged(read("/w/src"), "deny read secrets/**", tool="grep").action is None
    assert judged(read("/w"), "deny read .env", tool="grep").action is None  # no search looks there


def test_the_network_is_given_only_if_each_part_has_a_rule_that_gives_it() -> None:
    rules = ("allow bash --network npm install", "allow bash make")
    assert judged(command("npm install x"), *rules).network
    assert judged(command("npm install x | cat"), *rules).network
    assert not judged(command("make"), *rules).network
    assert not judged(command("npm install x && make"), *rules).network
    assert not judged(command("npm install x"), *rules, "deny bash npm").network


def test_rules_of_another_workspace_are_left_out() -> None:
    rule = parse("deny bash make")
    elsewhere = type(rule)(rule.action, rule.subject, rule.pattern, workspace="/elsewhere")
    assert Rules([elsewhere, rule], "/w").rules == (rule,)


def test_past_calls_that_a_rule_would_have_decided_are_counted() -> None:
    calls = [("bash", command(text)) for text in ("make test", "make test -j2", "make lint", "cat x")]
    calls += [(EDITOR, edit("/w/src/a"))]
    assert matching(parse("allow bash make test"), calls, "/w") == 2
    assert matching(parse("deny bash make"), calls, "/w") == 3
    assert matching(parse("allow edit src/**"), calls, "/w") == 1
    assert matching(parse("ask tool bash"), calls, "/w") == 4
