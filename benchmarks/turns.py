"""Two hundred turns of one `echo`: what the engine adds to each, against a bare loop in the same run.

    python -m benchmarks.turns [TURNS]

A turn's overhead is the time between the end of an answer and the head of the next request, as the server
sees it. The bare loop posts with httpx, reads the stream and runs the command with subprocess.run. It has no
sandbox: what that adds is told beside it.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from itertools import pairwise
from math import inf
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any  # JSON of a request

from benchmarks.timing import PYTHON, ROOT, SAWHORSE, Row, environment, show
from tests.servers.model_server import Call, ModelServer, Turn

BARE = """
import json, subprocess, sys
import httpx

url, turns = sys.argv[1], int(sys.argv[2])
messages = [{"role": "user", "content": "go"}]
with httpx.Client() as client:
    while True:
        arguments = ""
        call = None
        body = {"model": "m", "messages": messages, "stream": True}
        with client.stream("POST", url + "/chat/completions", json=body) as response:
            for line in response.iter_lines():
                if not line.startswith("data: ") or line == "data: [DONE]":
                    continue
                for choice in json.loads(line[6:])["choices"]:
                    for delta in choice["delta"].get("tool_calls") or ():
                        call = delta.get("id") or call
                        arguments += delta["function"].get("arguments") or ""
        if not call:
            break
        command = json.loads(arguments)["command"]
        result = subprocess.run(["bash", "-c", command], capture_output=True, text=True)
        asked = {"id": call, "type": "function", "function": {"name": "bash", "arguments": arguments}}
        messages.append({"role": "assistant", "tool_calls": [asked]})
        messages.append({"role": "tool", "tool_call_id": call, "content": result.stdout})
"""


def serve(turns: int) -> ModelServer:
    """A server that asks for `echo` so many times, then is done."""

    def answer(body: dict[str, Any]) -> Turn:
        done = sum(message["role"] == "tool" for message in body["messages"])
        return Turn(text="done") if done >= turns else Turn(calls=[Call("bash", {"command": f"echo {done}"})])

    return ModelServer(answer)


def gaps(server: ModelServer) -> list[float]:
    """Seconds from the end of each answer to the next request."""
    return [after.arrived - before.answered for before, after in pairwise(server.requests)]


def bare(turns: int) -> list[float]:
    """Overhead of the bare loop."""
    with serve(turns) as server:
        subprocess.run([PYTHON, "-c", BARE, f"{server.url}/v1", str(turns)], check=True, cwd=ROOT)
        return gaps(server)


def engine(turns: int, sandbox: str) -> tuple[list[float], int, int, int, int]:
    """Overhead of Sawhorse; connections; bytes in its files and in the trajectory; peak memory in bytes."""
    with serve(turns) as server, TemporaryDirectory() as folder:
        environ = environment(OPENAI_BASE_URL=f"{server.url}/v1", OPENAI_API_KEY="sk-benchmark-key")
        process = subprocess.Popen(
            [
                SAWHORSE, "run", "go", "--model", "openai/m", "--mode", "auto", "--workspace", folder,
                "--max-turns", str(turns + 1), "--set", f"sandbox.kind={sandbox}",
            ],
            env=environ,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        peak = 0
        while process.poll() is None:
            peak = max(peak, _peak(process.pid))
            time.sleep(0.02)
        assert process.returncode == 0
        (session,) = Path(environ["SAWHORSE_DATA"]).glob("sessions/*")
        trajectory = (session / "trajectory.jsonl").stat().st_size
        files = sum(path.stat().st_size for path in session.rglob("*") if path.is_file())
        return gaps(server), server.connections, files, trajectory, peak


def _peak(pid: int) -> int:
    """Most memory a process has had, in bytes; 0 where the system does not say."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM")), 0)


def recorded_bytes(turns: int) -> tuple[int, int]:
    """What the recorder hands to the system while it records such a run, against the size of its file."""
    code = """
import os, sys
import app.trajectory.recording.disk as disk
count = 0
real = os.write
class Counting:
    def __getattr__(self, name):
        return getattr(os, name)
    def write(self, descriptor, data):
        global count
        count += len(data)
        return real(descriptor, data)
disk.os = Counting()
from app.cli.main import main
code = main(sys.argv[1:])
print("WRITTEN", count)
"""
    with serve(turns) as server, TemporaryDirectory() as folder:
        environ = environment(OPENAI_BASE_URL=f"{server.url}/v1", OPENAI_API_KEY="sk-benchmark-key")
        options = ["run", "go", "--model", "openai/m", "--mode", "auto", "--workspace", folder]
        result = subprocess.run(
            [PYTHON, "-c", code, *options, "--max-turns", str(turns + 1)],
            env=environ, check=True, capture_output=True, text=True, cwd=ROOT,
        )  # fmt: skip
        (session,) = Path(environ["SAWHORSE_DATA"]).glob("sessions/*")
        written = int(result.stdout.rpartition("WRITTEN ")[2])
        outputs = sum(path.stat().st_size for path in (session / "outputs").iterdir())
        return written + outputs, (session / "trajectory.jsonl").stat().st_size


def main(arguments: Sequence[str] = ()) -> bool:
    """Measure, and print a table."""
    turns = int(arguments[0]) if arguments else 200
    loop = bare(turns)
    confined, connections, files, trajectory, peak = engine(turns, "auto")
    ours, *_ = engine(turns, "off")
    again = bare(turns)
    base = statistics.median([*loop, *again])
    median = statistics.median(ours)
    tenth = max(len(ours) // 10, 1)
    inside = statistics.median(confined)
    early, late = statistics.median(ours[1 : tenth + 1]), statistics.median(ours[-tenth:])
    written, file = recorded_bytes(turns)
    mega = 1024 * 1024
    return show(
        f"{turns} turns of one `echo`",
        [
            Row(
                "overhead a turn / bare loop (medians)",
                f"{median * 1e3:.1f} / {base * 1e3:.1f} ms",
                median / base,
                4,
            ),
            Row(
                "the same, each command in the sandbox",
                f"{inside * 1e3:.1f} ms: {(inside - median) * 1e3:.1f} more",
                inside / base,
                None,
            ),
            Row("late turns / early turns", f"{late * 1e3:.1f} / {early * 1e3:.1f} ms", late / early, 1.2),
            Row("TCP connections", "", connections, 1, ""),
            Row("bytes written / trajectory", f"{written:,} / {file:,}", written / file, 1.1),
            Row("all files / trajectory", f"{files:,} / {trajectory:,}", files / trajectory, 1.1),
            Row("peak memory", "the whole process", peak / mega or inf, 100, "MB"),
        ],
    )


if __name__ == "__main__":
    sys.exit(0 if main(sys.argv[1:]) else 1)
