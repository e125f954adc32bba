"""Screens that can be left at any moment, and are left once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any  # a screen of any result

from textual.await_complete import AwaitComplete
from textual.events import Callback, Compose, Event, Unmount

from widgets.ends_work import EndsWork

if TYPE_CHECKING:
    from textual.screen import Screen

    Base = Screen[Any]
else:
    Base = object  # of two widgets Textual would take the styles of the first one only

_COMES_AND_GOES = (Compose, Callback, Unmount)


class LeftCleanly(EndsWork, Base):
    """Beside a screen: only what is seen can be left, and nothing is done with widgets that are not there."""

    def dismiss(self, result: object = None) -> AwaitComplete:
        """Leave, if it is this screen that is seen.

        Of keys that come together more than one may leave: the second would take the screen below away.
        """
        return super().dismiss(result) if self.is_active else AwaitComplete()

    async def on_event(self, event: Event) -> None:
        """Take nothing in while the program ends: what is composed then gets no widgets."""
        if isinstance(event, _COMES_AND_GOES) or (self.is_attached and self.children):
            await super().on_event(event)
