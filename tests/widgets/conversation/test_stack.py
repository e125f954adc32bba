from __future__ import annotations

from widgets.conversation.palette import Palette
from widgets.conversation.part import TextPart
from widgets.conversation.stack import Stack

PALETTE = Palette()


def stack(*texts: str) -> Stack:
    made = Stack()
    made.replace([TextPart(text, "text", gap=1) for text in texts])
    return made


def test_only_the_parts_in_view_are_laid_out_and_told() -> None:
    made = stack("a", "b\nc", "word " * 20, "d")
    laid_out = made.settle(2, 4, 30, PALETTE)
    assert [(part, y) for part, y, _ in laid_out] == [(made.parts[1], 2)]
    assert made.rows(0) == []
    assert [line.text for line in made.rows(1)] == ["", "b", "c"]
    assert made.settle(2, 4, 30, PALETTE) == []


def test_a_wrong_guess_is_told_and_the_height_becomes_exact() -> None:
    made = stack("ab " * 30)
    guess = made.measure(10)
    [(_, y, delta)] = made.settle(0, 100, 10, PALETTE)
    assert (y, made.height) == (0, guess + delta)
    assert made.height == len(made.rows(0)) == 11


def test_rows_made_for_another_width_do_not_count() -> None:
    made = stack("some words")
    made.settle(0, 10, 30, PALETTE)
    made.measure(6)
    assert made.rows(0) == []
    made.settle(0, 10, 6, PALETTE)
    assert [line.text for line in made.rows(0)] == ["", "some", "words"]


def test_new_parts_at_the_end_are_measured_and_old_ones_are_not_again() -> None:
    made = stack("a", "b")
    parts = list(made.parts)
    made.settle(0, 10, 30, PALETTE)
    parts[1:] = [TextPart("new\nrows", "text"), TextPart("more", "text")]
    made.parts = parts
    made.changed_from(1)
    assert made.measure(30) == 2 + 2 + 1
    assert (made.locate(3), made.top(2)) == ((1, 1), 4)


def test_fewer_parts_at_the_end_are_fewer_rows() -> None:
    made = stack("a", "b", "c")
    parts = list(made.parts)
    made.parts = parts
    made.settle(0, 10, 30, PALETTE)
    del parts[1:]
    made.changed_from(1)
    assert made.measure(30) == 2


def test_forgotten_rows_keep_their_height() -> None:
    made = stack("word " * 30)
    made.settle(0, 100, 12, PALETTE)
    height = made.height
    made.forget()
    assert (made.rows(0), made.measure(12)) == ([], height)
