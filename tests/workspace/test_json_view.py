"""Values of a JSON file as a model is shown them."""

from __future__ import annotations

import json

import pytest

from app.workspace.errors import EditError
from app.workspace.json_view import laid_out, view_values

CONTENT = b'{"a":[1.0,1e5,{"b":[],"c":{ }}],\n"s":"\\u00e9 {[,:"}'


def test_values_are_laid_out_with_their_numbers_and_escapes_as_spelled() -> None:
    assert view_values(CONTENT, "$.a", pretty=True, limit=1_000) == (
        '$.a (line 1): [\n  1.0,\n  1e5,\n  {\n    "b": [],\n    "c": {}\n  }\n]\n'
    )
    assert view_values(CONTENT, "$.s", pretty=True, limit=1_000) == '$.s (line 2): "\\u00e9 {[,:"\n'


def test_values_can_be_shown_as_they_stand() -> None:
    assert view_values(CONTENT, "$.a[2]", pretty=False, limit=99) == '$.a[2] (line 1): {"b":[],"c":{ }}\n'


def test_a_layout_is_that_of_the_standard_library() -> None:
    value = {"a": [], "b": {}, "c": [[], {}, [1, {"d": "x,y"}]]}
    assert laid_out(json.dumps(value).encode()) == json.dumps(value, indent=2).encode()


def test_what_is_longer_than_the_limit_is_cut_and_says_so() -> None:
    content = json.dumps(["x" * 50] * 9).encode()
    text = view_values(content, "$[*]", pretty=True, limit=100)
    assert text.endswith("[2 of 9 matches are shown; name more of the path]\n")
    assert "more characters; name more of the path]" in text
    assert len(text) < 250


def test_a_path_that_matches_nothing_is_an_error() -> None:
    with pytest.raises(EditError, match="matches nothing"):
        view_values(CONTENT, "$.b", pretty=True, limit=100)
