"""The history of chats that aider keeps."""

from __future__ import annotations

import time
from pathlib import Path

from app.trajectory.content import Text, Thinking, Usage
from app.trajectory.events import (
    ModelResponse,
    Note,
    SessionImported,
    ToolFinished,
    ToolRequested,
    UserMessage,
)
from app.trajectory.formats.aider_edits import edits
from tests.trajectory.formats.reading import Run


def test_a_file_says_when_and_with_what_it_began() -> None:
    run = Run("aider/chat.history.md")
    imported = run.first(SessionImported)
    assert (imported.program_version, imported.model) == ("0.86.1", "anthropic/claude")
    assert imported.title == "rename the function"
    assert run.records[0].ts == 1767348000
    assert run.counts.models == {"anthropic/claude", "qwen"}


def test_prompts_of_several_lines_are_one() -> None:
    run = Run("aider/chat.history.md")
    assert [event.text for event in run.all(UserMessage)] == [
        "rename the function\nand add a file",
        "/ask why?",
    ]


def chat(path: Path, *prompts: str, answer: str = "") -> Path:
    said = "".join(f"\n#### {prompt}  \n" for prompt in prompts)
    path.write_text(f"# aider chat started at 2026-01-02 10:00:00\n{said}\n{answer}\n")
    return path


def test_a_command_is_no_title_where_something_was_asked(tmp_path: Path) -> None:
    assert Run(chat(tmp_path / "chat.md", "/add a.py", "fix it")).first(SessionImported).title == "fix it"
    assert Run(chat(tmp_path / "chat.md", "/ask why?", "why?")).first(SessionImported).title == "why?"
    assert Run(chat(tmp_path / "chat.md", "/add a.py")).first(SessionImported).title == "/add a.py"
    several = Run(chat(tmp_path / "chat.md", "/add a.py  \n#### b.py", "fix it"))
    assert several.first(SessionImported).title == "fix it"


def test_what_aider_says_again_of_a_command_is_synthetic(tmp_path: Path) -> None:
    run = Run(chat(tmp_path / "chat.md", "/ask why?", "why?", "why?"))
    assert [event.synthetic for event in run.all(UserMessage)] == [False, True, False]


def test_a_thought_between_tags_is_one(tmp_path: Path) -> None:
    tag = "thinking-content-7bbeb8e1441453ad999a0bbba8a46d4b"
    answer = f"<{tag}>\n\nWhich one?\n\n</{tag}>\n\nThis one."
    run = Run(chat(tmp_path / "chat.md", "which?", answer=answer))
    assert run.first(ModelResponse).blocks == (Thinking("Which one?"), Text("This one."))
    empty = Run(chat(tmp_path / "chat.md", "which?", answer=f"<{tag}>\n\n</{tag}>\n\nThis one."))
    assert empty.first(ModelResponse).blocks == (Text("This one."),)


def test_headings_and_quotes_within_an_answer_are_part_of_it() -> None:
    answer = Run("aider/chat.history.md").first(ModelResponse)
    thought, words = answer.blocks[:2]
    assert thought == Thinking("Which name?")
    assert isinstance(words, Text)
    assert "#### A heading of the answer\n> a quote in the answer" in words.text


def test_the_line_about_tokens_belongs_to_the_answer_before_it() -> None:
    first, second = Run("aider/chat.history.md").all(ModelResponse)
    assert (first.model, first.usage, first.cost) == (
        "anthropic/claude",
        Usage(1_100, 941, 2_000, 1_500),
        0.03,
    )
    assert (second.model, second.usage, second.cost) == ("qwen", Usage(), None)


def test_applied_edits_are_calls_with_the_diff_that_the_answer_proposed() -> None:
    run = Run("aider/chat.history.md")
    assert [(event.name, event.effects.title) for event in run.all(ToolRequested)] == [
        ("edit", "a.py"),
        ("edit", "new.txt"),
    ]
    first, second = run.all(ToolFinished)
    assert first.diff.endswith("-def one():\n+def two():\n")
    assert second.diff.endswith("@@ -0,0 +1 @@\n+hello\n")
    assert (run.counts.tool_calls, run.counts.tool_results, run.counts.assistant_messages) == (2, None, None)


def test_what_aider_says_itself_and_later_chats_are_notes() -> None:
    notes = Run("aider/chat.history.md").all(Note)
    assert notes[1:] == [
        Note("Commit 2608238 refactor: rename"),
        Note("a chat began at 2026-01-02 11:30:00"),
        Note("Model: qwen with whole edit format"),
    ]


def test_every_event_shows_its_lines() -> None:
    run = Run("aider/chat.history.md")
    assert run.raw(UserMessage).splitlines() == ["#### rename the function  ", "#### and add a file  "]
    assert run.raw(UserMessage, 1) == "#### /ask why?  "


def test_a_file_whose_trailing_blanks_are_gone_is_still_read() -> None:
    run = Run("aider/stripped.chat.history.md")
    assert len(run.all(ToolRequested)) == 2
    assert run.all(UserMessage)[0].text == "rename the function\nand add a file"


def test_a_block_that_does_not_end_is_no_edit() -> None:
    answer = "`a.py`\n<<<<<<< SEARCH\nx\n=======\ny\n>>>>>>> REPLACE\n<<<<<<< SEARCH\nz\n======="
    assert edits(answer) == {"a.py": [{"search": "x", "replace": "y"}]}


def test_a_prompt_of_blanks_takes_no_more_time_than_its_length(tmp_path: Path) -> None:
    begun = time.process_time()
    Run(chat(tmp_path / "chat.md", " " * 60_000 + "x"))
    assert time.process_time() - begun < 5
