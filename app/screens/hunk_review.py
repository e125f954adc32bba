"""A proposed edit, decided about hunk by hunk before any of it is written."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any  # an app of any result

from textual.app import App, ComposeResult
from textual.content import Content
from textual.screen import Screen

from app.screens.clipboard import copy
from app.screens.left_cleanly import LeftCleanly
from app.screens.open_questions import STALE, OpenQuestion, OpenQuestions
from app.session.answer import Answer
from app.trajectory.review import HunkDecision
from widgets.bars import Bar
from widgets.copied import Copied
from widgets.diff.decision import Decision
from widgets.diff.review import HunkReview


class HunkReviewScreen(LeftCleanly, Screen[Answer | None]):
    """Ends in the answer to the call that asks; in None if the person went back without one.

    Args:
        title: The call, in one line.
        diff: What it would change: untrusted text of a unified diff.
    """

    CSS_PATH = Path(__file__).parents[2] / "styles" / "review.tcss"
    HELP = "An edit that asks, by hunk. What you accept is written, and the model is told what you rejected."

    def __init__(self, title: str, diff: str) -> None:
        super().__init__()
        self._title = title
        self._review = HunkReview(diff)

    def compose(self) -> ComposeResult:
        """A line, and the hunks."""
        yield Bar(id="top")
        yield self._review

    def on_mount(self) -> None:
        """Say what it is, and take the keys."""
        self.query_one("#top", Bar).show(Content(self._title), Content("nothing is written yet"))
        self._review.focus()

    def on_hunk_review_decided(self, event: HunkReview.Decided) -> None:
        """All hunks are decided about."""
        event.stop()
        self.dismiss(answer_of(event.decisions))

    def on_hunk_review_left(self, event: HunkReview.Left) -> None:
        """Back, and the call still asks."""
        event.stop()
        self.dismiss(None)

    def on_copied(self, event: Copied) -> None:
        """Put it on the clipboard, and say so."""
        event.stop()
        copy(self.app, event.text, os.environ)
        self.notify(event.note, markup=False)


def review(
    app: App[Any], questions: OpenQuestions, question: OpenQuestion, over: Callable[[], object]
) -> None:
    """Show what a call would change, whole; what is decided there is the answer.

    Args:
        app: Where.
        questions: Takes the answer.
        question: What the call asks.
        over: Called when the person is back.
    """

    def decide(answer: Answer | None) -> None:
        if answer is not None and not questions.answer(question.call, question.version, answer):
            app.notify(STALE)
        over()

    app.push_screen(HunkReviewScreen(question.label, question.asked.diff), decide)


def answer_of(decisions: Sequence[Decision]) -> Answer:
    """The answer that decisions about all hunks come to: no hunk is no, all as proposed is a plain yes."""
    if decisions and not any(decision.accepted for decision in decisions):
        reasons = "; ".join(dict.fromkeys(decision.reason for decision in decisions if decision.reason))
        return Answer(False, feedback=reasons or "every hunk of the diff was rejected")
    hunks = tuple(HunkDecision(each.accepted, each.replacement, each.reason) for each in decisions)
    if all(hunk.accepted and hunk.replacement is None for hunk in hunks):
        return Answer(True)
    return Answer(True, hunks=hunks)
