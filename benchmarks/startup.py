"""From the start of the program to its prompt, and to the first key it shows, in a real pty.

    python -m benchmarks.startup [ROUNDS]

Held against a minimal Textual app in the same run, alternating; `--version` against `python -c pass`, and a
one-shot task against a bare httpx script that makes the same request.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from benchmarks.timing import PYTHON, ROOT, SAWHORSE, Row, environment, show, spread, temporary_folder
from tests.pty.terminal import Terminal
from tests.servers.model_server import ModelServer, Turn

T = TypeVar("T")
MINIMAL = [PYTHON, "-m", "benchmarks.minimal_app"]
ONE_SHOT = """
import asyncio, json, sys
import httpx

async def main():
    async with httpx.AsyncClient() as client:
        body = {"model": "m", "messages": [{"role": "user", "content": "go"}], "stream": True}
        async with client.stream("POST", sys.argv[1] + "/chat/completions", json=body) as response:
            async for line in response.aiter_lines():
                if line.startswith("data: ") and line != "data: [DONE]":
                    for choice in json.loads(line[6:])["choices"]:
                        sys.stdout.write(choice["delta"].get("content") or "")
asyncio.run(main())
"""


def prompt_and_echo(
    arguments: Sequence[str], environ: dict[str, str], prompt: bytes, key: str, echo: bytes
) -> tuple[float, float]:
    """Seconds from the start to the prompt, and to the echo of a key that is pressed then."""
    with Terminal(arguments, environ, cwd=ROOT) as terminal:
        drawn = terminal.wait_for_bytes(prompt)
        seen = len(terminal.output)
        terminal.send(key)
        echoed = terminal.wait_for_bytes(echo, after=seen)
        return drawn - terminal.started, echoed - terminal.started


def typed_ahead(environ: dict[str, str], folder: str, delay: float) -> int:
    """How many of twenty keys arrive that are typed from so many seconds after the start."""
    text = "abcdefghijklmnopqrst"
    with Terminal([SAWHORSE, folder], environ, cwd=ROOT) as terminal:
        time.sleep(delay)
        terminal.send(text)
        try:
            terminal.wait_for(text, seconds=5)
        except AssertionError:
            return max((n for n in range(len(text)) if text[-n:] in terminal.text), default=0)
        return len(text)


def key_latency(environ: dict[str, str], folder: str, model: str) -> list[float]:
    """Seconds from key to echo, for keys pressed while the stack of a model loads after the first paint."""
    latencies = []
    with Terminal([SAWHORSE, folder, "--model", model], environ, cwd=ROOT) as terminal:
        terminal.wait_for_bytes(b"sawhorse")
        end = time.monotonic() + 2
        number = 0
        while time.monotonic() < end:
            key = "αβγδεζηθικλμνξοπρστυφχψω"[number % 24]  # found in no escape sequence
            number += 1
            seen = len(terminal.output)
            pressed = terminal.send(key)
            latencies.append(terminal.wait_for_bytes(key.encode(), after=seen) - pressed)
            time.sleep(0.03)
    return latencies


def whole(arguments: Sequence[str], environ: dict[str, str]) -> float:
    """Seconds a command takes from start to end."""
    start = time.monotonic()
    subprocess.run(arguments, env=environ, check=True, capture_output=True, cwd=ROOT)
    return time.monotonic() - start


def alternating(rounds: int, first: Callable[[], T], second: Callable[[], T]) -> tuple[list[T], list[T]]:
    """Both measurements so many times, in turn, so that a busy moment hits both alike."""
    pairs = [(first(), second()) for _ in range(rounds)]
    return [one for one, _ in pairs], [two for _, two in pairs]


def main(arguments: Sequence[str] = ()) -> bool:
    """Measure, and print a table."""
    rounds = int(arguments[0]) if arguments else 9
    folder = temporary_folder()
    with ModelServer(lambda _: Turn(text="It is done.")) as server:
        environ = environment(
            OPENAI_BASE_URL=f"{server.url}/v1", OPENAI_API_KEY="sk-benchmark-key",
            ANTHROPIC_BASE_URL=server.url, ANTHROPIC_API_KEY="sk-ant-benchmark-key",
            SAWHORSE_MODEL__NAME="openai/m",
        )  # fmt: skip
        plain, ours = alternating(
            rounds,
            lambda: prompt_and_echo(MINIMAL, environ, b"READY", "x", b"ECHOx"),
            lambda: prompt_and_echo([SAWHORSE, folder], environ, b"sawhorse", "x", b"x"),
        )
        nothing, version = alternating(
            2 * rounds,
            lambda: whole([PYTHON, "-c", "pass"], environ),
            lambda: whole([SAWHORSE, "--version"], environ),
        )
        run = [SAWHORSE, "run", "go", "--workspace", folder]
        bare, one_shot = alternating(
            rounds,
            lambda: whole([PYTHON, "-c", ONE_SHOT, f"{server.url}/v1"], environ),
            lambda: whole(run, environ),
        )
        kept = [typed_ahead(environ, folder, delay) for delay in (0.0, 0.001, 0.03, 0.1, 0.2)]
        idle = key_latency(environ, folder, "openai/m")
        loading = key_latency(environ, folder, "anthropic/m")
    rows = [
        _ratio("prompt drawn / minimal app", [a for a, _ in ours], [a for a, _ in plain], 1.5),
        _ratio("first key echoed / minimal app", [b for _, b in ours], [b for _, b in plain], 1.5),
        _ratio("sawhorse --version / python -c pass", version, nothing, 2),
        _ratio("one-shot run / bare httpx script", one_shot, bare, 2.5),
        Row(
            "typed-ahead keys lost, of 20",
            f"kept {kept} typed at 0, 1, 30, 100, 200 ms",
            20 - min(kept),
            0,
            "",
        ),
        _ratio("key echo while the SDK loads / httpx loads", loading, idle, None),
    ]
    return show(f"start-up ({os.cpu_count()} cores)", rows)


def _ratio(name: str, ours: list[float], other: list[float], bar: float | None) -> Row:
    figure = statistics.median(ours) / statistics.median(other)
    return Row(name, f"{spread(ours)} / {spread(other)}", figure, bar)


if __name__ == "__main__":
    sys.exit(0 if main(sys.argv[1:]) else 1)
