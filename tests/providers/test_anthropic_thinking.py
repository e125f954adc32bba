from __future__ import annotations

import pytest

from app.providers.anthropic_thinking import thinking_of

ADAPTIVE = {"type": "adaptive", "display": "summarized"}


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("claude-sonnet-4-5", {"type": "enabled", "budget_tokens": 4000}),
        ("claude-sonnet-4-5-20250929", {"type": "enabled", "budget_tokens": 4000}),
        ("claude-opus-4-20250514", {"type": "enabled", "budget_tokens": 4000}),
        ("claude-haiku-4-5", {"type": "enabled", "budget_tokens": 4000}),
        ("qwen3-coder", {"type": "enabled", "budget_tokens": 4000}),
        ("claude-opus-4-6", ADAPTIVE),
        ("claude-opus-4-8", ADAPTIVE),
        ("claude-sonnet-5-5", ADAPTIVE),
        ("claude-something-new", ADAPTIVE),
    ],
)
def test_a_model_thinks_the_way_its_family_does(model: str, expected: dict[str, object]) -> None:
    assert thinking_of(model, 4000) == expected


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("claude-sonnet-4-5", None),
        ("claude-opus-4-8", None),
        ("qwen3-coder", None),
        ("claude-opus-5", {"type": "disabled"}),
        ("claude-haiku-5-5", {"type": "disabled"}),
        ("claude-sonnet-5-5", {"type": "between_tools"}),
        ("claude-opus-5-5", ADAPTIVE),
        ("claude-fable-5-2", ADAPTIVE),
    ],
)
def test_a_model_that_thinks_unasked_is_told_not_to_as_far_as_it_can(
    model: str, expected: dict[str, object] | None
) -> None:
    assert thinking_of(model, 0) == expected


def test_a_budget_is_never_smaller_than_the_server_takes() -> None:
    assert thinking_of("claude-sonnet-4-5", 5) == {"type": "enabled", "budget_tokens": 1024}
