from __future__ import annotations

import os
from dataclasses import fields

import pytest
from rich.color import Color as RichColor
from rich.color import ColorType
from rich.style import Style

from tests.widgets.conversation.host import Host
from widgets.conversation import AssistantMessage, ToolCallLine, UserMessage
from widgets.conversation.palette import Palette
from widgets.status import CallStatus


async def test_another_theme_is_drawn_at_once() -> None:
    app = Host([AssistantMessage("plain `code`")])
    async with app.run_test(size=(40, 6)) as pilot:
        await pilot.pause()

        def styles() -> list[Style | None]:
            rows = app.conversation.render_lines(app.conversation.size.region)
            assert {s.style.bgcolor for s in rows[0] if s.style} == {app.conversation.rich_style.bgcolor}
            return [segment.style for row in rows for segment in row]

        dark = styles()
        app.theme = "textual-light"
        await pilot.pause()
        light = styles()
        assert len(light) == len(dark)
        assert all(a != b for a, b in zip(dark, light, strict=True))
        app.theme = "textual-dark"
        await pilot.pause()
        assert styles() == dark


def contrast(one: RichColor, other: RichColor) -> float:
    """Of two colours, as the Web Content Accessibility Guidelines define it."""

    def luminance(colour: RichColor) -> float:
        parts = [part / 255 for part in colour.get_truecolor()]
        red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["textual-dark", "textual-light", "nord", "gruvbox", "solarized-light"])
async def test_every_role_can_be_read_in_a_theme(theme: str) -> None:
    app = Host()
    async with app.run_test(size=(40, 6)) as pilot:
        app.theme = theme
        await pilot.pause()
        palette = app.conversation.column.palette
        assert palette.text.bgcolor is not None
        roles = [field.name for field in fields(Palette) if field.name != "panel"]
        for role in roles:
            colour = palette.style(role).color
            assert colour is not None
            assert contrast(colour, palette.text.bgcolor) > 2.5, role


async def test_terminal_colours_are_used_where_the_theme_uses_them() -> None:
    app = Host([UserMessage("hi"), ToolCallLine("bash", "ls", CallStatus.FAILED)])
    async with app.run_test(size=(40, 6)) as pilot:
        app.theme = "ansi-dark"
        await pilot.pause()
        colours = [s.style.color for y in range(3) for s in app.conversation.render_line(y) if s.style]
        assert {colour.type for colour in colours if colour} <= {ColorType.DEFAULT, ColorType.STANDARD}
        assert app.conversation.column.palette.dim.dim


async def test_without_colours_the_glyphs_tell_the_status(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "NO_COLOR", "1")
    app = Host([ToolCallLine("bash", "ls", CallStatus.FAILED), ToolCallLine("bash", "ls", CallStatus.DONE)])
    async with app.run_test(size=(40, 4)) as pilot:
        await pilot.pause()
        strips = app.conversation.render_lines(app.conversation.size.region)
        assert [strip.text[0] for strip in strips[:2]] == ["✗", "✓"]
        for segment in strips[0]:
            assert segment.style is not None
            assert segment.style.color is not None
            red, green, blue = segment.style.color.get_truecolor()
            assert red == green == blue
