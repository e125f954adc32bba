"""The figures of a run as bars, sparklines and lines of text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import isnan

from app.trajectory.measuring.measures import Measured, SlowCall, Turns
from app.trajectory.measuring.working_times import Parallelism, Phases
from widgets.bar_chart import BarRow, Role
from widgets.facts import Fact
from widgets.status import duration
from widgets.text_view import revealed

UNKNOWN = "–"
"""In the place of a figure that the file does not have."""

_MOST_TOOLS = 40
_MOST_LEVELS = 12
_SHORTEST = 0.0005  # seconds that are worth a row
_MOST_AGENTS = 40
_TITLE = 200  # characters


def phase_rows(phases: Phases) -> list[BarRow]:
    """What the time went to."""
    known = phases.model is not None and phases.tools is not None
    parts: list[tuple[str, float | None, Role]] = [
        ("model", phases.model, "accent"),
        ("tools", phases.tools, "primary"),
        ("waiting for a person", phases.person, "warning"),
        ("idle" if known else "idle, or not recorded", phases.rest, "muted"),
    ]
    return [
        BarRow(
            label,
            seconds or 0.0,
            UNKNOWN if seconds is None else f"{duration(seconds)} {_share(seconds, phases.whole)}",
            role,
        )
        for label, seconds, role in parts
    ]


def level_rows(parallelism: Parallelism) -> list[BarRow]:
    """For how long so many calls ran at once."""
    levels = [(count, seconds) for count, seconds in parallelism.levels.items() if seconds >= _SHORTEST]
    shown, more = levels[:_MOST_LEVELS], levels[_MOST_LEVELS:]
    rows = [(f"{count:,} at once", seconds) for count, seconds in shown]
    if more:
        rows.append((f"{more[0][0]:,} and more", sum(seconds for _, seconds in more)))
    return [
        BarRow(label, seconds, f"{duration(seconds)} {_share(seconds, parallelism.busy)}", "primary")
        for label, seconds in rows
    ]


def parallelism_words(parallelism: Parallelism) -> str:
    """What it came to that calls ran beside each other."""
    if parallelism.most < 2:
        return "one after the other"
    return (
        f"{parallelism.average:.2f} at once on average, {parallelism.most:,} at most · "
        f"{duration(parallelism.saved)} saved against one by one"
    )


TOOL_HEAD = ("tool", "calls failed  denied    median       p95     total")


def tool_rows(measured: Measured) -> list[BarRow]:
    """The tools with the most calls."""
    rows = [
        BarRow(
            tool.name,
            float(tool.calls),
            f"{tool.calls:>6,}{tool.failed or '':>7}{tool.denied or '':>8}"
            f"{_took(tool.median):>10}{_took(tool.p95):>10}{_took(tool.total):>10}",
            "error" if tool.failed * 2 > tool.calls else "primary",
        )
        for tool in measured.tools[:_MOST_TOOLS]
    ]
    if rest := measured.tools[_MOST_TOOLS:]:
        calls = sum(tool.calls for tool in rest)
        rows.append(BarRow(f"{len(rest):,} others", float(calls), f"{calls:>6,}{'':>45}", "muted"))
    return rows


AGENT_HEAD = ("agent", "answers   calls failed   tokens out      cost")


def agent_rows(measured: Measured) -> list[BarRow]:
    """The main agent and its sub-agents; nothing where there is but one."""
    agents = measured.agents if len(measured.agents) > 1 else ()
    return [
        BarRow(
            agent.title or agent.name or "main",
            float(agent.usage.output_tokens or agent.answers),
            f"{agent.answers:>7,}{agent.calls:>8,}{agent.failed or '':>7}"
            f"{agent.usage.output_tokens:>13,}{_dollars(agent.cost):>10}",
            "muted" if agent.name else "accent",
        )
        for agent in agents[:_MOST_AGENTS]
    ]


def sums(measured: Measured) -> Iterator[Fact]:
    """What it all comes to."""
    if measured.phases is not None:
        yield "time", duration(measured.phases.whole)
    calls = sum(tool.calls for tool in measured.tools)
    failed = sum(tool.failed for tool in measured.tools)
    yield "turns", f"{len(measured.turns):,} · {calls:,} calls, {failed:,} failed"
    usage = measured.usage
    if usage.context_tokens:
        new, written = usage.input_tokens, usage.cache_write_tokens
        cached = f", {usage.cache_read_tokens:,} from the cache" if usage.cache_read_tokens else ""
        yield "tokens", f"{new + written:,} in{cached}, {usage.output_tokens:,} out"
    if measured.cost is not None:
        yield "cost", _dollars(measured.cost)
    if measured.retries:
        waited = f", after waits of {duration(measured.waited)}" if measured.waited else ""
        yield "retries", f"{measured.retries:,}{waited}"
    if measured.unrecorded:
        yield "not recorded", ", ".join(measured.unrecorded)


def context(turns: Turns) -> list[float]:
    """Tokens that the model saw, by turn."""
    return [new + cached for new, cached in zip(turns.entering, turns.cached, strict=False)]


def costs(turns: Turns) -> list[float]:
    """US dollars by turn; 0 where that is not known."""
    return [0.0 if isnan(cost) else cost for cost in turns.costs]


def most_of(values: Sequence[float], unit: str = "") -> str:
    """The greatest and the last, in words.

    Args:
        values: By turn.
        unit: `$`, `s`, or nothing for a number of something.
    """

    def words(value: float) -> str:
        return _dollars(value) if unit == "$" else duration(value) if unit else f"{value:,.0f}"

    return f"most {words(max(values))} · last {words(values[-1])}" if values else ""


def turn_lines(turns: Turns, places: Sequence[int]) -> dict[int, str]:
    """Some turns, by row: what each took, in columns of what is known of any of them."""
    columns = [
        {place: f"turn {place + 1:>5,}" for place in places},
        {place: f"{_dollars(turns.costs[place]):>9}" for place in places if not isnan(turns.costs[place])},
        {place: f"{turns.entering[place]:>9,.0f} in" for place in places},
        {place: f"{turns.cached[place]:>11,.0f} cached" for place in places if turns.cached[place]},
        {place: f"{turns.produced[place]:>7,.0f} out" for place in places},
        {place: f"{duration(turns.took[place]):>8}" for place in places if turns.took[place]},
    ]
    widths = [max(map(len, column.values()), default=0) for column in columns]
    return {
        turns.rows[place]: "  ".join(
            column.get(place, "").ljust(width) for column, width in zip(columns, widths, strict=True) if width
        ).rstrip()
        for place in places
    }


def call_line(call: SlowCall) -> str:
    """One call: how long it took, and what it was about."""
    glyph = "✓" if call.status == "done" else "✗" if call.status in ("failed", "timeout") else "⊘"
    return f"{duration(call.took):>8} {glyph} {revealed(f'{call.verb}  {call.title}'[:_TITLE])}"


def _took(seconds: float | None) -> str:
    return UNKNOWN if seconds is None else duration(seconds)


def _dollars(cost: float | None) -> str:
    return UNKNOWN if cost is None else f"${cost:,.2f}" if cost >= 10 else f"${cost:.4f}"


def _share(part: float, whole: float) -> str:
    return f"{part / whole:>4.0%}" if whole > 0 else "    "
