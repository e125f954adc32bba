"""An app around one widget, and what goes between it and its terminal: keys and pastes in, rows out."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Generic, TypeVar

from rich.style import Style
from textual import events
from textual.app import App, ComposeResult
from textual.keys import key_to_character
from textual.pilot import Pilot
from textual.strip import Strip
from textual.widget import Widget

W = TypeVar("W", bound=Widget)


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Stage(App[None], Generic[W]):
    """Shows one widget, and moves nothing by degrees."""

    def __init__(self, widget: W) -> None:
        super().__init__()
        self.animation_level = "none"
        self.widget = widget

    def compose(self) -> ComposeResult:
        yield self.widget

    @property
    def rows(self) -> list[str]:
        """What the terminal shows, without blanks at the end of a row."""
        return [strip.text.rstrip() for strip in self.screen._compositor.render_strips()]

    def style_of(self, text: str) -> Style:
        """How the terminal shows a text, at its first place."""
        for strip in self.screen._compositor.render_strips():
            for segment in strip:
                if text in segment.text and segment.style is not None:
                    return segment.style
        raise AssertionError(f"not on the screen: {text}")


def selected(widget: Widget, row: Strip) -> str:
    """What of a row is drawn as selected."""
    background = widget.screen.get_component_rich_style("screen--selection").bgcolor
    return "".join(segment.text for segment in row if segment.style and segment.style.bgcolor == background)


async def settle(pilot: Pilot[None]) -> None:
    """Let the app do all it has to do by now, and paint. It does not go by the time, as the pilot does."""
    for _ in range(3):
        quiet = 0
        while quiet < 10:
            await asyncio.sleep(0)
            pumps = [pilot.app, *pilot.app.screen.walk_children(with_self=True)]
            quiet = 0 if any(pump.message_queue_size for pump in pumps) else quiet + 1
        await pilot.app.animator.wait_for_idle()
        pilot.app.screen._on_timer_update()


async def press(pilot: Pilot[None], *keys: str) -> None:
    """Press keys one after the other; each has done its work before the next."""
    for key in keys:
        await burst(pilot, key)


async def burst(pilot: Pilot[None], *keys: str) -> None:
    """Send keys all at once, as a slow connection does."""
    for key in keys:
        pilot.app.post_message(events.Key(key, key_to_character(key)))
    await settle(pilot)


async def paste(pilot: Pilot[None], text: str) -> None:
    """Paste a text to whatever has the focus."""
    pilot.app.post_message(events.Paste(text))
    await settle(pilot)


async def until(pilot: Pilot[None], condition: Callable[[], bool]) -> None:
    """Let the app work until something is so."""
    async with asyncio.timeout(60):
        while not condition():
            await asyncio.sleep(0.001)
            await settle(pilot)
