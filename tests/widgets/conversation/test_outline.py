from __future__ import annotations

import pytest

from widgets.conversation.cuts import CODE_ROWS, Start
from widgets.conversation.outline import outline
from widgets.conversation.palette import Palette
from widgets.conversation.writer import render

TOP = Start()


def contexts(source: str) -> list[tuple[int, str, str]]:
    return [(cut.line, cut.kind, cut.start.context) for cut in outline(source, TOP).cuts]


def test_each_block_and_each_item_is_a_part() -> None:
    assert contexts("text\n\n- a\n- b\n\n# c\n\n---\n") == [
        (0, "paragraph_open", ""),
        (2, "paragraph_open", ""),
        (3, "paragraph_open", " -    #\n"),
        (5, "heading_open", ""),
        (7, "hr", ""),
    ]


def test_a_part_in_an_item_has_the_item_as_its_context() -> None:
    assert contexts("10. a\n\n    b\n\n    > c\n    >\n    > d\n") == [
        (0, "paragraph_open", ""),
        (2, "paragraph_open", "1.  #\n"),
        (4, "paragraph_open", "1.  #\n"),
        (6, "paragraph_open", "1.  #\n"),
    ]


def test_the_items_of_a_list_carry_their_numbers() -> None:
    cuts = outline("3. a\n4. b\n   - c\n   - d\n\n5. e\n", TOP).cuts
    assert [cut.start.numbers for cut in cuts] == [(), (3,), (4,), (4, None), (4,)]


def test_each_row_of_a_table_but_the_first_is_a_part_with_the_head_as_its_context() -> None:
    cuts = outline("| a \\| b | c |\n|:-:|--:|\n| 1 | 2 |\n| 3 | 4 |\n", TOP).cuts
    assert [(cut.line, cut.kind, cut.rows) for cut in cuts] == [
        (0, "table_open", [["a | b", "c"], ["1", "2"]]),
        (3, "tr_open", [["3", "4"]]),
    ]
    assert cuts[1].start.context == "| a \\| b | c |\n|:-:|--:|\n"
    assert cuts[1].start.continues


def test_long_code_is_cut_after_so_many_lines() -> None:
    cuts = outline("- ~~~ py\n" + "  x\n" * (2 * CODE_ROWS) + "  ~~~\n", TOP).cuts
    assert [(cut.line, cut.start.code_line, cut.language) for cut in cuts] == [
        (0, 0, "py"),
        (CODE_ROWS + 1, CODE_ROWS, ""),
    ]
    assert cuts[1].start.context == "- #\n  ~~~\n"


def test_what_goes_on_and_what_follows_can_be_told_at_any_end() -> None:
    found = outline("1. > some\n   > text", TOP)
    assert found.within.context == "1. #\n   > "
    assert found.after.context == "1. #\n"
    assert outline("```\ncode\n", TOP).in_fence
    assert not outline("```\ncode\n```\n", TOP).in_fence


@pytest.mark.parametrize("sign", ["-", "*", "1.", "7)", "1234.", "123456789."])
@pytest.mark.parametrize("left", [0, 3])
@pytest.mark.parametrize("right", [1, 4])
def test_a_context_is_indented_like_the_item_it_stands_for(sign: str, left: int, right: int) -> None:
    indent = " " * (left + len(sign) + right)
    source = f"{' ' * left}{sign}{' ' * right}a\n\n{indent}    code\n"
    [_, cut] = outline(source, TOP).cuts
    rest = "".join(source.splitlines(keepends=True)[cut.line :])
    lines = [line.text for line in render(source, 60, Palette())]
    assert [line.text for line in render(rest, 60, Palette(), cut.start)] == lines[1:]
