"""What can be done on every screen of either app."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any  # an app of any result

from textual.app import App
from textual.screen import ModalScreen, Screen, SystemModalScreen


def show_help(app: App[Any], keys: Mapping[str, str]) -> None:
    """What can be done on the screen that is shown.

    Args:
        app: Shows it.
        keys: What the person has bound otherwise.
    """
    from app.screens.help import HelpScreen
    from app.screens.keymap import parts_of

    if not isinstance(app.screen, HelpScreen):
        app.push_screen(HelpScreen([*parts_of(app.screen), type(app)], keys))


def show_palette(app: App[Any]) -> None:
    """Every action that can be done now, by its name."""
    from app.screens.palette import Palette

    if not isinstance(app.screen, Palette):
        app.push_screen(Palette())


def takes_settings(screen: Screen[Any]) -> bool:
    """Whether the settings may be laid over a screen: not over a question."""
    # the palette is one that has them listed
    return not isinstance(screen, ModalScreen) or isinstance(screen, SystemModalScreen)
