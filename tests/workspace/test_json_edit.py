"""Edits of JSON files: right by value, and exact to the byte."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from itertools import pairwise
from typing import Any  # JSON is anything

import pytest

from app.workspace.errors import EditError
from app.workspace.json_edit import JsonChange, add_values, remove_values, set_values
from app.workspace.json_spans import Location

PACKAGE = b"""{
  "name": "demo",

  "version": 1.0,
  "big": 12345678901234567890, "exp": 1e5,
  "tags": ["a", "b"],
  "scripts": {
    "test": "pytest \\u00e9"
  },
  "empty": {}
}
"""


def applied(content: bytes, change: JsonChange) -> bytes:
    """The content after all splices, which must be in order and beside each other."""
    for one, next_one in pairwise(change.splices):
        assert one.end <= next_one.offset
    for splice in reversed(change.splices):
        assert content[splice.offset :].startswith(splice.removed)
        content = splice.apply(content)
    return content


def after_set(content: bytes, path: str, value: Any) -> bytes:
    return applied(content, set_values(content, path, value))


def after_add(content: bytes, path: str, value: Any) -> bytes:
    return applied(content, add_values(content, path, value))


def after_remove(content: bytes, path: str) -> bytes:
    return applied(content, remove_values(content, path))


def test_set_changes_only_the_bytes_of_the_value() -> None:
    assert after_set(PACKAGE, "$.version", 2) == PACKAGE.replace(b"1.0", b"2")
    assert after_set(PACKAGE, "$.tags[-1]", None) == PACKAGE.replace(b'"b"', b"null")


def test_set_makes_the_last_key_where_it_is_missing() -> None:
    assert after_set(PACKAGE, "$.scripts.lint", "ruff") == PACKAGE.replace(
        b'\\u00e9"\n', b'\\u00e9",\n    "lint": "ruff"\n'
    )


def test_set_acts_on_every_match_and_makes_the_key_where_some_lack_it() -> None:
    content = b'[{"a": 1, "on": false}, {"a": 2}, 3]'
    change = set_values(content, "$[*].on", True)
    assert applied(content, change) == b'[{"a": 1, "on": true}, {"a": 2, "on": true}, 3]'
    assert change.locations == [(0, "on"), (1, "on")]


def test_a_new_value_is_indented_like_its_surroundings() -> None:
    assert after_set(PACKAGE, "$.scripts.test", {"run": [1], "none": {}}) == PACKAGE.replace(
        b'"pytest \\u00e9"', b'{\n      "run": [\n        1\n      ],\n      "none": {}\n    }'
    )


@pytest.mark.parametrize("ending", [b"\n", b"\r\n"])
@pytest.mark.parametrize("indent", ["  ", "    ", "\t", ""])
def test_a_new_member_of_an_empty_object_is_written_in_the_style_of_the_file(
    indent: str, ending: bytes
) -> None:
    before: dict[str, Any] = {"a": {"b": {}}, "z": 1}
    after: dict[str, Any] = {"a": {"b": {"c": [True]}}, "z": 1}
    old, new = (json.dumps(it, indent=indent).encode().replace(b"\n", ending) for it in (before, after))
    assert after_add(old, "$.a.b.c", [True]) == new
    assert after_remove(new, "$.a.b.c") == old


def test_containers_in_one_line_stay_in_one_line() -> None:
    assert after_add(PACKAGE, "$.tags[-]", {"c": [1, 2]}) == PACKAGE.replace(b'"b"]', b'"b", {"c": [1, 2]}]')
    assert after_set(PACKAGE, "$.tags", [1, 2]) == PACKAGE.replace(b'["a", "b"]', b"[1, 2]")
    assert after_add(b'{"a":[1,2]}', "$.b", {"c": [1, 2]}) == b'{"a":[1,2],"b":{"c":[1,2]}}'


def test_the_first_key_of_an_empty_file_gets_lines() -> None:
    assert after_add(b"{}\n", "$.a", 1) == b'{\n  "a": 1\n}\n'


def test_objects_that_share_lines_with_their_brackets_are_followed_by_their_like() -> None:
    content = b'[{\n  "a": 1\n}, {\n  "a": 2\n}]'
    assert after_add(content, "$[-]", {"a": 3}) == content[:-1] + b', {\n  "a": 3\n}]'
    assert after_add(content, "$[0]", {"a": 0}) == b'[{\n  "a": 0\n}, ' + content[1:]


def test_commas_before_the_key_stay_before_the_key() -> None:
    content = b'{ "a": 1\n, "b": 2\n}'
    assert after_add(content, "$.c", 3) == b'{ "a": 1\n, "b": 2\n, "c": 3\n}'


@pytest.mark.parametrize(
    ("path", "result"),
    [
        ("$[0]", [9, 1, 2, 3]),
        ("$[2]", [1, 2, 9, 3]),
        ("$[3]", [1, 2, 3, 9]),
        ("$[-]", [1, 2, 3, 9]),
        ("$[-1]", [1, 2, 9, 3]),
    ],
)
@pytest.mark.parametrize("indent", [None, 2])
def test_add_inserts_before_an_index(path: str, result: list[int], indent: int | None) -> None:
    content = json.dumps([1, 2, 3], indent=indent).encode()
    assert after_add(content, path, 9) == json.dumps(result, indent=indent).encode()


@pytest.mark.parametrize("path", ["$.name", "$.version", "$.scripts", "$.empty"])
def test_remove_leaves_no_comma_and_no_new_blank_line(path: str) -> None:
    result = after_remove(PACKAGE, path)
    expected = json.loads(PACKAGE)
    del expected[path[2:]]
    assert json.loads(result) == expected
    assert result.count(b"\n\n") <= PACKAGE.count(b"\n\n")
    assert b" \n" not in result


def test_remove_of_all_items_leaves_the_brackets_closed() -> None:
    assert after_remove(b'{\n  "a": [\n    1,\n    2\n  ]\n}', "$.a[*]") == b'{\n  "a": []\n}'


def test_remove_of_the_last_in_a_shared_line_takes_the_comma_before_it() -> None:
    assert after_remove(PACKAGE, "$.exp") == PACKAGE.replace(b', "exp": 1e5', b"")
    assert after_remove(b"[\n  1, 2,\n  3, 4\n]", "$[1,3]") == b"[\n  1,\n  3\n]"


def test_remove_of_matches_within_each_other_takes_the_outer_one() -> None:
    assert after_remove(b'{"a": {"a": 1}, "b": 2}', "$..a") == b'{"b": 2}'


def test_filters_choose_elements() -> None:
    content = b'{"users": [{"id": 1}, {"id": 2, "x": 0}]}'
    assert after_set(content, "$.users[?@.id == 2].x", 5) == content.replace(b"0", b"5")
    assert after_remove(content, "$.users[?@.x]") == b'{"users": [{"id": 1}]}'


def test_byte_order_mark_and_missing_final_newline_are_kept() -> None:
    assert after_set(b'\xef\xbb\xbf{"a": 1}', "$.a", 2) == b'\xef\xbb\xbf{"a": 2}'
    assert after_set(b"\xef\xbb\xbf 7 ", "$", 2) == b"\xef\xbb\xbf 2 "


def test_characters_beyond_ascii_are_escaped_only_where_the_file_escapes_them() -> None:
    assert after_set(b'{"a": "\\u00e9"}', "$.b", "\u00fc") == b'{"a": "\\u00e9", "b": "\\u00fc"}'
    assert after_set(b'{"a": "e\\u0007"}', "$.b", "\u00fc") == b'{"a": "e\\u0007", "b": "\xc3\xbc"}'
    assert after_set(b'{"a": "\\\\u00e9"}', "$.a", "\u00fc") == b'{"a": "\xc3\xbc"}'
    raw = '{"é": "\\u00e9"}'.encode()
    assert after_set(raw, "$.b", "\u00fc") == '{"é": "\\u00e9", "b": "ü"}'.encode()


def test_a_key_that_is_written_with_escapes_is_found() -> None:
    assert after_set(b'{"\\u0061\\"": 1}', "$['a\"']", 2) == b'{"\\u0061\\"": 2}'


def test_the_spacing_of_colons_is_taken_over() -> None:
    assert after_add(b'{"x": [":"], "a" : 1}', "$.b", 2) == b'{"x": [":"], "a" : 1, "b": 2}'
    assert after_add(b'{"a" : ":", "b":2}', "$.c", {"d": 3}) == b'{"a" : ":", "b":2, "c" : {"d" : 3}}'


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("$.scripts.tset", r'nothing: \$.scripts is an object with the keys "test"$'),
        ("$.tags[2]", r"nothing: \$.tags is an array of 2, with the indices 0 to 1$"),
        ("$.name.first", r"nothing: \$.name is a string, and has no keys$"),
        ("$.nope.deeper.still", r'nothing: \$ is an object with the keys "name", "version"'),
        ("$.empty[0]", r"nothing: \$.empty is an empty object$"),
        ("$.tags[?@ == 'c']", r"nothing: \$.tags is an array of 2"),
    ],
)
def test_a_path_that_matches_nothing_says_how_far_it_leads(path: str, says: str) -> None:
    with pytest.raises(EditError, match=says):
        remove_values(PACKAGE, path)


def test_of_many_keys_twenty_are_named() -> None:
    content = json.dumps({f"k{number:02}": 0 for number in range(31)}).encode()
    with pytest.raises(EditError, match=r'"k19", and 11 more$'):
        remove_values(content, "$.x")


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("$.name", r"\$.name exists already; use set"),
        ("$.name.x", r"nothing can be added in \$.name: it is a string"),
        ("$.tags.x", r"\$.tags is an array and takes no key 'x'"),
        ("$.tags[3]", r"index 3 is out of range: \$.tags has 2 elements; use 0 to 2"),
        ("$.tags[-3]", r"index -3 is out of range"),
        ("$.scripts[0]", r"\$.scripts is an object; end the path in a key"),
        ("$.scripts[-]", r"\$.scripts is an object; end the path in a key"),
        ("$.tags[*]", r"must end in a key, in an index, or in \[-\]"),
        ("$..x", r"must end in a key"),
        ("$", r"must end in a key"),
        ("$.nope.x", r"\$.nope matches nothing: \$ is an object"),
    ],
)
def test_what_cannot_be_added_is_said(path: str, says: str) -> None:
    with pytest.raises(EditError, match=says):
        add_values(PACKAGE, path, 1)


def test_what_cannot_be_set_or_removed_is_said() -> None:
    with pytest.raises(EditError, match=r"matches \$.a.a and \$.a, which holds it"):
        set_values(b'{"a": {"a": 1}}', "$..a", 2)
    with pytest.raises(EditError, match="has that value already"):
        set_values(b'{"a": 1}', "$.a", 1)
    with pytest.raises(EditError, match="whole document cannot be removed"):
        remove_values(PACKAGE, "$")


@pytest.mark.parametrize(
    ("value", "says"),
    [(float("nan"), "NaN or an infinity"), ("\ud800", "half a character"), (float("inf"), "infinity")],
)
def test_values_json_cannot_hold_are_refused(value: Any, says: str) -> None:
    with pytest.raises(EditError, match=says):
        set_values(b'{"name": 1}', "$.name", value)


def test_a_value_nested_too_deeply_is_refused() -> None:
    value: Any = 0
    for _ in range(100_000):
        value = [value]
    with pytest.raises(EditError, match="nested too deeply"):
        set_values(PACKAGE, "$.name", value)
    while isinstance(value, list):  # freed level by level
        value = value.pop()


def test_a_thousand_of_many_matches_are_edited_without_a_scan_for_each() -> None:
    content = json.dumps([{"a": number, "pad": ["x"] * 20} for number in range(1_000)], indent=2).encode()
    expected = json.loads(content)
    for item in expected:
        item["a"] = "new"
    assert json.loads(after_set(content, "$[*].a", "new")) == expected


def test_a_long_run_of_blanks_is_no_burden() -> None:
    blanks = b" " * 1_000_000
    content = b'{"a": 1,\n' + blanks + b'"b": 2' + blanks + b"}"
    assert after_remove(content, "$.b") == b'{"a": 1' + blanks + b"}"
    assert after_add(content, "$.c", 3).count(b" ") == content.count(b" ") + len(blanks) + 1
    assert after_add(blanks + b"{}", "$.c", 3) == blanks + b"{\n" + blanks + b'  "c": 3\n' + blanks + b"}"


LETTERS = ["", "a", "b", "key", "é", "\u2028", '"', "\\", "a b", "日本", "\n", "//", "[", "}", ","]


def random_value(dice: random.Random, depth: int) -> Any:
    kind = dice.randrange(8 if depth else 5)
    if kind < 5:
        return [dice.randrange(-9, 99), dice.choice(LETTERS), None, dice.random() < 0.5, 1.5][kind]
    if kind == 5:
        return [random_value(dice, depth - 1) for _ in range(dice.randrange(4))]
    return {dice.choice(LETTERS): random_value(dice, depth - 1) for _ in range(dice.randrange(5))}


def random_style(dice: random.Random, value: Any) -> bytes:
    indent = dice.choice([None, "", "  ", "    ", "\t"])
    text = json.dumps(
        value,
        indent=indent,
        ensure_ascii=dice.random() < 0.5,
        separators=dice.choice([None, (",", ":"), (" ,", " : ")]),
    )
    text = dice.choice(["", "", "\ufeff", "\n "]) + text + dice.choice(["", "\n"])
    if dice.random() < 0.5:
        text = text.replace("\n", "\r\n")
    return text.encode()


def locations(value: Any, place: Location = ()) -> Iterator[Location]:
    yield place
    if isinstance(value, list | dict):
        for key in value if isinstance(value, dict) else range(len(value)):
            yield from locations(value[key], (*place, key))


def as_path(place: Location) -> str:
    return "$" + "".join(f"[{json.dumps(key)}]" for key in place)


def inside(value: Any, place: Location) -> Any:
    for key in place:
        value = value[key]
    return value


def same_around(old: bytes, new: bytes, change: JsonChange) -> bool:
    """Nothing before the first splice or after the last one is touched."""
    first, last = change.splices[0], change.splices[-1]
    tail = old[last.end :]
    return new.startswith(old[: first.offset]) and new.endswith(tail)


def test_any_edit_of_any_file_gives_the_value_and_touches_nothing_else() -> None:
    dice = random.Random(20260)
    for _ in range(600):
        document = random_value(dice, 3)
        content = random_style(dice, document)
        expected = copy.deepcopy(document)
        place = dice.choice(list(locations(document)))
        value = random_value(dice, 2)
        target = inside(expected, place)
        match dice.choice(["set", "add", "remove"]):
            case "set" if place and json.dumps(target) != json.dumps(value):
                inside(expected, place[:-1])[place[-1]] = value
                change = set_values(content, as_path(place), value)
            case "add" if isinstance(target, dict) and "new" not in target:
                target["new"] = value
                change = add_values(content, as_path((*place, "new")), value)
            case "add" if isinstance(target, list):
                index = dice.randrange(len(target) + 1)
                target.insert(index, value)
                change = add_values(content, as_path((*place, index)), value)
            case "remove" if place:
                del inside(expected, place[:-1])[place[-1]]
                change = remove_values(content, as_path(place))
            case _:
                continue
        edited = applied(content, change)
        assert json.dumps(json.loads(edited.decode("utf-8-sig"))) == json.dumps(expected), (content, edited)
        assert same_around(content, edited, change)
        assert edited.count(b"\n\n") <= content.count(b"\n\n")
        if b"\r\n" in content:
            assert edited.count(b"\n") == edited.count(b"\r\n")


def test_an_edit_of_a_plainly_written_file_is_what_writing_it_anew_would_give() -> None:
    dice = random.Random(7)
    for _ in range(300):
        document = {"top": random_value(dice, 3), "z": 1}
        indent = dice.choice([None, 2, 4, "\t"])
        place = dice.choice(list(locations(document))[1:])
        expected = copy.deepcopy(document)
        del inside(expected, place[:-1])[place[-1]]
        content, wanted = (
            json.dumps(it, indent=indent, ensure_ascii=False).encode() for it in (document, expected)
        )
        assert after_remove(content, as_path(place)) == wanted
