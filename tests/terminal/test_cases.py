"""The acceptance cases of terminal text, through both ways bytes become text."""

from __future__ import annotations

import base64
import json
import unicodedata
import zlib
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from rich.style import Style

from app.terminal.line import styled_line
from app.terminal.stream import Sanitiser, plain_text

SPLIT_BELOW = 400  # bytes


@dataclass(frozen=True, slots=True)
class Case:
    name: str
    data: bytes
    accepted: tuple[str, ...]
    words: tuple[str, ...]
    never: frozenset[str]


def _case(line: str) -> Case:
    record: dict[str, Any] = json.loads(line)  # a JSON object of the case file
    if "input_b64" in record:
        data = base64.b64decode(record["input_b64"])
    else:
        data = zlib.decompress(base64.b64decode(record["input_zlib_b64"]))
    visible = record["visible"]
    if visible is None:
        visible = record["visible_repeat"]["unit"] * record["visible_repeat"]["times"]
    return Case(
        name=f"{record['id']} {record['name']}",
        data=data,
        accepted=(visible, *record["visible_alt"]),
        words=tuple(record["must_contain"]),
        never=frozenset(record["never"]),
    )


CASES = [
    _case(line)
    for line in (Path(__file__).parent.parent / "data" / "terminal.jsonl").read_text("utf-8").splitlines()
]


def _forbidden(char: str) -> bool:
    code = ord(char)
    return (
        (code < 0x20 and char not in "\n\t")
        or 0x7F <= code < 0xA0
        or code in (0x200E, 0x200F)
        or 0x202A <= code <= 0x202E
        or 0x2066 <= code <= 0x2069
        or 0xE0000 <= code <= 0xE007F
    )


def _assert_safe(text: str, case: Case) -> None:
    assert not [char for char in text if _forbidden(char)]
    if "zalgo" in case.never:
        marks = (len(list(run)) for is_mark, run in groupby(text, unicodedata.combining) if is_mark)
        assert max(marks, default=0) <= 8
    position = 0
    for word in case.words:
        position = text.index(word, position) + len(word)


def test_the_case_file_is_complete() -> None:
    assert len(CASES) == 53


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_case_reads_as_expected_wherever_it_is_cut(case: Case) -> None:
    whole = plain_text(case.data)
    assert whole in case.accepted
    _assert_safe(whole, case)
    if len(case.data) < SPLIT_BELOW:
        for cut in range(len(case.data) + 1):
            sanitiser = Sanitiser()
            parts = sanitiser.feed(case.data[:cut]) + sanitiser.feed(case.data[cut:]) + sanitiser.finish()
            assert parts == whole, cut
        sanitiser = Sanitiser()
        bytewise = "".join(sanitiser.feed(bytes([byte])) for byte in case.data) + sanitiser.finish()
        assert bytewise == whole


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_case_is_drawn_as_it_is_read(case: Case) -> None:
    limit = len(case.data) + 1
    lines = [styled_line(line, Style.null(), limit) for line in case.data.split(b"\n")]
    text = "\n".join("".join(segment.text for segment in line) for line in lines)
    assert text in case.accepted
    _assert_safe(text, case)
    for segment in (segment for line in lines for segment in line):
        assert segment.control is None
        assert segment.style is None or (not segment.style.conceal and segment.style.link is None)
