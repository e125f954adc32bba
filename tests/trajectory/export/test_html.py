"""A run as one page: whole, safe, and without a word to anybody."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256
from itertools import chain, count, islice

import pytest

from app.trajectory.content import Text, Thinking, ToolCall
from app.trajectory.effects import Effects
from app.trajectory.events import (
    AgentStarted,
    ContextCompacted,
    Event,
    Note,
    Record,
    SessionImported,
    SystemMessage,
    ToolFinished,
    ToolRequested,
    Unmapped,
    UserMessage,
)
from app.trajectory.export.about import About
from app.trajectory.export.cards import cards
from app.trajectory.export.html import html
from tests.trajectory.export.conftest import Recording, answer, asked, done
from tests.trajectory.export.page import Page

ABOUT = About("the run", "sawhorse", lambda: {"tool_calls": 4, "cost_usd": 1.75, "problems": ["torn"]})


def page(records: Sequence[Record], about: About = ABOUT) -> Page:
    return Page("".join(html(cards(records), about)))


def test_everything_that_was_said_is_on_it(run: Sequence[Record]) -> None:
    text = page(run).text
    for said in ("You are careful.", "Look around.", "Where am I?", "I look.", "no such file", "a.py"):
        assert said in text


def test_it_says_what_the_run_comes_to_and_what_is_wrong_with_its_file(run: Sequence[Record]) -> None:
    shown = page(run)
    totals = "".join(html(cards(run), ABOUT)).partition('<section class="totals">')[2]
    assert "<dt>calls</dt><dd>4</dd>" in totals
    assert "<dt>cost</dt><dd>$1.75</dd>" in totals
    assert "torn" in shown.text


def test_calls_fold_within_their_answer_and_say_how_they_went(run: Sequence[Record]) -> None:
    shown = page(run)
    assert shown.classes("details").count("card call") == 3
    assert shown.classes("details").count("card call failed") == 1
    failed = next(inner for inner in shown.inner["details"] if inner.startswith("bash cat none"))
    assert "failedexit 10.5 s" in failed


def test_what_a_sub_agent_did_stands_under_its_name(run: Sequence[Record]) -> None:
    [agent] = [inner for inner in page(run).inner["details"] if inner.startswith("sub-agent scout")]
    assert "Looking." in agent
    assert "Somebody else" not in agent


def test_diffs_are_coloured_line_by_line(recording: Recording) -> None:
    diff = "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-old <b>\n+new\n"
    recording.tell(answer(1), asked(1, "c1"), ToolFinished("c1", "done", "ok", diff=diff))
    shown = page(recording.records)
    assert list(zip(shown.classes("span"), shown.inner["span"], strict=True))[-5:] == [
        ("file", "--- a/x"),
        ("file", "+++ b/x"),
        ("place", "@@ -1 +1 @@"),
        ("removed", "-old <b>"),
        ("added", "+new"),
    ]


def test_records_without_an_event_of_their_own_are_told_in_a_line(recording: Recording) -> None:
    recording.tell(Unmapped("progress", "half way"), Unmapped("report", "one\ntwo"))
    shown = page(recording.records)
    assert shown.classes("div").count("card other bare") == 1
    assert "progress: half way" in shown.text
    assert shown.classes("details") == ["card other"]


def test_it_loads_nothing_and_allows_no_other_script_than_its_own(run: Sequence[Record]) -> None:
    whole = "".join(html(cards(run), ABOUT))
    shown = Page(whole)
    [policy] = [each["content"] for _, each in shown.elements if "http-equiv" in each]
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["default-src"] == "'none'"
    for element in ("style", "script"):
        [content] = shown.inner[element]
        digest = b64encode(sha256(content.encode()).digest()).decode()
        assert rules[f"{element}-src"] == f"'sha256-{digest}'"
    addresses = [
        each[name] for _, each in shown.elements for name in ("src", "href", "action") if name in each
    ]
    assert all(re.fullmatch(r"#e\d+", address) for address in addresses)
    assert not re.search(r"url\(|@import|https?:", "".join(shown.inner["style"] + shown.inner["script"]))


HOSTILE = (
    "</script></style></details></main><script>alert(1)</script><img src=x onerror=alert(1)>\"'>&lt;"
    "\x1b[31mred\x1b]8;;http://evil.example\x07link\x9b2J\u202egnp.exe\x00\ud800"
    "\n```\n~~~\n![i](http://evil.example/i.png) [l](javascript:alert(1)) <http://evil.example>"
)


def hostile_records() -> list[Record]:
    """Every text of every kind of event is hostile."""
    bad = HOSTILE
    events: tuple[Event, ...] = (
        SessionImported(bad, bad, bad, bad, bad, bad, bad, bad, bad, {bad: bad}),
        SystemMessage(bad),
        UserMessage(bad),
        answer(1, Thinking(bad), Text(bad), ToolCall(bad, bad, {}, bad)),
        ToolRequested(bad, 1, bad, {bad: bad, "command": bad, "list": [bad]}, Effects(bad)),
        AgentStarted(bad, bad, bad),
        ToolFinished(bad, "failed", bad, 1.0, 1, diff=f"+{bad}\n-{bad}"),
        ContextCompacted(bad),
        Note(bad),
        Unmapped(bad, bad),
    )
    return [Record(number, 1.0, event, bad if number == 7 else "") for number, event in enumerate(events)]


def test_hostile_texts_stay_texts() -> None:
    about = About(HOSTILE, HOSTILE, lambda: {"first_ts": HOSTILE, "problems": [HOSTILE]}, lambda: 2)
    shown = page(hostile_records(), about)
    names = {name for name, _ in shown.elements}
    assert len([name for name, _ in shown.elements if name == "script"]) == 1
    assert not names & {"img", "iframe", "object", "embed", "link", "base", "form", "svg"}
    assert not [name for _, each in shown.elements for name in each if name.startswith("on")]
    assert "<script>alert(1)</script>" in shown.text
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]", shown.text)


def test_it_comes_in_pieces_while_the_run_is_read(recording: Recording) -> None:
    recording.tell(UserMessage("begin"))
    endless = chain(recording.records, (Record(number, 0, Note("more")) for number in count(1)))
    assert "begin" in "".join(islice(html(cards(endless), ABOUT), 3))


@pytest.mark.timeout(20)
@pytest.mark.parametrize("hard", ["x", "*a ", "[", "> ", "`", "|a|\n|-|\n"], ids=str.strip)
def test_a_text_that_is_hard_to_read_does_not_hold_it_up(recording: Recording, hard: str) -> None:
    text = f"{hard * (19_000 // len(hard))}\n\nthe end"
    recording.tell(answer(1, Text(text)), asked(1, "c1"), done("c1", text))
    assert page(recording.records).text.count("the end") == 2
