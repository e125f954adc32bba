"""Outputs of commands, and the widgets that show them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from app.execution.indexer import Indexer
from app.execution.spool import SpoolFile
from tests.widgets.outputs import Bench, CountingSpool
from tests.widgets.terminal_desk import Desk
from widgets.output_view import OutputView


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the output of a command will be."""
    return tmp_path / "call.out"


@pytest.fixture
def spool(path: Path) -> CountingSpool:
    """The output at that path."""
    return CountingSpool(path)


@pytest.fixture
def bench(spool: CountingSpool) -> Bench[OutputView]:
    """An app that shows the output as lines."""
    return Bench(OutputView(spool))


@pytest.fixture
def desk(spool: CountingSpool) -> Desk:
    """An app that shows the output as the screen of a program."""
    return Desk(spool)


@pytest.fixture
def output(path: Path) -> Callable[[str], SpoolFile]:
    """Makes the output of a call."""

    def write(text: str) -> SpoolFile:
        path.write_text(text, newline="")
        return SpoolFile(path, Indexer())

    return write
