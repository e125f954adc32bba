"""The workbench as one would first write it: a RichLog gets each line of a command by itself, from a thread.

    python -m benchmarks.naive call|post COMMAND...

f5 starts the command. `call` waits until each line is written, `post` does not.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import RichLog, TextArea

from benchmarks import flood_source
from benchmarks.keys import Program
from benchmarks.latency import Latency, Window, windows
from benchmarks.scale import Scale
from benchmarks.timing import PYTHON, Row, environment
from benchmarks.workbench import FRAMES

F5 = "\x1b[15~"
MEGA = 1_000_000
_SIZE = 1000 * MEGA
_EVEN = _SIZE / (10 * MEGA)  # seconds


class Naive(App[None]):
    """A log above, a text area below.

    Args:
        how: How a line gets from the thread into the log.
        command: What is run.
    """

    CSS = "RichLog { height: 1fr; } TextArea { height: 6; }"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("f5", "start", priority=True)]

    class Line(Message):
        """A line has come."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def __init__(self, how: str, command: Sequence[str]) -> None:
        super().__init__()
        self._how = how
        self._command = command

    def compose(self) -> ComposeResult:
        """The two."""
        yield RichLog()
        yield TextArea()

    def on_mount(self) -> None:
        """Take the keys; a cursor that blinks would never be quiet."""
        self.query_one(RichLog).write("READY")
        area = self.query_one(TextArea)
        area.cursor_blink = False
        area.focus()

    def action_start(self) -> None:
        """Run the command."""
        Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        log = self.query_one(RichLog)
        with subprocess.Popen(self._command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            for line in process.stdout:
                if self._how == "call":
                    self.call_from_thread(log.write, line.rstrip("\n"))
                else:
                    self.post_message(self.Line(line.rstrip("\n")))

    def on_naive_line(self, event: Line) -> None:
        """Show a line."""
        self.query_one(RichLog).write(event.text)


def naive_twin(scale: Scale) -> list[Row]:
    """Floods of a gigabyte into the log, each for some seconds: it would take an hour."""
    return [
        _flooded("call_from_thread", "call", 0, scale),
        _flooded("call_from_thread, 10 MB/s", "call", _EVEN, scale),
        _flooded("post_message", "post", 0, scale),
        _flooded("post_message, 10 MB/s", "post", _EVEN, scale),
    ]


def _flooded(name: str, how: str, seconds: float, scale: Scale) -> Row:
    with TemporaryDirectory() as folder:
        log = Path(folder, "floods.log")
        command = [PYTHON, flood_source.__file__, str(log), str(_SIZE), str(seconds)]
        start = [*FRAMES, PYTHON, "-m", "benchmarks.naive", how, *command]
        with Program(start, environment(), Path(folder)) as program:
            program.wait_for("READY")
            program.settle()
            idle = Latency.of(program.echoes(program.type_for(scale.idle / 2)))
            before = program.memory
            begun = program.send(F5)
            live = Latency.of(program.echoes(program.type_for(scale.naive)))
            grown = program.peak_memory(Window(begun, time.monotonic(), 0)) - before
        while not log.exists():  # the command ends when it cannot write any more
            time.sleep(0.01)
        (window,) = windows(log)
    detail = f"key {live}, idle {idle}; {window.rate / MEGA:.3f} MB/s; + {grown / MEGA:.0f} MB"
    return Row(f"{name}: key p50 / idle", detail, live.p50 / idle.p50, None)


if __name__ == "__main__":
    Naive(sys.argv[1], sys.argv[2:]).run()
