"""The program is killed, its files are cut and flipped, its disk refuses: what is still there afterwards.

python -m benchmarks.crash [--short]
"""

from __future__ import annotations

import errno
import os
import random
import subprocess
import sys
import threading
import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args  # Any: JSON of a request

from app.session.history import History
from app.settings.schema import RecorderSettings
from app.trajectory.content import AssistantTurn, ToolCall, ToolTurn
from app.trajectory.events import Event, Note, ToolRequested, ToolStarted
from app.trajectory.health import scan
from app.trajectory.interrupted import interrupted_calls
from app.trajectory.reader import read
from app.trajectory.recording.recorder import Recorder
from app.trajectory.recording.repair import repair
from benchmarks.timing import SAWHORSE, Row, environment, show, temporary_folder
from tests.servers.model_server import Call, ModelServer, Turn
from tests.trajectory.faulty_disk import SHORT, FaultyDisk

Durability = Literal["fsync", "batch", "write"]
DURABILITIES: tuple[Durability, ...] = get_args(Durability)
_TURNS = 60
_LARGE = "a line of a file that nobody reads\n" * 3_000


@dataclass(slots=True)
class Killed:
    """What was found after kills."""

    runs: int = 0
    torn: int = 0
    interrupted: int = 0
    events: int = 0
    damaged: int = 0
    not_intended: int = 0
    not_resumed: int = 0
    not_sendable: int = 0


def kills(count: int) -> list[Row]:
    """`sawhorse run` with commands and edits, killed at random moments; each file is then gone on with."""
    found, chance = Killed(), random.Random(9)
    with ModelServer(_turn_of) as server:
        for number in range(count):
            folder = Path(temporary_folder())
            path = _killed_session(server.url, folder, chance.uniform(0, 2.5), DURABILITIES[number % 3])
            found.runs += 1
            if path is not None and path.stat().st_size:
                _look(path, folder, found)
    told = f"{found.events} events, {found.torn} torn ends, {found.interrupted} calls without a result"
    return [
        Row("runs killed", told, found.runs, None, ""),
        Row("files damaged before their end", "or with a gap", found.damaged, 0, ""),
        Row("side effects without their intent in the file", "", found.not_intended, 0, ""),
        Row("files that could not be gone on with", "", found.not_resumed, 0, ""),
        Row("conversations that could not be sent", "", found.not_sendable, 0, ""),
    ]


def cuts(events: int) -> list[Row]:
    """A recording cut off at every byte."""
    path, whole = _recorded(events)
    ends = [at + 1 for at, byte in enumerate(whole) if byte == ord("\n")]
    lost = 0
    cut = range(ends[0], len(whole))
    for size in cut:
        path.write_bytes(whole[:size])
        expected = sum(end <= size + 1 for end in ends)
        end = repair(path).end
        if end.set_aside is not None:
            end.set_aside.unlink()
        lost += [record.seq for record in read(path)] != list(range(expected))
    return [Row("cut at every byte: whole events lost", f"of {len(cut):,} cuts", lost, 0, "")]


def flips(events: int, count: int) -> list[Row]:
    """A recording with a flipped bit, somewhere."""
    path, whole = _recorded(events)
    expected = {record.seq: record for record in read(path)}
    chance, invented, more, silent = random.Random(2), 0, 0, 0
    for _ in range(count):
        damaged = bytearray(whole)
        damaged[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
        path.write_bytes(damaged)
        records = list(read(path))
        invented += any(expected[record.seq] != record for record in records)
        lost = events - len(records)
        more += lost > 2
        silent += lost > 0 and scan(path).is_whole
    return [
        Row("a flipped bit: wrong events read", f"of {count:,} flips", invented, 0, ""),
        Row("a flipped bit: more lost than the lines it is in", "", more, 0, ""),
        Row("a flipped bit: loss that is not found", "", silent, 0, ""),
    ]


def faults(rounds: int) -> list[Row]:
    """A recording whose disk refuses at random, whatever it is asked."""
    chance, calls, lost, broken_promises = random.Random(5), 0, 0, 0
    for _ in range(rounds):
        path = _new_file()
        disk = FaultyDisk()
        settings = RecorderSettings(
            batch_size=chance.choice((1, 5, 50)), durability=chance.choice(DURABILITIES)
        )
        recorder = Recorder(path, settings, disk=disk)
        recorder.RETRY = 0.001
        failures = iter(_bouts(random.Random(chance.random())))
        disk.fault = lambda _name, _number, failures=failures: next(failures)  # type: ignore[misc]  # a default
        for number in range(300):
            recorder.record(Note(("x" * 70_000 if number % 60 == 7 else "x" * 100) + str(number)))
            if number % 10 == 9 and recorder.flush().exception() is None:
                broken_promises += len(list(read(path))) < number + 1
        calls += len(disk.calls)
        disk.fault = lambda _name, _number: 0
        recorder.close()
        lost += [record.seq for record in read(path)] != list(range(300))
    return [
        Row(
            "a disk that refuses: recordings with a loss",
            f"of {rounds}, {calls:,} calls, one in five refused",
            lost,
            0,
            "",
        ),
        Row("a disk that refuses: promises broken", "", broken_promises, 0, ""),
    ]


def changes(rounds: int) -> list[Row]:
    """Two threads record while settings change a thousand times."""
    chance, wrong = random.Random(1), 0
    for _ in range(rounds):
        recorder = Recorder(_new_file(), RecorderSettings())
        done = threading.Event()

        def produce(name: int, recorder: Recorder = recorder, done: threading.Event = done) -> None:
            number = 0
            while not done.is_set():
                recorder.record(Note(f"{name} {number}"))
                number += 1
                if number % 100 == 0:
                    recorder.flush().result()
                    recorder.room().result()

        threads = [threading.Thread(target=produce, args=(name,)) for name in range(2)]
        for thread in threads:
            thread.start()
        for _ in range(1000):
            recorder.configure(
                RecorderSettings(
                    batch_size=chance.choice((1, 5, 50, 10_000)),
                    flush_interval=chance.choice((0.01, 0.25, 60.0)),
                    durability=chance.choice(DURABILITIES),
                    memory_cap=chance.choice((1, 64)),
                    memory_events=chance.choice((100, 50_000)),
                )
            )
            time.sleep(0.0005)
        done.set()
        for thread in threads:
            thread.join()
        recorder.close()
        wrong += not _in_order(recorder)
    return [
        Row("1,000 changes of settings: lost, twice, or out of order", f"of {rounds} rounds", wrong, 0, "")
    ]


def _turn_of(body: dict[str, Any]) -> Turn:
    done = sum(message["role"] == "tool" for message in body["messages"]) // 2
    if done >= _TURNS:
        return Turn(text="done")
    content = _LARGE if done % 5 == 0 else f"file {done}\n" * 100
    create = {"command": "create", "path": f"{done}.txt", "file_text": content}
    return Turn(
        calls=[Call("bash", {"command": f"echo {done} >> log"}), Call("str_replace_based_edit_tool", create)]
    )


def _killed_session(url: str, folder: Path, seconds: float, durability: Durability) -> Path | None:
    """The recording of a session that was killed so long after it began to record; None if it had not."""
    workspace = folder / "workspace"
    workspace.mkdir()
    environ = environment(
        OPENAI_BASE_URL=f"{url}/v1", OPENAI_API_KEY="sk-benchmark-key", SAWHORSE_DATA=str(folder / "data")
    )
    command = [SAWHORSE, "run", "go", "--model", "openai/m", "--mode", "auto", "--workspace", str(workspace)]
    for setting in ("sandbox.kind=off", "checkpoints.enabled=false", f"recorder.durability={durability}"):
        command += ["--set", setting]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(
        command, env=environ, start_new_session=True, stdout=quiet, stderr=quiet
    ) as process:
        while not (paths := list(folder.glob("data/sessions/*/trajectory.jsonl"))) and process.poll() is None:
            time.sleep(0.005)
        time.sleep(seconds)
        process.kill()
    return paths[0] if paths else None


def _look(path: Path, folder: Path, found: Killed) -> None:
    before = scan(path)
    found.torn += before.torn > 0
    if not before.records:
        return
    found.damaged += bool([finding for finding in before.findings if finding.what != "clock"])
    found.events += before.events
    records = list(read(path))
    requested = {r.event.call: r.event for r in records if isinstance(r.event, ToolRequested)}
    started = {r.event.call for r in records if isinstance(r.event, ToolStarted)}
    intended = [requested[call].arguments for call in started]
    log = folder / "workspace" / "log"
    for line in log.read_text().split() if log.exists() else []:
        found.not_intended += {"command": f"echo {line} >> log"} not in intended
    for file in (folder / "workspace").glob("*.txt"):
        found.not_intended += not any(arguments.get("path") == file.name for arguments in intended)
    results = interrupted_calls(records)
    found.interrupted += len(results)
    recorder = Recorder(path, RecorderSettings(), resumed=True)
    for result in results:
        recorder.record(result)
    found.not_resumed += bool(recorder.close()) or not scan(path).is_whole
    found.not_sendable += not _sendable([record.event for record in read(path)])


def _sendable(events: Sequence[Event]) -> bool:
    """Whether each call of the conversation is followed by its one result."""
    history = History()
    for event in events:
        history.apply(event)
    messages = history.messages()
    for message, after in zip(messages, [*messages[1:], None], strict=True):
        if isinstance(message, AssistantTurn):
            calls = [block.id for block in message.blocks if isinstance(block, ToolCall)]
            results = [result.call_id for result in after.results] if isinstance(after, ToolTurn) else []
            if calls != results:
                return False
    return True


def _bouts(chance: random.Random) -> Iterator[int]:
    while True:
        yield from [0] * chance.randrange(1, 16)
        yield from [chance.choice((errno.ENOSPC, errno.EIO, SHORT))] * chance.randrange(1, 4)


def _in_order(recorder: Recorder) -> bool:
    records = list(read(recorder.path))
    texts = [str(record.event.text).split() for record in records if isinstance(record.event, Note)]
    own = [[int(number) for name, number in texts if name == each] for each in "01"]
    numbered = [record.seq for record in records] == list(range(recorder.count))
    return numbered and all(numbers == list(range(len(numbers))) for numbers in own)


def _recorded(events: int) -> tuple[Path, bytes]:
    path = _new_file()
    recorder = Recorder(path, RecorderSettings())
    for number in range(events):
        recorder.record(Note(f"note {number} " * (1 + number % 30)))
    recorder.close()
    return path, path.read_bytes()


def _new_file() -> Path:
    return Path(temporary_folder(), "trajectory.jsonl")


def main(arguments: Sequence[str] = ()) -> bool:
    """Measure, and print a table; True if every bar is met."""
    parser = ArgumentParser(prog="python -m benchmarks.crash")
    parser.add_argument("--short", action="store_true", help="a tenth of everything")
    short = parser.parse_args(arguments).short
    parts: list[Callable[[], list[Row]]] = [
        lambda: kills(30 if short else 300),
        lambda: cuts(10 if short else 60),
        lambda: flips(60, 200 if short else 5_000),
        lambda: faults(5 if short else 100),
        lambda: changes(1 if short else 10),
    ]
    rows = [row for part in parts for row in part()]
    return show(f"crashes ({os.cpu_count()} cores, load {os.getloadavg()[0]:.1f})", rows)


if __name__ == "__main__":
    sys.exit(0 if main(sys.argv[1:]) else 1)
