"""Which calls run, which ask, which are denied, and why."""

from __future__ import annotations

import pytest

from app.approval.policy import Decision, decide
from app.approval.rule import parse
from app.approval.rules import Rules
from app.approval.verdict import Action
from app.settings.schema import MODES, Mode
from app.trajectory.effects import Effects

READ = Effects("r", reads=("/w/a",))
EDIT = Effects("e", writes=("/w/a",))
THOUGHT = Effects("t")
FETCH = Effects("f", reads=("https://docs.python.org/3/",), network=True)
UNKNOWN = Effects("u", unknown=True)
OUTSIDE = Effects("e", writes=("/etc/x",), outside=True)
PROTECTED = Effects("e", writes=("/w/.git/config",), protected=True)
ALLOW, ASK, DENY = Action.ALLOW, Action.ASK, Action.DENY


def command(text: str, *variables: str) -> Effects:
    return Effects(text, command=text, unknown=True, cwd="/w", variables=variables)


def decided(effects: Effects, mode: Mode, *texts: str, tool: str = "", confined: bool = True) -> Decision:
    rules = Rules(map(parse, texts), "/w", "/home/me")
    return decide(tool or ("bash" if effects.command else "x"), effects, mode, "/w", rules, confined=confined)


@pytest.mark.parametrize(
    ("effects", "plan", "ask", "edits", "auto"),
    [
        (THOUGHT, ALLOW, ALLOW, ALLOW, ALLOW),
        (READ, ALLOW, ALLOW, ALLOW, ALLOW),
        (command("cat a | grep x"), ALLOW, ALLOW, ALLOW, ALLOW),
        (EDIT, DENY, ASK, ALLOW, ALLOW),
        (command("make test"), DENY, ASK, ASK, ALLOW),
        (command("sudo ls"), DENY, ASK, ASK, ASK),
        (command("rm -rf ~"), DENY, ASK, ASK, ASK),
        (FETCH, DENY, ASK, ASK, ASK),
        (UNKNOWN, DENY, ASK, ASK, ASK),
        (OUTSIDE, DENY, ASK, ASK, ASK),
        (PROTECTED, DENY, ASK, ASK, ASK),
        (Effects("r", reads=("/etc/x",), outside=True), ASK, ASK, ASK, ASK),
        (Effects("r", reads=("/w/.env",), protected=True), ASK, ASK, ASK, ASK),
    ],
)
def test_without_rules_the_mode_decides(
    effects: Effects, plan: Action, ask: Action, edits: Action, auto: Action
) -> None:
    assert [decided(effects, mode).action for mode in MODES] == [plan, ask, edits, auto, ALLOW]
    assert all(decided(effects, mode).reason for mode in MODES)


def test_reasons_name_the_mode() -> None:
    assert decided(EDIT, "ask").reason == "mode ask: edits ask"
    assert decided(command("make"), "edits").reason == "mode edits: commands ask"
    assert decided(command("make"), "auto").reason == "mode auto: not critical"
    assert decided(OUTSIDE, "auto").reason == "touches a file outside the workspace"
    assert decided(PROTECTED, "auto").reason == "touches a protected file"
    assert decided(command("sudo ls"), "auto").reason == "sudo asks for more rights"


def test_in_mode_plan_the_model_is_told_to_plan() -> None:
    reason = decided(EDIT, "plan").reason
    assert "say what you would do" in reason
    assert "another mode" in reason, "and no key: there may be nobody to press one"


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("effects", "text"),
    [
        (READ, "deny read a"),
        (EDIT, "deny edit **"),
        (FETCH, "deny fetch python.org"),
        (command("ls && git push"), "deny bash git push"),
        (command("cat a"), "deny tool bash"),
        (UNKNOWN, "deny tool x"),
        (OUTSIDE, "deny edit /etc/**"),
    ],
)
def test_what_a_rule_denies_is_denied_in_every_mode(mode: Mode, effects: Effects, text: str) -> None:
    decision = decided(effects, mode, text, "allow tool *", "ask tool *")
    assert (decision.action, str(decision.rule)) == (DENY, text)
    assert decision.reason.startswith(f"denied by the rule: {text}")


@pytest.mark.parametrize(
    "effects",
    [
        OUTSIDE,
        PROTECTED,
        command("rm -rf ~"),
        command("rm -rf ."),
        command("cp a .git/config"),
        command("tool ../x"),
        command("cp a .sawhorse/rules.toml"),
    ],
)
def test_what_is_critical_asks_whatever_is_allowed_but_not_in_yolo(effects: Effects) -> None:
    everything = ("allow tool *", "allow edit **", "allow bash rm", "allow bash cp", "allow bash tool")
    for texts in (everything, everything[1:]):
        actions = [decided(effects, mode, *texts).action for mode in MODES]
        assert actions[0] is not ALLOW  # plan
        assert actions[1:] == [ASK, ASK, ASK, ALLOW]


@pytest.mark.parametrize(
    "text", ["curl https://example.org/x", "pip install x", "git push origin main", "docker ps"]
)
def test_a_rule_for_a_program_lifts_what_speaks_against_it(text: str) -> None:
    rule = f"allow bash {' '.join(text.split()[:2])}"
    assert decided(command(text), "auto").action is ASK
    for mode in MODES:
        assert decided(command(text), mode, rule).action is ALLOW
    assert decided(command(text), "auto", "allow tool bash").action is ASK


@pytest.mark.parametrize("mode", ["plan", "ask", "edits", "auto"])
@pytest.mark.parametrize(
    ("effects", "subject"),
    [
        (READ, "read a"),
        (EDIT, "edit a"),
        (FETCH, "fetch docs.python.org"),
        (command("make test"), "bash make"),
        (UNKNOWN, "tool x"),
    ],
)
def test_a_rule_that_asks_or_allows_counts_before_the_mode(
    mode: Mode, effects: Effects, subject: str
) -> None:
    asked, allowed = f"ask {subject}", f"allow {subject}"
    assert decided(effects, mode, asked, allowed) == Decision(
        ASK, f"asks because of the rule: {asked}", parse(asked)
    )
    assert decided(effects, mode, allowed) == Decision(
        ALLOW, f"allowed by the rule: {allowed}", parse(allowed)
    )
    assert decided(effects, "yolo", asked).action is ALLOW


def test_mode_auto_needs_a_sandbox_for_commands_and_not_for_edits() -> None:
    assert decided(command("make"), "auto", confined=False).action is ASK
    assert decided(command("make"), "auto", "allow bash make", confined=False).action is ALLOW
    assert decided(command("cat a"), "auto", confined=False).action is ALLOW
    assert decided(EDIT, "auto", confined=False).action is ALLOW


def test_a_search_that_may_meet_what_is_denied_asks_and_in_yolo_is_denied() -> None:
    search = Effects("s", reads=("/w",))
    actions = [decided(search, mode, "deny read secrets/**", tool="grep").action for mode in MODES]
    assert actions == [ASK, ASK, ASK, ASK, DENY]


def test_rules_that_cannot_be_read_make_everything_ask_in_every_mode() -> None:
    rules = Rules((), "/w", error="rules.toml:3: is not valid TOML")
    for mode in MODES:
        for effects in (READ, EDIT, FETCH, command("cat a"), UNKNOWN):
            decision = decide("x", effects, mode, "/w", rules, confined=True)
            assert decision == Decision(ASK, "rules.toml:3: is not valid TOML")
        assert decide("x", THOUGHT, mode, "/w", rules, confined=True).action is ALLOW


@pytest.mark.parametrize("variable", ["PATH", "LD_PRELOAD", "GIT_DIR", "BASH_ENV"])
def test_after_a_variable_that_changes_what_commands_do_their_names_count_for_nothing(variable: str) -> None:
    for text in ("cat a", "make test"):
        decision = decided(command(text, "HARMLESS", variable), "ask", "allow bash make")
        assert decision.action is ASK
        assert f"sets {variable}" in decision.reason
        assert decided(command(text, "HARMLESS"), "ask", "allow bash make").action is ALLOW


def test_the_network_is_the_gift_of_a_rule_in_every_mode() -> None:
    rule = "allow bash --network npm install"
    for mode in MODES:
        assert decided(command("npm install"), mode, rule).network
        assert not decided(command("npm install"), mode).network
        assert not decided(command("npm install"), mode, rule, "deny bash npm").network


def test_relative_paths_of_a_command_start_where_it_runs() -> None:
    deeper = Effects("c", command="rm ../../x", unknown=True, cwd="/w/sub")
    assert decided(deeper, "auto").action is ASK
    assert decided(Effects("c", command="rm ../x", unknown=True, cwd="/w/sub"), "auto").action is ALLOW
