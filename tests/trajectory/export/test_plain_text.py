"""A run as text for a terminal."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.trajectory.effects import Effects
from app.trajectory.events import Record, SessionImported, ToolFinished, ToolRequested
from app.trajectory.export.plain_text import plain_text
from tests.trajectory.export.conftest import Recording
from tests.trajectory.export.test_html import hostile_records


def test_messages_and_calls_stand_below_each_other(run: Sequence[Record]) -> None:
    assert "".join(plain_text(run[2:11])) == (
        "-- 2023-11-14 (UTC) --\n\n"
        "#2 22:13:22 User\n    Look around.\n\n"
        "#4 22:13:24 Assistant  (m-1, 1.5 s, 150 in, 900 cached, 20 out, $0.2500)\n"
        "  thinking:\n    Where am I?\n  text:\n    I look.\n\n"
        "  #5 22:13:25 bash: ls  (0.2 s)\n      a.py\n\n"
        "  #6 22:13:26 ✗ bash: cat none  (failed, exit 1, 0.5 s)\n"
        "    error:\n      no such file\n\n"
    )


def test_what_a_call_was_given_is_told_from_what_came_of_it(recording: Recording) -> None:
    arguments = {"path": "a.py", "limit": 2}
    recording.tell(
        ToolRequested("c1", 1, "read", arguments, Effects("a.py", reads=("a.py",))),
        ToolFinished("c1", "done", "limit: 3"),
    )
    text = "".join(plain_text(recording.records))
    assert "    limit: 2\n  output:\n    limit: 3\n" in text


def test_nothing_in_it_can_steer_a_terminal() -> None:
    text = "".join(plain_text(hostile_records()))
    assert "red" in text
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]", text)


def test_arguments_that_json_has_no_word_for_are_shown_all_the_same(recording: Recording) -> None:
    deep: dict[str, object] = {}
    for _ in range(5_000):
        deep = {"x": deep}
    odd = {"half": ["\ud800"], "large": 10**30, "deep": deep}
    recording.tell(ToolRequested("c1", 1, "odd", odd, Effects("")), SessionImported("f", facts={"d": deep}))
    text = "".join(plain_text(recording.records))
    assert "nested too deep" in text
    assert 'large: "1000000000000000000000000000000"' in text
