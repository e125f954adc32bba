from __future__ import annotations

import pytest

from app.providers.catalog import cost, facts
from app.trajectory.content import Usage

EACH = Usage(1_000_000, 1_000_000, 1_000_000, 1_000_000)


@pytest.mark.parametrize(
    ("model", "dollars"),
    [
        ("anthropic/claude-sonnet-4-5", 3 + 15 + 0.30 + 3.75),
        ("anthropic/claude-sonnet-4-5-20250929", 3 + 15 + 0.30 + 3.75),
        ("anthropic/claude-opus-5-5", 4 + 20 + 0.20 + 5),
        ("openai/gpt-5", 1.25 + 10 + 0.125 + 1.25),
        ("openai/gpt-5-2025-08-07", 1.25 + 10 + 0.125 + 1.25),
        ("openai/gpt-5-mini", 0.25 + 2 + 0.025 + 0.25),
        ("openai/gpt-6-sol", 4 + 15 + 0.40 + 5),
    ],
)
def test_every_kind_of_token_has_its_price(model: str, dollars: float) -> None:
    assert cost(EACH, model) == pytest.approx(dollars)


def test_long_prompts_cost_more_where_the_provider_says_so() -> None:
    model = "anthropic/claude-haiku-5-5"
    assert cost(Usage(40_000, 1000, 50_000, 10_000), model) == pytest.approx(0.00625)
    assert cost(Usage(40_000, 1000, 50_000, 10_001), model) == pytest.approx(0.031250625)


@pytest.mark.parametrize(
    "model",
    [
        "ollama/qwen3",
        "ollama/gpt-4o",
        "scripted//tmp/demo.json",
        "openai/gpt-5-pro",
        "openai/gpt-5.9",
        "anthropic/claude-sonnet-4",
        "anthropic/claude-opus-5-5-preview",
        "claude-opus-5-5",
        "",
    ],
)
def test_a_model_that_is_not_known_has_no_price_rather_than_a_wrong_one(model: str) -> None:
    assert facts(model) is None
    assert cost(EACH, model) is None


def test_a_context_window_may_be_known_without_a_price() -> None:
    known = facts("anthropic/claude-fable-5-2")
    assert known is not None
    assert known.context_window == 1_000_000
    assert cost(EACH, "anthropic/claude-fable-5-2") is None


def test_nothing_used_costs_nothing() -> None:
    assert cost(Usage(), "openai/gpt-5") == 0
