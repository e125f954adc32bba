"""Trajectories that nobody would write: the own fixtures of all formats, changed in a few places."""

from __future__ import annotations

import io
import json
import random
import shutil
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from app.trajectory.codec import decode, encode
from app.trajectory.events import SessionImported, ToolFinished, ToolRequested
from app.trajectory.formats.contract import UnreadableError
from app.trajectory.formats.opening import opened
from tests.trajectory.formats.reading import DATA

ESCAPES = "\x1b]0;owned\x07\x1b[2J\x1b[31m[bold red]{$x}</script>\r\x9b5n\u202e"
_VALUES: tuple[object, ...] = (
    None,
    True,
    0,
    -1,
    1.5e308,
    float("nan"),
    float("inf"),
    10**400,
    "",
    "x" * 5_000,
    "\ud800",
    ESCAPES,
    "2026-99-99T00:00:00Z",
    "data:image/png;base64," + "A" * 100_000,
    [],
    {},
    [[]],
    {"type": []},
    {"id": {"id": "x"}},
)
_BYTES = (b"\0", b"\xff", b"\x1b[2J", b'"', b"{", b"]", b"\\", b"\n", b"\r\n", b"\xef\xbb\xbf", b"\\ud800")

_FOLDERS = ("v1-conversation", "v0-store")
_PARTS_OF_NAMES = ("id", "Id", "uuid", "Uuid", "cause", "parent")

Change = Callable[[bytes, random.Random], bytes]


@dataclass(frozen=True, slots=True)
class Mutant:
    """A changed fixture.

    Args:
        path: Of it.
        fixture: What it was.
        change: What was done to it.
    """

    path: Path
    fixture: str
    change: str


def mutants(folder: Path, count: int, seed: int = 0) -> Iterator[Mutant]:
    """So many changed fixtures, the same ones for a seed; each is there until the next one is taken.

    Args:
        folder: They are written in; it is filled with all fixtures.
        count: How many.
        seed: Which ones.
    """
    chance = random.Random(seed)
    shutil.copytree(DATA, folder, dirs_exist_ok=True)
    (folder / "sawhorse").mkdir()
    (folder / "sawhorse" / "session.jsonl").write_bytes(_of_ours())
    (folder / "inspect" / "log.eval").write_bytes(_archive())
    formats = [sorted(path for path in one.rglob("*") if path.is_file()) for one in sorted(folder.iterdir())]
    for number in range(count):
        file = chance.choice(formats[number % len(formats)])
        whole = file.read_bytes()
        changes = chance.choices(list(CHANGES), k=chance.choice((1, 1, 1, 2, 5)))
        data = whole
        for change in changes:
            data = CHANGES[change](data, chance)
        file.write_bytes(data)
        opens = next((parent for parent in file.parents if parent.name in _FOLDERS), file)
        yield Mutant(opens, str(file.relative_to(folder)), "+".join(changes))
        file.write_bytes(whole)


def outcome(path: Path) -> str:
    """The format that a file is read as, or "unreadable".

    Raises:
        AssertionError: What is read of it is no trajectory.
    """
    try:
        return _read(path)
    except UnreadableError as error:
        told = str(error)
    assert "\n" not in told
    return "unreadable"


def _read(path: Path) -> str:
    reading = opened(path)
    asked: set[str] = set()
    answered: set[str] = set()
    for number, record in enumerate(reading.records()):
        event = record.event
        assert record.seq == number
        assert number or reading.format == "sawhorse" or isinstance(event, SessionImported)
        if isinstance(event, ToolRequested) and reading.format != "sawhorse":
            assert event.call not in asked, "two calls have one id"
            asked.add(event.call)
        if isinstance(event, ToolFinished) and reading.format != "sawhorse":
            assert event.call in asked, "a result without its call"
            assert event.call not in answered, "two results of one call"
            answered.add(event.call)
        assert decode(encode(record)).event.kind == event.kind
        if record.source:
            reading.source.raw(record.source)
    assert all("\n" not in problem for problem in reading.source.problems)
    return reading.format


def _of_ours() -> bytes:
    return b"".join(map(encode, opened(DATA / "opencode" / "session.json").records()))


def _archive() -> bytes:
    log = json.loads((DATA / "inspect" / "log.json").read_text())
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        samples = log.pop("samples")
        archive.writestr(zipfile.ZipInfo("_journal/start.json"), json.dumps(log))
        for number, sample in enumerate(samples):
            archive.writestr(zipfile.ZipInfo(f"samples/{number}_epoch_1.json"), json.dumps(sample))
        archive.writestr(zipfile.ZipInfo("header.json"), json.dumps(log))
    return stream.getvalue()


def _flip(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        if changed:
            changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def _insert(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data) + 1)
    return data[:at] + chance.choice(_BYTES) + data[at:]


def _cut(data: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(data) + 1)
    return data[:start] + data[start + chance.randint(1, 200) :]


def _truncate(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data) + 1)]


def _drop_line(data: bytes, chance: random.Random) -> bytes:
    lines = data.splitlines(keepends=True) or [b""]
    start = chance.randrange(len(lines))
    return b"".join(lines[:start] + lines[start + chance.choice((1, 1, 5)) :])


def _repeat_line(data: bytes, chance: random.Random) -> bytes:
    lines = data.splitlines(keepends=True) or [b""]
    lines.insert(chance.randrange(len(lines) + 1), chance.choice(lines))
    return b"".join(lines)


def _swap_lines(data: bytes, chance: random.Random) -> bytes:
    lines = data.splitlines(keepends=True) or [b""]
    one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return b"".join(lines)


def _windows(data: bytes, _: random.Random) -> bytes:
    return data.replace(b"\n", b"\r\n")


def _utf_16(data: bytes, chance: random.Random) -> bytes:
    encoding, mark = chance.choice((("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff")))
    return mark + data.decode("utf-8", "replace").encode(encoding, "surrogatepass")


Node = tuple[list[object] | dict[str, object], int | str]
"""A value: what holds it, and where."""


def _replace_value(value: object, chance: random.Random) -> None:
    if nodes := list(_nodes(value)):
        holder, key = chance.choice(nodes)
        _put(holder, key, chance.choice(_VALUES))


def _nest_value(value: object, chance: random.Random) -> None:
    if nodes := list(_nodes(value)):
        holder, key = chance.choice(nodes)
        deep: object = chance.choice(("x", {}, None))
        for _ in range(chance.choice((20, 90, 300))):
            deep = [deep] if chance.random() < 0.5 else {"content": deep}
        _put(holder, key, deep)


def _move_value(value: object, chance: random.Random) -> None:
    """Something that the file has is put where something else was, a part of it as likely as the whole."""
    if nodes := list(_nodes(value)):
        holder, key = chance.choice(nodes)
        other, place = chance.choice(nodes)
        _put(holder, key, json.loads(json.dumps(_at(other, place))))


def _rename_key(value: object, chance: random.Random) -> None:
    names = [(holder, key) for holder, key in _nodes(value) if isinstance(holder, dict)]
    if names:
        holder, key = chance.choice(names)
        assert isinstance(holder, dict)
        taken = holder.pop(str(key))
        holder[chance.choice((str(chance.choice(names)[1]), "x", "", ESCAPES))] = taken


def _drop_value(value: object, chance: random.Random) -> None:
    if nodes := list(_nodes(value)):
        holder, key = chance.choice(nodes)
        holder.pop(key)  # type: ignore[arg-type]  # the key is of the kind that its holder takes


def _same_ids(value: object, chance: random.Random) -> None:
    """Ids become those of others: two are one, a thing is its own parent, a result is of another call."""
    ids = [(holder, key) for holder, key in _nodes(value) if str(key).endswith(_PARTS_OF_NAMES)]
    for holder, key in chance.sample(ids, k=min(len(ids), chance.choice((1, 3, 50)))):
        other, place = chance.choice(ids)
        _put(holder, key, str(_at(other, place)))


def _nodes(value: object) -> Iterator[Node]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield value, name
            yield from _nodes(inner)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield value, number
            yield from _nodes(inner)


def _at(holder: list[object] | dict[str, object], key: int | str) -> object:
    return holder[key]  # type: ignore[index]  # as above


def _put(holder: list[object] | dict[str, object], key: int | str, value: object) -> None:
    holder[key] = value  # type: ignore[index]  # as above


def _in_json(alter: Callable[[object, random.Random], None]) -> Change:
    """A change of the values of a document, of one of the lines, or of a member of an archive."""

    def change(data: bytes, chance: random.Random) -> bytes:
        if data.startswith(b"PK"):
            return _in_archive(data, chance, change)
        try:
            value = json.loads(data)
        except (ValueError, RecursionError):
            lines = data.split(b"\n")
            number = chance.randrange(len(lines))
            if len(lines) > 1:
                lines[number] = change(lines[number], chance)
            return b"\n".join(lines)
        holder = [value]
        alter(holder, chance)
        return json.dumps(holder[0] if holder else None).encode()

    return change


def _in_archive(data: bytes, chance: random.Random, change: Change) -> bytes:
    stream = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(stream, "w") as target:
            changed = chance.choice(source.namelist())
            for name in source.namelist():
                member = source.read(name)
                target.writestr(zipfile.ZipInfo(name), change(member, chance) if name == changed else member)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, zlib.error, IndexError):
        return data
    return stream.getvalue()


CHANGES: Mapping[str, Change] = {
    "flip bytes": _flip,
    "insert bytes": _insert,
    "cut bytes out": _cut,
    "truncate": _truncate,
    "drop lines": _drop_line,
    "repeat a line": _repeat_line,
    "swap lines": _swap_lines,
    "CRLF": _windows,
    "UTF-16": _utf_16,
    "replace a value": _in_json(_replace_value),
    "nest a value": _in_json(_nest_value),
    "move a value": _in_json(_move_value),
    "rename a key": _in_json(_rename_key),
    "drop a value": _in_json(_drop_value),
    "mix ids up": _in_json(_same_ids),
}
