"""What is known of models: how much they take in, and what they cost."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from app.trajectory.content import Usage

_MILLION = 1_000_000
_SNAPSHOT = re.compile(r"-(latest|\d{8}|\d{4}-\d{2}-\d{2})$")


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars for a million tokens of each kind."""

    input: float
    output: float
    cache_read: float
    cache_write: float

    def of(self, usage: Usage) -> float:
        """US dollars for a response."""
        dollars = (
            usage.input_tokens * self.input
            + usage.output_tokens * self.output
            + usage.cache_read_tokens * self.cache_read
            + usage.cache_write_tokens * self.cache_write
        )
        return dollars / _MILLION


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """One model.

    Args:
        context_window: Most tokens of a conversation.
        price: None where it is not known.
        long_from: Prompts of more tokens than this cost `long_price`; 0 where there is no such step.
        long_price: The price of long prompts.
    """

    context_window: int
    price: Price | None = None
    long_from: int = 0
    long_price: Price | None = None


def facts(model: str) -> ModelFacts | None:
    """What is known of a model.

    Args:
        model: Its full name, as `provider/model`; a date or `latest` at its end does not matter.
    """
    return _FACTS.get(model) or _FACTS.get(_SNAPSHOT.sub("", model))


def cost(usage: Usage, model: str) -> float | None:
    """US dollars of one response, None where the price is not known, as for local models.

    Args:
        usage: Of one response, not a sum: long prompts may cost more.
        model: Its full name, as `provider/model`.
    """
    if (known := facts(model)) is None:
        return None
    prompt = usage.input_tokens + usage.cache_read_tokens + usage.cache_write_tokens
    price = known.long_price if known.long_from and prompt > known.long_from else known.price
    return None if price is None else price.of(usage)


def _anthropic(
    context_window: int, entry: float, output: float, cache_read: float | None = None
) -> ModelFacts:
    """Writing to the cache costs a quarter more than input, reading it a tenth unless said otherwise."""
    return ModelFacts(
        context_window, Price(entry, output, entry / 10 if cache_read is None else cache_read, entry * 1.25)
    )


def _openai(context_window: int, entry: float, output: float, cache_read: float) -> ModelFacts:
    """Writing to the cache costs what input costs."""
    return ModelFacts(context_window, Price(entry, output, cache_read, entry))


def _openai_stepped(entry: float, output: float, cache_read: float) -> ModelFacts:
    """Writing to the cache costs a quarter more; above 272,000 tokens input doubles, output is 1.5-fold."""
    price = Price(entry, output, cache_read, entry * 1.25)
    long = Price(entry * 2, output * 1.5, cache_read * 2, entry * 2.5)
    return ModelFacts(1_050_000, price, 272_000, long)


# From the providers' price pages, November 2026. A model that is not here shows no price, never a wrong one.
_FACTS: Mapping[str, ModelFacts] = {
    "anthropic/claude-fable-5-2": ModelFacts(1_000_000),
    "anthropic/claude-fable-5-1": _anthropic(1_000_000, 10, 50, 0.25),
    "anthropic/claude-fable-5": _anthropic(1_000_000, 10, 50),
    "anthropic/claude-haiku-5-5": ModelFacts(
        1_000_000, Price(0.10, 0.50, 0.01, 0.125), 100_000, Price(0.50, 2.50, 0.05, 0.625)
    ),
    "anthropic/claude-haiku-4-5": _anthropic(200_000, 1, 5),
    "anthropic/claude-opus-5-5": _anthropic(1_000_000, 4, 20, 0.20),
    "anthropic/claude-opus-5": _anthropic(1_000_000, 5, 25),
    "anthropic/claude-opus-4-8": _anthropic(1_000_000, 5, 25),
    "anthropic/claude-opus-4-7": _anthropic(1_000_000, 5, 25),
    "anthropic/claude-opus-4-6": _anthropic(1_000_000, 5, 25),
    "anthropic/claude-opus-4-5": _anthropic(200_000, 5, 25),
    "anthropic/claude-sonnet-5-5": _anthropic(1_000_000, 2, 10, 0.10),
    "anthropic/claude-sonnet-5": _anthropic(1_000_000, 2, 10),
    "anthropic/claude-sonnet-4-6": _anthropic(1_000_000, 3, 15),
    "anthropic/claude-sonnet-4-5": _anthropic(200_000, 3, 15),
    "openai/gpt-6.2-sol": _openai_stepped(2, 10, 0.10),
    "openai/gpt-6.1-sol": _openai_stepped(2, 10, 0.10),
    "openai/gpt-6-sol": _openai_stepped(2, 10, 0.20),
    "openai/gpt-6-luna": _openai_stepped(0.10, 0.50, 0.01),
    "openai/gpt-5.2": _openai(400_000, 1.75, 14, 0.175),
    "openai/gpt-5.1": _openai(400_000, 1.25, 10, 0.125),
    "openai/gpt-5": _openai(400_000, 1.25, 10, 0.125),
    "openai/gpt-5-mini": _openai(400_000, 0.25, 2, 0.025),
    "openai/gpt-5-nano": _openai(400_000, 0.05, 0.40, 0.005),
    "openai/gpt-4.1": _openai(1_047_576, 2, 8, 0.50),
    "openai/gpt-4.1-mini": _openai(1_047_576, 0.40, 1.60, 0.10),
    "openai/gpt-4.1-nano": _openai(1_047_576, 0.10, 0.40, 0.025),
    "openai/gpt-4o": _openai(128_000, 2.50, 10, 1.25),
    "openai/gpt-4o-mini": _openai(128_000, 0.15, 0.60, 0.075),
    "openai/o3": _openai(200_000, 2, 8, 0.50),
    "openai/o4-mini": _openai(200_000, 1.10, 4.40, 0.275),
}
