"""`sawhorse trajectory convert` and `export`: a run written for other tools, and for people."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
import zstandard

from app.trajectory.codec import encode
from app.trajectory.content import Text, Usage
from app.trajectory.events import Event, ModelResponse, Record, SessionStarted, UserMessage
from app.trajectory.health import scan
from tests.cli.conftest import Sawhorse

SECRET = "correct-horse-battery-staple"
EVENTS: tuple[Event, ...] = (
    SessionStarted("s-1", "/work", "openai/m-1", "auto", "1.2"),
    UserMessage(f"The key is {SECRET}, or sk-ant-REDACTED"),
    ModelResponse(1, "m-1", (Text("I forget it."),), "end", Usage(1_200, 20), 0.25, 0.1, 1.5, 1),
)


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A recording of ours."""
    path = tmp_path / "run.jsonl"
    path.write_bytes(b"".join(encode(Record(number, 0, event)) for number, event in enumerate(EVENTS)))
    return path


def test_a_run_is_converted_for_other_tools(called: Sawhorse, run: Path, tmp_path: Path) -> None:
    for to, member in (("atif", "schema_version"), ("trae", "llm_interactions")):
        assert called("trajectory", "convert", str(run), "--to", to, "-o", str(tmp_path / to)).returncode == 0
        assert member in json.loads((tmp_path / to).read_text())
    printed = called("trajectory", "convert", str(tmp_path / "trae"), "--to", "sawhorse")
    (tmp_path / "ours.jsonl").write_text(printed.stdout)
    assert scan(tmp_path / "ours.jsonl").is_whole


@pytest.mark.parametrize("to", ["html", "markdown"])
def test_an_exported_run_has_no_secrets_in_it(called: Sawhorse, run: Path, to: str) -> None:
    page = called("trajectory", "export", str(run), "--to", to, MY_API_KEY=SECRET)
    assert page.returncode == 0
    assert "I forget it." in page.stdout
    assert SECRET not in page.stdout
    assert "[redacted: MY_API_KEY]" in page.stdout
    assert "sk-ant-api03" not in page.stdout


def test_a_file_that_is_there_is_written_over_only_with_force(called: Sawhorse, run: Path) -> None:
    page = run.with_name("page.html")
    page.write_text("mine")
    command = ("trajectory", "export", str(run), "--to", "html", "-o", str(page))
    refused = called(*command)
    assert refused.returncode == 2
    assert refused.stderr == f"sawhorse: {page} is there already; --force writes over it\n"
    assert page.read_text() == "mine"
    assert called(*command, "--force").returncode == 0
    assert page.read_text().startswith("<!DOCTYPE html>")
    assert sorted(os.listdir(run.parent)) == ["page.html", "run.jsonl"]


@pytest.mark.parametrize("force", [(), ("--force",)])
def test_a_folder_is_no_place_to_write_to(called: Sawhorse, run: Path, force: tuple[str, ...]) -> None:
    refused = called("trajectory", "export", str(run), "--to", "html", "-o", str(run.parent), *force)
    assert refused.returncode == 2
    assert refused.stderr == f"sawhorse: {run.parent} is a folder; give the name of a file\n"


def test_the_run_itself_is_never_written_over(called: Sawhorse, run: Path) -> None:
    before = run.read_bytes()
    refused = called("trajectory", "convert", str(run), "--to", "trae", "-o", str(run), "--force")
    assert refused.returncode == 2
    assert refused.stderr == f"sawhorse: {run} is the run itself; give another name\n"
    assert run.read_bytes() == before


def test_a_compressed_recording_is_exported_like_any(called: Sawhorse, run: Path) -> None:
    folder, page = run.parent / "session", run.parent / "page.md"
    folder.mkdir()
    (folder / "trajectory.jsonl.zst").write_bytes(zstandard.compress(run.read_bytes()))
    page.write_text("old")
    command = ("trajectory", "export", str(folder), "--to", "markdown", "-o", str(page), "--force")
    assert called(*command).returncode == 0
    assert page.read_text().startswith("# `session`\n")


def test_a_folder_that_is_missing_is_told_in_one_line(called: Sawhorse, run: Path, tmp_path: Path) -> None:
    output = tmp_path / "none" / "page.html"
    refused = called("trajectory", "export", str(run), "--to", "html", "-o", str(output))
    assert refused.returncode == 2
    assert refused.stderr == f"sawhorse: cannot write {output}: No such file or directory\n"


@pytest.mark.skipif(not stat.S_ISCHR(os.stat("/dev/full").st_mode), reason="there is no /dev/full here")
def test_a_full_disk_is_told_in_one_line(called: Sawhorse, run: Path) -> None:
    refused = called("trajectory", "export", str(run), "--to", "html", "-o", "/dev/full", "--force")
    assert refused.returncode == 2
    assert refused.stderr == "sawhorse: cannot write /dev/full: No space left on device\n"


def test_a_reader_that_goes_away_ends_it_quietly(run: Path) -> None:
    long = UserMessage("word " * 200_000)
    run.write_bytes(
        b"".join(encode(Record(number, 0, event)) for number, event in enumerate((*EVENTS, long)))
    )
    command = [sys.executable, "-m", "app", "trajectory", "convert", str(run), "--to", "sawhorse"]
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(timeout=30) == 1


def test_what_is_no_run_leaves_no_file(called: Sawhorse, tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    refused = called(
        "trajectory", "convert", str(tmp_path / "empty"), "--to", "atif", "-o", str(tmp_path / "o")
    )
    assert refused.returncode == 2
    assert refused.stderr == f"sawhorse: cannot open {tmp_path}/empty: it is empty\n"
    assert not (tmp_path / "o").exists()
