"""An app around one widget, and what goes between it and its terminal: keys and pastes in, rows out."""

from __future__ import annotations

from typing import Generic, TypeVar

from rich.style import Style
from textual import events
from textual.app import App, ComposeResult
from textual.keys import key_to_character
from textual.pilot import Pilot
from textual.widget import Widget

W = TypeVar("W", bound=Widget)


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


async def press(pilot: Pilot[None], *keys: str) -> None:
    """Press keys one after the other; each has done its work before the next."""
    for key in keys:
        await burst(pilot, key)


async def burst(pilot: Pilot[None], *keys: str) -> None:
    """Send keys all at once, as a slow connection does."""
    for key in keys:
        pilot.app.post_message(events.Key(key, key_to_character(key)))
    await pilot.pause()


async def paste(pilot: Pilot[None], text: str) -> None:
    """Paste a text to whatever has the focus."""
    pilot.app.post_message(events.Paste(text))
    await pilot.pause()
