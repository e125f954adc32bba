"""Outputs to look at, and an app that shows one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

from textual.app import App, ComposeResult
from textual.message import Message
from textual.pilot import Pilot
from textual.widgets import Input

from app.execution.indexer import Indexer
from app.execution.spool import SpoolFile
from widgets.copied import Copied
from widgets.output_pane import OutputPane
from widgets.output_view import OutputView

WIDTH, HEIGHT = 40, 10

View = TypeVar("View", bound=OutputView)


class CountingSpool(SpoolFile):
    """Remembers how it is used."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, Indexer())
        self.polls = 0
        self.bytes_read = 0
        self.closed = False

    def poll(self) -> bool:
        self.polls += 1
        return super().poll()

    def read(self, size: int, offset: int) -> bytes:
        data = super().read(size, offset)
        self.bytes_read += len(data)
        return data

    def close(self) -> None:
        self.closed = True
        super().close()

    def write(self, data: bytes) -> None:
        """As the command does."""
        append(self.path, data)


class Bench(App[None], Generic[View]):
    """A view, and something else that can have the focus. It keeps the messages that come from the view."""

    CSS = f"Screen {{ layout: vertical; }} OutputView {{ height: {HEIGHT}; scrollbar-size-vertical: 0; }}"

    def __init__(self, pane: View) -> None:
        super().__init__()
        self.pane = pane
        self.messages: list[Message] = []

    def compose(self) -> ComposeResult:
        yield self.pane
        yield Input(id="elsewhere")

    def on_copied(self, event: Copied) -> None:
        self.messages.append(event)

    def on_output_pane_opened(self, event: OutputPane.Opened) -> None:
        self.messages.append(event)

    @property
    def rows(self) -> list[str]:
        """What the view shows, without blanks at the end of a row."""
        return [self.pane.render_line(row).text.rstrip() for row in range(self.pane.size.height)]

    def follows(self) -> bool:
        """Whether the end is kept in view."""
        return self.pane.follow


def lines(first: int, last: int) -> bytes:
    """Numbered lines."""
    return b"".join(b"line %d\n" % number for number in range(first, last + 1))


def rows(first: int, last: int) -> list[str]:
    """How numbered lines look."""
    return [f"line {number}" for number in range(first, last + 1)]


def append(path: Path, data: bytes) -> None:
    """Let an output grow."""
    with path.open("ab") as file:
        file.write(data)


async def becomes(pilot: Pilot[None], condition: Callable[[], bool]) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(60):
        while not condition():
            await pilot.pause(0.01)
