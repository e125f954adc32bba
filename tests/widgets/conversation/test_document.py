from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.terminal.text import safe_text
from widgets.conversation import markdown
from widgets.conversation.cuts import CODE_ROWS
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
NESTED = ["\n  ", "\n   ", "\n> ", "\n- ", "\n  - ", "\n    - ", "\n   1. ", "3. ", "```\ncode\n"]
NESTED += ["\n  ```\n  code\n", "| a | b |\n|--|--|\n| 1 | 2 |\n", "\n> | a |\n> |--|\n> | 1 |\n> | 2 |\n"]
LINES = [
    "- {}",
    "  - {}",
    "    - {}",
    "1. {}",
    "   2. {}",
    "10) {}",
    "> {}",
    "> > {}",
    "> - {}",
    "{}",
    "  {}",
]
LINES += ["    {}", "\t{}", "", "", ">", "```py", "```", "   ```", "  ~~~", "> ```", "| a | b |", "|--|--:|"]
LINES += ["| {} | x |", "> | a | b |", "> |--|--|", "> | {} | {} |", "# {}", "---", "==="]


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


def soup(seed: int) -> tuple[str, random.Random]:
    rng = random.Random(seed)
    syntax = SYNTAX + NESTED if seed % 2 else SYNTAX
    return "".join(rng.choice(syntax) for _ in range(rng.randint(1, 40))), rng


def test_any_split_of_random_syntax_is_laid_out_like_the_whole() -> None:
    for seed in range(1200):
        text, rng = soup(seed)
        document = Document()
        for piece in pieces(text, rng, 6):
            document.append(piece)
            rows(document, 24)
        document.close()
        assert shown(rows(document, 24)) == shown(rows(whole(text), 24)), (seed, text)


def test_the_parts_of_random_syntax_show_what_it_shows_unsplit() -> None:
    for seed in range(1200):
        text, _ = soup(seed)
        split = [line.text for line in rows(whole(text), 24)]
        assert split == [line.text for line in render(text, 24, PALETTE)], (seed, text)


def long_structure(seed: int, size: int) -> tuple[str, random.Random]:
    """Long stretches of the same few kinds of lines, short and long ones, with others in between."""
    rng = random.Random(seed)
    likely = rng.sample(LINES, rng.randint(1, 3))
    text = ""
    while len(text) < size:
        words = " ".join(rng.choice(("word", "x. Y", "漢字")) for _ in range(rng.choice((1, 3, 8, 20, 300))))
        body = rng.choices((words, "x" * 2 * len(words), " " * len(words)), (90, 5, 5))[0]
        text += rng.choice(LINES if rng.random() < 0.03 else likely).replace("{}", body) + "\n"
    return text, rng


def test_any_split_of_long_random_structure_is_laid_out_like_the_whole() -> None:
    for seed in range(24):
        text, rng = long_structure(seed, 8 * PIECE // 3)
        document = Document()
        for piece in pieces(text, rng, 100, 1000, 9000):
            document.append(piece)
        expected = whole_open(text)
        assert document.source == text == expected.source
        assert [part.key() for part in document.parts] == [part.key() for part in expected.parts], seed
        assert shown(rows(document, 50)) == shown(rows(expected, 50)), seed


WORDS = "some words of a text that goes on "
LONG = {
    "paragraph": WORDS + "and on. ",
    "lines": WORDS + "\n",
    "letters": "x" * 67,
    "list": f"- {WORDS}\n",
    "nested list": f"- {WORDS}\n  - {WORDS}\n    1. {WORDS}\n",
    "deeply nested list": "".join("  " * depth + f"- {WORDS}\n" for depth in range(9)),
    "paragraphs in an item": f"1. {WORDS}\n\n" + f"   {WORDS}\n\n" * 1000,
    "code in an item": "1. x\n\n   ```py\n" + f"   {WORDS}\n" * 3000,
    "table": "| a | b |\n|---|--:|\n" + f"| {WORDS} | `1` |\n" * 3000,
    "table in a quote": "> | a | b |\n> |---|--:|\n" + f"> | {WORDS} | `1` |\n" * 3000,
    "row without end": "| a | b |\n|---|--:|\n| " + WORDS * 3000,
    "fence": "```py\n" + f"    {WORDS}\n" * 3000,
    "fences within a fence": "````md\n" + f"```\n{WORDS}\n```\n" * 3000,
    "code line without end": "```\n" + WORDS * 3000,
    "indented code": f"    {WORDS}\n" * 3000,
    "quote": f"> {WORDS}\n",
    "nested quotes": f"> > > {WORDS}\n> > {WORDS}\n> {WORDS}\n",
    "quote marks": ">",
    "dashes": "- ",
    "heading without end": "# " + WORDS * 3000,
    "blank lines": "\n",
    "blank lines after an item": "- x\n" + "\n" * 100_000,
    "unfinished tags": f"<div class='{WORDS}<!-- [a](b **",
}


@pytest.mark.parametrize("kind", LONG)
def test_what_is_parsed_for_a_frame_does_not_grow_with_the_text(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    parsed: list[int] = []
    parse = markdown._parser().block.parse

    def count(source: str, *arguments: Any) -> object:  # Any: as markdown-it has them
        parsed.append(len(source))
        return parse(source, *arguments)

    monkeypatch.setattr(markdown._parser().block, "parse", count)
    text = (LONG[kind] * (60_000 // len(LONG[kind]) + 1))[:60_000]
    document, stack = Document(), Stack()
    stack.replace(document.parts)
    document.append(text[:50_000])
    stack.settle(0, 1_000_000, 80, PALETTE)
    for position in range(50_000, 60_000, 67):
        parsed.clear()
        stack.changed_from(document.append(text[position : position + 67]))
        stack.settle(stack.measure(80) - 40, stack.height, 80, PALETTE)
        assert sum(parsed) < 5 * PIECE
    assert document.source == text[: position + 67]


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
    monkeypatch.setattr("widgets.conversation.document.outline", lambda *arguments: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        document.append(text)
    assert document.source == "start\n\n" + text


def test_a_long_fence_lays_out_only_its_last_lines() -> None:
    document = Document()
    document.append("```python\n")
    finished: list[list[Line]] = []
    for number in range(10 * CODE_ROWS):
        document.append(f"x = {number}\n")
        rows(document, 40)
        kept = [part.lines or [] for part in document.parts[:-2]]
        assert all(old is new for old, new in zip(finished, kept, strict=False))
        finished = kept
    document.append("```\n\nafter")
    texts = [line.text.strip() for line in rows(document, 40)]
    assert texts == [*(f"x = {number}" for number in range(10 * CODE_ROWS)), "", "after"]


def test_the_columns_of_a_streamed_table_fit_all_of_its_rows() -> None:
    document = Document()
    document.append("| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |\n| 5 | 6 |\n")
    assert [line.text for line in rows(document, 40)][2:] == ["1 │ 2", "3 │ 4", "5 │ 6"]
    lines = [part.lines for part in document.parts]
    document.append("| 7 | 8 |\n")
    rows(document, 40)
    assert all(part.lines is old for part, old in zip(document.parts, lines, strict=False))
    document.append("| wider | `9` |\n")
    assert [line.text.rstrip() for line in rows(document, 40)] == [
        *("a     │ b", "──────┼──", "1     │ 2", "3     │ 4", "5     │ 6", "7     │ 8", "wider │ 9"),
    ]


def test_a_table_that_is_too_wide_for_columns_becomes_lines_everywhere() -> None:
    document = Document()
    document.append(
        "| a | b | c |\n|---|---|---|\n| 1 | 2 | 3 |\n| 4 | 5 | 6 |\n| 7 | 8 | 9 |\n| 0 | 0 | 0 |\n"
    )
    assert [line.text for line in rows(document, 12)][:6] == ["a: 1", "b: 2", "c: 3", "a: 4", "b: 5", "c: 6"]


def test_parts_within_an_item_keep_its_place_and_the_numbers_go_on() -> None:
    document = Document()
    document.append(
        "7. one\n\n   > quoted\n   >\n   > more\n\n   ```\n   code\n   ```\n8. two\n   - a\n   - b\n9. end\n"
    )
    assert len(document.parts) == 8
    assert [line.text for line in rows(document, 40)] == [
        *("7. one", "   ", "   ▎ quoted", "   ▎ ", "   ▎ more", "   ", "    code"),
        *("8. two", "   ◦ a", "   ◦ b", "9. end"),
    ]


def test_a_quote_of_several_paragraphs_keeps_its_bar_between_them() -> None:
    document = whole("> one\n>\n> two\n\n> other")
    assert [line.text for line in rows(document, 40)] == ["▎ one", "▎ ", "▎ two", "", "▎ other"]
