"""What is wrong in every place at once: each format is read all the same, and its text is kept as it is."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.trajectory.codec import decode, encode
from app.trajectory.events import Record, SessionImported, ToolFinished, ToolRequested
from tests.trajectory.formats.mutations import ESCAPES
from tests.trajectory.formats.reading import DATA
from tests.trajectory.formats.records import of, read

FIXTURES = [
    path
    for path in sorted(DATA.rglob("*.json*"))
    if path.is_file() and not {"v1-conversation", "v0-store", "subagents"} & set(path.parts)
]
IMAGE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
_WORDS = (
    "text",
    "content",
    "message",
    "output",
    "thought",
    "thinking",
    "result",
    "summary",
    "description",
    "command",
    "observation",
    "response",
    "title",
    "task",
    "error",
)
_TIMES = (
    "timestamp",
    "created",
    "started_at",
    "start_time",
    "startTime",
    "start",
    "end",
    "completed",
    "time",
)

Alter = Callable[[str, object], object]


def altered(path: Path, alter: Alter) -> bytes:
    """A fixture, each named value of which is what `alter` makes of it."""

    def walk(name: str, value: object) -> object:
        if isinstance(value, dict):
            value = {key: walk(key, inner) for key, inner in value.items()}
        elif isinstance(value, list):
            value = [walk(name, inner) for inner in value]
        return alter(name, value)

    data = path.read_text()
    try:
        return json.dumps(walk("", json.loads(data))).encode()
    except ValueError:
        lines = []
        for line in data.splitlines():
            try:
                lines.append(json.dumps(walk("", json.loads(line))))
            except ValueError:
                lines.append(line)
        return "\n".join(lines).encode()


def checked(path: Path) -> Iterator[Record]:
    """Its records, each of which can be recorded and read again; a result has its call."""
    asked = set()
    for record in read(path)[1]:
        if isinstance(record.event, ToolRequested):
            assert record.event.call not in asked
            asked.add(record.event.call)
        assert not isinstance(record.event, ToolFinished) or record.event.call in asked
        assert decode(encode(record)).event.kind == record.event.kind
        yield record


def _huge(name: str, value: object) -> object:
    return 10**400 if isinstance(value, int | float) and not isinstance(value, bool) else value


def _not_a_number(name: str, value: object) -> object:
    return float("nan") if isinstance(value, int | float) and not isinstance(value, bool) else value


def _lone_surrogates(name: str, value: object) -> object:
    return f"{value}\ud800\udfff" if isinstance(value, str) and name in _WORDS else value


def _one_id(name: str, value: object) -> object:
    is_id = name.lower().endswith(("id", "uuid")) and isinstance(value, str)
    return "the-same" if is_id else value


def _own_parent(name: str, value: object) -> object:
    if isinstance(value, dict):
        for parent in ("parentUuid", "parentId", "parentID", "logicalParentUuid", "cause"):
            if parent in value:
                value[parent] = value.get("uuid", value.get("id"))
    return value


def _no_times(name: str, value: object) -> object:
    return (
        {key: inner for key, inner in value.items() if key not in _TIMES}
        if isinstance(value, dict)
        else value
    )


def _wild_times(name: str, value: object) -> object:
    wild = ["9999-12-31T23:59:59Z", "1970-01-01T00:00:00Z", "", "now", -1, 10**30, None, {}]
    return wild[len(str(value)) % len(wild)] if name in _TIMES and not isinstance(value, dict) else value


def _deep(name: str, value: object) -> object:
    deep: object = value
    for _ in range(120):
        deep = [deep]
    return deep if name in ("content", "args", "arguments", "input", "metadata") else value


@pytest.mark.parametrize(
    "alter",
    [
        _huge,
        _not_a_number,
        _lone_surrogates,
        _one_id,
        _own_parent,
        _no_times,
        _wild_times,
        _deep,
    ],
)
def test_whatever_stands_in_a_field_the_file_is_read(tmp_path: Path, alter: Alter) -> None:
    for fixture in FIXTURES:
        path = tmp_path / "changed"
        path.write_bytes(altered(fixture, alter))
        records = list(checked(path))
        assert records, f"{fixture} with {alter}"


def test_hostile_text_is_kept_as_it_is_for_screens_to_make_safe(tmp_path: Path) -> None:
    def hostile(name: str, value: object) -> object:
        return value + ESCAPES if isinstance(value, str) and name in _WORDS else value

    kept = 0
    for fixture in FIXTURES:
        path = tmp_path / "changed"
        path.write_bytes(altered(fixture, hostile))
        records = list(checked(path))
        kept += any(ESCAPES in repr(record.event).encode().decode("unicode_escape") for record in records)
        for event in of(SessionImported, records):
            assert "\n" not in event.title
    assert kept > len(FIXTURES) / 2


def test_a_large_image_costs_a_label_and_no_time(tmp_path: Path) -> None:
    large = "A" * 20_000_000
    found = 0
    for fixture in FIXTURES:
        data = fixture.read_text()
        if IMAGE not in data:
            continue
        found += 1
        path = tmp_path / "changed"
        path.write_text(data.replace(IMAGE, large, 1))
        start = time.process_time()
        lines = [encode(record) for record in read(path)[1]]
        assert time.process_time() - start < 5
        assert max(map(len, lines)) < 100_000, fixture
        assert any(b"15 MB]" in line for line in lines), fixture
    assert found >= 4


def test_a_file_may_give_all_its_calls_one_id(tmp_path: Path) -> None:
    call = {"id": "REDACTED", "name": "ls", "args": {}, "result": [{"text": "a"}], "status": "success"}
    messages = [{"id": f"m{number}", "type": "gemini", "toolCalls": [call]} for number in range(5_000)]
    path = tmp_path / "session.json"
    path.write_text(json.dumps({"sessionId": "s", "projectHash": "p", "messages": messages}))
    start = time.process_time()
    records = read(path)[1]
    assert time.process_time() - start < 5
    assert len({event.call for event in of(ToolFinished, records)}) == 5_000
