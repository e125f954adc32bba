"""Changes of settings on their way to a file: one after the other, and off the loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from app.settings.checks import SettingsError
from app.settings.live import LiveSettings, Target
from app.settings.sources import Source


class Saving:
    """Saves in the person's file, or in the project's.

    What was begun is done, though nobody may wait for it any more: the program ends only after it.

    Args:
        live: The settings.

    Attributes:
        target: The file that changes go to.
    """

    def __init__(self, live: LiveSettings) -> None:
        self.target: Target = Source.USER
        self._live = live
        self._thread = ThreadPoolExecutor(1, "saving")

    def switch(self) -> bool:
        """Save in the other file from now on; False if there is no other."""
        if self._live.loaded.project is None:
            return False
        self.target = Source.USER if self.target is Source.PROJECT else Source.PROJECT
        return True

    async def change(self, name: str, text: str) -> str:
        """Set a value; what is wrong with that, in one line."""
        target = self.target
        return await self._do(lambda: self._live.change(name, text, target))

    async def reset(self, name: str) -> str:
        """Take a value out of the file; what is wrong with that, in one line."""
        target = self.target
        return await self._do(lambda: self._reset(name, target))

    async def _do(self, change: Callable[[], object]) -> str:
        try:
            await asyncio.shield(asyncio.wrap_future(self._thread.submit(change)))
        except SettingsError as error:
            return str(error)
        return ""

    def _reset(self, name: str, target: Target) -> None:
        if not self._live.unset(name, target):
            source = self._live.loaded.layer(name).source
            raise SettingsError(f"{name} is not in the {target}; it comes from: {source}")
