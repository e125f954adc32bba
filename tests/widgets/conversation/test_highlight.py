from __future__ import annotations

import threading

import pytest

from widgets.conversation.highlight import CodeLine, Highlighter, highlight


def pieces(lines: list[CodeLine] | None) -> list[str]:
    assert lines is not None
    return ["".join(text for text, _ in line) for line in lines]


def test_code_is_coloured_by_role_line_by_line() -> None:
    lines = highlight('def f():\n    return "a"  # why\n', "python")
    assert pieces(lines) == ["def f():", '    return "a"  # why', ""]
    assert lines is not None
    assert ("def", "keyword") in lines[0]
    assert ("f", "name") in lines[0]
    assert ("# why", "comment") in lines[1]


def test_an_unknown_language_has_no_colours() -> None:
    assert highlight("text", "no-such-language") is None


def test_past_its_time_the_rest_stays_plain() -> None:
    code = "x = 1\n" * 200
    lines = highlight(code, "python", seconds=0.0)
    assert "\n".join(pieces(lines)) == code
    assert lines is not None
    assert lines[-2] == [("x = 1", "")]


def test_the_last_job_is_done_first_and_the_oldest_gives_way_where_too_many_wait(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked, go_on, all_done = threading.Event(), threading.Event(), threading.Event()

    def slow(code: str, language: str) -> list[CodeLine]:
        asked.set()
        assert go_on.wait(10)
        return [[(code, language)]]

    def wake() -> None:
        if len(highlighter._done) == Highlighter.MAX_JOBS + 1:
            all_done.set()

    monkeypatch.setattr("widgets.conversation.highlight.highlight", slow)
    highlighter = Highlighter(wake)
    assert highlighter.submit("first", "x", "python") is None
    assert asked.wait(10)
    late = [highlighter.submit(number, "x", "python") for number in range(Highlighter.MAX_JOBS + 2)]
    assert late == [*([None] * Highlighter.MAX_JOBS), 0, 1]
    go_on.set()
    assert all_done.wait(10)
    order = [key for key, _ in highlighter.take()]
    assert order == ["first", *range(Highlighter.MAX_JOBS + 1, 1, -1)]
    highlighter.close()
    assert highlighter.submit("late", "x", "python") is None


def test_colours_are_found_in_a_thread_that_ends_when_told() -> None:
    done = threading.Event()
    highlighter = Highlighter(done.set)
    highlighter.submit("plain", "text", "")
    highlighter.submit("long", "x" * (Highlighter.MAX_CODE + 1), "python")
    highlighter.submit("wide", "x = 1;" * 1000, "python")
    highlighter.submit("code", "x = 1", "python")
    assert done.wait(10)
    [thread] = [thread for thread in threading.enumerate() if thread.name == "highlighter"]
    [(key, lines)] = highlighter.take()
    assert (key, pieces(lines)) == ("code", ["x = 1"])
    assert highlighter.take() == []
    highlighter.close()
    thread.join(10)
    assert not thread.is_alive()
