"""The settings screen of the real program, in a real terminal."""

from __future__ import annotations

import time
from pathlib import Path

from app.trajectory.events import SettingsChanged
from app.trajectory.reader import read
from tests.pty.conftest import Start
from tests.servers.model_server import ModelServer, Turn

F9, ESCAPE = "\x1b[20~", "\x1b"
COMMENTED = "# mine\n[recorder]\nbatch_size = 9 # small\n"


def at(server: ModelServer) -> dict[str, str]:
    return {"OPENAI_BASE_URL": f"{server.url}/v1", "OPENAI_API_KEY": "sk-test-key-123456"}


def test_batch_size_and_memory_cap_are_changed_while_a_session_runs(start: Start, own_places: Path) -> None:
    file = own_places / "config.toml"
    file.write_text(COMMENTED)
    with (
        ModelServer([Turn(text="I heard you.")]) as server,
        start(".", "--model", "openai/test-model", columns=180, **at(server)) as terminal,
    ):
        terminal.wait_for("rec ●")
        terminal.send(F9)
        terminal.wait_for("saves to user file", "max_concurrency")
        terminal.send("/")
        terminal.send("batch_size\r")
        terminal.wait_for("9 · user file", "a whole number from 1 to 10000", "9 · 0.25 s")
        terminal.send("\r")
        terminal.wait_for("enter saves")
        terminal.send("\x15" + "0")  # ctrl+u empties the field
        terminal.wait_for("recorder.batch_size must be a whole number from 1 to 10000, not 0")
        terminal.send("\x15" + "50\r")
        terminal.wait_for("50 · user file", "50 · 0.25 s")
        assert file.read_text() == COMMENTED.replace("9", "50")
        whole = file.with_suffix(".new")
        whole.write_text(COMMENTED.replace("9", "7"))
        whole.replace(file)  # what is half written would be seen, too
        terminal.wait_for("7 · user file", "changed outside", "7 · 0.25 s")
        terminal.send("/\x15memory_cap\r")
        terminal.wait_for("of 64 MB")
        terminal.send("\r\x158\r")
        terminal.wait_for("8 · user file", "of 8 MB")
        terminal.send(F9)
        terminal.wait_for("╭", "rec ●", "batch 7")
        terminal.send("hello\r")
        terminal.wait_for("I heard you.")
        assert terminal.quit() == 0
    (path,) = (own_places / "data").glob("sessions/*/trajectory.jsonl")
    changes = [record.event.values for record in read(path) if isinstance(record.event, SettingsChanged)]
    assert [values for values in changes if "sandbox.kind" not in values] == [
        {"recorder.batch_size": 50},
        {"recorder.batch_size": 7},
        {"recorder.memory_cap": 8},
    ]


def test_keys_that_come_at_once_are_taken_one_after_the_other(start: Start, own_places: Path) -> None:
    with start() as terminal:
        terminal.wait_for("d plays a demo")
        terminal.send(F9)
        terminal.wait_for("saves to user file")
        terminal.send("/batch_size\r\r\x1550\r")
        terminal.wait_for("50 · user file")
        assert "batch_size = 50" in (own_places / "config.toml").read_text()
        terminal.send(ESCAPE)
        time.sleep(0.3)  # or it would be the beginning of a longer key
        terminal.send(ESCAPE)
        terminal.wait_for("d plays a demo")
