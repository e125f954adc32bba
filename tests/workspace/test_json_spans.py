"""Strict JSON, and where in the bytes each value stands."""

from __future__ import annotations

import json
import random
from typing import Any  # JSON is anything

import pytest

from app.workspace.errors import EditError
from app.workspace.json_parse import LARGEST, parse
from app.workspace.json_spans import Document, Location

CONTENT = b'\xef\xbb\xbf {"a": [1, {"b\\"" : "x]}\\\\"} , -1.5e3 ],\n"empty":{ },"t":true}'


@pytest.mark.parametrize(
    ("location", "item", "value"),
    [
        ((), None, CONTENT[4:]),
        (("a",), b'"a": [1, {"b\\"" : "x]}\\\\"} , -1.5e3 ]', b'[1, {"b\\"" : "x]}\\\\"} , -1.5e3 ]'),
        (("a", 0), b"1", b"1"),
        (("a", 1, 'b"'), b'"b\\"" : "x]}\\\\"', b'"x]}\\\\"'),
        (("a", 2), b"-1.5e3", b"-1.5e3"),
        (("empty",), b'"empty":{ }', b"{ }"),
        (("t",), b'"t":true', b"true"),
    ],
)
def test_a_location_is_mapped_to_the_bytes_of_its_item_and_value(
    location: Location, item: bytes | None, value: bytes
) -> None:
    found = Document(CONTENT).item(location)
    assert CONTENT[found.value : found.end] == value
    assert CONTENT[found.start : found.end] == (value if item is None else item)


def test_a_container_knows_its_brackets_and_the_order_of_its_keys() -> None:
    container = Document(CONTENT).container(())
    assert CONTENT[container.start : container.end] == CONTENT[4:]
    assert container.positions == {"a": 0, "empty": 1, "t": 2}
    assert Document(CONTENT).container(("empty",)).items == []


def test_every_span_of_random_documents_holds_its_value() -> None:
    dice = random.Random(11)
    letters = '"\\[]{},: \n/é日'

    def value(depth: int) -> Any:
        match dice.randrange(5 if depth else 2):
            case 0:
                return dice.choice([0, -1.5, 1e30, True, None])
            case 1:
                return "".join(dice.choices(letters, k=dice.randrange(5)))
            case 2:
                return [value(depth - 1) for _ in range(dice.randrange(4))]
            case _:
                return {"".join(dice.choices(letters, k=2)): value(depth - 1) for _ in range(3)}

    def check(document: Document, location: Location, wanted: Any) -> None:
        item = document.item(location)
        assert json.loads(document.content[item.value : item.end]) == wanted
        if isinstance(wanted, dict | list):
            for key in wanted if isinstance(wanted, dict) else range(len(wanted)):
                check(document, (*location, key), wanted[key])

    for _ in range(100):
        document = value(4)
        text = json.dumps(document, indent=dice.choice([None, 1]), ensure_ascii=dice.random() < 0.5)
        check(Document(text.encode()), (), document)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty, so it is not JSON"),
        (b"\xef\xbb\xbf\r\n", "is empty, so it is not JSON"),
        (b'{\n  "a" 1}', "not JSON: expecting ':' delimiter at line 2, column 7; mend it with str_replace"),
        (b'{"a": 1} 2', "extra data at line 1, column 10"),
        (b"[1", "expecting ',' delimiter at line 1, column 3"),
        (b'["abc', "unterminated string starting at line 1, column 2"),
        (b"{'a': 1}", "expecting property name enclosed in double quotes at line 1, column 2"),
        (b'{"a": 1,\n // no\n "b": 2}', "JSONC: a comment at line 2, column 2; use str_replace"),
        (b"/* no */ {}", "JSONC: a comment at line 1, column 1"),
        (b'{"a": 1 /* no */}', "JSONC: a comment at line 1, column 9"),
        (b'{"a": 1,\n}', "JSONC: a trailing comma before line 2, column 1; use str_replace"),
        (b"[1, ]", "JSONC: a trailing comma before line 1, column 5"),
        (b'{"a": "NaN",\n "b": NaN}', "not JSON: NaN at line 2, column 7"),
        (b"[-Infinity]", "not JSON: -Infinity at line 1, column 2"),
        (b'"\xff"', "line 1 has bytes that are not UTF-8"),
        ('"a"'.encode("utf-16"), "not UTF-8"),
        (
            b'{"a": [{"k": ":"},\n {"k": 1,\n "\\u006b": 2}]}',
            'the key "k" twice in one object, at lines 2 and 3',
        ),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "nested too deeply"),
    ],
)
def test_what_is_not_strict_json_is_said_with_its_place(content: bytes, says: str) -> None:
    with pytest.raises(EditError) as caught:
        parse(content)
    assert says in str(caught.value)


def test_a_file_larger_than_the_limit_is_not_parsed() -> None:
    with pytest.raises(EditError, match="has 16 MiB, more than is edited as JSON"):
        parse(b'"' + b"a" * LARGEST + b'"')


def test_numbers_of_any_length_are_taken() -> None:
    assert parse(b"[" + b"9" * 10_000 + b", 1e999]") == [float("inf"), float("inf")]
