from __future__ import annotations

import json

from app.workspace.findings import Findings, Output


def findings(output: Output = "content", *, most: int = 100, limit: int = 1000) -> Findings:
    return Findings("", output, wanted=lambda path: path != "not", separate=False, most=most, limit=limit)


def line(path: str, number: int, text: str = "x") -> bytes:
    data = {"path": {"text": f"./{path}"}, "lines": {"text": f"{text}\n"}, "line_number": number}
    places = [{"match": {"text": "x"}, "start": 0, "end": 1}]
    return json.dumps(
        {"type": "match", "data": {**data, "submatches": places}}, separators=(",", ":")
    ).encode()


def end(path: str, count: int, **more: object) -> bytes:
    data = {"path": {"text": f"./{path}"}, "binary_offset": None, **more, "stats": {"matched_lines": count}}
    return json.dumps({"type": "end", "data": data}, separators=(",", ":")).encode()


def test_lines_of_a_file_that_proves_binary_are_taken_back() -> None:
    found = findings(most=2, limit=30)
    assert found.take([line("a", 1, "x" * 20), end("a", 1, binary_offset=7)])
    assert (found.text, found.found) == ("", 0)
    assert found.take([line("b", 1, "x" * 10), line("b", 2), end("b", 2)])
    assert (found.text, found.found, found.more) == (f"b:1:{'x' * 10}\nb:2:x\n", 2, False)
    assert not found.take([line("c", 1)])
    assert found.more


def test_only_the_first_match_of_a_line_is_looked_at() -> None:
    whole = line("a", 3, 'a "submatches":[ of x')
    cut = whole[: whole.index(b'"end"')]  # as one is that tells of millions of matches
    assert findings().take([whole, cut])
    found = findings()
    found.take([cut])
    assert found.text == 'a:3:a "submatches":[ of x\n'


def test_a_record_cut_within_its_line_still_tells_of_a_match() -> None:
    found = findings()
    assert found.take([line("a", 3, "x" * 5000)[:2000]])
    assert (found.text, found.found) == ("a:[a line too long to be shown]\n", 1)


def test_what_is_not_wanted_is_not_taken() -> None:
    for output in ("content", "files", "count"):
        found = findings(output)
        assert found.take([line("not", 1), end("not", 1)])
        assert (found.text, found.found) == ("", 0)


def test_it_is_told_that_a_file_was_given_up() -> None:
    for output in ("content", "files", "count"):
        found = findings(output)
        assert found.take([end("a", 0, given_up=True)])
        assert (found.text, found.given_up) == ("", True)
