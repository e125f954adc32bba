"""`sawhorse trajectory list` and `search`: every run, whichever agent wrote it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.cli.conftest import Sawhorse
from tests.trajectory.library.conftest import said, written


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    """A folder with one run."""
    folder = tmp_path / "runs"
    folder.mkdir()
    events = said("mend\x1b[31m the roof", "done", result="connection refused")
    (folder / "of-somebody").write_bytes(written(events))
    return folder


def test_runs_of_a_folder_are_listed_once_it_is_added(sawhorse: Sawhorse, runs: Path) -> None:
    nothing = sawhorse("trajectory", "list", HOME=str(runs))
    assert (nothing.returncode, nothing.stdout) == (1, "")
    assert "no run is known yet; --add FOLDER" in nothing.stderr
    assert sawhorse("trajectory", "search", "roof", HOME=str(runs)).stderr == nothing.stderr
    assert sawhorse("trajectory", "list", "roof", HOME=str(runs)).stderr == nothing.stderr
    added = sawhorse("trajectory", "list", "--add", str(runs))
    assert added.returncode == 0
    assert added.stderr == f"sawhorse: looks through {runs} from now on\n"
    assert "ended      sawhorse  mend the roof  1 call  " in added.stdout
    (run,) = json.loads(sawhorse("trajectory", "list", "--json", "ROOF").stdout)
    assert run["path"] == str(runs / "of-somebody")
    assert (run["title"], run["calls"], run["tokens"], run["cost_usd"]) == ("mend the roof", 1, 120, 0.25)
    assert sawhorse("trajectory", "list", "elsewhere").returncode == 1
    left_out = sawhorse("trajectory", "list", "--remove", str(runs))
    assert (left_out.returncode, left_out.stdout) == (1, "")
    again = sawhorse("trajectory", "list", "--remove", str(runs))
    assert (again.returncode, again.stderr) == (
        2,
        f"sawhorse: {runs} is not looked through; the folders are: none\n",
    )


def test_characters_that_the_output_does_not_know_are_replaced(sawhorse: Sawhorse, runs: Path) -> None:
    (runs / "long").write_bytes(written(said("mend the « door »", "done")))
    listed = sawhorse("trajectory", "list", "--add", str(runs), PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert listed.returncode == 0, listed.stderr
    assert "mend the ? door ?" in listed.stdout


def test_a_run_of_the_last_day_that_there_is_is_listed_anywhere(sawhorse: Sawhorse, tmp_path: Path) -> None:
    (tmp_path / "late").mkdir()
    (tmp_path / "late/run").write_bytes(written(said("late", "x"), began=253_402_300_000.0))
    listed = sawhorse("trajectory", "list", "--add", str(tmp_path / "late"), TZ="Asia/Tokyo")
    assert (listed.returncode, listed.stdout[:5]) == (0, "10000"), listed.stderr


def test_words_are_found_in_what_was_said(sawhorse: Sawhorse, runs: Path) -> None:
    Path(os.environ["SAWHORSE_CONFIG"]).write_text(f"[library]\nfolders = ['{runs}', '/none']\n")
    found = sawhorse("trajectory", "search", "connection refused")
    assert found.returncode == 0
    assert found.stdout.splitlines()[1] == "    3: connection refused"
    assert found.stderr == "sawhorse: there is no folder /none\n"
    hits = json.loads(sawhorse("trajectory", "search", "refused", "roof", "--json").stdout)
    assert (hits["total"], hits["hits"][0]["event"], hits["hits"][0]["title"]) == (1, 3, "mend the roof")
    reordered = sawhorse("trajectory", "search", "refused connection")
    assert (reordered.returncode, reordered.stdout) == (1, "")
    assert reordered.stderr.endswith("sawhorse: in no run were all these words said\n")
    assert sawhorse("trajectory", "search", "refuse").returncode == 1  # words are whole here
    assert sawhorse("trajectory", "search", "x", "--most", "0").returncode == 2
