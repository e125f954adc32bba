"""`sawhorse view` where it cannot show anything: one line says why, and what to do."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Sawhorse


def test_without_a_terminal_it_names_the_command_for_pipes(sawhorse: Sawhorse, tmp_path: Path) -> None:
    shown = sawhorse("view", str(tmp_path))
    assert shown.returncode == 2
    assert shown.stderr == (
        "sawhorse: the viewer needs a terminal; use `sawhorse trajectory show` in a pipe or script\n"
    )


def test_nothing_on_standard_input_says_so(sawhorse: Sawhorse) -> None:
    shown = sawhorse("view", "-", text="")
    assert (shown.returncode, shown.stderr) == (2, "sawhorse: nothing came on standard input\n")
