"""The content of a message as one text."""

from __future__ import annotations

import pytest

from app.trajectory.formats.parts import attachment, first_line, flat_text

DATA = "A" * 60_000


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("plain", "plain"),
        (None, ""),
        (
            [{"type": "text", "text": "one"}, "two", {"type": "output_text", "text": "three"}],
            "one\ntwo\nthree",
        ),
        ([{"type": "tool_result", "content": [{"type": "text", "text": "inside"}]}], "inside"),
        (7, "7"),
        ({"returncode": 0, "ünicode": True}, '{"returncode": 0, "ünicode": true}'),
    ],
)
def test_a_content_is_its_texts_one_below_the_other(content: object, expected: str) -> None:
    assert flat_text(content) == expected


@pytest.mark.parametrize(
    "part",
    [
        {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": DATA}},
        {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{DATA}"}},
        {"type": "input_image", "image_url": f"data:image/png;base64,{DATA}"},
        {"type": "image", "mimeType": "image/png", "data": DATA},
        {"type": "file", "mime": "image/png", "url": f"data:image/png;base64,{DATA}"},
    ],
)
def test_an_image_is_a_label_in_every_notation(part: object) -> None:
    assert flat_text([part]) == "[image: png, 45 kB]"


def test_an_image_elsewhere_is_told_by_its_address() -> None:
    assert attachment("https://example.org/a.png") == "[image: https://example.org/a.png]"
    assert flat_text({"type": "image", "source": {"media_type": "image/png", "path": "images/1.png"}}) == (
        "[image: png, images/1.png]"
    )


def test_what_is_nested_without_end_is_still_a_text() -> None:
    deep: object = "x"
    for _ in range(20_000):
        deep = [deep]
    assert flat_text(deep) == "[nested too deep]"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("\n\n  do this \nand that", "do this …"),
        ("do this\n\n", "do this"),
        ("x" * 300, "x" * 199 + "…"),
        ("", ""),
    ],
)
def test_a_title_is_the_first_line_with_words(content: str, expected: str) -> None:
    assert first_line(content) == expected
