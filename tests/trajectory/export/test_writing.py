"""Whatever is written for people to read has no secrets in it."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest

from app.trajectory.codec import encode
from app.trajectory.effects import Effects
from app.trajectory.events import Event, Record, SessionImported, ToolFinished, ToolRequested
from app.trajectory.export.writing import Page, export

KEY = "sk-ant-api03-" + "A1b2C3d4" * 6


def exported(folder: Path, to: Page, *events: Event) -> str:
    path = folder / "run.jsonl"
    path.write_bytes(b"".join(encode(Record(number, 0.0, event)) for number, event in enumerate(events)))
    stream = BytesIO()
    export(path, to, stream)
    return stream.getvalue().decode()


@pytest.mark.parametrize("to", ["html", "markdown"])
def test_a_secret_is_taken_out_wherever_it_stands(tmp_path: Path, to: Page) -> None:
    page = exported(
        tmp_path,
        to,
        SessionImported("claude", workspace=f"/home/{KEY}", title=f"use {KEY}", facts={"remote": KEY}),
        ToolRequested("c1", 1, f"fetch {KEY}", {f"{KEY}": KEY}, Effects(f"https://host/?key={KEY}")),
        ToolFinished("c1", "failed", f"no {KEY}", diff=f"+{KEY}"),
    )
    assert "A1b2C3d4" not in page
    assert "secrets taken out" in page


@pytest.mark.parametrize("to", ["html", "markdown"])
def test_a_secret_that_colours_divide_is_taken_out_whole(tmp_path: Path, to: Page) -> None:
    coloured = f"config:\x1b[01;31m\x1b[K{KEY[:10]}\x1b[m\x1b[K{KEY[10:]}"
    page = exported(
        tmp_path,
        to,
        ToolRequested("c1", 1, "bash", {"command": "grep --color=always sk-"}, Effects("grep")),
        ToolFinished("c1", "done", coloured),
    )
    assert "A1b2C3d4" not in page
    assert "config:" in page
