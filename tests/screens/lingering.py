"""A widget that takes its time to leave, so that a test can do something meanwhile."""

from __future__ import annotations

import asyncio

from textual.widgets import Static


class Lingering(Static):
    """Leaves when it may.

    Attributes:
        leaving: Set once it is to leave.
        may_leave: To be set by the test.
    """

    def __init__(self) -> None:
        super().__init__("lingers")
        self.leaving, self.may_leave = asyncio.Event(), asyncio.Event()

    async def on_unmount(self) -> None:
        self.leaving.set()
        await self.may_leave.wait()
