from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.terminal.text import safe_text
from widgets.conversation.document import PIECE, Document
from widgets.conversation.line import Line
from widgets.conversation.markdown_part import MarkdownPart
from widgets.conversation.palette import Palette
from widgets.conversation.stack import Stack
from widgets.conversation.writer import render

DATA = Path(__file__).parents[2] / "data" / "conversation" / "markdown.json"
TEXTS: list[str] = [safe_text(text) for text in json.loads(DATA.read_text())]
PALETTE = Palette()
SYNTAX = ["- ", "1. ", "2) ", "> ", "# ", "```", "~~~", "\n", "\n", "\n\n", "    ", "  ", "|", "|-|"]
SYNTAX += ["a", "word ", "**", "`", "---", "===", "*", "\t", "漢", "\\", "&amp;", "[x](y)", "<b>"]


def whole(text: str) -> Document:
    document = Document()
    document.append(text)
    document.close()
    return document


def rows(document: Document, width: int) -> list[Line]:
    return [line for part in document.parts for line in part.lay_out(width, PALETTE)]


def shown(lines: list[Line]) -> list[tuple[str, str | None, object]]:
    """Text and styles, whatever the segments are cut into."""
    return [(line.text, line.joint, [(c, s.style) for s in line.segments for c in s.text]) for line in lines]


def pieces(text: str, rng: random.Random, *sizes: int) -> Iterator[str]:
    position = 0
    while position < len(text):
        size = rng.randint(1, rng.choice(sizes))
        yield text[position : position + size]
        position += size


@pytest.mark.parametrize("number", range(len(TEXTS)))
@pytest.mark.parametrize("width", [30, 80])
def test_any_split_of_a_text_is_laid_out_like_the_whole(number: int, width: int) -> None:
    text = TEXTS[number]
    expected = shown(rows(whole(text), width))
    for seed in range(6 if len(text) < PIECE else 2):
        rng = random.Random(1000 * seed + number)
        document, stack = Document(), Stack()
        stack.replace(document.parts)
        for piece in pieces(text, rng, 1, 1, 4, 40, 400):
            stack.changed_from(document.append(piece))
            if rng.random() < 0.3:  # a frame is drawn
                stack.settle(0, 100_000, width, PALETTE)
                assert stack.height == sum(part.height for part in document.parts)
                assert stack.height == len(rows(document, width))
        document.close()
        assert document.source == text
        assert shown(rows(document, width)) == expected, seed


@pytest.mark.parametrize("seed", range(4))
def test_any_split_of_a_long_answer_is_laid_out_like_the_whole(
    seed: int, answer: Callable[[int, int], str]
) -> None:
    text = answer(6000, seed)
    document = Document()
    for piece in pieces(text, random.Random(seed), 4, 40, 400):
        document.append(piece)
    document.close()
    assert shown(rows(document, 60)) == shown(rows(whole(text), 60))


def test_any_split_of_random_syntax_is_laid_out_like_the_whole() -> None:
    for seed in range(900):
        rng = random.Random(seed)
        text = "".join(rng.choice(SYNTAX) for _ in range(rng.randint(1, 40)))
        document = Document()
        for piece in pieces(text, rng, 6):
            document.append(piece)
            rows(document, 24)
        document.close()
        assert shown(rows(document, 24)) == shown(rows(whole(text), 24)), (seed, text)


def test_any_split_of_long_random_paragraphs_gives_the_same_parts() -> None:
    breaks = ["\n", " ", " ", ". ", "; ", "\n\n", "\n===\n", "\n- ", " | ", "\n|-|\n", "\n```\n", "1. "]
    for seed in range(12):
        rng = random.Random(seed)
        likely = rng.sample(breaks, 2)
        words = (rng.choice("abc") * rng.choice((3, 30, 300)) for _ in range(150))
        text = "".join(
            word + (rng.choice(breaks) if rng.random() < 0.01 else rng.choice(likely)) for word in words
        )
        document = Document()
        for piece in pieces(text, rng, 100, 1000, 9000):
            document.append(piece)
        assert [part.key() for part in document.parts] == [part.key() for part in whole_open(text).parts], (
            seed
        )


def whole_open(text: str) -> Document:
    document = Document()
    document.append(text)
    return document


@pytest.mark.parametrize("number", [n for n, text in enumerate(TEXTS) if len(text) < PIECE])
def test_the_parts_show_what_the_whole_text_shows_unsplit(number: int) -> None:
    text = TEXTS[number]
    assert [line.text for line in rows(whole(text), 60)] == [line.text for line in render(text, 60, PALETTE)]


def test_parts_that_are_finished_are_not_laid_out_again(answer: Callable[[int, int], str]) -> None:
    text = answer(20_000, 3)
    document = Document()
    kept: dict[int, list[Line]] = {}
    parts: list[MarkdownPart] = []  # keeps them alive, so that no two have the same id
    for position in range(0, len(text), 60):
        document.append(text[position : position + 60])
        rows(document, 80)
        for part in document.parts[:-3]:
            parts.append(part)
            assert part.lines is not None
            assert kept.setdefault(id(part), part.lines) is part.lines


def test_a_paragraph_without_end_is_split_where_sentences_end() -> None:
    text = "Words make a sentence here. " * 1000
    document = whole(text)
    assert len(document.parts) > 5
    assert max(len(part.source) for part in document.parts) < 2 * PIECE
    assert all(part.source.endswith(". ") for part in document.parts)
    assert [part.gap for part in document.parts] == [0] * len(document.parts)
    assert {part.joint for part in document.parts[1:]} == {" "}


def test_a_megabyte_without_a_newline_is_split_into_parts_of_limited_size() -> None:
    document = Document()
    text = "x" * 1_000_000
    for position in range(0, len(text), 50_000):
        document.append(text[position : position + 50_000])
    document.close()
    assert document.source == text
    assert max(len(part.source) for part in document.parts) < 2 * PIECE
    assert sum(len(line.text) for line in rows(document, 100)) == 1_000_000


def test_the_source_is_whole_even_when_the_parser_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "word " * PIECE
    document = whole("start\n\n")
    monkeypatch.setattr("widgets.conversation.document.split", lambda *arguments: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        document.append(text)
    assert document.source == "start\n\n" + text


def test_an_open_fence_lays_out_only_new_rows() -> None:
    document = Document()
    document.append("```python\n")
    for number in range(50):
        document.append(f"x = {number}\n")
        before = rows(document, 40)
        document.append("partial")
        after = rows(document, 40)
        assert all(old is new for old, new in zip(before, after, strict=False))
        assert after[-1].text.strip() == "partial"
        document.append(" done\n")
    document.append("```\n\nafter")
    assert rows(document, 40)[-1].text == "after"
    assert len(document.parts) == 2
