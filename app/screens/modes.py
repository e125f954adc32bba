"""The approval modes, as a person goes round them and sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any  # an app of any result

from textual.app import App
from textual.content import Content

from app.settings.schema import MODES, Mode

if TYPE_CHECKING:
    from app.session.session import Session

_STYLES: dict[Mode, str] = {
    "plan": "$text-primary",
    "ask": "$text-success",
    "edits": "$text-warning",
    "auto": "$text-warning bold",
    "yolo": "$text-error bold reverse",
}
_ROUND = tuple(mode for mode in MODES if mode != "yolo")  # nobody gets there by one key too many


def next_mode(mode: Mode) -> Mode:
    """The mode that a key goes on to; from yolo, the strictest."""
    return _ROUND[(_ROUND.index(mode) + 1) % len(_ROUND)] if mode in _ROUND else _ROUND[0]


def mode_text(mode: Mode) -> Content:
    """The name of a mode, in its colour."""
    return Content.styled(f" {mode} " if mode == "yolo" else mode, _STYLES[mode])


def confirm_yolo(app: App[Any], session: Session) -> None:
    """Go to mode yolo, once the person has typed that."""
    from app.screens.yolo import YoloScreen

    def go(meant: bool | None) -> None:
        if meant:
            session.set_mode("yolo")

    app.push_screen(YoloScreen(session.confinement), go)
