"""How each family of Anthropic's models is told to think, or not to."""

from __future__ import annotations

from collections.abc import Mapping

_SMALLEST_BUDGET = 1024

# These take a budget of tokens, and nothing else.
_BUDGETED = (
    "claude-3",
    "claude-haiku-4-5",
    "claude-opus-4-0",
    "claude-opus-4-1",
    "claude-opus-4-2",
    "claude-opus-4-5",
    "claude-sonnet-4-0",
    "claude-sonnet-4-2",
    "claude-sonnet-4-5",
)

_ADAPTIVE: Mapping[str, object] = {"type": "adaptive", "display": "summarized"}
_DISABLED: Mapping[str, object] = {"type": "disabled"}

# These think unless told otherwise, each in its own way; some always do. The longest prefix counts.
_OFF: Mapping[str, Mapping[str, object]] = {
    "claude-fable-": _ADAPTIVE,
    "claude-haiku-5": _DISABLED,
    "claude-mythos-": _ADAPTIVE,
    "claude-opus-5": _DISABLED,
    "claude-opus-5-5": _ADAPTIVE,
    "claude-sonnet-5": _DISABLED,
    "claude-sonnet-5-5": {"type": "between_tools"},
}


def thinking_of(model: str, tokens: int) -> Mapping[str, object] | None:
    """The `thinking` parameter, None to leave it out.

    Args:
        model: The provider's name for the model.
        tokens: The budget; 0 for no thinking. Models that choose their own amount take it as a yes or no.
    """
    if tokens <= 0:
        prefixes = [prefix for prefix in _OFF if model.startswith(prefix)]
        return _OFF[max(prefixes, key=len)] if prefixes else None
    if model.startswith("claude-") and not model.startswith(_BUDGETED):
        return _ADAPTIVE
    return {"type": "enabled", "budget_tokens": max(tokens, _SMALLEST_BUDGET)}
