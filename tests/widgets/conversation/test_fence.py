from __future__ import annotations

from widgets.conversation.cuts import CODE_ROWS
from widgets.conversation.document import Document
from widgets.conversation.fence import Fence
from widgets.conversation.palette import Palette
from widgets.conversation.part import Part


def fence(document: Document) -> Fence:
    found = document.parts[-1].fence
    assert found is not None
    return found


def test_the_code_of_all_parts_is_one_text_whatever_it_is_nested_in() -> None:
    lines = [f"line {number}\tx" for number in range(3 * CODE_ROWS)]
    document = Document()
    document.append("- item\n\n  ```Python title=x\n" + "".join(f"   {line}\n" for line in lines))
    assert len(document.parts) == 4
    assert fence(document).language == "python"
    assert fence(document).code == "\n".join(f" {line}".expandtabs(4) for line in lines)


def test_colours_are_asked_for_once_when_the_code_is_complete() -> None:
    document = Document()
    document.append("```py\nx = 1\n")
    assert not fence(document).ask()
    document.append("```\n")
    code = fence(document)
    assert not code.ask()
    document.append("\nafter")
    assert code.ask()
    assert not code.ask()


def test_the_end_of_the_text_completes_the_code() -> None:
    document = Document()
    document.append("```py\nx = 1")
    document.close()
    assert fence(document).ask()


def test_colours_given_up_can_be_asked_for_again() -> None:
    document = Document()
    document.append("```py\nx = 1")
    document.close()
    assert fence(document).ask()
    fence(document).colour(None)
    assert fence(document).ask()


def test_each_part_shows_its_own_lines_in_colour() -> None:
    palette = Palette()
    document = Document()
    document.append("```py\n" + "x = 1\n" * CODE_ROWS + "y = 2\n```\n")
    document.close()
    last: Part = document.parts[-1]
    last.lay_out(40, palette)
    assert last.is_laid_out(40)
    fence(document).colour([*([("x = 1", "")] for _ in range(CODE_ROWS)), [("y", "name"), (" = 2", "")]])
    assert not last.is_laid_out(40)
    [line] = last.lay_out(40, palette)
    assert [segment.text for segment in line.segments] == [" ", "y", " = 2"]


def test_colours_stay_while_blank_lines_come_after_the_code() -> None:
    document = Document()
    document.append("```py\nx = 1\n```\n")
    code = fence(document)
    code.colour([[("x", "name"), (" = 1", "")]])
    document.append("\n\n")
    assert fence(document) is code
