"""What is shown of records that have no event of their own."""

from __future__ import annotations

from app.trajectory.events import Unmapped
from app.trajectory.formats.unmapped import damaged, unmapped


def test_plain_values_are_told_without_those_that_only_name_the_record() -> None:
    record = {"uuid": "u1", "timestamp": "2026", "hook": "Stop", "count": 1200, "ok": True, "failed": False}
    assert unmapped("progress", record) == Unmapped("progress", "Stop, count 1,200, ok")


def test_values_are_found_in_what_is_nested_as_far_as_that_is_sensible() -> None:
    deep: object = "too deep"
    for _ in range(2_000):
        deep = [deep]
    assert (
        unmapped("state", {"state": {"files": ["a.py", {"name": "b.py"}]}, "deep": deep}).text == "a.py, b.py"
    )


def test_it_is_one_short_line_however_much_there_is() -> None:
    text = unmapped("noise", {f"key{number}": "x" * 1_000 for number in range(1_000)}).text
    assert len(text) <= 200
    assert "\n" not in unmapped("noise", {"text": "one\ntwo", "more": "three"}).text


def test_a_record_of_no_type_is_a_record() -> None:
    assert unmapped("", 7) == Unmapped("record", "7")


def test_a_damaged_line_shows_how_it_begins() -> None:
    assert damaged(b'{"type": "us\xff') == Unmapped("damaged line", '{"type": "us�')
