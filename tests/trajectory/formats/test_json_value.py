"""JSON as programs write it, and as they leave it when they are killed."""

from __future__ import annotations

import json
import math
import time

from hypothesis import given
from hypothesis import strategies as st

from app.trajectory.formats.json_value import parsed, parsed_beginning

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=20,
)


def test_what_the_standard_does_not_allow_is_read() -> None:
    value, why = parsed(b'\xef\xbb\xbf{"a": NaN, "b": "\\ud800", "c": 1' + b"0" * 400 + b"}")
    assert isinstance(value, dict)
    assert why == ""
    assert math.isnan(value["a"])
    assert (value["b"], value["c"]) == ("\ud800", 10**400)


def test_what_cannot_be_read_says_why() -> None:
    assert parsed(b"[" * 100_000) == (None, "nested too deep")
    assert parsed(b'{"a":')[0] is None
    assert parsed(b'{"a":') == (None, "unexpected end of data, at character 6")


def test_what_comes_before_the_damage_is_read() -> None:
    for damaged, expected in (
        (b'{"a": 1, "b": [1, {"c": "x, ]', {"a": 1, "b": [1, {}]}),
        (b'{"a": [1, 2}, "b": 3}', {"a": [1]}),
        (b'[{"a": "\\"{["}, {"b"', [{"a": '"{['}, {}]),
        (b'{"a": 1}\n{"b": 2}', {"a": 1}),
        (b'[1, 2, "\xff\xfe", 3', [1, 2, "\ufffd\ufffd"]),
    ):
        assert parsed_beginning(damaged) == expected


def test_where_nothing_comes_before_the_damage_there_is_nothing() -> None:
    for damaged in (b"", b"{", b"[", b'{"a', b"x", b"}", b"[" * 100_000):
        assert parsed_beginning(damaged) is None


@given(st.dictionaries(st.text(max_size=4), VALUES, min_size=1, max_size=5), st.data())
def test_a_document_that_is_cut_off_anywhere_is_read_up_to_there(
    value: dict[str, object], data: st.DataObject
) -> None:
    whole = json.dumps(value).encode()
    cut = data.draw(st.integers(0, len(whole) - 1))
    found = parsed_beginning(whole[:cut])
    assert found is None or (isinstance(found, dict) and list(found) == list(value)[: len(found)])


def test_damage_within_a_long_quotation_is_passed_in_no_more_time_than_its_length_takes() -> None:
    begun = time.process_time()
    assert parsed_beginning(b'["whole", "' + b'\\"' * 50_000 + b'\x01"]') == ["whole"]
    assert time.process_time() - begun < 5
