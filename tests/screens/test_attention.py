"""A person who looks elsewhere is called, and not more often than one call is needed."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual import events
from textual.app import App

from app.screens.attention import Attention, notification
from app.settings.schema import Notify
from app.trajectory.events import InputAwaited, TaskEnded, ToolStarted
from tests.screens.asking import ask_bash, begin
from tests.screens.played import PlayedApp, requested
from tests.widgets.terminal import Clock, settle, until


class Ringing(App[None]):
    """Counts its bells, and keeps what goes to the terminal."""

    def __init__(self) -> None:
        super().__init__()
        self.bells = 0

    def bell(self) -> None:
        self.bells += 1


@pytest.mark.parametrize(("way", "bells"), [("bell", 1), ("off", 0)])
async def test_it_rings_only_while_the_terminal_has_not_the_focus(way: Notify, bells: int) -> None:
    app = Ringing()
    async with app.run_test():
        attention = Attention(app, way, {}, Clock())
        attention.call("a call asks")
        assert app.bells == 0
        app.app_focus = False
        attention.call("a call asks")
        assert app.bells == bells


async def test_one_call_is_enough_for_a_while() -> None:
    app, clock = Ringing(), Clock()
    async with app.run_test():
        app.app_focus = False
        attention = Attention(app, "bell", {}, clock)
        for _ in range(3):
            attention.call("a call asks")
        assert app.bells == 1
        clock.now += Attention.EACH
        attention.call("a call asks")
        assert app.bells == 2


@pytest.mark.parametrize(
    ("environ", "sequence"),
    [
        ({"TERM": "xterm-256color"}, "\x1b]9;sawhorse: bash ls asks\a"),
        ({"TERM": "foot"}, "\x1b]777;notify;sawhorse;bash ls asks\a"),
        ({"TERM": "rxvt-unicode-256color"}, "\x1b]777;notify;sawhorse;bash ls asks\a"),
        ({"TERM": "xterm-256color", "VTE_VERSION": "7600"}, "\x1b]777;notify;sawhorse;bash ls asks\a"),
        ({"TERM": "tmux", "TMUX": "/x"}, "\x1bPtmux;\x1b\x1b]9;sawhorse: bash ls asks\a\x1b\\"),
    ],
)
def test_a_notification_is_written_as_the_terminal_reads_it(environ: dict[str, str], sequence: str) -> None:
    assert notification("bash ls asks", environ) == sequence


@pytest.mark.parametrize("text", ["\x1b]52;c;eA==\x07x", "a\x1b\\\x9c\x07;b", "\u202e" * 9, "y" * 10_000])
def test_nothing_of_a_text_gets_out_of_its_notification(text: str) -> None:
    inner = notification(text, {}).removeprefix("\x1b]9;sawhorse: ").removesuffix("\a")
    assert inner.isprintable()
    assert ";" not in inner
    assert len(inner) <= 200


class RingingPlayedApp(PlayedApp):
    """A session screen that counts its bells."""

    bells = 0

    def bell(self) -> None:
        self.bells += 1


async def test_what_comes_to_wait_for_the_person_calls_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Attention, "EACH", 0.0)
    app = RingingPlayedApp(tmp_path)
    async with app.run_test() as pilot:
        app.post_message(events.AppBlur())
        begin(app)
        await settle(pilot)
        assert app.bells == 0
        ask_bash(app, "1", "ls")
        await until(pilot, lambda: app.bells == 1)
        app.played.play(
            requested("2", "bash", "read", command="read"), ToolStarted("2"), InputAwaited("2", True)
        )
        await until(pilot, lambda: app.bells == 2)
        app.played.play(InputAwaited("2", False), TaskEnded("done", 1))
        await until(pilot, lambda: app.bells == 3)
