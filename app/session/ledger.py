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

    def apply(self, event: Event) -> None:
        """Take the next event of the stream."""
        if not isinstance(event, ModelResponse):
            return
        new, old = event.usage, self.usage
        self.usage = Usage(
            old.input_tokens + new.input_tokens,
            old.output_tokens + new.output_tokens,
            old.cache_read_tokens + new.cache_read_tokens,
            old.cache_write_tokens + new.cache_write_tokens,
        )
        if event.cost is not None:
            self.cost = (self.cost or 0.0) + event.cost
        self.context = new.context_tokens or self.context
