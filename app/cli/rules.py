"""`sawhorse rules`: read, test, extend and trust the rules that say what runs, asks or is denied."""

from __future__ import annotations

import dataclasses
import shlex
import sys
from argparse import Namespace
from collections.abc import Mapping

from app.approval.commands import suggest
from app.approval.places import Here
from app.approval.policy import decide
from app.approval.rule import Rule, RuleError, checked, parse
from app.approval.rule_book import RuleBook
from app.approval.rule_file import RuleFile
from app.approval.rule_toml import RuleFileError
from app.approval.verdict import Action
from app.cli.parser import UsageError
from app.cli.rules_output import say, short, tell
from app.cli.workspace import workspace_of
from app.settings.places import rules_file
from app.settings.schema import MODES
from app.terminal.text import safe_text
from app.trajectory.effects import Effects

_NOT_CONFIRMED = 2
_WIDEST = 60  # columns for a rule


def rules(chosen: Namespace, environ: Mapping[str, str]) -> int:
    """Run one action of `sawhorse rules`."""
    root = _root(chosen.workspace) if "workspace" in chosen and chosen.workspace else ""
    match chosen.action:
        case "list":
            return _list(RuleBook(root, environ))
        case "explain":
            return _explain(chosen.shell_command, root, RuleBook(root, environ))
        case "test":
            return _test(RuleBook(root, environ))
        case "add":
            return _add(chosen.rule, root, environ)
        case "trust":
            return _trust(RuleBook(root, environ), yes=chosen.yes)
        case "check":
            from app.cli.rules_check import check

            return check(root)
        case _:
            from app.cli.rules_replay import replay

            return replay(chosen, environ)


def _list(book: RuleBook) -> int:
    counting = book.rules().rules
    others = tuple(rule for rule in (*book.own.rules, *book.project.file.rules) if rule not in counting)
    width = min(_WIDEST, max((len(str(rule)) for rule in counting + others), default=0))
    for rule in counting + others:
        where = f"  only in {rule.workspace}" if rule.workspace else ""
        idle = "  (does not count here)" if rule in others else ""
        say(f"{rule!s:<{width}}  {short(rule.place)}{where}{idle}")
    if not counting + others:
        say(f"there are no rules; `sawhorse rules add 'allow bash make test'` writes one to {book.own.path}")
    return tell(book)


def _explain(command: str, root: str, book: RuleBook) -> int:
    here = Here(root, root)
    effects = Effects(command, command=command, unknown=True, cwd=root)
    rules = book.rules()
    for mode in MODES:
        decision = decide("bash", effects, mode, root, rules, confined=True)
        say(f"{mode:<6} {decision.action:<6} {decision.reason}")
    judgement = rules.judge("bash", effects, here)
    if judgement.rule is not None:
        say(f"rule   {judgement.rule}  {short(judgement.rule.place)}")
    elif judgement.action is None:
        say(f"rule   none: {judgement.reason}")
        for prefix in suggest(command, here):
            say(f"       could be allowed by: {Rule(Action.ALLOW, 'bash', shlex.join(prefix))}")
    return tell(book)


def _test(book: RuleBook) -> int:
    book.rules()
    for file in (book.own, book.project.file):
        if file.content is None:
            say(f"{short(str(file.path))}: not there")
        elif not file.error:
            examples = sum(len(rule.match) + len(rule.not_match) for rule in file.rules)
            say(f"{short(str(file.path))}: rules: {len(file.rules)}, examples that hold: {examples}")
    return tell(book)


def _add(text: str, workspace: str, environ: Mapping[str, str]) -> int:
    file = RuleFile(rules_file(environ))
    try:
        rule = file.add(checked(dataclasses.replace(parse(text), workspace=workspace)))
    except (RuleError, RuleFileError) as error:
        raise UsageError(f"nothing was added: {error}") from None
    where = f"  only in {rule.workspace}" if rule.workspace else ""
    say(f"{rule}  {short(rule.place)}{where}")
    return 0


def _trust(book: RuleBook, *, yes: bool) -> int:
    book.rules()
    project, file = book.project, book.project.file
    path, content = file.path, file.content
    if not project.waits:
        if not file.error:
            say(f"there is no {path}" if content is None else f"{path} is trusted")
        return tell(book)
    if content is None:
        say(f"{path} is gone; you trusted what it held")
        question = "Forget its rules?"
    else:
        print(safe_text(content.decode()))
        question = "Trust these rules, until the file changes?"
    if not yes and not _confirmed(question):
        return _NOT_CONFIRMED
    project.trust()
    say(f"{path} is {'forgotten' if content is None else 'trusted'}")
    return 0


def _confirmed(question: str) -> bool:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        print("sawhorse: nothing was changed; give --yes to do it", file=sys.stderr)
        return False
    try:
        return input(f"{question} [y/N] ").strip().lower() in ("y", "yes")
    except EOFError:
        return False


def _root(workspace: str) -> str:
    return str(workspace_of(workspace, "give the folder of the project with --workspace"))
