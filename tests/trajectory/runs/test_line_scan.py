"""What rows say of lines is what the records in them say, wherever the pieces end that a file is read in."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from app.trajectory.codec import KINDS, encode
from app.trajectory.events import (
    AgentStarted,
    ApprovalAsked,
    ApprovalDecided,
    JobEnded,
    JobStarted,
    ModelRetry,
    Note,
    Record,
    SettingsChanged,
    TaskEnded,
    ToolStarted,
    Unmapped,
    UserMessage,
)
from app.trajectory.runs import call_numbers, line_scan
from app.trajectory.runs.line_scan import LineScan
from app.trajectory.runs.rows import Rows
from tests.trajectory.written import BEGAN, answered, asked, finished, records, requested

RUN = [
    *records(
        UserMessage("do"),
        asked(1),
        ModelRetry(1, 1, 3, 0.5, "busy"),
        answered(1),
        requested("a", 1, "bash"),
        requested('b"\\ü\n', 1, "read_file"),
        ApprovalAsked("a", "why"),
        ApprovalDecided("a", True, "person", ""),
        ToolStarted('b"\\ü\n'),
        JobStarted("job-1", "a", "sleep", "o"),
        finished('b"\\ü\n', "failed"),
        finished("a", content='{"v":1,"agent":"x","source":"y","crc":1}'),
        JobEnded("job-1", 0, 1.0, 5),
        AgentStarted("reader", "a"),
    ),
    *records(asked(1), requested("c", 7, "timeout"), finished("c", "timeout"), first=14, agent="reader"),
    *records(
        asked(2),
        Note("bad", "error"),
        Note('not ,"level":"error"'),
        SettingsChanged({"agent": "x", "level": "error"}),
        finished("nobody asked"),
        TaskEnded("failed", 2, "no"),
        TaskEnded("done", 2),
        Unmapped("other"),
        first=17,
    ),
    Record(25, 0.0, Note("no time"), "", "/messages/3"),
    Record(26, BEGAN + 0.123456, Note("source"), 'sub "two"', "@0+5"),
]


def scanned(written: bytes, size: int | None, monkeypatch: pytest.MonkeyPatch) -> tuple[Rows, LineScan]:
    if size:
        monkeypatch.setattr(line_scan, "_PIECE", size)
        monkeypatch.setattr(line_scan, "_FIRST_PIECE", size)
    rows = Rows()
    scan = LineScan(rows, lambda offset, length: written[offset : offset + length], lambda _: None)
    while scan.step():
        pass
    return rows, scan


def said(rows: Rows, what: str) -> Sequence[object]:
    return [getattr(rows, what)(row) for row in range(len(rows))]


@pytest.mark.parametrize("size", [None, 40, 250, 300, 1000])
def test_rows_say_what_the_records_say(size: int | None, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [encode(record) for record in RUN]
    rows, scan = scanned(b"".join(lines), size, monkeypatch)
    assert said(rows, "kind") == [record.event.kind for record in RUN]
    assert said(rows, "ts") == pytest.approx([record.ts for record in RUN], abs=1e-6)
    assert said(rows, "agent") == [record.agent for record in RUN]
    strange = 'b"\\ü\n'
    about = [
        *["", "", "", "", "a", strange, "a", "a", strange, "a", strange, "a", "", "a"],
        *["", "c", "c", "", "", "", "", "nobody asked"],
        *[""] * 5,
    ]
    numbers = {call: number for number, call in enumerate(["", "a", strange, "c", "nobody asked"])}
    assert list(rows.calls) == [numbers[call] for call in about]
    assert said(rows, "tool") == [
        *["", "", "", "", "bash", "read_file", "bash", "bash", "read_file", "bash", "read_file", "bash"],
        *["", "bash", "", "timeout", "timeout", "", "", "", "", ""],
        *[""] * 5,
    ]
    assert said(rows, "turn") == [0, *[1] * 13, 1, 7, 7, *[2] * 9, 0]
    failed = [row for row in range(len(rows)) if rows.failed(row)]
    assert [RUN[row].event.kind for row in failed] == [
        *["model.retry", "tool.finished", "tool.finished", "note", "task.ended"]
    ]
    places = [sum(map(len, lines[:row])) for row in range(len(lines))]
    assert said(rows, "place") == [(place, len(line)) for place, line in zip(places, lines, strict=True)]
    assert (
        [rows.at(place) for place in places] == [rows.at(place + 10) for place in places] == list(range(27))
    )
    assert (rows.end, scan.torn) == (len(b"".join(lines)), 0)


def test_every_kind_of_event_has_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [
        b'{"v":1,"seq":0,"ts":"2026-01-02T03:04:05.000000Z","kind":"%b","crc":1}\n' % kind.encode()
        for kind in KINDS
    ]
    rows, _ = scanned(b"".join(lines), None, monkeypatch)
    assert said(rows, "kind") == list(KINDS)


@pytest.mark.parametrize("size", [None, 40, 250])
def test_whatever_is_in_a_file_becomes_rows(size: int | None, monkeypatch: pytest.MonkeyPatch) -> None:
    good = encode(RUN[4])
    damaged = [
        *[b"\n", b"{}\n", b"\0\xff\n", b"x" * 700 + b"\n", good[:-20] + b"\n", good[5:]],
        good.replace(b"tool.requested", b"tool.unknown!!"),
        good.replace(b"2023-", b"2023-99-"),
    ]
    rows, scan = scanned(b"".join(line + good for line in damaged) + b"torn", size, monkeypatch)
    assert said(rows, "kind") == ["unmapped", "tool.requested"] * len(damaged)
    assert said(rows, "tool")[1::2] == ["bash"] * len(damaged)
    assert scan.torn == 4


def test_an_answer_may_come_long_after_its_request(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(call_numbers, "_KEPT", 2)
    between = [event for at in range(100) for event in (requested(f"c{at}", 1, "edit"), finished(f"c{at}"))]
    written = records(requested("slow", 1, "bash"), *between, finished("slow"), finished("c0"))
    rows, _ = scanned(b"".join(map(encode, written)), 1000, monkeypatch)
    assert (rows.tool(201), rows.calls[201]) == ("bash", rows.calls[0])
    assert (rows.tool(202), rows.tool(2)) == ("", "edit"), "the second answer, of long ago, is of no call"


def test_there_are_only_so_many_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.trajectory.runs.rows._MOST_NAMES", 3)
    written = records(*(requested(f"c{at}", 1, f"tool {at % 4}") for at in range(8)))
    rows, _ = scanned(b"".join(map(encode, written)), None, monkeypatch)
    assert said(rows, "tool") == ["tool 0", "tool 1", "", ""] * 2


def test_a_time_that_is_none_is_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = encode(RUN[4]).replace(b"2023-11-14T22", b"2023-99-14T22")
    rows, _ = scanned(lines, None, monkeypatch)
    assert 0 <= rows.ts(0) < 60


def test_a_line_may_be_of_any_length(monkeypatch: pytest.MonkeyPatch) -> None:
    record = Record(5, BEGAN, finished("a", "failed", "x" * 3_000_000), "helper")
    rows, _ = scanned(encode(record) * 3, None, monkeypatch)
    assert said(rows, "agent") == ["helper"] * 3
    assert said(rows, "failed") == [True] * 3
    assert rows.place(2) == (2 * len(encode(record)), len(encode(record)))
