from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.style import Style

from app.terminal.text import safe_text
from widgets.conversation.markdown import inline_spans
from widgets.conversation.palette import Palette
from widgets.conversation.writer import render

DATA = Path(__file__).parents[2] / "data" / "conversation" / "markdown.json"
TEXTS: list[str] = json.loads(DATA.read_text())
PALETTE = Palette()


def texts(source: str, width: int = 40) -> list[str]:
    return [line.text.rstrip() for line in render(source, width, PALETTE)]


@pytest.mark.parametrize("number", range(len(TEXTS)))
@pytest.mark.parametrize("width", [12, 33, 100])
def test_rows_fit_and_hold_no_control_character(number: int, width: int) -> None:
    for line in render(safe_text(TEXTS[number]), width, PALETTE):
        assert cell_len(line.text) <= width, line.text
        assert not any(unicodedata.category(c) in ("Cc", "Cs") or c in "\u202e\u2066" for c in line.text)


def test_what_looks_like_markup_is_shown_as_it_is() -> None:
    source = "[bold]x[/bold] [/] [/red] [@click=app.bell]x[/] <b>html</b> list[int]"
    assert texts(source, 100) == [source]


def test_escapes_and_entities_show_what_they_stand_for() -> None:
    assert texts(r"\*stars\* &amp; &lt;b&gt; &copy; \[x\]") == ["*stars* & <b> © [x]"]


def test_entities_make_no_control_characters_and_no_flood_of_marks() -> None:
    shown = texts("a&#x1b;[31m&#x202e;&#12;b e" + "&#x301;" * 40, 60)[0]
    assert shown.startswith("a\ufffd[31mb e")
    assert shown.count("\u0301") < 9


def test_blocks_are_drawn_with_text_glyphs() -> None:
    source = "# Title\n\n- a\n  - b\n\n3. c\n4. d\n\n> q\n\n---\n\n| x | y |\n|--|--:|\n| 1 | 22 |\n"
    assert texts(source, 10) == [
        *("Title", "", "• a", "  ◦ b", "", "3. c", "4. d", "", "▎ q", "", "─" * 10, ""),
        *("x │  y", "──┼───", "1 │ 22"),
    ]


def test_the_address_of_a_link_is_shown_beside_other_words() -> None:
    assert texts("[docs](https://example.com) <https://a.b>", 60) == [
        "docs (https://example.com) https://a.b"
    ]


def test_a_table_too_wide_wraps_its_widest_column() -> None:
    source = "| id | text |\n|--|--|\n| 1 | " + "word " * 6 + "|\n"
    words = ["1  │ word word", "   │ word word", "   │ word word"]
    assert texts(source, 16) == ["id │ text", "───┼────────────", *words]


def test_a_table_with_no_room_for_columns_becomes_lines() -> None:
    source = "| a | b | c | d |\n|-|-|-|-|\n| 1 | 2 | 3 | 4 |\n"
    assert texts(source, 12) == ["a: 1", "b: 2", "c: 3", "d: 4"]


def test_inline_styles_nest() -> None:
    palette = Palette(code=Style(color="red"))
    spans = inline_spans("**bold `code`** *it* ~~no~~", Style.null(), palette)
    styles = {text.strip(): style for text, style in spans if text.strip()}
    assert styles["code"] == Style(bold=True, color="red")
    assert (styles["it"], styles["no"]) == (Style(italic=True), Style(strike=True))


def test_text_with_more_marks_than_could_mean_anything_is_shown_as_it_came() -> None:
    source = "*a [b " * 400
    assert inline_spans(source, Style.null(), PALETTE) == [(source, Style.null())]


@pytest.mark.parametrize("deep", ["> " * 30, "- " * 30, "> - 1. " * 10])
def test_nothing_is_left_out_however_deep_it_is_nested(deep: str) -> None:
    shown = texts(f"{deep}deep words\n\nafter\n\n- item\n", 200)
    assert shown[0].endswith("deep words")
    assert shown[1:] == ["", "after", "", "• item"]
