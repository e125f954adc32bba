"""Rules as TOML: `[[rule]]` tables, with examples that are tested whenever they are read."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping

from app.approval.places import Here, shown
from app.approval.rule import EVERYTHING, SUBJECTS, Rule, RuleError, Subject, checked
from app.approval.rules import Rules
from app.approval.verdict import Action
from app.terminal.text import safe_line
from app.trajectory.effects import Effects

_KINDS = {
    "action": str,
    "tool": str,
    "pattern": str,
    "workspace": str,
    "network": bool,
    "match": list,
    "not_match": list,
}
_NOUNS = {str: "text", bool: "true or false", list: "a list of texts"}
_HEADER = re.compile(r"[ \t]*\[\[[ \t]*rule[ \t]*\]\]")
_AT_LINE = re.compile(r" ?\(at line (\d+), column \d+\)")
_ANYWHERE = "/workspace"  # where the examples of a rule for all workspaces stand
_HOME = "/home/person"


class RuleFileError(Exception):
    """A file of rules is refused as a whole. One line says which, where in it, and why."""

    def __init__(self, source: str, reason: str, line: int = 0) -> None:
        place = f"{source}:{line}" if line else source
        super().__init__(safe_line(f"{place}: {reason}"))


def read_rules(text: str, source: str, *, tightens: bool) -> tuple[Rule, ...]:
    """The rules of a file.

    Args:
        text: Its content.
        source: What a person knows it by.
        tightens: Its rules may ask and deny but allow nothing, and are about its own workspace.

    Raises:
        RuleFileError: It is not TOML, a rule in it is none, or an example does not hold.
    """
    tables = _tables(text, source)
    lines = [number for number, line in enumerate(text.split("\n"), 1) if _HEADER.match(line)]
    if len(lines) != len(tables):  # a text holds what looks like a header, or there is an array instead
        lines = [0] * len(tables)
    rules = []
    for table, line in zip(tables, lines, strict=True):
        try:
            rule = _rule(table, source, line)
            if tightens and rule.action is Action.ALLOW:
                raise RuleError("the rules of a project cannot allow anything; allow it in your own rules")
            if tightens and rule.workspace:
                raise RuleError("the rules of a project are about that project; leave workspace out")
            _test(rule)
        except RuleError as error:
            raise RuleFileError(source, str(error), line) from None
        rules.append(rule)
    return tuple(rules)


def table_of(rule: Rule) -> dict[str, object]:
    """The keys that a rule has in a file."""
    table: dict[str, object] = {"action": str(rule.action)}
    if rule.subject == "tool":
        table["tool"] = rule.pattern
    else:
        table.update(tool=rule.subject, pattern=rule.pattern)
    if rule.workspace:
        table["workspace"] = rule.workspace
    if rule.network:
        table["network"] = True
    for key, examples in (("match", rule.match), ("not_match", rule.not_match)):
        if examples:
            table[key] = list(examples)
    return table


def _tables(text: str, source: str) -> list[dict[str, object]]:
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = _AT_LINE.search(str(error))
        line = int(at[1]) if at else text.count("\n") + 1
        raise RuleFileError(source, f"is not valid TOML: {_AT_LINE.sub('', str(error))}", line) from None
    except RecursionError:
        raise RuleFileError(source, "is not valid TOML: it is nested too deep") from None
    unknown = next((name for name in document if name != "rule"), None)
    if unknown is not None:
        raise RuleFileError(source, f"there is no {unknown} in a file of rules; each begins with [[rule]]")
    tables = document.get("rule", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise RuleFileError(source, "rule must be a list of tables; each begins with [[rule]]")
    return tables


def _rule(table: Mapping[str, object], source: str, line: int) -> Rule:
    for key, value in table.items():
        kind = _KINDS.get(key)
        if kind is None:
            raise RuleError(f"there is no {key} in a rule; there are {', '.join(_KINDS)}")
        if type(value) is not kind or (
            isinstance(value, list) and not all(isinstance(item, str) for item in value)
        ):
            raise RuleError(f"{key} must be {_NOUNS[kind]}")
    action = str(table.get("action", ""))
    if action not in {*Action}:
        raise RuleError("action must be allow, ask or deny")
    subject, pattern = _about(str(table.get("tool", "")), table.get("pattern"))
    return checked(
        Rule(
            Action(action),
            subject,
            pattern,
            source=source,
            workspace=str(table.get("workspace", "")),
            network=table.get("network") is True,
            match=_examples(table, "match"),
            not_match=_examples(table, "not_match"),
            line=line,
        )
    )


def _about(tool: str, pattern: object) -> tuple[Subject, str]:
    """What a rule is about, and its pattern; without one, it is about all."""
    if not tool or tool == "tool":
        raise RuleError("tool must be bash, edit, read, fetch or the name of a tool")
    subject = next((subject for subject in SUBJECTS if subject == tool), None)
    if pattern is None:
        return ("tool", tool) if subject is None or subject == "bash" else (subject, EVERYTHING[subject])
    if subject is None:
        raise RuleError(f"a rule for the tool {tool} takes no pattern; leave it out")
    return subject, str(pattern)


def _examples(table: Mapping[str, object], key: str) -> tuple[str, ...]:
    examples = table.get(key, [])
    assert isinstance(examples, list)
    return tuple(map(str, examples))


def _test(rule: Rule) -> None:
    """Hold a rule against its examples, as if there were no other rule.

    Raises:
        RuleError: It does not decide one that it must, or decides one that it must not.
    """
    root = rule.workspace or _ANYWHERE
    alone = Rules((rule,), root, _HOME)
    for examples, expected in ((rule.match, True), (rule.not_match, False)):
        for example in examples:
            tool, effects = _example(rule.subject, example, root)
            if (alone.judge(tool, effects, Here(root, root)).rule is rule) is not expected:
                key, fits = ("match", "does not fit") if expected else ("not_match", "fits")
                raise RuleError(f"{rule}: the example {shown(example)} in {key} {fits}")


def _example(subject: Subject, text: str, root: str) -> tuple[str, Effects]:
    """The call that an example stands for: a command, a path, a web address or a tool."""
    match subject:
        case "bash":
            return "bash", Effects(text, command=text, unknown=True)
        case "edit":
            return "", Effects(text, writes=(_path(text, root),))
        case "read":
            return "", Effects(text, reads=(_path(text, root),))
        case "fetch":
            address = text if "://" in text else f"https://{text}/"
            return "", Effects(text, reads=(address,), network=True)
        case "tool":
            return text, Effects(text)


def _path(text: str, root: str) -> str:
    return os.path.normpath(os.path.join(root, _HOME + text[1:] if text.startswith("~/") else text))
