"""What is wrong with a file is found and said, and what can be kept of it is kept."""

from __future__ import annotations

import errno
import fcntl
import random
from pathlib import Path

import pytest

from app.trajectory.blobs import Blobs
from app.trajectory.codec import encode, encode_apart
from app.trajectory.events import Note, Record
from app.trajectory.health import Finding, scan
from app.trajectory.reader import read
from app.trajectory.recording.compression import compress
from app.trajectory.recording.disk import REAL_DISK
from app.trajectory.recording.mending import NoTrajectoryError
from app.trajectory.recording.repair import repair
from tests.trajectory.conftest import NewRecorder
from tests.trajectory.faulty_disk import SHORT, FaultyDisk, once
from tests.trajectory.test_reader import record, write

COUNT = 5


@pytest.fixture
def whole(path: Path) -> bytes:
    """The bytes of a whole trajectory, which is in the file, too."""
    return write(path, [record(number) for number in range(COUNT)]).read_bytes()


def numbers(path: Path) -> list[int]:
    return [each.seq for each in read(path)]


def test_a_whole_file_is_whole(path: Path, whole: bytes) -> None:
    health = scan(path)
    assert (health.records, health.events, health.size) == (COUNT, COUNT, len(whole))
    assert health.is_whole
    assert health.can_be_appended_to
    assert repair(path).end.set_aside is None
    assert path.read_bytes() == whole


def test_cut_off_at_any_byte_what_was_whole_is_kept_and_the_rest_is_set_aside(
    path: Path, whole: bytes, new_recorder: NewRecorder
) -> None:
    ends = [at + 1 for at, byte in enumerate(whole) if byte == ord("\n")]
    for size in range(ends[0], len(whole)):
        path.write_bytes(whole[:size])
        expected = sum(end <= size + 1 for end in ends)  # the newline alone may be missing
        health = scan(path)
        assert health.records == expected
        assert health.torn == (0 if size + 1 in ends else size - max(end for end in ends if end <= size))
        end = repair(path).end
        assert end.records == expected
        assert numbers(path) == list(range(expected))
        assert path.read_bytes() == whole[: ends[expected - 1]]
        kept = b"" if end.set_aside is None else end.set_aside.read_bytes()
        assert len(kept) == end.torn == health.torn
        assert whole[:size].endswith(kept)
        if end.set_aside is not None:
            end.set_aside.unlink()
        assert scan(path).is_whole
        if size % 50 == 0:
            recorder = new_recorder(resumed=True)
            recorder.record(Note("on"))
            assert recorder.close() == ""
            assert numbers(path) == list(range(expected + 1))


def test_what_was_cut_off_within_the_first_event_is_not_taken_for_ours(path: Path, whole: bytes) -> None:
    path.write_bytes(whole[:20])
    with pytest.raises(NoTrajectoryError):
        repair(path)
    assert path.read_bytes() == whole[:20]


def test_any_flipped_bit_is_found_and_everything_else_is_read(path: Path, whole: bytes) -> None:
    lines = whole.splitlines(keepends=True)
    begin = len(lines[0]) + len(lines[1])
    for at in range(begin, begin + len(lines[2])):
        for bit in range(8):
            damaged = bytearray(whole)
            damaged[at] ^= 1 << bit
            path.write_bytes(damaged)
            health = scan(path)
            lost = set(range(COUNT)) - set(numbers(path))
            assert lost <= {2, 3}, "a newline that is none any more makes one line of two"
            if not lost:
                continue  # it means the same
            assert not health.is_whole
            assert health.can_be_appended_to
            kinds = {finding.what for finding in health.findings}
            assert {"damaged", "missing"} <= kinds
            assert all(finding.line in (3, 4, 5) for finding in health.findings)
            assert repair(path).end.set_aside is None
            assert path.read_bytes() == bytes(damaged), "damage in the middle stays where it is"


def test_a_flipped_bit_in_the_last_line_sets_that_line_aside(path: Path, whole: bytes) -> None:
    last = whole.splitlines(keepends=True)[-1]
    damaged = whole[:-20] + b"!" + whole[-19:]
    path.write_bytes(damaged)
    assert scan(path).torn == len(last)
    end = repair(path).end
    assert end.set_aside is not None
    assert end.set_aside.read_bytes() == damaged[-len(last) :]
    assert numbers(path) == list(range(COUNT - 1))


def test_zeros_that_a_power_loss_left_at_the_end_are_set_aside(path: Path, whole: bytes) -> None:
    path.write_bytes(whole + b"\0" * 5_000)
    assert scan(path).torn == 5_000
    assert repair(path).end.torn == 5_000
    assert path.read_bytes() == whole


def test_each_torn_end_gets_a_file_of_its_own(path: Path, whole: bytes) -> None:
    for number in (1, 2, 3):
        path.write_bytes(whole + b"torn %d" % number)
        end = repair(path).end
        assert end.set_aside == path.with_name(f"t.jsonl.torn-{number}")
        assert end.set_aside.read_bytes() == b"torn %d" % number


def test_gaps_repetitions_and_a_clock_that_was_set_back_are_told_apart(path: Path) -> None:
    late = Record(6, 1_600_000_000.0, Note("earlier"))
    write(path, [record(0), record(1), record(4), record(4), record(5), late, record(8)])
    assert [(f.what, f.line, f.detail) for f in scan(path).findings] == [
        ("missing", 3, "event 2 to 3"),
        ("repeated", 4, "event 4 again"),
        ("clock", 6, "event 6 is 100000005.0 s earlier than the one before"),
        ("missing", 7, "event 7"),
    ]


def test_a_clock_that_was_set_back_takes_nothing_away(path: Path) -> None:
    write(path, [record(0), Record(1, 5.0, Note("x"))])
    assert [finding.what for finding in scan(path).findings] == ["clock"]
    assert scan(path).is_whole


def test_a_lost_or_damaged_blob_is_found(path: Path) -> None:
    blobs = Blobs.of(path)
    lines = [encode_apart(Record(at, 0.0, Note(text * 70_000)), blobs.put) for at, text in enumerate("xyz")]
    path.write_bytes(b"".join(lines))
    assert scan(path).is_whole
    first, second, _ = sorted((path.parent / "blobs").iterdir())
    first.unlink()
    second.write_bytes(b"")
    found = scan(path).findings
    assert [finding.what for finding in found] == ["blob", "blob"]
    assert not scan(path).is_whole


def test_of_a_file_that_is_nothing_but_damage_not_everything_is_told(path: Path) -> None:
    path.write_bytes(encode(record(0)) + b"garbage\n" * 5_000 + encode(record(1)))
    health = scan(path)
    assert (len(health.findings), health.more) == (1_000, 4_000)
    assert health.findings[0] == Finding(
        "damaged", 2, len(encode(record(0))), "8 bytes: the checksum is wrong"
    )


def test_a_file_with_no_event_is_left_alone(path: Path) -> None:
    path.write_text("my notes\n")
    with pytest.raises(NoTrajectoryError):
        repair(path)
    assert path.read_text() == "my notes\n"


def test_a_file_that_is_recorded_in_is_not_repaired(path: Path, whole: bytes) -> None:
    with path.open("ab") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        stream.write(b"torn")
        stream.flush()
        with pytest.raises(OSError, match="another process records this session"):
            repair(path)
    assert path.read_bytes() == whole + b"torn"


@pytest.mark.parametrize("fault", [errno.ENOSPC, errno.EIO, SHORT], ids=["ENOSPC", "EIO", "short"])
def test_a_repair_that_fails_at_any_call_loses_nothing(path: Path, whole: bytes, fault: int) -> None:
    counting = FaultyDisk()
    path.write_bytes(whole + b"torn end")
    repair(path, counting)
    for at in range(len(counting.calls)):
        path.write_bytes(whole + b"torn end")
        for left in path.parent.glob("*.torn-*"):
            left.unlink()
        try:
            repair(path, FaultyDisk(once(at, fault)))
        except OSError:
            everything = [path.read_bytes(), *(file.read_bytes() for file in path.parent.glob("*.torn-*"))]
            assert everything[0] == whole + b"torn end" or everything == [whole, b"torn end"]
        repair(path)
        assert numbers(path) == list(range(COUNT))
        assert any(file.read_bytes() == b"torn end" for file in path.parent.glob("*.torn-*"))


def test_whatever_a_file_has_become_looking_at_it_ends_well(path: Path, whole: bytes) -> None:
    chance = random.Random(4)
    for _ in range(300):
        content = bytearray(whole)
        for _ in range(chance.randrange(1, 6)):
            at = chance.randrange(len(content))
            match chance.randrange(4):
                case 0:
                    del content[at : at + chance.randrange(1, 200)]
                case 1:
                    content[at:at] = chance.randbytes(chance.randrange(1, 50))
                case 2:
                    content[at] ^= 1 << chance.randrange(8)
                case _:
                    content[at:at] = content[:at][-chance.randrange(1, 300) :]
            if not content:
                break
        path.write_bytes(content)
        health = scan(path)
        assert health.size == len(content)
        seen = numbers(path)
        assert seen == sorted(set(seen))
        assert set(seen) <= set(range(COUNT)), "nothing is invented"
        if health.records:
            repair(path)
            assert scan(path).can_be_appended_to
            assert numbers(path) == seen


def test_a_compressed_trajectory_is_looked_at_too(path: Path, whole: bytes) -> None:
    packed = compress(path, REAL_DISK)
    health = scan(path)
    assert (health.records, health.size) == (COUNT, len(whole))
    assert health.is_whole
    assert repair(path).end.records == COUNT
    packed.write_bytes(packed.read_bytes()[:-30])
    with pytest.raises(OSError, match=r"cut off|damaged"):
        scan(path)
