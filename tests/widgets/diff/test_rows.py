from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.widgets.diff.texts import TWO_HUNKS
from widgets.diff.hunk_lines import LONGEST, HunkLines, LineRow
from widgets.diff.parse import DiffLine, Hunk, Kind, parse_diff
from widgets.diff.rows import Rows

KINDS: dict[str, Kind] = {" ": "context", "-": "removed", "+": "added"}


def hunk(signs: str) -> HunkLines:
    """A hunk whose lines have these signs."""
    return HunkLines(Hunk(10, 20, "", tuple(DiffLine(KINDS[sign], sign) for sign in signs)), 0)


def rows(lines: HunkLines, *, split: bool) -> list[LineRow]:
    """All rows of a hunk."""
    return [lines.row(number, split=split) for number in range(lines.count(split=split))]


def rows_of(text: str, *, split: bool = False) -> Rows:
    """The rows of a whole diff."""
    files = parse_diff(text)
    hunks = [HunkLines(hunk, number) for number, file in enumerate(files) for hunk in file.hunks]
    return Rows(files, hunks, split=split)


def test_side_by_side_what_is_removed_stands_beside_what_is_added_after_it() -> None:
    assert rows(hunk(" --+ ++-"), split=True) == [
        LineRow(0, 0),
        LineRow(1, 3),
        LineRow(2, -1),
        LineRow(4, 4),
        LineRow(-1, 5),
        LineRow(-1, 6),
        LineRow(7, -1),
    ]


def test_a_line_has_the_numbers_of_both_files() -> None:
    lines = hunk(" -+ ")
    assert [lines.numbers(line) for line in range(4)] == [(10, 20), (11, 21), (12, 21), (12, 22)]
    assert [lines.place(line, "new") for line in (0, 2, 3)] == [0, 1, 2]


@given(st.text(" -+", max_size=14))
def test_both_layouts_show_every_line_once_and_agree_about_pairs(signs: str) -> None:
    lines = hunk(signs)
    split = rows(lines, split=True)
    for side, other in ((0, "+"), (1, "-")):
        expected = [number for number, sign in enumerate(signs) if sign != other]
        assert [row[side] for row in split if row[side] >= 0] == expected
    assert [max(row[:2]) for row in rows(lines, split=False)] == list(range(len(signs)))
    pairs = {row.left: row.right for row in split if row.left != row.right and min(row[:2]) >= 0}
    pairs |= {right: left for left, right in pairs.items()}
    assert {line: lines.partner(line) for line in range(len(signs)) if lines.partner(line) >= 0} == pairs


def test_a_long_line_goes_on_in_further_rows_and_nothing_of_it_is_lost() -> None:
    text = "".join(chr(97 + number % 26) for number in range(2 * LONGEST + 10))
    lines = HunkLines(Hunk(1, 1, "", (DiffLine("removed", "short"), DiffLine("added", text))), 0)
    assert rows(lines, split=False) == [LineRow(0, -1), *[LineRow(-1, 1, piece) for piece in range(3)]]
    assert rows(lines, split=True) == [LineRow(0, 1), LineRow(-1, 1, 1), LineRow(-1, 1, 2)]
    assert "".join(lines.text(1, piece) for piece in range(3)) == text


def test_files_have_a_head_and_hunks_a_heading() -> None:
    layout = rows_of(f"{TWO_HUNKS}diff --git a/i.png b/i.png\nBinary files a/i.png and b/i.png differ\nend\n")
    kinds = [layout[number].kind for number in range(layout.total)]
    assert kinds[:2] == ["file", "hunk"]
    assert kinds[-4:] == ["gap", "file", "note", "note"]
    assert [layout.span(number) for number in (0, 1)] == [(1, 10), (10, 18)]
    assert layout[layout.total].kind == layout[-1].kind == "gap"


def test_the_hunks_in_view_are_known() -> None:
    layout = rows_of(TWO_HUNKS)
    assert list(layout.hunks_in(0, 1)) == []
    assert list(layout.hunks_in(0, 2)) == [0]
    assert list(layout.hunks_in(9, 10)) == [0]
    assert list(layout.hunks_in(9, 11)) == [0, 1]
    assert list(layout.hunks_in(10, 11)) == [1]
    assert list(layout.hunks_in(18, 30)) == []


def test_a_line_is_found_in_both_layouts() -> None:
    for split in (False, True):
        layout = rows_of(TWO_HUNKS, split=split)
        for line in range(8):
            row = layout[layout.place(0, line)]
            assert row.hunk == 0
            assert line in (row.line.left, row.line.right)
