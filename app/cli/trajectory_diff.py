"""`sawhorse trajectory diff`: what two runs did differently."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Iterator, Mapping
from contextlib import closing
from typing import Any  # values of JSON

from app.cli.named_run import named_run
from app.cli.parser import UsageError
from app.cli.rules_output import say
from app.terminal.text import safe_line
from app.trajectory.comparing.compared_steps import Step, side, totals
from app.trajectory.comparing.comparison import Comparison, Pair, State, compare
from app.trajectory.comparing.differences import Difference, Differences
from app.trajectory.comparing.text_diff import unified
from app.trajectory.formats.contract import UnreadableError
from app.trajectory.measuring.brief_records import BriefRecords
from app.trajectory.runs.run import Run

_WIDTH = 80  # cells of a terminal that everything fits into
_CELL = 20  # a column of them
_LINES = 12  # of the diff of a value
_LONGEST = 20_000  # characters of a value as JSON
_GLYPHS: Mapping[State, str] = {"same": "=", "changed": "≠", "left": "←", "right": "→"}
_WORDS: Mapping[State, str] = {
    "same": "the same",
    "changed": "differ",
    "left": "only left",
    "right": "only right",
}


def diff(chosen: Namespace, environ: Mapping[str, str]) -> int:
    """Print what two runs did differently.

    Returns:
        The exit code: 0 if they did the same, 1 if not.
    """
    try:
        with (
            closing(Run.open(named_run(chosen.file, environ), follow=False)) as left,
            closing(Run.open(named_run(chosen.other, environ), follow=False)) as right,
        ):
            comparison = compare(*(side(BriefRecords(_whole(run)).since(0)) for run in (left, right)))
            differences = Differences(comparison, left.record, right.record)
            if chosen.json:
                _print_json(left, right, comparison, differences)
            else:
                _print_text(left, right, comparison, differences)
            for run in (left, right):
                for problem in run.problems:
                    print(f"sawhorse: {safe_line(f'{run.path}: {problem}')}", file=sys.stderr)
    except BrokenPipeError:
        raise
    except (UnreadableError, OSError) as error:
        raise UsageError(str(error)) from None
    return 0 if comparison.is_same else 1


def _whole(run: Run) -> Run:
    """Wait until it is read.

    Raises:
        UnreadableError: Nothing of it can be read.
    """
    run.wait(sys.maxsize)
    if not len(run) and run.problems:
        raise UnreadableError(run.problems[0])
    return run


def _print_text(left: Run, right: Run, comparison: Comparison, differences: Differences) -> None:
    say(f"left   {left.path} ({left.format})")
    say(f"right  {right.path} ({right.format})")
    say("")
    for line in _totals(comparison):
        say(line)
    counts = comparison.counts
    say("")
    say("  ".join(f"{_GLYPHS[state]} {counts[state]:,} {words}" for state, words in _WORDS.items()))
    for pair, state in zip(comparison.pairs, comparison.states, strict=True):
        if state != "same":
            _print_pair(pair, state, differences)


def _totals(comparison: Comparison) -> Iterator[str]:
    left, right = totals(comparison.left), totals(comparison.right)
    yield f"{'':<{_CELL}}{'left':>{_CELL}}{'right':>{_CELL}}{'more':>{_CELL}}"
    for name, one in left.items():
        two = right[name]
        if isinstance(one, int | float) and isinstance(two, int | float):
            more = "" if one == two else f"{two - one:+,.4g}" if isinstance(two, float) else f"{two - one:+,}"
        else:
            more = ""
        if isinstance(one, Mapping) or (one is None and two is None):
            continue
        label, cells = name.replace("_", " "), (_cell(one), _cell(two), more)
        if max(map(len, cells)) < _CELL:
            yield f"{label:<{_CELL}}" + "".join(f"{cell:>{_CELL}}" for cell in cells).rstrip()
        else:  # what is not told whole may look the same
            yield _cut(f"{label:<{_CELL}}left   {cells[0]}", _WIDTH)
            yield _cut(f"{'':<{_CELL}}right  {cells[1]}", _WIDTH)


def _cell(value: object) -> str:
    match value:
        case None:
            return "–"
        case int():
            return f"{value:,}"
        case float():
            return f"{value:,.4f}" if value < 10 else f"{value:,.1f}"
        case list():
            return str(value[0]) if len(value) == 1 else f"{len(value):,}"
        case _:
            return str(value)


def _print_pair(pair: Pair, state: State, differences: Differences) -> None:
    rows = " | ".join(f"#{step.row}" if step is not None else "–" for step in (pair.left, pair.right))
    step, name = pair.step, f"{pair.step.name}: {pair.step.title}"
    agent = f" [{step.agent}]" if step.agent else ""
    say("")
    say(_cut(f"{_GLYPHS[state]} {rows}{agent} {name}", _WIDTH))
    for difference in differences.of(pair) if state == "changed" else ():
        for line in _lines(difference):
            say(_cut(f"    {line}", _WIDTH))


def _lines(difference: Difference) -> Iterator[str]:
    """A difference for a person: one line where that is enough, else the beginning of its diff."""
    left, right = difference.left, difference.right
    both = f"{difference.name}: {'–' if left is None else left} -> {'–' if right is None else right}"
    if "\n" not in both and len(both) < _WIDTH - 4:
        yield both
        return
    yield f"{difference.name}:"
    lines = [line for line in unified(difference.name, left, right).split("\n")[2:] if line]
    yield from (f"  {line}" for line in lines[:_LINES])
    if len(lines) > _LINES:
        yield f"  … {len(lines) - _LINES:,} lines more; --json has all"


def _cut(line: str, width: int) -> str:
    from rich.cells import cell_len, set_cell_size

    line = safe_line(line.expandtabs(4))
    return line if cell_len(line) <= width else f"{set_cell_size(line, width - 1)}…"


def _print_json(left: Run, right: Run, comparison: Comparison, differences: Differences) -> None:
    """One object, written pair by pair: of long runs it is large."""
    head = {
        "same": comparison.is_same,
        "counts": {state: comparison.counts[state] for state in _WORDS},
        "left": _run(left, comparison.left.workspace, totals(comparison.left)),
        "right": _run(right, comparison.right.workspace, totals(comparison.right)),
    }
    print(json.dumps(head, indent=1)[:-2] + ',\n "pairs": [', end="")
    for number, (pair, state) in enumerate(zip(comparison.pairs, comparison.states, strict=True)):
        print(",\n  " if number else "\n  ", end="")
        print(json.dumps(_pair(pair, state, differences)), end="")
    print("\n ]\n}")


def _run(run: Run, workspace: str, comes_to: Mapping[str, object]) -> dict[str, Any]:
    return {
        "path": str(run.path),
        "format": run.format,
        "variant": run.variant or None,
        "workspace": workspace or None,
        "records": len(run),
        "totals": comes_to,
        "problems": list(run.problems),
    }


def _pair(pair: Pair, state: State, differences: Differences) -> dict[str, Any]:
    found: dict[str, Any] = {
        "state": state,
        "kind": pair.step.kind,
        "name": pair.step.name,
        "left": _step(pair.left),
        "right": _step(pair.right),
        "differs": list(pair.differs),
    }
    if state == "changed":
        found["differences"] = [
            {"name": each.name, "left": _short(each.left), "right": _short(each.right)}
            for each in differences.of(pair)
        ]
    return found


def _step(step: Step | None) -> dict[str, Any] | None:
    if step is None:
        return None
    usage = step.usage
    return {
        "event": step.row,
        "result_event": step.result if step.result >= 0 else None,
        "turn": step.turn,
        "agent": step.agent or None,
        "title": step.title,
        "status": step.status or None,
        "writes": list(step.writes),
        "seconds": step.took,
        "input_tokens": usage.input_tokens if usage is not None else None,
        "output_tokens": usage.output_tokens if usage is not None else None,
        "cost_usd": step.cost,
    }


def _short(value: str | None) -> str | None:
    if value is None or len(value) <= _LONGEST:
        return value
    return f"{value[:_LONGEST]}… {len(value) - _LONGEST:,} characters more"
