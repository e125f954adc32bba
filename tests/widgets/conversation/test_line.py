from __future__ import annotations

import random

import pytest
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style

from widgets.conversation.line import cut, split_spans, wrap

BOLD = Style(bold=True)
LETTERS = [
    "a",
    "bc",
    " ",
    "  ",
    "漢",
    "é",
    "e\u0301",
    "❤\ufe0f",
    "👩\u200d👩\u200d👧",
    "🇫🇷",
    "word",
    "\u200b",
]


@pytest.mark.parametrize("words", [True, False])
def test_wrapped_rows_fit_and_keep_every_character(words: bool) -> None:
    for seed in range(400):
        rng = random.Random(seed)
        text = "".join(rng.choice(LETTERS) for _ in range(rng.randint(0, 60)))
        width = rng.randint(2, 20)
        middle = rng.randint(0, len(text))
        rows = wrap([(text[:middle], Style.null()), (text[middle:], BOLD)], width, words=words)
        assert all(cell_len(row.text) <= width for row in rows), (seed, text)
        joined = rows[0].text + "".join((row.joint or "") + row.text for row in rows[1:])
        assert joined.rstrip() == text.rstrip(), (seed, text)
        assert rows[0].joint is None
        assert all(row.joint is not None for row in rows[1:])


def test_words_are_broken_only_where_they_are_too_long() -> None:
    rows = wrap([("one three fivesix", Style.null())], 5)
    assert [(row.text, row.joint) for row in rows] == [
        ("one", None),
        ("three", " "),
        ("fives", " "),
        ("ix", ""),
    ]


def test_wrapping_keeps_styles() -> None:
    rows = wrap([("plain ", Style.null()), ("strong", BOLD)], 8)
    assert [(row.text, [segment.style for segment in row.segments]) for row in rows] == [
        ("plain", [Style.null()]),
        ("strong", [BOLD]),
    ]


def test_styled_text_is_split_at_its_newlines() -> None:
    plain = Style.null()
    assert split_spans([("a\nb", plain), ("c\n", BOLD)]) == [[("a", plain)], [("b", plain), ("c", BOLD)], []]


@pytest.mark.parametrize(
    ("texts", "width", "expected"),
    [
        (["fits"], 4, "fits"),
        (["does not fit"], 6, "does …"),
        (["full", "more"], 4, "ful…"),
        (["漢字", "x"], 4, "漢 …"),
        (["ab", "", "cd"], 3, "ab…"),
        (["anything"], 0, "…"),
    ],
)
def test_a_row_is_cut_with_an_ellipsis(texts: list[str], width: int, expected: str) -> None:
    row = cut([Segment(text) for text in texts], width)
    assert "".join(segment.text for segment in row) == expected
