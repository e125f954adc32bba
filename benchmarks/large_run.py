"""Makes a recording of any length, as a long session leaves it: turns of two calls beside each other.

    python -m benchmarks.large_run FILE EVENTS

An event has about a kilobyte. `NEEDLE` is a word of the last one alone.
"""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path

from app.trajectory.codec import encode
from app.trajectory.content import Text, ToolCall, Usage
from app.trajectory.effects import Effects
from app.trajectory.events import (
    ApprovalDecided,
    Event,
    ModelRequest,
    ModelResponse,
    Note,
    Record,
    SessionStarted,
    ToolFinished,
    ToolRequested,
    ToolStarted,
)
from benchmarks.timing import PYTHON, ROOT, environment, temporary_folder

NEEDLE = "haystack-needle"
_WORDS = (
    *("alpha", "beta", "gamma", "delta", "import", "return", "value", "class", "self", "path/to/file.py"),
    *("12", "\n", "\t", '"quoted"', "für"),
)
_BEGAN = 1_750_000_000.0  # seconds since the epoch
_APART = 0.05  # seconds
_BATCH = 2_000  # events that are written in one go


def events() -> Iterator[Event]:
    """Those of a session, without end."""
    chance = random.Random(7)
    texts = [" ".join(chance.choices(_WORDS, k=500)) for _ in range(200)]
    effects = Effects("Run the tests")
    yield SessionStarted("20250615-150640-abcd", "/home/me/work", "anthropic/model", "ask", "1.0")
    for turn in count(1):
        text = texts[turn % len(texts)]
        shell, read = f"toolu_{turn:016}a", f"toolu_{turn:016}b"
        command, file = {"command": text[:100]}, {"path": "src/module.py", "limit": 200}
        calls = ToolCall(shell, "bash", command), ToolCall(read, "read_file", file)
        usage = Usage(10, 200, 30_000, 400)
        yield ModelRequest(turn, "anthropic/model", 5 * turn, 14)
        yield ModelResponse(
            turn, "anthropic/model", (Text(text[:900]), *calls), "tools", usage, 0.02, 0.4, 3.0, 1
        )
        yield ToolRequested(shell, turn, "bash", command, effects)
        yield ToolRequested(read, turn, "read_file", file, effects)
        for call in (shell, read):
            yield ApprovalDecided(call, True, "rule", "a rule allows it")
            yield ToolStarted(call)
        yield ToolFinished(read, "done", text[:2600], 0.01)
        yield ToolFinished(shell, "failed" if turn % 17 == 0 else "done", text[200:2800], 0.5, turn % 17 == 0)


def made_apart(number: int) -> Path:
    """A recording of so many events, made by another process: the memory of this one is measured."""
    path = Path(temporary_folder(), "trajectory.jsonl")
    command = [PYTHON, "-m", "benchmarks.large_run", str(path), str(number)]
    subprocess.run(command, cwd=ROOT, env=environment(), check=True)
    return path


def make(path: Path, number: int) -> None:
    """Write so many of them."""
    made = islice(events(), number - 1)
    records = (Record(at, _BEGAN + at * _APART, event) for at, event in enumerate(made))
    with path.open("wb") as stream:
        while lines := b"".join(map(encode, islice(records, _BATCH))):
            stream.write(lines)
        stream.write(encode(Record(number - 1, _BEGAN + number * _APART, Note(NEEDLE))))


if __name__ == "__main__":
    make(Path(sys.argv[1]), int(sys.argv[2]))
