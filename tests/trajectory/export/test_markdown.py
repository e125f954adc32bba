"""A run in Markdown: what was said in it cannot end the fence that it stands in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from markdown_it import MarkdownIt

from app.trajectory.content import Text
from app.trajectory.events import Record, UserMessage
from app.trajectory.export.about import About
from app.trajectory.export.cards import cards
from app.trajectory.export.markdown import markdown
from tests.trajectory.export.conftest import Recording, answer, asked, done
from tests.trajectory.export.test_html import HOSTILE, hostile_records

ABOUT = About("the run", "sawhorse", lambda: {"tool_calls": 4, "problems": ["torn"]})


def written(records: Sequence[Record], about: About = ABOUT) -> str:
    return "".join(markdown(cards(records), about))


def fences(text: str) -> list[str]:
    return [token.content for token in MarkdownIt().parse(text) if token.type == "fence"]


def headings(text: str) -> list[str]:
    tokens = MarkdownIt().parse(text)
    return [after.content for token, after in pairwise(tokens) if token.type == "heading_open"]


def test_messages_calls_and_totals_are_there(run: Sequence[Record]) -> None:
    text = written(run)
    assert headings(text) == [
        "`the run`",
        "Session began `s-1`",
        "System",
        "User",
        "Assistant",
        "`bash` `ls`",
        "✗ `bash` `cat none`",
        "Assistant",
        "`task` `look`",
        "User",
        "Assistant",
        "`bash` `ls`",
        "Context compacted",
        "Assistant",
        "Task ended `done, 3 turns`",
        "Session ended",
        "Totals",
    ]
    assert "*sub-agent `scout`*" in text
    assert "- calls: `4`" in text
    assert "- the file: `torn`" in text


def test_what_was_said_is_fenced_letter_by_letter(recording: Recording) -> None:
    said = "# not a heading\n```\ncode\n```\n`````\n<details>"
    recording.tell(UserMessage(said), answer(1, Text(said)), asked(1, "c1"), done("c1", said))
    text = written(recording.records)
    assert fences(text).count(f"{said}\n") == 3
    assert "not a heading" not in "".join(headings(text))


def test_hostile_texts_stay_in_their_fences() -> None:
    about = About(HOSTILE, HOSTILE, lambda: {"first_ts": HOSTILE, "problems": [HOSTILE]}, lambda: 2)
    text = written(hostile_records(), about)
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]", text)
    html = MarkdownIt("commonmark", {"html": True}).render(text)
    outside = re.sub(r"<code.*?</code>", "", html, flags=re.DOTALL)
    assert not re.search(r"<(?:script|img|a |iframe)", outside)
    assert html.count("<details>") == html.count("</details>")
