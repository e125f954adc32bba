from __future__ import annotations

import pytest
from rich.color import Color
from rich.style import Style

from app.terminal.pen import Pen


@pytest.mark.parametrize(
    ("sequence", "pen"),
    [
        ("", Pen()),
        ("0", Pen()),
        ("1;2;3;4;7;9", Pen(bold=True, dim=True, italic=True, underline=True, reverse=True, strike=True)),
        ("1;22", Pen()),
        ("3;4;7;9;23;24;27;29", Pen()),
        ("31;42", Pen(Color.from_ansi(1), Color.from_ansi(2))),
        ("97;100", Pen(Color.from_ansi(15), Color.from_ansi(8))),
        ("31;39;42;49", Pen()),
        ("38;5;208", Pen(Color.from_ansi(208))),
        ("38:5:208", Pen(Color.from_ansi(208))),
        ("38;2;1;2;3;1", Pen(Color.from_rgb(1, 2, 3), bold=True)),
        ("38:2::1:2:3;1", Pen(Color.from_rgb(1, 2, 3), bold=True)),
        ("48:2:1:2:3", Pen(background=Color.from_rgb(1, 2, 3))),
        ("58;5;1;1", Pen(bold=True)),
        ("58:2::7:8:9", Pen()),
        ("4:3", Pen(underline=True)),
        ("4:0", Pen()),
        ("38;5", Pen(Color.from_ansi(0))),
        ("38;2", Pen(Color.from_rgb(0, 0, 0))),
        ("38", Pen()),
        ("5;6;8;73;99999999999", Pen()),
        ("1" * 100_000, Pen()),
    ],
)
def test_a_sequence_sets_what_it_says(sequence: str, pen: Pen) -> None:
    assert Pen().after(sequence) == pen


def test_settings_add_up_until_the_reset() -> None:
    pen = Pen().after("1").after("31")
    assert pen.style(Style.null()) == Style(bold=True, color="color(1)")
    assert pen.after("0;4").style(Style.null()) == Style(underline=True)


def test_text_is_never_written_in_the_colour_behind_it() -> None:
    base = Style(color="white", bgcolor="blue")
    assert Pen().after("30;40").style(base) == base
