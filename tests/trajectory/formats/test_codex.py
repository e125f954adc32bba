"""Rollouts of Codex."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.trajectory.content import Text, Thinking, ToolCall, Usage
from app.trajectory.events import (
    AgentStarted,
    ContextCompacted,
    ConversationRewound,
    ModelResponse,
    Note,
    SessionImported,
    SettingsChanged,
    SystemMessage,
    TaskEnded,
    ToolFinished,
    ToolRequested,
    Unmapped,
    UserMessage,
)
from tests.trajectory.formats.lines import line, read_as_it_grows, written
from tests.trajectory.formats.reading import DATA, Run

ROLLOUT = "codex/rollout.jsonl"
BARE = "codex/bare.jsonl"
FORKED = "codex/forked.jsonl"
AT = "2026-01-02T03:04:05.000Z"
META: dict[str, object] = {"timestamp": AT, "type": "session_meta", "payload": {"id": "s1", "cwd": "/work"}}


def item(kind: str, **payload: object) -> dict[str, object]:
    return {"timestamp": AT, "type": "response_item", "payload": {"type": kind, **payload}}


def event(kind: str, **payload: object) -> dict[str, object]:
    return {"timestamp": AT, "type": "event_msg", "payload": {"type": kind, **payload}}


def test_it_begins_with_what_is_known_of_the_session() -> None:
    assert Run(ROLLOUT).records[0].event == SessionImported(
        "codex",
        "enveloped",
        program="Codex",
        program_version="0.142.2",
        session="019b7c00-0000-7000-8000-000000000001",
        workspace="/work/shop",
        model="gpt-5.5",
        title="The price test fails. Fix it.",
        facts={
            "originator": "codex-tui",
            "source": "cli",
            "model_provider": "openai",
            "effort": "high",
            "approval_policy": "never",
            "sandbox_policy": {"type": "read-only"},
            "git_branch": "main",
            "git_commit": "c0ffee",
            "git_repository": "https://example.invalid/shop.git",
        },
    )


def test_instructions_are_the_systems_and_what_the_program_said_is_synthetic() -> None:
    run = Run(ROLLOUT)
    assert [message.text.partition("\n")[0] for message in run.all(SystemMessage)] == [
        "You are Codex.",
        "<permissions instructions>",
    ]
    assert [(said.text.partition("\n")[0], said.synthetic, said.steer) for said in run.all(UserMessage)] == [
        ("# AGENTS.md instructions for /work/shop", True, False),
        ("The price test fails. Fix it.", False, False),
        ("And the tax?", False, False),
        ("In percent, please.", False, True),
    ]


def test_items_up_to_the_count_of_their_tokens_are_one_answer() -> None:
    run = Run(ROLLOUT)
    first, second, third, _ = run.all(ModelResponse)
    assert [type(block) for block in first.blocks] == [Thinking, Text, ToolCall, ToolCall]
    assert (first.usage, first.model, first.duration) == (Usage(40, 20, 60), "gpt-5.5", 4.0)
    assert second.usage + third.usage == Usage(50, 25, 200)


def test_the_last_total_is_what_the_session_comes_to() -> None:
    counts = Run(ROLLOUT).counts
    tokens = counts.tokens
    assert (tokens.input_tokens, tokens.cache_read_tokens, tokens.output_tokens) == (350, 260, 45)
    assert (tokens.reasoning_tokens, tokens.cache_write_tokens) == (9, None)
    assert counts.calls_by_name == {"exec_command": 3, "apply_patch": 1, "web_search": 1}
    assert (counts.assistant_messages, counts.tool_results, counts.tool_errors) == (2, 4, 1)
    assert counts.models == {"gpt-5.5", "gpt-5.6"}


def test_outputs_tell_how_long_a_command_took_and_how_it_ended() -> None:
    results = {done.call: done for done in Run(ROLLOUT).all(ToolFinished)}
    assert (results["call_1"].status, results["call_1"].exit_code, results["call_1"].duration) == (
        "failed",
        1,
        2.5,
    )
    assert (results["call_2"].status, results["call_2"].exit_code, results["call_2"].duration) == (
        "done",
        0,
        0.1,
    )
    assert results["call_3"].content == "Success."
    assert results["call_5"].status == "interrupted"


def test_a_patch_has_the_diff_of_each_file_that_it_changed() -> None:
    patch = next(done for done in Run(ROLLOUT).all(ToolFinished) if done.call == "call_3")
    assert "b//work/shop/price.py\n@@ -7,1 +7,1 @@\n-price = 1\n+price = 2\n" in patch.diff
    assert "--- /dev/null\n+++ b//work/shop/new.py\n@@ -0,0 +1,2 @@\n+a\n+b\n" in patch.diff


def test_a_search_that_the_provider_makes_is_answered_at_once() -> None:
    run = Run(ROLLOUT)
    search = next(asked for asked in run.all(ToolRequested) if asked.name == "web_search")
    assert search.arguments == {"type": "search", "query": "prices"}
    assert [done.status for done in run.all(ToolFinished) if done.call == search.call] == ["done"]
    assert run.counts.tool_results == len(run.all(ToolFinished)) - 1


def test_what_only_an_event_says_is_said_in_the_answer_and_not_twice() -> None:
    *_, last = Run(ROLLOUT).all(ModelResponse)
    assert last.blocks[0] == Text("I ask another.")
    texts = [
        block
        for answer in Run(ROLLOUT).all(ModelResponse)
        for block in answer.blocks
        if isinstance(block, Text)
    ]
    assert len(texts) == 3


def test_arguments_that_are_no_json_are_kept_as_they_came() -> None:
    *_, last = Run(ROLLOUT).all(ModelResponse)
    assert last.blocks[1] == ToolCall("call_5", "exec_command", {}, '{"cmd":"sleep 60"')


def test_tasks_end_and_settings_change_and_conversations_go_back() -> None:
    run = Run(ROLLOUT)
    assert run.all(TaskEnded) == [TaskEnded("done", 3), TaskEnded("interrupted", 1)]
    assert run.all(SettingsChanged) == [SettingsChanged({"model": "gpt-5.6"})]
    assert run.all(ConversationRewound) == [ConversationRewound(4, "And the tax?")]
    assert run.all(Note) == [Note("You have hit a limit.", "error")]


def test_a_compaction_shows_what_was_kept_and_how_much_there_was() -> None:
    assert Run(ROLLOUT).all(ContextCompacted) == [ContextCompacted("The price is fixed.", 145)]


def test_a_sub_agent_is_started_with_its_rollout_if_that_lies_beside(tmp_path: Path) -> None:
    thread = "019b7c00-3000-7000-8000-000000000002"
    path = tmp_path / "rollout-2026-01-02T03-04-00-main.jsonl"
    path.write_bytes((DATA / ROLLOUT).read_bytes())
    assert Run(path).all(AgentStarted) == [AgentStarted("Ada", "call_4", "Find the tax.")]
    child = tmp_path / f"rollout-2026-01-02T03-04-31-{thread}.jsonl"
    child.touch()
    assert Run(path).all(AgentStarted) == [AgentStarted("Ada", "call_4", "Find the tax.", str(child))]


def test_noise_stays_in_reach_with_a_few_words() -> None:
    noise = [(seen.type, seen.text) for seen in Run(ROLLOUT).all(Unmapped)]
    assert ("world_state", "full, gpt-5.6") in noise
    assert ("event/agent_message", "I run the test.") in noise


def test_older_lines_have_no_envelope_and_no_times() -> None:
    run = Run(BARE)
    begun = run.first(SessionImported)
    assert (begun.variant, begun.session, begun.title) == ("bare", "0b5e", "List the files.")
    shell, local = run.all(ToolFinished)
    assert (shell.content, shell.exit_code, shell.duration) == ("ls: not found", 127, 0.5)
    assert (local.content, local.status) == ("/work", "done")
    assert [asked.name for asked in run.all(ToolRequested)] == ["shell", "local_shell"]
    assert (run.counts.tool_errors, run.counts.tokens.input_tokens) == (1, None)


def test_a_history_that_was_copied_from_a_parent_is_left_out() -> None:
    run = Run(FORKED)
    begun = run.first(SessionImported)
    assert begun.session == "019b7c00-9000-7000-8000-000000000009"
    assert (begun.parent, begun.title) == ("019b7c00-0000-7000-8000-000000000001", "Find the tax.")
    assert run.all(Note) == [Note("15 lines that were copied from the session before are left out")]
    assert [said.text for said in run.all(UserMessage)] == ["Find the tax."]
    assert run.counts.tool_calls == 0
    assert (run.counts.tokens.input_tokens, run.counts.tokens.output_tokens) == (60, 5)


def test_a_sub_agent_that_copies_no_more_than_the_first_line_loses_nothing(tmp_path: Path) -> None:
    lines = [json.loads(text) for text in (DATA / FORKED).read_text().splitlines()]
    run = Run(written(tmp_path / "r.jsonl", lines[0], lines[1], *lines[-4:]))
    assert [said.text for said in run.all(UserMessage)] == ["Find the tax."]


@pytest.mark.parametrize(
    ("output", "status", "code"),
    [
        ("Process exited with code 2\nOutput:\n", "failed", 2),
        ("Exit code: 0\nOutput:\nexit code: 7", "done", 0),
        ("failed in sandbox None with execution error: command timed out", "timeout", None),
        ("apply_patch verification failed: no such lines", "failed", None),
        ("exec command rejected by user", "denied", None),
        ("Wall time: 1.0 seconds\nProcess running with session ID 4\nOutput:\n", "done", None),
        ([{"type": "input_text", "text": "a"}, {"type": "input_text", "text": "b"}], "done", None),
        ({"content": "no", "success": False}, "failed", None),
        (None, "done", None),
        (7, "done", None),
    ],
)
def test_how_a_call_ended_is_read_off_its_output(
    tmp_path: Path, output: object, status: str, code: int | None
) -> None:
    call = item("function_call", name="exec_command", arguments="{}", call_id="c1")
    run = Run(
        written(tmp_path / "r.jsonl", META, call, item("function_call_output", call_id="c1", output=output))
    )
    done = run.first(ToolFinished)
    assert (done.status, done.exit_code) == (status, code)


def test_a_rollout_that_grows_gives_out_each_line_at_once(tmp_path: Path) -> None:
    used = {"input_tokens": 9, "cached_input_tokens": 4, "output_tokens": 2, "total_tokens": 11}
    given = read_as_it_grows(
        tmp_path / "r.jsonl",
        line(META),
        line(item("message", role="user", content=[{"type": "input_text", "text": "go"}])),
        line(item("function_call", name="exec_command", arguments='{"cmd":"ls"}', call_id="c1")),
        line(item("function_call_output", call_id="c1", output="a.py")),
        line(event("token_count", info={"total_token_usage": used, "last_token_usage": used})),
        line(item("message", role="assistant", content=[{"type": "output_text", "text": "done"}])),
    )
    assert [[type(one) for one in events] for events in given] == [
        [SessionImported, Unmapped],
        [UserMessage],
        [ModelResponse, ToolRequested],
        [ToolFinished],
        [ModelResponse, Unmapped],
        [ModelResponse],
    ]
    answers = [one for events in given for one in events if isinstance(one, ModelResponse)]
    assert [(answer.turn, answer.usage) for answer in answers] == [
        (1, Usage()),
        (1, Usage(5, 2, 4)),
        (2, Usage()),
    ]


def test_a_second_call_after_a_result_without_a_count_of_tokens_is_a_second_answer(tmp_path: Path) -> None:
    def call(identity: str) -> dict[str, object]:
        return item("function_call", name="exec_command", arguments="{}", call_id=identity)

    def output(identity: str) -> dict[str, object]:
        return item("function_call_output", call_id=identity, output="ok")

    run = Run(written(tmp_path / "r.jsonl", META, call("a"), call("b"), output("b"), output("a"), call("c")))
    assert [len(answer.blocks) for answer in run.all(ModelResponse)] == [2, 1]
    assert [done.call for done in run.all(ToolFinished)] == ["b", "a"]


def test_what_an_event_says_before_its_item_is_of_the_next_answer(tmp_path: Path) -> None:
    lines = [
        item("function_call", name="exec_command", arguments="{}", call_id="a"),
        item("function_call_output", call_id="a", output="ok"),
        event("agent_message", message="It is right."),
        item("message", role="assistant", content=[{"type": "output_text", "text": "It is right."}]),
    ]
    answers = Run(written(tmp_path / "r.jsonl", META, *lines)).all(ModelResponse)
    assert [[type(block) for block in answer.blocks] for answer in answers] == [[ToolCall], [Text]]


def test_what_only_events_say_at_the_end_is_not_lost(tmp_path: Path) -> None:
    lines = [event("agent_reasoning", text="Look."), event("agent_message", message="It is right.")]
    answers = Run(written(tmp_path / "r.jsonl", META, *lines)).all(ModelResponse)
    assert [answer.blocks for answer in answers] == [(Thinking("Look."), Text("It is right."))]
