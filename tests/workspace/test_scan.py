from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.workspace import scan
from app.workspace.request import ScanRequest


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.chdir(tmp_path)
    before = signal.getsignal(signal.SIGVTALRM)
    yield tmp_path
    signal.signal(signal.SIGVTALRM, before)


def records(capfd: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capfd.readouterr().out.splitlines()]


def test_it_writes_what_ripgrep_writes(here: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (here / "a").write_bytes(b"1\n2\nfoo x\n4\n\xe9 x\n")
    assert scan.run(ScanRequest("x", context=1)) == 0
    found = records(capfd)
    assert [record["type"] for record in found] == ["context", "match", "context", "match", "end"]
    assert found[1]["data"] == {
        "path": {"text": "./a"},
        "lines": {"text": "foo x"},
        "line_number": 3,
        "submatches": [{"match": {"text": "x"}, "start": 4}],
    }
    assert found[3]["data"]["lines"] == {"bytes": "6SB4"}
    assert found[4]["data"]["stats"] == {"matched_lines": 2}


def test_lines_keep_their_numbers_across_blocks(here: Path, capfd: pytest.CaptureFixture[str]) -> None:
    lines = [f"line {number}" for number in range(1, 30_001)]
    (here / "a").write_text("\n".join(lines))
    assert scan.run(ScanRequest("0000$")) == 0
    *matches, _ = records(capfd)
    assert [match["data"]["line_number"] for match in matches] == [10_000, 20_000, 30_000]
    assert [match["data"]["lines"]["text"] for match in matches] == ["line 10000", "line 20000", "line 30000"]


def test_lines_are_not_written_where_they_are_not_asked_for(
    here: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (here / "a").write_text("x\n" * 1000)
    assert scan.run(ScanRequest("x", lines=False)) == 0
    (only,) = records(capfd)
    assert only["data"]["stats"] == {"matched_lines": 1000}


def test_a_file_on_which_a_pattern_takes_for_ever_is_given_up(
    here: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scan, "_MOST_SECONDS_AT_ONCE", 0.05)
    (here / "a").write_text("a" * 50 + "b\n")
    (here / "b").write_text("aaa\n")
    assert scan.run(ScanRequest("(a+)+$")) == 0
    given_up, match, end = records(capfd)
    assert given_up["data"] == {
        "path": {"text": "./a"},
        "binary_offset": None,
        "given_up": True,
        "stats": {"matched_lines": 0},
    }
    assert match["data"]["path"] == {"text": "./b"}
    assert end["data"]["given_up"] is False


def test_a_wrong_request_is_told(here: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert scan.run(ScanRequest("(?<=a+)b")) == 2
    assert "regex parse error: look-behind" in capfd.readouterr().err


def test_nobody_to_write_to_ends_it(here: Path) -> None:
    for number in range(3000):
        (here / f"{'n' * 200}{number}").touch()
    reading, writing = os.pipe()
    command = [sys.executable, "-m", "app.workspace.scan", ScanRequest(None).to_json()]
    environ = {**os.environ, "PYTHONPATH": str(Path(scan.__file__).parents[2])}
    with subprocess.Popen(command, stdout=writing, stderr=subprocess.PIPE, env=environ) as program:
        os.close(writing)
        os.read(reading, 1)
        os.close(reading)
        _, complaint = program.communicate()
    assert b"Traceback" not in complaint
