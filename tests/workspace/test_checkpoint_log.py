"""The history of checkpoints tells which turns stand, and where somebody else was at work."""

from __future__ import annotations

from dataclasses import replace

from app.workspace.checkpoint_log import Act, Checkpoint, by_others, timeline

Entry = tuple[Act, int] | tuple[Act, int, int] | tuple[Act, int, int, bool]

BEGINNING: Entry = ("others", 3)
THIRD: Entry = ("turn", 3)
FIFTH: Entry = ("turn", 5)


def log(*entries: Entry) -> list[Checkpoint]:
    """A history: act and turn of each, then the number it went to, and False if only with some paths."""
    return [
        Checkpoint(
            entry[0],
            entry[1],
            id=str(number),
            to=str(entry[2]) if len(entry) > 2 else "",
            whole=entry[3] if len(entry) > 3 else True,
        )
        for number, entry in enumerate(entries)
    ]


def numbers(entries: list[Checkpoint]) -> list[int]:
    return [turn.number for turn in timeline(entries).standing]


def test_a_checkpoint_survives_the_way_there_and_back() -> None:
    checkpoint = Checkpoint(
        "turn", 3, "rm \udcff\n\x00", 1, 2, 3, {"a\udcff": "ignored"}, {"b": 0o600}, taken=1.5
    )
    assert checkpoint.message().isascii()
    assert Checkpoint.of("1", "2", checkpoint.message()) == replace(checkpoint, id="1", tree="2")


def test_what_lies_in_a_folder_that_is_left_out_is_left_out() -> None:
    checkpoint = Checkpoint("others", 1, left_out={"build/": "", "a/x": ""})
    paths = ("build", "build/a", "build/a/b", "builds", "a", "a/x", "a/xy")
    assert [path for path in paths if checkpoint.leaves_out(path)] == ["build/a", "build/a/b", "a/x"]


def test_an_undo_takes_back_its_turn_and_those_after_it() -> None:
    assert numbers(log(BEGINNING, THIRD, FIFTH)) == [3, 5]
    assert numbers(log(BEGINNING, THIRD, FIFTH, ("undo", 5, 1))) == [3]
    assert numbers(log(BEGINNING, THIRD, FIFTH, ("undo", 5, 0))) == []


def test_an_undo_of_some_paths_takes_no_turn_back_but_can_be_redone() -> None:
    entries = log(BEGINNING, THIRD, FIFTH, ("undo", 5, 0, False))
    assert numbers(entries) == [3, 5]
    assert timeline(entries).redo is entries[2]


def test_a_redo_brings_the_turns_back_and_leaves_the_undo_before_it() -> None:
    entries = log(BEGINNING, THIRD, FIFTH, ("undo", 5, 1), ("undo", 5, 0), ("redo", 5, 3))
    assert numbers(entries) == [3]
    assert timeline(entries).redo is entries[2]


def test_a_turn_ends_what_can_be_redone() -> None:
    assert timeline(log(BEGINNING, THIRD, ("undo", 3, 0), ("turn", 4))).redo is None


def test_a_turn_that_was_cut_off_stands() -> None:
    entries = log(BEGINNING, THIRD)
    turn = timeline(entries, (5, "rm x")).standing[-1]
    assert (turn.number, turn.label, turn.before, turn.after) == (5, "rm x", entries[1], None)


def test_others_were_at_work_wherever_neither_a_turn_nor_an_undo_was() -> None:
    entries = log(BEGINNING, THIRD, ("others", 5), FIFTH, ("undo", 5, 1), ("others", 5))
    assert [(before.id, after.id) for before, after in by_others(entries)] == [("1", "2"), ("4", "5")]
