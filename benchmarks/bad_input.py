"""Files that are larger than anybody means them to be: what it takes to open them, or to refuse them.

python -m benchmarks.bad_input
"""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import zstandard

from benchmarks.timing import PYTHON, ROOT, Row, environment, show, temporary_folder

_MEGA = 2**20
_OPEN = """
import sys, time
from pathlib import Path
from app.trajectory.formats.contract import UnreadableError
from app.trajectory.formats.opening import opened
start, count, problems = time.perf_counter(), 0, []
try:
    reading = opened(Path(sys.argv[1]))
    for record in reading.records():
        count += 1
    problems = reading.source.problems
except UnreadableError as error:
    problems = [str(error).partition(": ")[2]]
peak = int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]) // 1024
print(time.perf_counter() - start, peak, count, "; ".join(problems)[:90], sep="|")
"""


def one_line(path: Path) -> None:
    """200 MB of JSON on one line."""
    message = {"id": "m", "type": "gemini", "content": "x" * 20_000}
    session = {"sessionId": "s", "projectHash": "p", "messages": [message] * (200 * _MEGA // 20_000)}
    path.write_text(json.dumps(session))


def one_line_cut_off(path: Path) -> None:
    """The first 60 MB of it."""
    one_line(path)
    with path.open("r+b") as stream:
        stream.truncate(60 * _MEGA)


def one_image(path: Path) -> None:
    """A line with an image of 150 MB."""
    image = {
        "type": "image",
        "source": {"type": "base64", "media_type": "image/png", "data": "A" * 200 * _MEGA},
    }
    message = {"role": "user", "content": [image]}
    path.write_text(json.dumps({"type": "user", "uuid": "u", "sessionId": "s", "message": message}))


def endless_line(path: Path) -> None:
    """A line of 2 GB, on a disk that it does not take."""
    with path.open("wb") as stream:
        stream.write(b'{"type": "user", "uuid": "u", "sessionId": "s"}\n{')
        stream.truncate(2048 * _MEGA)


def bomb(path: Path) -> None:
    """An archive of 4 MB with 4 GB in it."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name in ("header.json", "samples/1_epoch_1.json"):
            with archive.open(name, "w", force_zip64=True) as member:
                for _ in range(2048):
                    member.write(b" " * _MEGA)


def packed_bomb(path: Path) -> None:
    """A compressed file of 100 kB with 4 GB in it."""
    packer = zstandard.ZstdCompressor().compressobj()
    with path.open("wb") as stream:
        for _ in range(4096):
            stream.write(packer.compress(b"{" + b" " * (_MEGA - 1)))
        stream.write(packer.flush())


CASES: tuple[tuple[Callable[[Path], None], float, float], ...] = (
    (one_line, 5, 800),
    (one_line_cut_off, 5, 800),
    (one_image, 5, 1200),
    (endless_line, 5, 1200),
    (bomb, 1, 100),
    (packed_bomb, 10, 1200),
)


def main() -> int:
    """Open them all, each in a process of its own; 1 if one takes too much."""
    rows = []
    for make, seconds, memory in CASES:
        path = Path(temporary_folder()) / "run"
        make(path)
        command = [PYTHON, "-c", _OPEN, str(path)]
        ended = subprocess.run(
            command, env=environment(), cwd=ROOT, capture_output=True, text=True, check=True
        )
        path.unlink()
        took, peak, count, problems = ended.stdout.strip().split("|")
        what = (make.__doc__ or "").strip(".")
        rows.append(Row(what, f"{int(count):,} records {problems}", float(took), seconds, " s"))
        rows.append(Row("  its memory", "", float(peak), memory, " MB"))
    return 0 if show("Larger than anybody means", rows) else 1


if __name__ == "__main__":
    sys.exit(main())
