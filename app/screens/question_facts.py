"""What a person should know before they answer a question, and what they can answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from app.screens.open_questions import OpenQuestion
from app.trajectory.verb import verb
from widgets.bars import SEPARATOR
from widgets.facts import WARNING, Fact
from widgets.question_list import QuestionLine
from widgets.status import whole_seconds
from widgets.verbs import Offers

if TYPE_CHECKING:
    from app.execution.sandbox.confinement import Confinement

_VERY_COMMAND = "this very command, in this folder and with these variables"


def facts(question: OpenQuestion, confinement: Confinement | None) -> Iterator[Fact]:
    """What is known of a question, the most important first.

    Args:
        question: The question.
        confinement: The sandbox of commands; None while it is being chosen.
    """
    yield "why", question.asked.reason
    yield "rule", question.asked.rule or "none makes it ask"
    yield from circumstances(question, confinement)
    yield from _listed("for longer", offers(question, confinement).wider)


def circumstances(question: OpenQuestion, confinement: Confinement | None) -> Iterator[Fact]:
    """Where the call would run, and what it would touch.

    Args:
        question: The question.
        confinement: The sandbox of commands; None while it is being chosen.
    """
    asked, effects = question.asked, question.request.effects
    if asked.blocked:
        yield WARNING + "stopped", f"by the sandbox: {asked.blocked}"
    if question.is_edited:
        yield "edited", "by you; shown is how it would run"
    if question.command:
        yield "in", (effects.cwd or question.workspace) + (", on a terminal" if effects.terminal else "")
        if not asked.blocked:
            yield _sandbox(confinement)
        if effects.variables:
            yield "variables", f"that earlier calls have set: {', '.join(effects.variables)}"
    elif not question.is_edited:  # else they are those of the call as it was
        yield from _listed("writes", effects.writes)
        yield from _listed("reads", effects.reads)
        if effects.network:
            yield "network", "it talks to another machine"


def _sandbox(confinement: Confinement | None) -> Fact:
    """Which sandbox a command runs in, and why that one."""
    if confinement is None:
        return "sandbox", "being tried out"
    if confinement.holds:
        return "sandbox", confinement.reason
    return WARNING + "sandbox", f"{confinement.kind}: {confinement.reason}"


def offers(question: OpenQuestion, confinement: Confinement | None) -> Offers:
    """What can be answered to a question.

    Args:
        question: The question.
        confinement: The sandbox of commands; None while it is being chosen.
    """
    asked = question.asked
    yes = "yes, outside the sandbox" if asked.blocked else "yes, each change asks" if asked.plan else "yes"
    return Offers(
        yes,
        asked.rules or ((_VERY_COMMAND,) if asked.grant else ()),
        saves=bool(asked.rules),
        hunks=bool(asked.diff),
        network=bool(question.command) and (confinement is None or confinement.holds),
        plan=bool(asked.plan),
    )


def line(question: OpenQuestion, now: float, *, marked: bool) -> QuestionLine:
    """A question in a list.

    Args:
        question: The question.
        now: Seconds, by the clock of the questions.
        marked: It is one of those that are answered together.
    """
    asked = question.asked
    notes = (
        whole_seconds(now - question.since),
        "outside the sandbox" if asked.blocked else "",
        "edited" if question.is_edited else "",
        asked.reason,
    )
    note = SEPARATOR.join(filter(None, notes))
    return QuestionLine(question.call, verb(question.request), question.title, note, marked=marked)


def _listed(word: str, texts: Iterable[str]) -> Iterator[Fact]:
    """One below the other; the word is said once."""
    for text in texts:
        yield word, text
        word = ""
