"""`sawhorse trajectory diff`: what two runs did differently, as text and as JSON."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from app.trajectory.events import ModelResponse
from tests.cli.conftest import Sawhorse
from tests.trajectory.compared_runs import Did, Recording, a_run

LONG = "\n".join(f"line {number}" for number in range(40))
LEFT = a_run(
    ("I look.", [Did("ls"), Did("cat /home/a/repo/a.py", "x = 1")]),
    ("I test.", [Did("pytest", LONG)]),
    workspace="/home/a/repo",
)
RIGHT = a_run(
    ("I look.", [Did("ls"), Did("cat /tmp/copy/a.py", "x = 1")]),
    (
        "I test \x1b]0;evil\x07all.",
        [Did("pytest", LONG.replace("line", "row"), status="failed"), Did("git diff")],
    ),
    workspace="/tmp/copy",
)


@pytest.fixture
def runs(tmp_path: Path) -> tuple[str, str]:
    """Two runs, of the same task in two folders."""
    return written(tmp_path / "left", LEFT), written(tmp_path / "right", RIGHT)


def written(folder: Path, run: Recording) -> str:
    folder.mkdir()
    (folder / "trajectory.jsonl").write_bytes(run.lines)
    return str(folder)


def answered_by(model: str) -> Recording:
    """The run at the left, as if another model had answered."""
    return Recording(
        [
            replace(record, event=replace(record.event, model=model))
            if isinstance(record.event, ModelResponse)
            else record
            for record in LEFT.records
        ]
    )


def test_what_differs_is_told_in_80_columns(called: Sawhorse, runs: tuple[str, str]) -> None:
    told = called("trajectory", "diff", *runs)
    assert told.returncode == 1
    lines = told.stdout.splitlines()[2:]  # the paths are those of the test
    assert max(map(len, lines)) <= 80
    assert "calls                                  3                   4                  +1" in lines
    assert "= 4 the same  ≠ 2 differ  ← 0 only left  → 1 only right" in lines
    said = next(place for place, line in enumerate(lines) if line.endswith(" model: I test."))
    assert lines[said + 1] == "    text: I test. -> I test all."
    assert "    status: done, exit code 0 -> failed, exit code 0" in lines
    assert "      -line 0" in lines
    assert "      … 69 lines more; --json has all" in lines
    assert lines[-1] == "→ – | #13 bash: git diff"
    assert "\x1b" not in told.stdout


def test_long_names_that_differ_only_at_their_end_are_told_whole(called: Sawhorse, tmp_path: Path) -> None:
    models = ("claude-sonnet-4-20250514", "claude-sonnet-4-20250929")
    one, two = (written(tmp_path / model, answered_by(model)) for model in models)
    lines = called("trajectory", "diff", one, two).stdout.splitlines()
    place = next(place for place, line in enumerate(lines) if line.startswith("models"))
    assert [line.split() for line in lines[place : place + 2]] == [
        ["models", "left", models[0]],
        ["right", models[1]],
    ]


def test_as_json_it_is_one_object_with_totals_and_every_pair(called: Sawhorse, runs: tuple[str, str]) -> None:
    told = called("trajectory", "diff", *runs, "--json")
    found = json.loads(told.stdout)
    assert (told.returncode, found["same"]) == (1, False)
    assert found["counts"] == {"same": 4, "changed": 2, "left": 0, "right": 1}
    assert found["left"]["workspace"] == "/home/a/repo"
    assert found["right"]["totals"]["calls_by_name"] == {"bash": 4}
    assert [pair["state"] for pair in found["pairs"]] == ["same"] * 4 + ["changed"] * 2 + ["right"]
    tested = found["pairs"][5]
    assert (tested["left"]["event"], tested["left"]["result_event"]) == (12, 14)
    assert tested["differs"] == ["status", "result"]
    assert tested["differences"][1] == {"name": "result", "left": LONG, "right": LONG.replace("line", "row")}
    assert found["pairs"][6]["left"] is None


def test_a_run_is_the_same_as_itself(called: Sawhorse, runs: tuple[str, str]) -> None:
    told = called("trajectory", "diff", runs[0], runs[0])
    assert told.returncode == 0
    assert told.stdout.endswith("= 6 the same  ≠ 0 differ  ← 0 only left  → 0 only right\n")


def test_what_cannot_be_read_is_told_in_one_line(
    called: Sawhorse, runs: tuple[str, str], tmp_path: Path
) -> None:
    (tmp_path / "empty").touch()
    refused = called("trajectory", "diff", runs[0], str(tmp_path / "empty"))
    assert refused.returncode == 2
    assert refused.stderr == f"sawhorse: cannot open {tmp_path}/empty: it is empty\n"
    missing = called("trajectory", "diff", "none", runs[0])
    assert (missing.returncode, missing.stderr.count("\n")) == (2, 1)


def test_what_is_wrong_with_a_file_is_told_beside_the_differences(
    called: Sawhorse, runs: tuple[str, str]
) -> None:
    path = Path(runs[1], "trajectory.jsonl")
    path.write_bytes(path.read_bytes()[:-30])
    told = called("trajectory", "diff", *runs)
    assert told.returncode == 1
    assert "cut off" in told.stderr
