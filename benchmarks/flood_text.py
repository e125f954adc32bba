"""What the model says: how fast keys are while its text streams, and how fast a long conversation is."""

from __future__ import annotations

import os
import signal
import statistics
from collections.abc import Callable, Sequence

from benchmarks.keys import Program
from benchmarks.latency import Latency
from benchmarks.scale import Scale
from benchmarks.timing import PYTHON, Row
from benchmarks.workbench import FRAMES, MODEL, Bench, workbench

F5, HOME, END, PAGE_UP, PAGE_DOWN = "\x1b[15~", "\x1b[H", "\x1b[F", "\x1b[5~", "\x1b[6~"
MEGA = 1_000_000
_TURNS = ("--set", "model.max_turns=100000")
_MOVES, _PAGES = 8, 8
_BUSY = (*FRAMES, PYTHON, "-m", "benchmarks.busy_workbench")


def answers(scale: Scale) -> list[Row]:
    """Answers onto an empty conversation, onto many messages, and at the end of a long text."""
    rows = []
    with workbench(*_TURNS) as bench:
        for rate in scale.rates:
            rows += _answer(bench, scale, rate, "empty")
        bench.carry_out(f"fill {scale.messages}")
        for rate in scale.rates:
            rows += _answer(bench, scale, rate, f"{scale.messages:,} messages")
    with workbench() as bench:
        for rate in scale.rates:
            rows += _answer(bench, scale, rate, "200 kB", before=200_000)
    return rows


def busy_answers(scale: Scale) -> list[Row]:
    """Answers while four commands print into their panes."""
    rows = []
    for rate in scale.rates:
        with workbench(MODEL, start=_BUSY) as bench:
            rows += _answer(bench, scale, rate, "4 panes", bars=(2, 3, None), begin=lambda: _make_busy(bench))
    return rows


def long_conversation(scale: Scale) -> list[Row]:
    """Moving in a conversation of many messages."""
    with workbench(*_TURNS) as bench:
        program, empty = bench.program, bench.program.memory
        bench.carry_out(f"fill {scale.long}")
        grown = (program.memory - empty) / MEGA
        program.send(F5)
        program.settle()
        name = f"{scale.long:,} messages"
        return [
            _moved(program, f"{name}, page up", PAGE_UP, [END], _PAGES),
            _moved(program, f"{name}, page down", PAGE_DOWN, [HOME], _PAGES),
            _moved(program, f"{name}, home", HOME, [END], 1),
            _moved(program, f"{name}, end", END, [HOME], 1),
            _resized(program, f"{name}, resize 80 -> 200, all of it"),
            Row(f"{name}, memory over empty", f"empty {empty / MEGA:.1f} MB", grown, 30, "MB"),
        ]


def _answer(
    bench: Bench,
    scale: Scale,
    rate: int,
    onto: str,
    *,
    before: int = 0,
    bars: tuple[float, float, float | None] = (1.2, 2, 35),
    begin: Callable[[], object] = lambda: None,
) -> list[Row]:
    """An answer.

    Args:
        bench: Where.
        scale: How long.
        rate: Tokens a second.
        onto: What is there already, in words.
        before: Bytes of the same answer that come at once before.
        bars: For key p50, key p95, and the processor in percent.
        begin: Done between the idle keys and the answer.
    """
    idle = bench.idle(scale.idle)
    begin()
    seconds, window = bench.type_during(f"answer {rate} {scale.answer:g} {before}", bench.answers)
    bench.wait_until_over()
    live, share = Latency.of(seconds), bench.program.cpu_share(window)
    case = f"{rate} tokens/s, {onto}"
    return [
        Row(f"{case}: key p50 / idle", f"{live}, idle {idle}", live.p50 / idle.p50, bars[0]),
        Row(f"{case}: key p95 / idle", f"{window.rate:.0f} tokens/s", live.p95 / idle.p95, bars[1]),
        Row(f"{case}: processor", "of a core, keys included", share * 100, bars[2], "%"),
    ]


def _make_busy(bench: Bench) -> None:
    """Let the four commands begin, and type on until all of them print."""
    os.kill(bench.program.pid, signal.SIGUSR1)
    bench.program.wait_for("a line of the compiler")
    bench.program.type_for(1)


def _moved(program: Program, name: str, key: str, start: Sequence[str], times: int) -> Row:
    """How soon a key moves the conversation.

    Args:
        program: Where; the conversation has the focus.
        name: Of the row.
        key: The key.
        start: Keys that lead to where it starts, each time.
        times: How often it is pressed in a row from there.
    """
    first: list[float] = []
    last: list[float] = []
    for _ in range(_MOVES // times):
        for step in start:
            program.send(step)
            program.settle()
        for _ in range(times):
            begun, ended = program.burst(lambda: program.send(key))
            first.append(begun)
            last.append(ended)
    detail = f"most {max(first) * 1e3:.1f} of {len(first)}; all of it {statistics.median(last) * 1e3:.1f} ms"
    return Row(name, detail, statistics.median(first) * 1e3, 20, "ms")


def _resized(program: Program, name: str) -> Row:
    """How soon all is painted in a wider window."""
    first: list[float] = []
    last: list[float] = []
    for _ in range(_MOVES // 2):
        program.resize(80)
        program.settle()
        begun, ended = program.burst(lambda: program.resize(200))
        first.append(begun)
        last.append(ended)
    detail = f"most {max(last) * 1e3:.1f} of {len(last)}; first byte {statistics.median(first) * 1e3:.1f} ms"
    return Row(name, detail, statistics.median(last) * 1e3, 100, "ms")
