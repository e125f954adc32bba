"""Sessions of Claude Code."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from app.trajectory.content import Text, Thinking, ToolCall, Usage
from app.trajectory.events import (
    AgentStarted,
    ContextCompacted,
    ConversationRewound,
    ModelResponse,
    ModelRetry,
    Note,
    SessionImported,
    TaskEnded,
    ToolFinished,
    ToolRequested,
    Unmapped,
    UserMessage,
)
from app.trajectory.formats.opening import opened
from tests.trajectory.formats.lines import line, read_as_it_grows, written
from tests.trajectory.formats.reading import DATA, Run

SESSION = DATA / "claude" / "session.jsonl"
SIDECHAINS = DATA / "claude" / "sidechains.jsonl"


def record(kind: str, uuid: str, parent: str | None, **more: object) -> dict[str, object]:
    same = {"sessionId": "s1", "cwd": "/work", "isSidechain": False, "timestamp": "2026-01-02T03:04:05.000Z"}
    return {"type": kind, "uuid": uuid, "parentUuid": parent, **same, **more}


def prompt(uuid: str, parent: str | None, words: object, **more: object) -> dict[str, object]:
    return record("user", uuid, parent, message={"role": "user", "content": words}, **more)


def part(
    uuid: str, parent: str, message: str, block: Mapping[str, object], **more: object
) -> dict[str, object]:
    told = {"input_tokens": 3, "output_tokens": 1, **more}
    says = {"id": message, "model": "claude-x", "content": [block], "usage": told}
    return record("assistant", uuid, parent, message=says)


def call(identity: str, command: str = "ls") -> dict[str, object]:
    return {"type": "tool_use", "id": identity, "name": "Bash", "input": {"command": command}}


def result(uuid: str, parent: str, identity: str) -> dict[str, object]:
    return prompt(uuid, parent, [{"type": "tool_result", "tool_use_id": identity, "content": "a.py"}])


def said(words: str) -> dict[str, object]:
    return {"type": "text", "text": words}


def test_it_begins_with_what_is_known_of_the_session() -> None:
    assert Run(SESSION).records[0].event == SessionImported(
        "claude",
        program="Claude Code",
        program_version="2.1.38",
        session="5e551011",
        workspace="/work/shop",
        model="claude-opus-4-8",
        title="The price test fails. Fix it.",
        facts={"git_branch": "main", "permission_mode": "acceptEdits"},
    )


def test_the_lines_of_one_message_are_one_answer_whose_tokens_count_once() -> None:
    first = Run(SESSION).all(ModelResponse)[0]
    assert [type(block) for block in first.blocks] == [Thinking, Text, ToolCall, ToolCall]
    assert first.usage == Usage(10, 40, 100, 20)
    assert (first.turn, first.stop, first.duration) == (1, "tools", 5.0)
    counts = Run(SESSION).counts
    assert (counts.assistant_messages, counts.tool_calls, counts.tool_errors) == (6, 4, 1)
    assert (counts.tokens.input_tokens, counts.tokens.output_tokens) == (33, 73)


def test_parallel_calls_are_timed_from_their_own_lines_and_finish_in_their_own_order() -> None:
    finished = {event.call: event for event in Run(SESSION).all(ToolFinished)}
    assert list(finished)[:2] == ["toolu_2", "toolu_1"]
    assert (finished["toolu_1"].duration, finished["toolu_2"].duration) == (4.0, 0.5)
    assert (finished["toolu_1"].status, finished["toolu_1"].exit_code) == ("failed", 1)


def test_an_edit_has_the_diff_that_the_program_recorded_with_its_lines() -> None:
    edit = Run(SESSION).all(ToolFinished)[2]
    assert "@@ -7,2 +7,2 @@\n-price = 1\n+price = 2\n tax = 0\n" in edit.diff


def test_a_sub_agent_with_a_file_of_its_own_is_started_with_that_file_and_once() -> None:
    trajectory = DATA / "claude" / "session" / "subagents" / "agent-a1b2.jsonl"
    started = AgentStarted("a1b2", "toolu_4", "Look for other prices", str(trajectory))
    assert Run(SESSION).all(AgentStarted) == [started]


def test_the_file_of_a_sub_agent_is_a_run_of_its_own_with_the_session_as_its_parent() -> None:
    run = Run(DATA / "claude" / "session" / "subagents" / "agent-a1b2.jsonl")
    begun = run.records[0].event
    assert isinstance(begun, SessionImported)
    assert (begun.session, begun.parent, begun.title) == ("a1b2", "5e551011", "Find every price.")
    assert {entry.agent for entry in run.records} == {""}
    assert len(run.all(ModelResponse)) == 2


def test_sub_agents_in_the_same_file_are_told_apart_by_the_line_they_begin_with() -> None:
    run = Run(SIDECHAINS)
    assert run.all(AgentStarted) == [
        AgentStarted("agent-1", "toolu_2", "Second file"),
        AgentStarted("agent-2", "toolu_1", "First file"),
    ]
    answers = [
        (entry.agent, entry.event.blocks[0])
        for entry in run.records
        if isinstance(entry.event, ModelResponse)
    ]
    assert [agent for agent, _ in answers] == ["", "agent-1", "agent-2", "agent-1"]
    assert answers[2][1] == Text("One is written.")
    assert all(
        entry.event.synthetic for entry in run.records if entry.agent and isinstance(entry.event, UserMessage)
    )


def test_a_prompt_in_the_place_of_an_earlier_one_takes_back_what_that_one_led_to() -> None:
    rewound = Run(SESSION).all(ConversationRewound)
    assert rewound == [ConversationRewound(5, "And this?\n[image: png, 180 B]")]


def test_what_a_person_typed_while_the_model_worked_steers_and_what_a_program_said_is_synthetic() -> None:
    said = {event.text: (event.steer, event.synthetic) for event in Run(SESSION).all(UserMessage)}
    assert said["Say it in percent."] == (True, False)
    assert said["[Request interrupted by user]"] == (False, True)
    assert said["<local-command-stdout>Compacted</local-command-stdout>"] == (False, True)
    assert said["And the tax?"] == (False, False)


def test_tasks_end_done_or_interrupted_after_so_many_turns() -> None:
    assert Run(SESSION).all(TaskEnded) == [TaskEnded("done", 4), TaskEnded("interrupted", 1)]


def test_errors_of_the_api_are_notes_and_attempts_that_are_made_again() -> None:
    run = Run(SESSION)
    assert run.all(Note) == [Note("API Error: 529 overloaded", "error")]
    assert run.all(ModelRetry) == [ModelRetry(5, 1, 10, 1.5, "529 Overloaded")]


def test_a_plan_that_was_accepted_is_the_title_and_not_what_stands_before_it(tmp_path: Path) -> None:
    plan = prompt("p", None, "Implement the following plan:\n\n# Two prices\n\nFirst ...")
    assert Run(written(tmp_path / "s.jsonl", plan)).first(SessionImported).title == "# Two prices …"


def test_what_the_program_said_in_the_place_of_the_model_is_a_note_and_no_answer(tmp_path: Path) -> None:
    says = {"id": "m1", "model": "<synthetic>", "content": [said("No response requested.")]}
    answers = {"id": "m2", "model": "claude-x", "content": [said("Hello.")]}
    records = (record("assistant", "a", None, message=says), record("assistant", "b", "a", message=answers))
    run = Run(written(tmp_path / "s.jsonl", prompt("p", None, "hi"), *records))
    assert run.all(Note) == [Note("No response requested.")]
    assert [answer.model for answer in run.all(ModelResponse)] == ["claude-x"]
    assert run.first(SessionImported).model == "claude-x"


def test_a_summary_takes_the_place_of_the_conversation() -> None:
    compacted = ContextCompacted("The price was wrong; it is right now.", 12345)
    assert Run(SESSION).all(ContextCompacted) == [compacted]


def test_noise_stays_in_reach_with_a_few_words() -> None:
    noise = {event.type: event.text for event in Run(SESSION).all(Unmapped)}
    assert noise["file-history-snapshot"] == "shop/price.py"
    assert noise["progress/bash_progress"] == "collected 1 item, elapsedTimeSeconds 2"
    assert noise["progress/agent_progress"] == "Grep, price"
    assert noise["summary"] == "A price is put right"


def test_every_event_leads_to_its_lines() -> None:
    source = opened(SESSION).source
    for entry in Run(SESSION).records[1:]:
        for text in source.raw(entry.source).splitlines():
            assert json.loads(text)
    answer = next(entry for entry in Run(SESSION).records if isinstance(entry.event, ModelResponse))
    assert len(source.raw(answer.source).splitlines()) == 4


def test_a_result_between_two_calls_of_a_message_comes_after_the_whole_answer(tmp_path: Path) -> None:
    lines = [
        prompt("u1", None, "go"),
        part("u2", "u1", "m1", call("t1")),
        result("u3", "u2", "t1"),
        part("u4", "u3", "m1", call("t2")),
        result("u5", "u4", "t2"),
        part("u6", "u5", "m2", said("done")),
    ]
    run = Run(written(tmp_path / "s.jsonl", *lines))
    kinds = [type(entry.event) for entry in run.records[2:]]
    both = [ModelResponse, ToolRequested, ToolRequested, ToolFinished, ToolFinished, ModelResponse]
    assert kinds == both


def test_a_file_that_grows_gives_out_each_line_at_once(tmp_path: Path) -> None:
    given = read_as_it_grows(
        tmp_path / "s.jsonl",
        line(prompt("u1", None, "go")),
        line(part("u2", "u1", "m1", said("I look."))),
        line(part("u3", "u2", "m1", call("t1"), output_tokens=9)),
        line(result("u4", "u3", "t1")),
    )
    assert [[type(event) for event in events] for events in given] == [
        [SessionImported, UserMessage],
        [ModelResponse],
        [ModelResponse, ToolRequested],
        [ToolFinished],
    ]
    first, second = given[1][0], given[2][0]
    assert isinstance(first, ModelResponse)
    assert isinstance(second, ModelResponse)
    assert (first.turn, second.turn) == (1, 1)
    assert first.usage + second.usage == Usage(3, 9)


def test_a_line_that_is_written_in_two_pieces_is_waited_for(tmp_path: Path) -> None:
    whole = line(part("u2", "u1", "m1", said("I look.")))
    given = read_as_it_grows(tmp_path / "s.jsonl", line(prompt("u1", None, "go")), whole[:40], whole[40:])
    assert [len(events) for events in given] == [2, 0, 1]


def test_a_torn_last_line_is_kept_as_damaged(tmp_path: Path) -> None:
    path = written(tmp_path / "s.jsonl", prompt("u1", None, "go"), part("u2", "u1", "m1", said("I look.")))
    path.write_bytes(path.read_bytes() + b'{"type":"user","uuid":"u3')
    run = Run(path)
    assert run.all(Unmapped) == [Unmapped("damaged line", '{"type":"user","uuid":"u3')]
    assert Run(path).counts.bad_records == 1


def test_a_line_that_stands_there_twice_is_read_once(tmp_path: Path) -> None:
    lines = [prompt("u1", None, "go"), part("u2", "u1", "m1", call("t1")), result("u3", "u2", "t1")]
    path = written(tmp_path / "s.jsonl", *lines, *lines)
    run = Run(path)
    assert len(run.all(ToolRequested)) == len(run.all(ToolFinished)) == 1
    assert [event.type for event in run.all(Unmapped)] == [
        "repeated user",
        "repeated assistant",
        "repeated user",
    ]


def test_parents_that_are_missing_or_lead_in_a_circle_do_no_harm(tmp_path: Path) -> None:
    lines = [prompt("u1", "u2", "go"), part("u2", "u1", "m1", said("yes")), prompt("u3", "nowhere", "on")]
    side = [prompt("u4", "u5", "deep", isSidechain=True), prompt("u5", "u4", "deeper", isSidechain=True)]
    run = Run(written(tmp_path / "s.jsonl", *lines, *side))
    assert [event.text for event in run.all(UserMessage)] == ["go", "on", "deep", "deeper"]


def test_calls_whose_ids_were_redacted_each_get_an_id_of_their_own(tmp_path: Path) -> None:
    lines = [
        part("u1", "u0", "m1", call("REDACTED")),
        result("u2", "u1", "REDACTED"),
        part("u3", "u2", "m2", call("REDACTED")),
        result("u4", "u3", "REDACTED"),
    ]
    run = Run(written(tmp_path / "s.jsonl", *lines))
    asked = [event.call for event in run.all(ToolRequested)]
    assert len(set(asked)) == 2
    assert [event.call for event in run.all(ToolFinished)] == asked


def test_tools_of_the_provider_are_told_in_words_and_are_no_calls(tmp_path: Path) -> None:
    search = {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {"query": "tax"}}
    found = {"type": "web_search_tool_result", "tool_use_id": "srvtoolu_1", "content": [said("Seven.")]}
    lines = [part("u1", "u0", "m1", search), part("u2", "u1", "m1", found)]
    path = written(tmp_path / "s.jsonl", *lines)
    blocks = Run(path).all(ModelResponse)[0].blocks
    assert blocks == (
        Text('[web_search of the provider: {"query": "tax"}]'),
        Text("[web search tool result: Seven.]"),
    )
    assert Run(path).counts.tool_calls == 0


def test_times_that_go_back_give_no_duration(tmp_path: Path) -> None:
    late = prompt("u1", None, "go", timestamp="2026-01-02T09:00:00.000Z")
    path = written(tmp_path / "s.jsonl", late, part("u2", "u1", "m1", said("yes")))
    assert Run(path).all(ModelResponse)[0].duration == 0.0
    assert Run(path).counts.last == (1767344400.0, "2026-01-02T09:00:00.000Z")


def test_a_session_that_goes_on_under_another_name_says_so(tmp_path: Path) -> None:
    on = [
        prompt("u2", "u1", "on", sessionId="s2"),
        prompt("u3", "u2", "and on"),
        prompt("u4", "u3", "so", sessionId="s2"),
    ]
    path = written(tmp_path / "s.jsonl", prompt("u1", None, "go"), *on)
    assert Run(path).all(Note) == [Note("The session goes on under another name: s2")]


def test_a_command_is_the_title_where_nothing_else_was_asked(tmp_path: Path) -> None:
    words = "<command-message>init is running…</command-message>\n<command-name>/init</command-name>"
    side = prompt("u2", None, "Look for it.", isSidechain=True)
    first = Run(written(tmp_path / "s.jsonl", prompt("u1", None, words), side)).records[0].event
    assert isinstance(first, SessionImported)
    assert first.title == "/init"
