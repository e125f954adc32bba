"""Whatever the terminal makes of the colours, nothing of a diff is hard to read."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast  # Any: stands for an app where only its terminal counts

import pytest
from rich.color import Color, ColorSystem
from rich.style import Style
from textual.app import App
from textual.theme import Theme

from app.screens.themes import DARK, LIGHT
from tests.widgets.terminal import Stage, settle
from widgets.diff.palette import Palette, classes_for
from widgets.diff.view import DiffView

CODE = ["keyword", "string", "comment", "number", "name", "builtin"]
SYSTEMS = [
    (ColorSystem.TRUECOLOR, ()),
    (ColorSystem.EIGHT_BIT, ("-256-colors",)),
    (ColorSystem.STANDARD, ("-16-colors",)),
]


def terminal(system: str | None, *, headless: bool = False, no_color: bool = False) -> App[Any]:
    """An app on a terminal."""
    console = SimpleNamespace(color_system=system)
    return cast(App[Any], SimpleNamespace(is_headless=headless, no_color=no_color, console=console))


def test_a_terminal_of_few_colours_has_a_class() -> None:
    for system, classes in (
        ("standard", ("-16-colors",)),
        ("256", ("-256-colors",)),
        ("truecolor", ()),
        (None, ()),
    ):
        assert classes_for(terminal(system)) == classes
    assert classes_for(terminal("standard", no_color=True)) == ()
    assert classes_for(terminal("standard", headless=True)) == ()


def luminance(color: Color) -> float:
    """How bright a colour is, from 0 to 1, as the guidelines for web content have it."""
    parts = [part / 255 for part in color.get_truecolor()]
    red, green, blue = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(style: Style, system: ColorSystem) -> float:
    """Of a text and its background, as the terminal shows them: from 1 to 21."""
    assert style.color is not None
    assert style.bgcolor is not None
    dark, bright = sorted(luminance(color.downgrade(system)) for color in (style.color, style.bgcolor))
    return (bright + 0.05) / (dark + 0.05)


def looks(palette: Palette) -> dict[str, Style]:
    """Every style of a text in a diff."""
    text = palette.text
    styles = {
        "text": text,
        "file": text + palette.file,
        "hunk": text + palette.hunk,
        "note": text + palette.note,
    }
    styles["rejected"] = text + palette.rejected
    for row, words in (("added", palette.added_words), ("removed", palette.removed_words)):
        base = text + getattr(palette, row)
        styles |= {row: base, f"{row} number": base + palette.number, f"{row} words": base + words}
        styles[f"{row} sign"] = base + getattr(palette, f"{row}_sign")
        styles |= {f"{row} {role}": base + palette.code(role) for role in CODE}
        styles |= {f"{row} words {role}": base + palette.code(role) + words for role in CODE}
    for match in ("match", "match_current"):
        styles |= {f"{match} {role}": text + palette.code(role) + getattr(palette, match) for role in CODE}
    return styles


@pytest.mark.parametrize(("system", "classes"), SYSTEMS)
@pytest.mark.parametrize("theme", [DARK, LIGHT])
async def test_every_text_stands_out_from_its_background(
    theme: Theme, system: ColorSystem, classes: tuple[str, ...]
) -> None:
    app = Stage(DiffView())
    async with app.run_test(size=(80, 24)) as pilot:
        app.register_theme(theme)
        app.theme = theme.name
        app.widget.add_class(*classes)
        await settle(pilot)
        styles = looks(Palette.of(app.widget))
        assert {
            name: round(contrast(style, system), 1)
            for name, style in styles.items()
            if contrast(style, system) < 2.9
        } == {}


@pytest.mark.parametrize(("system", "classes"), SYSTEMS)
@pytest.mark.parametrize("theme", [DARK, LIGHT])
async def test_lines_that_come_and_go_and_their_words_can_be_told_apart(
    theme: Theme, system: ColorSystem, classes: tuple[str, ...]
) -> None:
    app = Stage(DiffView())
    async with app.run_test(size=(80, 24)) as pilot:
        app.register_theme(theme)
        app.theme = theme.name
        app.widget.add_class(*classes)
        await settle(pilot)
        styles = looks(Palette.of(app.widget))
        shown = [styles[name] for name in ("text", "added", "removed", "added words", "removed words")]
        seen = {
            (
                style.color and style.color.downgrade(system),
                style.bgcolor and style.bgcolor.downgrade(system),
                style.underline,
            )
            for style in shown
        }
        assert len(seen) == 5


async def test_where_colours_are_few_they_only_say_what_becomes_of_a_line() -> None:
    app = Stage(DiffView())
    async with app.run_test(size=(80, 24)) as pilot:
        assert Palette.of(app.widget).code("keyword") != Style.null()
        app.widget.add_class("-16-colors")
        await settle(pilot)
        assert {Palette.of(app.widget).code(role) for role in CODE} == {Style.null()}
        app.widget.remove_class("-16-colors")
        app.theme = "ansi-dark"
        await settle(pilot)
        assert {Palette.of(app.widget).code(role) for role in CODE} == {Style.null()}
