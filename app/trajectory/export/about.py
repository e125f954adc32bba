"""What a page about a run says of the whole of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from app.terminal.text import safe_line
from app.trajectory.export.amounts import dollars, moment
from app.trajectory.formats.values import seconds


@dataclass(frozen=True, slots=True)
class About:
    """A run that is being written.

    Args:
        name: What it is called.
        format: What its file is written in.
        summary: What it comes to, as `app.trajectory.summary` has it; asked for after its last record.
        redacted: How many secrets were taken out; likewise.
    """

    name: str
    format: str
    summary: Callable[[], Mapping[str, object]]
    redacted: Callable[[], int] = int

    def totals(self) -> Iterator[tuple[str, str]]:
        """What it comes to, in words; what is not known is left out."""
        summary = self.summary()
        for name, what in _COUNTED:
            if isinstance(count := summary.get(name), int) and count:
                yield what, f"{count:,}"
        tokens = summary.get("tokens")
        for name, what in _TOKENS:
            if isinstance(tokens, Mapping) and isinstance(count := tokens.get(name), int) and count:
                yield what, f"{count:,}"
        if isinstance(cost := summary.get("cost_usd"), float):
            yield "cost", dollars(cost)
        for name, what in (("first_ts", "from"), ("last_ts", "to")):
            if (stamp := summary.get(name)) is not None:
                yield what, moment(seconds(stamp)) or safe_line(str(stamp))
        if count := self.redacted():
            yield "secrets taken out", f"{count:,}"

    def problems(self) -> tuple[str, ...]:
        """What is wrong with its file."""
        problems = self.summary().get("problems")
        return tuple(safe_line(str(each)) for each in problems) if isinstance(problems, list) else ()


_COUNTED = (
    ("assistant_messages", "answers"),
    ("user_messages", "messages"),
    ("tool_calls", "calls"),
    ("tool_errors", "failed calls"),
)
_TOKENS = (
    ("input_tokens", "input tokens"),
    ("cache_read_tokens", "read from the cache"),
    ("cache_write_tokens", "written to the cache"),
    ("output_tokens", "output tokens"),
    ("reasoning_tokens", "for reasoning"),
)
