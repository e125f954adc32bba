"""Rules in a file: read as a whole or refused as a whole, with the line and the reason."""

from __future__ import annotations

import pytest
import tomlkit

from app.approval.rule import parse
from app.approval.rule_toml import RuleFileError, read_rules, table_of

FILE = """\
# what my projects share
[[rule]]
action = "allow"
tool = "bash"
pattern = "npm run test"
match = ["npm run test", "npm run test --watch | tail -n 5"]
not_match = ["npm run tests", "npm run test && rm x"]

[[rule]]
action = "deny"
tool = "edit"
pattern = "secrets/**"
match = ["secrets/a", "/workspace/secrets/b"]
not_match = ["src/secrets/a"]

  [[ rule ]]
action = "ask"
tool = "mcp__github__*"
match = ["mcp__github__push"]
not_match = ["mcp__gitlab__push"]

[[rule]]
action = "allow"
tool = "bash"
pattern = "npm install"
workspace = "/home/me/project"
network = true

[[rule]]
action = "deny"
tool = "fetch"
pattern = "example.com"
match = ["example.com", "https://docs.example.com/x"]
not_match = ["https://notexample.com/"]

[[rule]]
action = "deny"
tool = "read"
pattern = "~/.ssh/**"
match = ["~/.ssh/id"]
"""


def test_each_table_is_a_rule_with_its_line() -> None:
    rules = read_rules(FILE, "rules.toml", tightens=False)
    assert [(str(rule), rule.place) for rule in rules] == [
        ("allow bash npm run test", "rules.toml:2"),
        ("deny edit secrets/**", "rules.toml:9"),
        ("ask tool mcp__github__*", "rules.toml:16"),
        ("allow bash --network npm install", "rules.toml:22"),
        ("deny fetch example.com", "rules.toml:29"),
        ("deny read ~/.ssh/**", "rules.toml:36"),
    ]
    assert rules[3].workspace == "/home/me/project"


def test_what_is_written_for_a_rule_reads_as_that_rule() -> None:
    rules = read_rules(FILE, "rules.toml", tightens=False)
    text = tomlkit.dumps({"rule": [table_of(rule) for rule in rules]})
    again = read_rules(text, "rules.toml", tightens=False)
    assert [table_of(rule) for rule in again] == [table_of(rule) for rule in rules]


@pytest.mark.parametrize(
    ("tool", "text"),
    [
        ("bash", "deny tool bash"),
        ("edit", "deny edit **"),
        ("read", "deny read **"),
        ("fetch", "deny fetch *"),
    ],
)
def test_without_a_pattern_a_rule_is_about_all(tool: str, text: str) -> None:
    assert read_rules(f'[[rule]]\naction = "deny"\ntool = "{tool}"\n', "x", tightens=False) == (
        type(rule := parse(text))(rule.action, rule.subject, rule.pattern, source="x", line=1),
    )


GOOD = '[[rule]]\naction = "deny"\ntool = "bash"\npattern = "make"\n'


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (f"{GOOD}\nnonsense", "x:6: is not valid TOML: Expected '=' after a key"),
        (f"{GOOD}pattern = 'again'\n", "x:5: is not valid TOML"),
        ("[" * 5000, "x:1: is not valid TOML"),
        ("rules = 1", "x: there is no rules in a file of rules; each begins with [[rule]]"),
        ("[rule]\naction = 'deny'", "x: rule must be a list of tables"),
        ("rule = [1]", "x: rule must be a list of tables"),
        (
            f"{GOOD}{GOOD}because = 'x'\n",
            "x:5: there is no because in a rule; there are action, tool, pattern",
        ),
        (f'{GOOD}"\\u001b[2J\\n" = 1\n', "x:1: there is no   in a rule"),
        ('[[rule]]\ntool = "bash"\npattern = "x"\n', "x:1: action must be allow, ask or deny"),
        (
            '[[rule]]\naction = "maybe"\ntool = "bash"\npattern = "x"\n',
            "x:1: action must be allow, ask or deny",
        ),
        ('[[rule]]\naction = "deny"\n', "x:1: tool must be bash, edit, read, fetch or the name of a tool"),
        (
            '[[rule]]\naction = "deny"\ntool = "think"\npattern = "x"\n',
            "x:1: a rule for the tool think takes no pat",
        ),
        (f'{GOOD}network = "yes"\n', "x:1: network must be true or false"),
        (f"{GOOD}network = true\n", "x:1: only a rule that allows commands"),
        (f"{GOOD}match = [1]\n", "x:1: match must be a list of texts"),
        (f'{GOOD}match = "make"\n', "x:1: match must be a list of texts"),
        (f'{GOOD}workspace = "project"\n', "x:1: workspace must be a whole path"),
        (f'{GOOD}match = ["make", "mak"]\n', "x:1: deny bash make: the example mak in match does not fit"),
        (
            f'{GOOD}not_match = ["cd x; make"]\n',
            "x:1: deny bash make: the example cd x; make in not_match fits",
        ),
        ('rule = [{action = "deny", tool = "bash", pattern = ""}]', "x: the rule names nothing"),
    ],
)
def test_a_file_is_refused_with_its_line_and_the_reason(text: str, says: str) -> None:
    with pytest.raises(RuleFileError) as refused:
        read_rules(text, "x", tightens=False)
    assert str(refused.value).startswith(says)
    assert str(refused.value).isprintable()


def test_a_text_that_looks_like_a_header_gives_no_wrong_line() -> None:
    text = f"{GOOD}match = ['''make\n[[rule]]''']\nbad = 1\n"
    with pytest.raises(RuleFileError, match=r"^x: there is no bad"):
        read_rules(text, "x", tightens=False)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ('action = "allow"', "the rules of a project cannot allow anything"),
        ('workspace = "/w"', "leave workspace out"),
    ],
)
def test_the_rules_of_a_project_can_only_tighten(change: str, says: str) -> None:
    key = change.partition(" ")[0]
    lines = [line for line in GOOD.splitlines() if not line.startswith(key)]
    with pytest.raises(RuleFileError, match=f"^x:1: .*{says}"):
        read_rules("\n".join([*lines, change]), "x", tightens=True)
    assert len(read_rules(GOOD + GOOD.replace("deny", "ask"), "x", tightens=True)) == 2
