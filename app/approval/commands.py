"""May a shell command run? By rules, and by what is known to only read. Pure: no input, no output."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from app.approval.matching import Match, find_rule
from app.approval.offers import offer
from app.approval.parts import Part, parts
from app.approval.places import Here, shown
from app.approval.shell.parser import LONGEST, parse
from app.approval.verdict import Action, Prefix, Verdict
from app.approval.vouching import fits, objection
from app.terminal.reveal import reveal

__all__ = ["Action", "Prefix", "Verdict", "has_git_read", "judge", "suggest"]

_MOST_OFFERS = 5


def judge(
    command: str,
    here: Here,
    *,
    allow: Collection[Prefix] = (),
    ask: Collection[Prefix] = (),
    deny: Collection[Prefix] = (),
) -> Verdict:
    """Judge a command: deny goes before ask, ask before allow, and the strictest of its parts decides.

    Rules that deny or ask are looked for in everything that could be a command, even where the command is
    not understood. It is allowed only if it is plain, and every part is known to only read, or has a rule.
    Of a command that is too long or too broken to be parsed, the text is searched instead: a rule fits if its
    words stand in one piece of it in their order, quotes or not.

    Args:
        command: Exactly what is given to `bash -c`.
        here: Where it runs.
        allow, ask, deny: The first words of commands. Words of `deny` and `ask` fit a program in any folder.
    """
    if len(command) > LONGEST and not (ask or deny):
        return Verdict(Action.ASK, "the command is longer than 10,000 characters")
    script = parse(command)
    if found := find_rule(script, deny):
        return _by_rule(Action.DENY, "denies", found)
    if found := find_rule(script, ask):
        return _by_rule(Action.ASK, "asks for", found)
    if script.odd:
        return Verdict(Action.ASK, script.odd)
    if not all(simple.words for simple in script.commands) or not script.commands:
        return Verdict(Action.ASK, "the command runs nothing")
    rule: Prefix | None = None
    for part in parts(script, here):
        why, used = _judge_part(part, allow)
        if why:
            texts = tuple(word.text for word in part.words)
            return Verdict(Action.ASK, f"{_shown(texts)}: {why}", part=texts)
        rule = rule or used
    return Verdict(Action.ALLOW, f"a rule allows {_shown(rule)}" if rule else "it only reads", rule)


def has_git_read(command: str, here: Here) -> bool:
    """Whether a command runs unasked because it only reads, and git does some of the reading.

    Args:
        command: Exactly what is given to `bash -c`.
        here: Where it runs.
    """
    if "git" not in command or judge(command, here).action is not Action.ALLOW:
        return False
    return any(simple.words[0].text == "git" for simple in parse(command).commands)


def suggest(command: str, here: Here) -> tuple[Prefix, ...]:
    """Rules to offer to a person, at most five, so that the command need not be asked about again.

    Args:
        command: Exactly what is given to `bash -c`.
        here: Where it runs.

    Returns:
        A rule for each part that asks and that a rule can allow; none if the command is not plain.
    """
    script = parse(command)
    if script.odd or not all(simple.words for simple in script.commands):
        return ()
    asking = (part for part in parts(script, here) if part.refusal() != "")
    offered = dict.fromkeys(rule for part in asking if (rule := offer(part)))
    return tuple(offered)[:_MOST_OFFERS]


def _judge_part(part: Part, allow: Collection[Prefix]) -> tuple[str, Prefix | None]:
    """Why one command of a plain script asks, or the rule that allows it; neither if it only reads."""
    refused = part.refusal()
    if refused == "":
        return "", None
    objections = []
    for rule in allow:
        if fits(part.words, rule):
            why = objection(part, len(rule))
            if not why:
                return "", rule
            objections.append(why)
    return (objections[0] if objections else refused or "no rule allows it"), None


def _by_rule(action: Action, verb: str, found: Match) -> Verdict:
    what = _shown(found.words) if found.words else "the command cannot be read, and may hold it"
    return Verdict(action, f"{what}: a rule {verb} {_shown(found.rule)}", found.rule, found.words)


def _shown(words: Iterable[str]) -> str:
    return shown(reveal(" ".join(words)))
