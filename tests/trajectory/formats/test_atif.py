"""Trajectories in the interchange format of Harbor."""

from __future__ import annotations

import json
from pathlib import Path

from app.trajectory.content import Text, Thinking, ToolCall, Usage
from app.trajectory.events import (
    AgentStarted,
    ContextCompacted,
    ModelResponse,
    Note,
    SessionImported,
    ToolFinished,
    ToolRequested,
    Unmapped,
    UserMessage,
)
from tests.trajectory.formats.reading import Run


def test_a_run_says_who_wrote_it_and_where() -> None:
    imported = Run("atif/harbor.json").first(SessionImported)
    assert (imported.program, imported.program_version, imported.session) == ("claude-code", "2.0", "s1")
    assert (imported.workspace, imported.model, imported.title) == (
        "/w",
        "claude",
        "What is in the picture? …",
    )
    assert imported.facts["total_steps"] == 5


def test_an_answer_has_its_thoughts_words_calls_and_tokens() -> None:
    answer = Run("atif/harbor.json").first(ModelResponse)
    thought, words, *calls = answer.blocks
    assert (thought, words) == (Thinking("Two calls."), Text("I look."))
    assert [call.name for call in calls if isinstance(call, ToolCall)] == ["Edit", "Task"]
    assert (answer.usage, answer.cost) == (Usage(10, 20, 60, 30), 0.01)


def test_an_image_is_a_label() -> None:
    assert Run("atif/harbor.json").first(UserMessage).text.endswith("\n[image: png, images/1.png]")


def test_the_steps_of_a_sub_agent_stand_within_its_call() -> None:
    run = Run("atif/harbor.json")
    names = [(record.event.kind, record.agent) for record in run.records]
    begin = names.index(("agent.started", ""))
    assert names[begin + 1 : begin + 6] == [
        ("user.message", "reviewer"),
        ("model.response", "reviewer"),
        ("tool.requested", "reviewer"),
        ("tool.finished", "reviewer"),
        ("tool.finished", ""),
    ]
    assert run.first(AgentStarted) == AgentStarted("reviewer", "b", "Reviews the change")
    assert run.records[begin + 2].source == "/subagent_trajectories/0/steps/1"


def test_a_sub_agent_may_use_the_same_ids() -> None:
    run = Run("atif/harbor.json")
    assert [event.call for event in run.all(ToolRequested)] == ["a", "b", "a-2", "c"]
    finished = [(event.call, event.status) for event in run.all(ToolFinished)]
    assert finished == [("a-2", "done"), ("b", "done"), ("a", "failed"), ("c", "done")]


def test_sub_agents_elsewhere_and_compaction_are_told() -> None:
    run = Run("atif/harbor.json")
    _, elsewhere, unmentioned = run.all(AgentStarted)
    assert elsewhere == AgentStarted("summary-1", "", "", "trajectory.summarization-1.json")
    assert unmentioned.name == "unmentioned"
    assert run.first(ContextCompacted) == ContextCompacted("Context was summarised.")
    assert run.all(Note) == [Note("the run goes on in trajectory.cont-1.json")]


def test_only_the_steps_of_the_main_agent_count() -> None:
    counts = Run("atif/harbor.json").counts
    assert (counts.records, counts.assistant_messages, counts.tool_calls, counts.tool_results) == (5, 2, 3, 4)
    assert counts.models == {"claude"}


def test_what_breaks_the_schema_is_read_all_the_same() -> None:
    run = Run("atif/loose.json")
    assert (run.first(SessionImported).model, run.first(SessionImported).title) == ("haiku", "Say hello")
    assert run.all(Note) == [Note("these steps are copied from the trajectory before this one")]
    assert run.all(UserMessage)[1] == UserMessage("New Terminal Output:\n$", synthetic=True)
    assert [record.agent for record in run.records if isinstance(record.event, ModelResponse)] == [
        "",
        "sub-agent",
    ]
    assert [event.type for event in run.all(Unmapped)] == ["tool", "record"]


def test_a_step_on_each_line_is_read_too() -> None:
    run = Run("atif/lines.atif.jsonl")
    assert run.reading.variant == "jsonl"
    assert [event.type for event in run.all(Unmapped)] == ["session_start", "verification", "damaged line"]
    assert json.loads(run.raw(UserMessage)) == {"content": {"command": "typecheck", "passed": False}}
    assert run.raw(Unmapped, 2) == '{"step_id": 4, "timest'
    assert (run.counts.records, run.counts.bad_records) == (3, 1)
    assert "it was cut off" in run.reading.source.problems[0]


def document(path: Path, agent: str, *steps: tuple[str, str]) -> Path:
    told = [{"source": source, "message": message} for source, message in steps]
    path.write_text(json.dumps({"schema_version": "ATIF-v1.7", "agent": {"name": agent}, "steps": told}))
    return path


def test_what_a_program_said_in_the_place_of_the_person_is_synthetic_and_no_title(tmp_path: Path) -> None:
    rules = "# AGENTS.md instructions for /work"
    run = Run(
        document(tmp_path / "run.json", "codex", ("user", rules), ("user", "Fix it"), ("agent", "I do"))
    )
    assert run.first(SessionImported).title == "Fix it"
    assert run.all(UserMessage) == [UserMessage(rules, synthetic=True), UserMessage("Fix it")]


def test_the_terminal_answers_an_agent_that_is_left_alone(tmp_path: Path) -> None:
    steps = (("user", "Fix it"), ("agent", "I look"), ("user", "New Terminal Output:\n$"))
    alone = Run(document(tmp_path / "alone.json", "terminus-2", *steps))
    assert [event.synthetic for event in alone.all(UserMessage)] == [False, True]
    spoken_to = Run(document(tmp_path / "spoken.json", "codex", *steps))
    assert [event.synthetic for event in spoken_to.all(UserMessage)] == [False, False]


def test_sub_agents_that_begin_each_other_end_somewhere(tmp_path: Path) -> None:
    def agent(name: str, begins: str) -> dict[str, object]:
        reference = {"subagent_trajectory_ref": [{"trajectory_id": begins}]}
        steps = [{"source": "system", "message": name, "observation": {"results": [reference]}}]
        return {"trajectory_id": name, "steps": steps}

    inner = [agent(f"a{n}", f"a{(n + 1) % 500}") for n in range(500)]
    whole = {"schema_version": "ATIF-v1.7", **agent("main", "a0"), "subagent_trajectories": inner}
    path = tmp_path / "cycle.json"
    path.write_text(json.dumps(whole))
    run = Run(path)
    assert {record.agent for record in run.records} == {"", *(f"a{n}" for n in range(500))}
