"""Sessions of pi."""

from __future__ import annotations

from pathlib import Path

from app.trajectory.content import Text, Thinking, ToolCall, Usage
from app.trajectory.events import (
    ContextCompacted,
    ConversationRewound,
    ModelResponse,
    Note,
    SessionImported,
    SettingsChanged,
    TaskEnded,
    ToolFinished,
    Unmapped,
    UserMessage,
)
from tests.trajectory.formats.lines import line, read_as_it_grows, written
from tests.trajectory.formats.reading import DATA, Run

SESSION = "pi/session.jsonl"
HEAD: dict[str, object] = {
    "type": "session",
    "id": "p",
    "timestamp": "2026-01-02T03:04:00.000Z",
    "cwd": "/work",
}


def test_it_begins_with_what_is_known_of_the_session() -> None:
    assert Run(SESSION).records[0].event == SessionImported(
        "pi",
        program="pi",
        session="p1",
        workspace="/work/shop",
        model="claude-sonnet-4-5",
        title="The price test fails. Fix it.",
        facts={"provider": "anthropic", "thinking_level": "low"},
    )


def test_an_answer_has_its_parts_its_tokens_its_cost_and_its_time() -> None:
    first = Run(SESSION).first(ModelResponse)
    assert first.blocks == (
        Thinking("Look first.", "c2ln"),
        Text("I run the test."),
        ToolCall("toolu_1", "bash", {"command": "pytest -q"}),
        ToolCall("toolu_2", "edit", {"path": "price.py", "oldText": "price = 1", "newText": "price = 2"}),
    )
    assert (first.usage, first.cost, first.duration) == (Usage(3, 20, 100, 10), 0.5, 3.0)


def test_results_tell_how_calls_ended() -> None:
    bash, edit = Run(SESSION).all(ToolFinished)
    assert (bash.status, bash.exit_code, bash.duration) == ("failed", 1, 2.0)
    assert (edit.status, edit.content) == ("done", "Changed.\n[image: png, 180 B]")
    assert "-price = 1\n+price = 2" in edit.diff


def test_the_figures_of_the_session_are_sums() -> None:
    counts = Run(SESSION).counts
    assert (counts.assistant_messages, counts.user_messages, counts.tool_results) == (4, 3, 2)
    assert (counts.tokens.input_tokens, counts.tokens.cost_usd) == (7, 0.75)
    assert counts.models == {"claude-sonnet-4-5", "gpt-5.1-codex"}


def test_an_entry_that_continues_an_earlier_one_goes_back_to_it() -> None:
    assert Run(SESSION).all(ConversationRewound) == [ConversationRewound(3, "And the tax?")]


def test_programs_speak_in_the_place_of_the_person() -> None:
    said = [(message.text, message.synthetic) for message in Run(SESSION).all(UserMessage)]
    assert said == [
        ("The price test fails. Fix it.", False),
        ("!git diff\n-price = 1", False),
        ("And the tax?", False),
        ("The tax was asked for.", True),
        ("And the discount?", False),
        ("Be brief.", True),
    ]


def test_tasks_end_done_or_interrupted_and_errors_are_notes() -> None:
    run = Run(SESSION)
    assert run.all(TaskEnded) == [TaskEnded("done", 2), TaskEnded("interrupted", 1, "Request was aborted")]
    assert run.all(Note) == [Note("429 too many requests", "error")]
    assert [answer.stop for answer in run.all(ModelResponse)] == [
        "tools",
        "end",
        "interrupted",
        "interrupted",
    ]


def test_the_rest_is_a_change_of_settings_a_summary_or_noise() -> None:
    run = Run(SESSION)
    assert run.all(SettingsChanged) == [SettingsChanged({"model": "gpt-5.1-codex", "provider": "openai"})]
    assert run.all(ContextCompacted) == [ContextCompacted("A price was put right.", 5000)]
    assert run.all(Unmapped)[-1] == Unmapped("label", "fixed")


def test_a_damaged_line_and_parents_in_a_circle_do_no_harm(tmp_path: Path) -> None:
    said = {"role": "user", "content": "go"}
    loop = [
        {"type": "message", "id": one, "parentId": other, "message": said}
        for one, other in ("ab", "ba", "aa")
    ]
    path = written(tmp_path / "p.jsonl", HEAD, *loop)
    path.write_bytes(path.read_bytes() + b'{"type":"mess')
    run = Run(path)
    assert len(run.all(UserMessage)) == 3
    assert (run.counts.records, run.counts.bad_records) == (5, 1)


def test_a_session_that_grows_gives_out_each_entry_at_once(tmp_path: Path) -> None:
    pieces = (DATA / SESSION).read_bytes().splitlines(keepends=True)[:3]
    given = read_as_it_grows(tmp_path / "p.jsonl", line(HEAD), *pieces[1:])
    assert [len(events) for events in given] == [2, 1, 3]
