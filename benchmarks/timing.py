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
    """One measurement: `figure` is held against `bar`, from above unless it is None."""

    name: str
    detail: str
    figure: float
    bar: float | None
    unit: str = "x"


def show(title: str, rows: Sequence[Row]) -> bool:
    """Print a table; True if every bar is met."""
    print(f"\n{title}")
    good = True
    for row in rows:
        verdict = ""
        if row.bar is not None:
            met = row.figure <= row.bar
            good = good and met
            verdict = f"bar {row.bar:g}{row.unit}  {'met' if met else 'MISSED'}"
        print(f"  {row.name:<44} {row.figure:>8.2f}{row.unit:<3} {verdict:<20} {row.detail}")
    return good


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
