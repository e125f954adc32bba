from __future__ import annotations

import threading

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
