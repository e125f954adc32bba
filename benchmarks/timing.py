"""What the benchmarks share: a table of figures, each with its bar."""

from __future__ import annotations

import os
import statistics
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[1]
PYTHON = sys.executable
SAWHORSE = str(Path(sys.executable).with_name("sawhorse"))


@dataclass(frozen=True, slots=True)
class Row:
    """One measurement: `bar` is the most that `figure` may be, or the least; None if it is only told."""

    name: str
    detail: str
    figure: float
    bar: float | None
    unit: str = "x"
    at_least: bool = False

    @property
    def met(self) -> bool:
        """Whether the bar is met."""
        if self.bar is None:
            return True
        return self.figure >= self.bar if self.at_least else self.figure <= self.bar


def show(title: str, rows: Sequence[Row]) -> bool:
    """Print a table; True if every bar is met."""
    print(f"\n{title}", flush=True)
    for row in rows:
        bar = f"{'>= ' if row.at_least else ''}{row.bar:g}{row.unit}" if row.bar is not None else ""
        verdict = f"bar {bar}  {'met' if row.met else 'MISSED'}" if bar else ""
        print(f"  {row.name:<44} {row.figure:>8.2f}{row.unit:<4} {verdict:<22} {row.detail}", flush=True)
    return all(row.met for row in rows)


def spread(values: Sequence[float]) -> str:
    """Median, with the least and the most, in milliseconds."""
    ms = [value * 1000 for value in values]
    return f"{statistics.median(ms):.0f} ms [{min(ms):.0f}-{max(ms):.0f}, n={len(ms)}]"


_FOLDERS: list[TemporaryDirectory[str]] = []  # removed when the program ends


def temporary_folder() -> str:
    """A new folder that goes when the benchmark ends."""
    _FOLDERS.append(TemporaryDirectory(prefix="sawhorse-benchmark-", ignore_cleanup_errors=True))
    return _FOLDERS[-1].name


def environment(**more: str) -> dict[str, str]:
    """The environment of a program under test: settings and recordings of its own."""
    home = temporary_folder()
    hidden = ("SAWHORSE_", "ANTHROPIC_", "OPENAI_", "OPENROUTER_")
    inherited: Mapping[str, str] = {k: v for k, v in os.environ.items() if not k.startswith(hidden)}
    return {
        **inherited,
        "SAWHORSE_CONFIG": f"{home}/config.toml",
        "SAWHORSE_DATA": f"{home}/data",
        "PYTHONPATH": str(ROOT),
        **more,
    }
