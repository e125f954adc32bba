from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.execution.sandbox.jail import NOBODY, Cell, Jail

USERS = ("root", "user")


@pytest.fixture(scope="session")
def cells() -> Iterator[dict[int, Cell]]:
    """The programs that run commands, by user; started when needed."""
    cells: dict[int, Cell] = {}
    yield cells
    for cell in cells.values():
        cell.close()


@pytest.fixture(params=[f"{kind} as {user}" for kind in ("bwrap", "landlock") for user in USERS])
def jail(request: pytest.FixtureRequest, cells: dict[int, Cell]) -> Iterator[Jail]:
    """A workspace in each kind of sandbox, as root and as an ordinary user."""
    yield from _jail(request.param, cells)


@pytest.fixture(params=[f"bwrap as {user}" for user in USERS])
def bubble(request: pytest.FixtureRequest, cells: dict[int, Cell]) -> Iterator[Jail]:
    """A workspace in bubblewrap, as root and as an ordinary user."""
    yield from _jail(request.param, cells)


def _jail(what: str, cells: dict[int, Cell]) -> Iterator[Jail]:
    kind, _, name = what.split()
    if name == "root" and os.geteuid() != 0:
        pytest.skip("NOT TESTED: what root gets can only be tested as root")
    user = 0 if name == "root" else os.geteuid() or NOBODY
    if user not in cells:
        cells[user] = Cell(user)
    jail = Jail(cells[user], kind)
    yield jail
    jail.close()
