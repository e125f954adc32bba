"""Tokens and money are sums over the answers."""

from __future__ import annotations

from app.session.ledger import Ledger
from app.trajectory.content import Usage
from app.trajectory.events import ModelResponse, Note


def answer(usage: Usage, cost: float | None) -> ModelResponse:
    return ModelResponse(1, "p/m", (), "end", usage, cost, None, 0.0, 1)


def test_answers_are_summed_and_the_context_is_the_last() -> None:
    ledger = Ledger()
    assert (ledger.usage, ledger.cost, ledger.context) == (Usage(), None, 0)
    ledger.apply(answer(Usage(10, 5, 3, 2), 0.5))
    ledger.apply(Note("x"))
    ledger.apply(answer(Usage(1, 2, 15, 0), 0.25))
    assert ledger.usage == Usage(11, 7, 18, 2)
    assert ledger.cost == 0.75
    assert ledger.context == 18


def test_an_answer_without_figures_changes_nothing() -> None:
    ledger = Ledger()
    ledger.apply(answer(Usage(10, 5), None))
    ledger.apply(answer(Usage(), None))
    assert (ledger.cost, ledger.context) == (None, 15)
