"""One turn with eight calls of `sleep 1`: together, and one after the other.

python -m benchmarks.parallel
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from app.trajectory.events import ModelResponse, ToolFinished, ToolRequested
from app.trajectory.reader import read
from benchmarks.timing import SAWHORSE, Row, environment, show
from tests.servers.model_server import Call, ModelServer, Turn

CALLS = 8


def turn_time(calls: int, *settings: str) -> float:
    """Seconds from the model's answer to the last result, as the trajectory has it."""
    sleep = Call("bash", {"command": "sleep 1"})
    with (
        ModelServer([Turn(calls=[sleep] * calls), Turn(text="done")]) as server,
        TemporaryDirectory() as folder,
    ):
        environ = environment(OPENAI_BASE_URL=f"{server.url}/v1", OPENAI_API_KEY="sk-benchmark-key")
        command = [SAWHORSE, "run", "go", "--model", "openai/m", "--mode", "auto", "--workspace", folder]
        for setting in settings:
            command += ["--set", setting]
        subprocess.run(command, env=environ, check=True, capture_output=True)
        (trajectory,) = Path(environ["SAWHORSE_DATA"]).glob("sessions/*/trajectory.jsonl")
        records = list(read(trajectory))
    assert sum(isinstance(record.event, ToolRequested) for record in records) == calls
    begun = next(record.ts for record in records if isinstance(record.event, ModelResponse))
    ended = max(record.ts for record in records if isinstance(record.event, ToolFinished))
    return ended - begun


def main() -> bool:
    """Measure, and print a table."""
    one, parallel, sequential = turn_time(1), turn_time(CALLS), turn_time(CALLS, "tools.parallel=false")
    return show(
        f"one turn with {CALLS} x `sleep 1`",
        [
            Row("one call", "", one, None, "s"),
            Row("parallel", f"{parallel / one:.2f} x one call", parallel, 1.25, "s"),
            Row("sequential", f"{sequential / parallel:.1f} x parallel", sequential, None, "s"),
        ],
    )


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
