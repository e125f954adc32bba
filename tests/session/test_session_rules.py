"""Rules decide what no person needs to be asked, and answers become rules."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from app.approval.rule import Rule, parse
from app.approval.rule_book import RuleBook
from app.session.answer import Answer
from app.session.approvals import Approvals
from app.trajectory.events import (
    ApprovalAsked,
    ApprovalDecided,
    Note,
    TaskEnded,
    ToolFinished,
    ToolStarted,
)
from tests.servers.model_server import Call, ModelServer, Turn
from tests.session.conftest import Open, Run
from tests.session.test_approvals import asked, bash

MAKEFILE = "%:\n\t@echo $@ >>made\n"


@pytest.fixture(autouse=True)
def makefile(workspace: Path) -> None:
    (workspace / "Makefile").write_text(MAKEFILE)


@pytest.fixture
def own(own_places: Path) -> Path:
    """The person's file of rules."""
    return own_places / "rules.toml"


def saying(*texts: str) -> str:
    tables = []
    for text in texts:
        rule = parse(text)
        tables.append(
            f'[[rule]]\naction = "{rule.action}"\ntool = "{rule.subject}"\npattern = "{rule.pattern}"\n'
        )
    return "\n".join(tables)


def create(path: str) -> Call:
    arguments = {"command": "create", "path": path, "file_text": "x\n"}
    return Call("str_replace_based_edit_tool", arguments)


def made(workspace: Path) -> list[str]:
    return (workspace / "made").read_text().split()


def ended(run: Run) -> None:
    run.until(lambda event: isinstance(event, TaskEnded))


def decisions(run: Run) -> list[tuple[str, bool, str]]:
    return [(event.by, event.allowed, event.rule) for event in run.of(ApprovalDecided)]


def test_rules_of_the_persons_file_decide(open_session: Open, own: Path) -> None:
    own.write_text(saying("allow bash make a", "deny bash make b", "ask bash make c"))
    with ModelServer([Turn(calls=[bash(f"make {x}") for x in "abc"]), Turn(text="x")]) as server:
        run = open_session(server, mode="auto")
        run.session.submit("go")
        question = asked(run)
        assert question.rule == "ask bash make c"
        assert question.rules == (), "no rule that allows would help"
        assert question.grant == "bash: make c"
        run.session.decide(question.call, Answer(True))
        ended(run)
    assert decisions(run) == [
        ("rule", True, "allow bash make a"),
        ("rule", False, "deny bash make b"),
        ("person", True, ""),
    ]
    denied = next(event for event in run.of(ToolFinished) if event.status == "denied")
    assert "deny bash make b" in denied.content


def test_rules_of_the_command_line_count_beside_those_of_files(open_session: Open, own: Path) -> None:
    own.write_text(saying("deny bash make b"))
    given = [parse("allow bash make")]
    with ModelServer([Turn(calls=[bash("make a"), bash("make b")]), Turn(text="x")]) as server:
        run = open_session(server, mode="ask", attended=False, rules=given)
        run.task()
    assert [event.status for event in run.of(ToolFinished)] == ["denied", "done"]


def test_a_projects_rules_count_once_trusted(open_session: Open, workspace: Path) -> None:
    file = workspace / ".sawhorse" / "rules.toml"
    file.parent.mkdir()
    file.write_text(saying("deny bash make b"))
    turns = [Turn(calls=[bash("make b")]), Turn(text="x")]
    with ModelServer(turns * 2) as server:
        run = open_session(server, mode="auto")
        run.task()
        assert [event.text for event in run.of(Note)] == [
            f"{file} does not count until you trust it; look at it with `sawhorse rules trust`"
        ]
        book = RuleBook(str(workspace), os.environ)
        book.rules()
        book.project.trust()
        run.task()
    assert [event.allowed for event in run.of(ApprovalDecided)] == [True, False]


def test_what_a_wider_yes_allows_is_shown_and_granted(open_session: Open, workspace: Path) -> None:
    turns = [Turn(calls=[bash(f"make {x}")]) for x in ("test", "test -s", "lint")]
    with ModelServer([*turns, Turn(text="x")]) as server:
        run = open_session(server, mode="ask")
        run.session.submit("go")
        question = asked(run)
        assert (question.rules, question.grant) == (("allow bash make test",), "")
        run.session.decide(question.call, Answer(True, "session"))
        run.session.decide(asked(run, 2).call, Answer(False))
        ended(run)
    first = run.of(ApprovalDecided)[0]
    assert (first.scope, first.rules) == ("session", ("allow bash make test",))
    assert decisions(run)[1:] == [("grant", True, "allow bash make test"), ("person", False, "")]
    assert made(workspace) == ["test", "test"]


def test_a_yes_for_edits_covers_what_lies_beside_the_file(open_session: Open) -> None:
    turns = [Turn(calls=[create(path)]) for path in ("src/a", "src/b", "lib/c")]
    with ModelServer([*turns, Turn(text="x")]) as server:
        run = open_session(server, mode="ask")
        run.session.submit("go")
        question = asked(run)
        assert question.rules == ("allow edit src/**",)
        run.session.decide(question.call, Answer(True, "session"))
        run.session.decide(asked(run, 2).call, Answer(False))
        ended(run)
    assert [event.by for event in run.of(ApprovalDecided)] == ["person", "grant", "person"]


def test_a_rule_of_a_turn_ends_with_it(open_session: Open) -> None:
    turns = [Turn(calls=[bash("make a"), bash("make a")]), Turn(calls=[bash("make a")])]
    with ModelServer([*turns, Turn(text="x")]) as server:
        run = open_session(server, mode="ask")
        run.session.submit("go")
        run.session.decide(asked(run).call, Answer(True, "turn"))
        run.until(lambda _: len(run.of(ToolFinished)) == 2)
        last = run.until(lambda event: isinstance(event, ApprovalAsked) and event.call not in answered(run))
        assert isinstance(last, ApprovalAsked)
        run.session.decide(last.call, Answer(False))
        ended(run)
    assert [event.by for event in run.of(ApprovalDecided)] == ["person", "grant", "person"]


def answered(run: Run) -> set[str]:
    return {event.call for event in run.of(ApprovalDecided)}


def test_a_yes_answers_the_other_questions_that_it_covers(open_session: Open, workspace: Path) -> None:
    calls = [bash("make a -s"), bash("make a"), bash("make b")]
    with ModelServer([Turn(calls=calls), Turn(text="x")]) as server:
        run = open_session(server, mode="ask")
        run.session.submit("go")
        first, third = asked(run), asked(run, 3)
        run.session.decide(first.call, Answer(True, "session"))
        run.until(lambda _: len(run.of(ApprovalDecided)) == 2)
        run.session.decide(third.call, Answer(False))
        ended(run)
    assert [event.by for event in run.of(ApprovalDecided)] == ["person", "grant", "person"]
    assert made(workspace) == ["a", "a"]


def test_a_no_that_denies_from_now_on_answers_the_other_questions_too(
    open_session: Open, workspace: Path
) -> None:
    with ModelServer([Turn(calls=[bash("make a"), bash("make b")]), Turn(text="x")]) as server:
        run = open_session(server, mode="ask")
        run.session.submit("go")
        first, _ = asked(run), asked(run, 2)
        run.session.decide(first.call, Answer(False, "session", rules=("deny bash make",)))
        ended(run)
    assert [event.by for event in run.of(ApprovalDecided)] == ["person", "grant"]
    assert [event.status for event in run.of(ToolFinished)] == ["denied", "denied"]
    assert not (workspace / "made").exists()


def test_a_rule_is_saved_for_this_project_and_the_file_stays_as_it_was(
    open_session: Open, own: Path, workspace: Path
) -> None:
    own.write_text(f"# mine\n{saying('deny bash make b')}")
    turns = [Turn(calls=[bash("make a")]), Turn(calls=[bash("make a"), bash("make b")])]
    with ModelServer([*turns, Turn(text="x")]) as server:
        run = open_session(server, mode="ask")
        run.session.submit("go")
        run.session.decide(asked(run).call, Answer(True, "project"))
        ended(run)
    assert own.read_text().startswith("# mine\n")
    saved = RuleBook(str(workspace), os.environ).rules().rules[-1]
    assert (str(saved), saved.workspace) == ("allow bash make a", str(workspace))
    assert run.of(ApprovalDecided)[0].rules == ("allow bash make a",)
    assert decisions(run)[1] == ("rule", True, "allow bash make a")
    assert not run.of(Note), "the person knows what they have just saved"


def test_the_rule_is_saved_as_the_person_edited_it(open_session: Open, own: Path) -> None:
    with ModelServer(
        [Turn(calls=[bash("make test")]), Turn(calls=[bash("make lint")]), Turn(text="x")]
    ) as server:
        run = open_session(server, mode="ask")
        run.session.submit("go")
        run.session.decide(asked(run).call, Answer(True, "project", rules=("allow bash make",)))
        ended(run)
    assert decisions(run)[1] == ("rule", True, "allow bash make")
    assert 'pattern = "make"' in own.read_text()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("allow bash", "names nothing"),
        ("permit bash make", "allow, ask or deny"),
        ("allow bash sudo", "`allow bash sudo` would not help: sudo"),
        ("allow bash rm -rf /", "would not help"),
        ("allow edit .git/**", "protected"),
        ("allow edit ../x", "no `.`, `..`"),
    ],
)
def test_a_rule_that_cannot_be_used_asks_again_and_nothing_typed_is_lost(
    open_session: Open, own: Path, workspace: Path, text: str, says: str
) -> None:
    with ModelServer([Turn(calls=[bash("make a")]), Turn(text="x")]) as server:
        run = open_session(server, mode="ask")
        run.session.submit("go")
        first = asked(run)
        run.session.decide(first.call, Answer(True, "project", rules=("allow bash make", text)))
        again = asked(run, 2)
        assert again.call == first.call
        assert says in again.reason
        assert again.rules == ("allow bash make", text)
        assert not own.exists()
        assert not run.of(ApprovalDecided)
        run.session.decide(first.call, Answer(True, "project", rules=("allow bash make",)))
        ended(run)
    assert 'pattern = "make"' in own.read_text()
    assert made(workspace) == ["a"]


def test_where_no_rule_can_be_said_none_is_saved(open_session: Open) -> None:
    with ModelServer([Turn(calls=[bash("(make a)")]), Turn(text="x")]) as server:
        run = open_session(server, mode="ask")
        run.session.submit("go")
        question = asked(run)
        assert (question.rules, question.grant) == ((), "bash: (make a)")
        run.session.decide(question.call, Answer(True, "project"))
        again = asked(run, 2)
        assert "there is no rule to save" in again.reason
        run.session.decide(question.call, Answer(True))
        ended(run)


def test_a_rule_that_cannot_be_saved_is_said_and_the_call_runs_this_once(
    open_session: Open, own: Path, workspace: Path
) -> None:
    turns = [Turn(calls=[bash("make a")]), Turn(calls=[bash("make a")]), Turn(text="x")]
    with ModelServer(turns) as server:
        run = open_session(server, mode="ask")
        run.session.submit("go")
        question = asked(run)
        own.mkdir()
        run.session.decide(question.call, Answer(True, "project"))
        note = run.until(lambda event: isinstance(event, Note) and "is not saved" in event.text)
        assert isinstance(note, Note)
        assert note.text.startswith("the rule `allow bash make a` is not saved:")
        run.session.decide(asked(run, 2).call, Answer(False))
        ended(run)
    assert run.of(ApprovalDecided)[0].rules == ()
    assert made(workspace) == ["a"]


def test_rules_are_saved_off_the_loop(open_session: Open, own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from app.approval.rule_file import RuleFile

    threads: list[str] = []
    add = RuleFile.add

    def observed(file: RuleFile, rule: Rule) -> Rule:
        threads.append(threading.current_thread().name)
        return add(file, rule)

    monkeypatch.setattr(RuleFile, "add", observed)
    with ModelServer([Turn(calls=[bash("make a")]), Turn(text="x")]) as server:
        run = open_session(server, mode="ask")
        run.session.submit("go")
        run.session.decide(asked(run).call, Answer(True, "project"))
        ended(run)
    assert len(threads) == 1
    assert "engine" not in threads


def test_a_file_that_changes_while_calls_ask_answers_them(
    open_session: Open, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Approvals, "LOOK", 0.05)
    with ModelServer([Turn(calls=[bash("make a"), bash("make b")]), Turn(text="x")]) as server:
        run = open_session(server, mode="ask")
        run.session.submit("go")
        asked(run, 2)
        own.write_text(saying("allow bash make a", "deny bash make b"))
        ended(run)
    assert sorted(decisions(run)) == [
        ("rule", False, "deny bash make b"),
        ("rule", True, "allow bash make a"),
    ]
    assert [event.text for event in run.of(Note)] == [
        "the rules of approval have changed, and count from now on"
    ]


def test_a_yes_does_not_count_against_a_rule_that_denies_meanwhile(
    open_session: Open, own: Path, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Approvals, "LOOK", 60.0)
    with ModelServer([Turn(calls=[bash("make a")]), Turn(text="x")]) as server:
        run = open_session(server, mode="ask")
        run.session.submit("go")
        question = asked(run)
        own.write_text(saying("deny bash make"))
        run.session.decide(question.call, Answer(True, "session"))
        ended(run)
    assert decisions(run) == [("rule", False, "deny bash make")]
    assert not (workspace / "made").exists()


def test_a_broken_file_is_said_once_and_everything_asks(open_session: Open, own: Path) -> None:
    own.write_text("nonsense")
    turns = [Turn(calls=[bash("make a")]), Turn(calls=[bash("make b")]), Turn(text="x")]
    with ModelServer(turns) as server:
        run = open_session(server, mode="auto")
        run.until(lambda event: isinstance(event, Note))
        run.session.submit("go")
        run.session.decide(asked(run).call, Answer(True))
        run.session.decide(asked(run, 2).call, Answer(True))
        ended(run)
    [note] = run.of(Note)
    assert note.text.startswith(f"{own}:1: ")
    assert note.level == "warning"
    assert run.of(ApprovalAsked)[0].reason == note.text


def test_what_was_granted_does_not_count_while_the_person_plans(open_session: Open) -> None:
    turns = [Turn(calls=[bash("make a")]), Turn(text="x"), Turn(calls=[bash("make a")]), Turn(text="x")]
    with ModelServer(turns) as server:
        run = open_session(server, mode="ask")
        run.session.submit("go")
        run.session.decide(asked(run).call, Answer(True, "session"))
        ended(run)
        run.session.set_mode("plan")
        run.task()
    assert [event.status for event in run.of(ToolFinished)] == ["done", "denied"]
    assert len(run.of(ToolStarted)) == 1


def test_without_a_person_the_rule_that_would_help_is_named(open_session: Open) -> None:
    with ModelServer([Turn(calls=[bash("make test")]), Turn(text="x")]) as server:
        run = open_session(server, mode="ask", attended=False)
        run.task()
    [denied], [decided] = run.of(ToolFinished), run.of(ApprovalDecided)
    assert "`sawhorse rules add 'allow bash make test'` allows it" in denied.content
    assert "`sawhorse rules add 'allow bash make test'`" in decided.reason
    assert (decided.by, decided.allowed) == ("headless", False)


def test_past_calls_are_counted_for_a_rule_that_is_being_written(open_session: Open) -> None:
    with ModelServer([Turn(calls=[bash("make a"), bash("make b")]), Turn(text="x")]) as server:
        run = open_session(server, mode="auto")
        run.task()
    matching = run.session.matching("deny bash make")
    assert (matching.count, matching.titles) == (2, ("make b", "make a"))
