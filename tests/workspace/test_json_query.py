"""JSONPath that can neither hang nor run deep."""

from __future__ import annotations

from typing import Any  # JSON is anything

import pytest

from app.workspace.errors import EditError
from app.workspace.json_query import compile_query, shown

DATA: Any = {"a": [{"id": 1, "b": "x"}, {"id": 2}], "key-é": {"w e": True}}


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("$", ["$"]),
        (" $.a[0].id ", ["$.a[0].id"]),
        ("$.a[-1]", ["$.a[1]"]),
        ("$.a[::-1].id", ["$.a[1].id", "$.a[0].id"]),
        ("$..id", ["$.a[0].id", "$.a[1].id"]),
        ("$.a[?@.b]", ["$.a[0]"]),
        ("$.a[?@.id >= 2 && !@.b]", ["$.a[1]"]),
        ("$.a[?@.id == $.a[1].id]", ["$.a[1]"]),
        ("$['key-é']['w e']", ['$["key-é"]["w e"]']),
        ("$.a[0,0,0]", ["$.a[0]"]),
        ("$.none", []),
    ],
)
def test_matches_are_found_each_once(path: str, found: list[str]) -> None:
    assert [shown(location) for location in compile_query(path).find(DATA)] == found


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("a.b", r"must begin with \$"),
        ("", r"must begin with \$"),
        ("$.a.", "expected a shorthand selector"),
        ("$.@types", "not understood"),
        ("$['a'", "not understood"),
        ("$.a | $.b", "not understood"),
        ("$[1e400]", "not understood"),
        ("$[?@.a == 1e999]", "not understood"),
        ("$[99999999999999999999]", "index out of range"),
        ("$[?match(@.b, '(a+)+$')]", "match"),
        ("$[?search(@.b, '(a+)+$')]", "search"),
        ("$[?@.b =~ /(a+)+$/]", "not understood"),
        ("$[?@..b]", "a filter may only look at single values"),
        ("$[?@.a == 1 || !($[*])]", "a filter may only look at single values"),
        ("$[?@[?@[?@]]]", "a filter may only look at single values"),
        ("$" + "[0]" * 400, "longer than 1,000 characters"),
        ("$[?" + "(" * 990, "not understood"),
        ("$[?" + "!" * 900 + "@]", "not understood|levels deep"),
    ],
)
def test_a_path_that_is_not_taken_says_why(path: str, says: str) -> None:
    with pytest.raises(EditError, match=says):
        compile_query(path).find([{}])


def test_more_matches_than_a_thousand_are_refused() -> None:
    assert len(compile_query("$[*]").find([0] * 1_000)) == 1_000
    with pytest.raises(EditError, match="more than 1,000 matches"):
        compile_query("$[*]").find([0] * 1_001)


def test_why_nothing_matches_is_said_of_one_place_where_the_path_led_to_many() -> None:
    error = compile_query("$[*].x").no_match([{}] * 2_000)
    assert str(error) == "json_path $[*].x matches nothing: $[0] is an empty object"


def test_repeated_selectors_do_not_multiply() -> None:
    value: Any = 0
    for _ in range(120):
        value = [value]
    assert compile_query("$" + "[*,*]" * 120).find(value) == [(0,) * 120]


@pytest.mark.parametrize("path", ["$..x", "$[?!@][0]", "$[?@.x == 1]"])
def test_a_search_that_takes_too_long_is_given_up(path: str) -> None:
    with pytest.raises(EditError, match="too many values; name more of the path"):
        compile_query(path).find([[]] * 210_000)


def test_a_search_deeper_than_its_limit_is_given_up() -> None:
    value: Any = 0
    for _ in range(900):
        value = [value]
    with pytest.raises(EditError, match="over 200 levels deep"):
        compile_query("$..x").find(value)


def test_a_key_with_half_a_character_can_be_shown() -> None:
    shown(("\ud800",)).encode()
