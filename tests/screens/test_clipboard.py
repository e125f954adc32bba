"""What is copied reaches every clipboard there is, and none can hold up the app."""

from __future__ import annotations

import shutil
import sys
import threading
import time
from pathlib import Path

import pytest
from textual.app import App

from app.screens import clipboard
from app.screens.clipboard import copy

SECRET = "sk-0123456789abcdef"


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for tools. Each writes its arguments and what it is given to a file."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    return folder


def install(tools: Path, *names: str) -> None:
    cat, env = shutil.which("cat"), shutil.which("env")
    for name in names:
        (tools / name).write_text(
            f'#!/bin/sh\n{{ echo "$*"; {cat}; }} > {tools}/{name}.out\n{env} > {tools}/{name}.env\n'
        )
        (tools / name).chmod(0o755)


async def copied(text: str, **environ: str) -> str:
    """Copy a text, and wait until all tools have it; what the terminal was given."""
    app = App[None]()
    async with app.run_test():
        copy(app, text, {"PATH": "/usr/bin:/bin", "HOME": "/", **environ})
        for thread in threading.enumerate():
            if thread.name == "clipboard":
                thread.join(10)
        return app.clipboard


@pytest.mark.skipif(sys.platform == "darwin", reason="there it is always pbcopy")
@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0"}, {"wl-copy": ""}),
        ({"DISPLAY": ":0"}, {"xclip": "-selection clipboard"}),
        ({"TMUX": "/tmp/tmux,1,0"}, {"tmux": "load-buffer -w -"}),
        (
            {"TMUX": "/tmp/tmux,1,0", "DISPLAY": ":0"},
            {"tmux": "load-buffer -w -", "xclip": "-selection clipboard"},
        ),
        ({}, {}),
    ],
)
async def test_the_clipboards_of_this_place_get_the_text(
    tools: Path, environ: dict[str, str], said: dict[str, str]
) -> None:
    install(tools, "wl-copy", "xclip", "xsel", "tmux")
    assert await copied("漢字\n two", PATH=f"{tools}:/usr/bin:/bin", **environ) == "漢字\n two"
    given = {path.stem: path.read_text() for path in tools.glob("*.out")}
    assert given == {tool: f"{arguments}\n漢字\n two" for tool, arguments in said.items()}


@pytest.mark.skipif(sys.platform == "darwin", reason="there it is always pbcopy")
async def test_xsel_does_where_there_is_no_xclip(tools: Path) -> None:
    install(tools, "xsel")
    await copied("text", PATH=str(tools), DISPLAY=":0")
    assert (tools / "xsel.out").read_text() == "--clipboard --input\ntext"


async def test_a_tool_learns_no_secret(tools: Path) -> None:
    install(tools, "tmux")
    await copied("text", PATH=f"{tools}:/usr/bin:/bin", TMUX="x", ANTHROPIC_API_KEY=SECRET)
    environ = (tools / "tmux.env").read_text()
    assert "TMUX=x" in environ
    assert SECRET not in environ


async def test_a_tool_that_is_missing_fails_or_hangs_is_passed_over(
    tools: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clipboard, "_PATIENCE", 0.2)
    (tools / "tmux").write_text("#!/bin/sh\nexec sleep 60\n")
    (tools / "tmux").chmod(0o755)
    failures: list[object] = []
    monkeypatch.setattr(threading, "excepthook", failures.append)
    began = time.monotonic()
    assert await copied("text", PATH=f"{tools}:/usr/bin:/bin", TMUX="x", WAYLAND_DISPLAY="x") == "text"
    assert time.monotonic() - began < 30
    assert failures == []


async def test_nobody_waits_for_a_tool(tools: Path) -> None:
    (tools / "tmux").write_text("#!/bin/sh\nexec sleep 1\n")
    (tools / "tmux").chmod(0o755)
    app = App[None]()
    async with app.run_test():
        copy(app, "x" * 100_000, {"PATH": f"{tools}:/usr/bin:/bin", "TMUX": "x"})
        assert any(thread.name == "clipboard" for thread in threading.enumerate())
