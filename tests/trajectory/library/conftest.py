"""A person with sessions, whose library is in a folder of the test."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.trajectory.codec import encode
from app.trajectory.content import Text, Usage
from app.trajectory.effects import Effects
from app.trajectory.events import (
    Event,
    ModelResponse,
    Record,
    SessionEnded,
    SessionStarted,
    ToolFinished,
    ToolRequested,
    UserMessage,
)

BEGAN = 1_750_000_000.0


def written(events: Sequence[Event], began: float = BEGAN) -> bytes:
    """The lines of a recording, an event a second."""
    return b"".join(encode(Record(number, began + number, event)) for number, event in enumerate(events))


def said(
    prompt: str, answer: str, *, call: str = "ls", result: str = "ok", failed: bool = False
) -> list[Event]:
    """A session with one question, one call and one answer."""
    return [
        SessionStarted("id", "/work/place", "maker/model", "ask", "1"),
        UserMessage(prompt),
        ToolRequested("c1", 1, "bash", {"command": call, "deep": [{"er": "buried"}]}, Effects("a call")),
        ToolFinished("c1", "failed" if failed else "done", result),
        ModelResponse(1, "maker/model", (Text(answer),), "end", Usage(100, 20), 0.25, 0.1, 1.0, 1),
        SessionEnded(),
    ]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with sessions.

    Args:
        home: The folder of all that is theirs.
        environ: Says where that is.
    """

    home: Path
    environ: dict[str, str]

    def record(self, identity: str, events: Sequence[Event], *, began: float = BEGAN) -> Path:
        """A session that was recorded."""
        path = self.home / "data" / "sessions" / identity / "trajectory.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(written(events, began))
        os.utime(path, (began, began))
        return path


@pytest.fixture
def person(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Person:
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    environ = {"SAWHORSE_DATA": str(home / "data"), "SAWHORSE_CONFIG": str(home / "config.toml")}
    return Person(home, environ)
