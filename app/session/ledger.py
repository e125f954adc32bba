"""Tokens and money of a session, folded from the event stream."""

from __future__ import annotations

from app.trajectory.content import Usage
from app.trajectory.events import Event, ModelResponse


class Ledger:
    """Sums. `cost` is in US dollars, None as long as no price is known; `context` is in tokens."""

    def __init__(self) -> None:
        self.usage = Usage()
        self.cost: float | None = None
        self.context = 0

    def add(self, usage: Usage, cost: float | None) -> None:
        """Count what was used before the first event that was applied."""
        self.usage = self.usage + usage
        if cost is not None:
            self.cost = (self.cost or 0.0) + cost

    def apply(self, event: Event) -> None:
        """Take the next event of the stream."""
        if not isinstance(event, ModelResponse):
            return
        self.add(event.usage, event.cost)
        self.context = event.usage.context_tokens or self.context
