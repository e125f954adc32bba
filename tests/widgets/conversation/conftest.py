"""Made-up text of the kind models write."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

_TEXT = """
the function returns a list of parsed tokens which we then walk to build layout for each block in view
so that only visible lines are drawn and cached while the rest stays estimated until someone scrolls there
"""
_WORDS = _TEXT.split()


def _answer(size: int, seed: int) -> str:
    rng = random.Random(seed)

    def words(count: int) -> str:
        return " ".join(rng.choice(_WORDS) for _ in range(count))

    def sentence() -> str:
        kind = rng.random()
        return f"**{words(2)}**" if kind < 0.1 else f"`{words(1)}()`" if kind < 0.2 else words(6)

    parts: list[str] = []
    while sum(map(len, parts)) < size:
        kind = rng.random()
        if kind < 0.5:
            parts.append(" ".join(sentence() for _ in range(rng.randint(3, 14))).capitalize() + ".")
        elif kind < 0.6:
            parts.append(f"## {words(4).capitalize()}")
        elif kind < 0.8:
            items = (
                f"{'  ' if rng.random() < 0.2 and n else ''}- {words(rng.randint(4, 20))}" for n in range(5)
            )
            parts.append("\n".join(items))
        elif kind < 0.93:
            code = "\n".join(
                f"    {words(1)} = {words(1)}({n})  # {words(3)}" for n in range(rng.randint(3, 18))
            )
            parts.append(f"```python\ndef {words(1)}():\n{code}\n    return None\n```")
        else:
            rows = "\n".join(f"| {words(2)} | {words(4)} | {n} |" for n in range(rng.randint(2, 6)))
            parts.append(f"| name | what | n |\n|---|---|--:|\n{rows}")
    return "\n\n".join(parts)[:size]


@pytest.fixture(scope="session")
def answer() -> Callable[[int, int], str]:
    """Makes an answer of so many characters, with all kinds of markdown in it, from a seed."""
    return _answer
