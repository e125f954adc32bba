"""Workers end before the children of their widget leave it."""

from __future__ import annotations

import asyncio

import pytest
from textual.app import App, ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from widgets.ends_work import EndsWork


class Lingering(Static):
    """A child that takes its time to leave."""

    def __init__(self) -> None:
        super().__init__("lingers")
        self.leaving = asyncio.Event()
        self.may_leave = asyncio.Event()

    async def on_unmount(self) -> None:
        self.leaving.set()
        await self.may_leave.wait()


class Working(EndsWork, Vertical):
    """Speaks to a child once the other one is about to leave."""

    def __init__(self) -> None:
        super().__init__()
        self.lingering = Lingering()
        self.spoke = False

    def compose(self) -> ComposeResult:
        yield Static("quick", id="quick")
        yield self.lingering

    def speak_later(self) -> None:
        self.run_worker(self._speak)  # type: ignore[arg-type]  # only called once it begins; Textual takes it

    async def _speak(self) -> None:
        await self.lingering.leaving.wait()
        self.spoke = True
        self.query_one("#quick", Static).update("said")


class Around(App[None]):
    def compose(self) -> ComposeResult:
        yield Working()


@pytest.mark.parametrize("begun", ["before", "while it is told to go"])
async def test_a_worker_ends_while_children_are_still_leaving(begun: str) -> None:
    app = Around()
    async with app.run_test() as pilot:
        working = app.query_one(Working)
        if begun == "before":
            working.speak_later()
            await pilot.pause()
        removed = working.remove()
        if begun != "before":
            working.call_later(working.speak_later)
        await working.lingering.leaving.wait()
        working.lingering.may_leave.set()
        await removed
        assert not working.spoke
        assert not app.query(Working)


class Row(EndsWork, Horizontal):
    """Nothing is said of how it looks."""


class Beside(App[None]):
    def compose(self) -> ComposeResult:
        yield Row()
        yield Horizontal()


async def test_the_widget_looks_as_it_would_without() -> None:
    app = Beside()
    async with app.run_test():
        row, other = app.query(Horizontal)
        assert row.styles.css == other.styles.css
        assert "layout: horizontal" in row.styles.css
