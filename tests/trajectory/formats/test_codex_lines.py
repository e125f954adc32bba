"""Lines that a rollout of Codex has of another session."""

from __future__ import annotations

from app.trajectory.formats.codex_lines import CopiedHistory, Line, codex_line, parent_id, session_id

OWN, PARENT = "019b7c00-9000-7000-8000-000000000009", "019b7c00-0000-7000-8000-000000000001"
BEFORE, AFTER = "019b7c00-1000-7000-8000-00000000000a", "019b7c00-9001-7000-8000-00000000000c"
UNDATED = "8f0e7c4e-3f5a-4c0b-9a60-6b7a6a1c0f11"
MADE = 1767311970.304  # seconds: the time in the id of the own session


def meta(identity: str, parent: str = "", ts: float = MADE) -> Line:
    return Line("session_meta", {"id": identity, "forked_from_id": parent}, "", ts)


def turn(identity: str, ts: float = MADE, **more: object) -> Line:
    return Line("event_msg", {"type": "task_started", "turn_id": identity, **more}, "", ts)


def item(ts: float = MADE) -> Line:
    return Line("response_item", {"type": "message"}, "", ts)


def copied(*lines: Line) -> list[bool]:
    history = CopiedHistory()
    return [history.has(line) for line in lines]


def test_a_copy_lasts_from_the_first_line_of_the_parent_to_the_first_turn_of_its_own() -> None:
    lines = (meta(OWN, PARENT), meta(PARENT), item(), turn(BEFORE), item(), turn(AFTER), item())
    assert copied(*lines) == [False, True, True, True, True, False, False]


def test_a_turn_whose_id_has_no_time_tells_when_it_began() -> None:
    before, after = turn(UNDATED, started_at=int(MADE) - 60), turn(UNDATED, started_at=int(MADE))
    assert copied(meta(OWN, PARENT), meta(PARENT), before, item(), after, item()) == [
        False,
        True,
        True,
        True,
        False,
        False,
    ]


def test_a_turn_without_any_time_is_its_own_if_it_is_written_later_than_a_copy_takes() -> None:
    soon, late = turn(UNDATED, MADE + 0.1), turn(UNDATED, MADE + 30)
    assert copied(meta(OWN, PARENT), meta(PARENT), soon, late) == [False, True, True, False]


def test_a_session_without_a_parent_or_that_is_resumed_has_no_copy() -> None:
    assert copied(meta(OWN), meta(PARENT), item()) == [False] * 3
    assert copied(meta(OWN, PARENT), meta(OWN, PARENT), item()) == [False] * 3


def test_a_sub_agent_names_its_parent_where_it_was_spawned_and_bears_its_own_id() -> None:
    source = {"subagent": {"thread_spawn": {"parent_thread_id": PARENT, "depth": 1}}}
    told = {"id": OWN, "session_id": PARENT, "source": source}
    assert (session_id(told), parent_id(told)) == (OWN, PARENT)
    assert parent_id({"source": "cli"}) == ""


def test_lines_are_read_with_and_without_an_envelope() -> None:
    stamp = "2026-01-02T03:04:05.000Z"
    enveloped = {"timestamp": stamp, "type": "event_msg", "payload": {"type": "error"}}
    assert codex_line(enveloped) == Line("event_msg", {"type": "error"}, stamp, 1767323045.0)
    assert codex_line({"type": "message", "role": "user"}).kind == "response_item"
    assert codex_line({"id": "x", "timestamp": stamp}).kind == "session_meta"
    assert codex_line({"record_type": "state"}).kind == "state"
    assert codex_line(7) == Line("", {}, "", 0.0)
