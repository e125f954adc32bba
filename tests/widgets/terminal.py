"""What goes between an app and its terminal: keys and pastes in, rows out."""

from __future__ import annotations

from rich.style import Style
from textual import events
from textual.app import App
from textual.keys import key_to_character
from textual.pilot import Pilot


async def press(pilot: Pilot[None], *keys: str) -> None:
    """Press keys one after the other; each has done its work before the next."""
    for key in keys:
        pilot.app.post_message(events.Key(key, key_to_character(key)))
        await pilot.pause()


async def burst(pilot: Pilot[None], *keys: str) -> None:
    """Send keys all at once, as a slow connection does."""
    for key in keys:
        pilot.app.post_message(events.Key(key, key_to_character(key)))
    await pilot.pause()


async def paste(pilot: Pilot[None], text: str) -> None:
    """Paste a text to whatever has the focus."""
    pilot.app.post_message(events.Paste(text))
    await pilot.pause()


def rows(app: App[None]) -> list[str]:
    """What the terminal shows, without blanks at the end of a row."""
    return [strip.text.rstrip() for strip in app.screen._compositor.render_strips()]


def style_of(app: App[None], text: str) -> Style:
    """How the terminal shows a text, at its first place."""
    for strip in app.screen._compositor.render_strips():
        for segment in strip:
            if text in segment.text and segment.style is not None:
                return segment.style
    raise AssertionError(f"not on the screen: {text}")
