"""Which pager it is, and what is said where there is none. How it reads is tested in a terminal."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.app import App

from app.screens.pager import PagerError, open_pager, pager_command


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    return tmp_path


def install(tools: Path, name: str) -> None:
    (tools / name).write_text("#!/bin/sh\n")
    (tools / name).chmod(0o755)


def test_the_pager_is_the_persons_or_less_or_more(tools: Path) -> None:
    environ = {"PATH": str(tools)}
    install(tools, "more")
    assert pager_command(environ) == ["more"]
    install(tools, "less")
    assert pager_command(environ) == pager_command(environ | {"PAGER": " "}) == ["less"]
    install(tools, "most")
    assert pager_command(environ | {"PAGER": "most -w 'a b'"}) == ["most", "-w", "a b"]


@pytest.mark.parametrize(
    ("pager", "says"),
    [
        ("", "There is neither less nor more here; set $PAGER to a pager."),
        ("nonsense -x", "$PAGER is not to be found: nonsense -x"),
        ("less 'oops", "$PAGER cannot be understood: less 'oops"),
    ],
)
def test_where_there_is_none_it_is_said(tools: Path, pager: str, says: str) -> None:
    with pytest.raises(PagerError) as raised:
        pager_command({"PATH": str(tools), "PAGER": pager})
    assert str(raised.value) == says


@pytest.mark.parametrize(
    ("pager", "says"),
    [("less", "This terminal cannot be lent to a pager."), ("no[/]ne", "$PAGER is not to be found: no[/]ne")],
)
async def test_a_person_is_told_when_it_cannot_open(tools: Path, pager: str, says: str) -> None:
    install(tools, "less")
    app = App[None]()
    async with app.run_test() as pilot:
        open_pager(app, lambda size, offset: b"", {"PATH": str(tools), "PAGER": pager})
        await pilot.pause()
        assert [notice.message for notice in app._notifications] == [says]
