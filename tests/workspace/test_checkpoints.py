"""What turns did to a workspace is undone and redone, turn by turn."""

from __future__ import annotations

import asyncio

import pytest

from app.workspace import footprint
from app.workspace.checkpoints import Checkpoints
from app.workspace.snapshot_git import CheckpointError
from tests.workspace.checkpoint_rig import Rig


async def test_what_a_command_changed_deleted_and_made_is_undone(rig: Rig) -> None:
    rig.shell("mkdir src; printf 'one\\ntwo\\n' > src/a; echo b > b; echo c > c")
    then = rig.state()
    before, after = await rig.turn("echo 2 > src/a; rm b; mkdir -p new/deep; echo n > new/deep/f; mv c d")
    assert (after.files, after.added, after.removed) == (5, 3, 4)
    assert {(c.path, c.kind) for c in await rig.checkpoints.changed(before, after)} == {
        ("src/a", "changed"),
        ("b", "deleted"),
        ("c", "deleted"),
        ("d", "created"),
        ("new/deep/f", "created"),
    }
    rewound = await rig.checkpoints.rewind(before)
    assert rig.state() == then
    assert not rewound.refused
    assert not (rig.root / "new").exists()


async def test_redo_brings_back_what_undo_took(rig: Rig) -> None:
    rig.write(a="1\n", gone="x\n")
    before, _ = await rig.turn("echo 2 > a; rm gone; echo 3 > made")
    done = rig.state()
    await rig.checkpoints.rewind(before)
    undone = rig.state()
    await rig.checkpoints.redo()
    assert rig.state() == done
    with pytest.raises(CheckpointError, match="nothing to redo"):
        await rig.checkpoints.redo()
    await rig.checkpoints.rewind(before)
    assert rig.state() == undone


async def test_turns_are_undone_one_after_the_other_and_redone(rig: Rig) -> None:
    states = []
    for number in range(3):
        states.append(rig.state())
        await rig.turn(f"echo {number} > f; echo {number} > f{number}")
    states.append(rig.state())
    for left in (2, 1, 0):
        timeline = await rig.checkpoints.timeline()
        await rig.checkpoints.rewind(timeline.standing[-1].before)
        assert rig.state() == states[left]
    assert (await rig.checkpoints.timeline()).standing == ()
    for there in (1, 2, 3):
        await rig.checkpoints.redo()
        assert rig.state() == states[there]
    assert [turn.number for turn in (await rig.checkpoints.timeline()).standing] == [1, 2, 3]


async def test_there_is_nothing_to_redo_once_a_turn_has_followed(rig: Rig) -> None:
    before, _ = await rig.turn("echo 1 > a")
    await rig.checkpoints.rewind(before)
    await rig.turn("echo 2 > a")
    with pytest.raises(CheckpointError, match="nothing to redo"):
        await rig.checkpoints.redo()


async def test_a_second_process_sees_the_same_checkpoints(rig: Rig) -> None:
    before, after = await rig.turn("echo 1 > a")
    other = Checkpoints(rig.root, rig.store, hidden=rig.store.parent, largest=10 << 20)
    assert await other.list() == (before, after)


async def test_a_session_without_checkpoints_has_none_and_none_are_made(rig: Rig) -> None:
    assert await rig.checkpoints.list() == ()
    assert not rig.store.exists()


async def test_a_turn_that_was_cut_off_can_be_undone_by_naming_its_files(rig: Rig) -> None:
    rig.write(a="1\n", b="1\n")
    before = await rig.checkpoints.before(7, "echo 2 > a")
    rig.write(a="2\n", b="2\n")
    later = Checkpoints(rig.root, rig.store, hidden=rig.store.parent, largest=10 << 20)
    (turn,) = (await later.timeline()).standing
    assert (turn.number, turn.label, turn.before, turn.after) == (7, "echo 2 > a", before, None)
    assert [r.by_name for r in (await later.plan(before)).refused] == [True, True]
    await later.rewind(before, ["a"])
    assert [(rig.root / name).read_text() for name in "ab"] == ["1\n", "2\n"]
    assert len((await later.timeline()).standing) == 1
    await later.rewind(before, ["b"])
    assert (rig.root / "b").read_text() == "1\n"
    assert (await later.timeline()).standing == ()


async def test_a_turn_that_changes_nothing_is_not_kept(rig: Rig) -> None:
    rig.write(a="1\n")
    first = await rig.checkpoints.before(1)
    again = await rig.checkpoints.after(1, "true")
    assert (again.id, again.turn, again.files) == (first.id, 1, 0)
    assert await rig.checkpoints.list() == (first,)


async def test_git_is_not_asked_where_nothing_has_changed(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(footprint, "_SETTLED", 0)
    rig.write(a="1\n", __gitignore="build/\n")
    rig.shell("mkdir build; echo 1 > build/o")
    await rig.checkpoints.before(1)
    first = await rig.checkpoints.after(1)
    rig.shell(f"mv '{rig.store}/objects' '{rig.store}/hidden'; echo 2 > build/o")
    assert (await rig.checkpoints.before(2)).id == first.id
    rig.write(a="2\n")
    with pytest.raises(CheckpointError):
        await rig.checkpoints.after(2)
    rig.shell(f"mv '{rig.store}/hidden' '{rig.store}/objects'")
    assert (await rig.checkpoints.after(2)).files == 1


async def test_a_change_right_after_a_look_is_seen(rig: Rig) -> None:
    rig.write(a="1\n")
    await rig.checkpoints.before(0)
    for turn in range(1, 10):
        await rig.checkpoints.before(turn)
        rig.write(a=f"{turn + 1}\n"[-2:])
        assert (await rig.checkpoints.after(turn)).files == 1


async def test_what_a_person_takes_back_is_the_sessions_own_act(rig: Rig) -> None:
    rig.write(a="1\n", b="1\n", c="1\n")
    then = rig.state()
    before, _ = await rig.turn("echo 2 > a; echo 2 > b; rm c")
    changes = await rig.checkpoints.changed(before)
    rig.write(d="mine\n")

    async def edit() -> None:
        rig.write(a="1\n")

    done = await rig.checkpoints.take_back(before, [c for c in changes if c.path == "c"], edit)
    assert [(change.path, change.kind) for change in done.changes] == [("c", "created")]
    acts = [checkpoint.act for checkpoint in await rig.checkpoints.list()]
    assert acts == ["others", "turn", "others", "undo"]
    plan = await rig.checkpoints.plan(before)
    assert [refused.path for refused in plan.refused] == ["d"]
    assert [change.path for change in plan.changes] == ["b"]
    assert [turn.number for turn in (await rig.checkpoints.timeline()).standing] == [1]
    await rig.checkpoints.rewind(before)
    (rig.root / "d").unlink()
    assert rig.state() == then


async def test_redo_brings_back_all_that_a_person_took_back(rig: Rig) -> None:
    rig.write(a="1\n", b="1\n")
    before, _ = await rig.turn("echo 2 > a; rm b; echo 2 > c; chmod +x c")
    done = rig.state()
    changes = await rig.checkpoints.changed(before)

    async def edit() -> None:
        rig.write(a="1\n")

    await rig.checkpoints.take_back(before, [c for c in changes if c.path != "a"], edit)
    assert rig.state() != done
    await rig.checkpoints.redo()
    assert rig.state() == done


async def test_every_kind_of_change_is_taken_back_whole(rig: Rig) -> None:
    rig.shell(
        "mkdir d; printf '\\0' > d/image; echo 1 > tool; chmod 750 tool; echo 1 > plain; : > empty;"
        "ln -s tool link; echo 1 > turned; printf '\\344' > latin"
    )
    then = rig.state()
    before, _ = await rig.turn(
        "rm -r d; chmod -x tool; chmod +x plain; rm empty; : > made; ln -sf nowhere link; rm turned;"
        "ln -s link turned; echo more >> latin; mkdir new; printf '\\0' > new/image"
    )
    changes = await rig.checkpoints.changed(before)
    rig.write(mine="mine\n")
    done = await rig.checkpoints.take_back(before, changes, nothing)
    assert not done.refused
    (rig.root / "mine").unlink()
    assert rig.state() == then
    assert not (rig.root / "new").exists()


async def test_a_file_that_is_not_as_it_was_shown_is_left_alone(rig: Rig) -> None:
    rig.write(a="1\n", b="1\n")
    before, _ = await rig.turn("echo 2 > a; echo 2 > b; echo 2 > c")
    changes = await rig.checkpoints.changed(before)
    rig.write(a="mine\n", c="mine\n")
    done = await rig.checkpoints.take_back(before, changes, nothing)
    assert [(refused.path, refused.reason) for refused in done.refused] == [
        ("c", "has changed meanwhile"),
        ("a", "has changed meanwhile"),
    ]
    assert [(rig.root / name).read_text() for name in "abc"] == ["mine\n", "1\n", "mine\n"]


async def test_what_was_not_kept_is_not_lost(rig: Rig) -> None:
    rig.write(__gitignore="secret\n", secret="1\n")
    before, _ = await rig.turn("rm .gitignore")
    changes = await rig.checkpoints.changed(before)
    done = await rig.checkpoints.take_back(before, changes, nothing)
    assert [refused.path for refused in done.refused] == ["secret"]
    assert (rig.root / "secret").read_text() == "1\n"


async def test_an_edit_that_fails_takes_no_file_back_and_what_it_did_counts_as_ours(rig: Rig) -> None:
    rig.write(a="1\n", b="1\n")
    before, _ = await rig.turn("echo 2 > a; echo 2 > b")
    changes = await rig.checkpoints.changed(before)

    async def edit() -> None:
        rig.write(a="half\n")
        raise CheckpointError("no")

    with pytest.raises(CheckpointError, match="no"):
        await rig.checkpoints.take_back(before, [c for c in changes if c.path == "b"], edit)
    assert (rig.root / "b").read_text() == "2\n"
    assert not (await rig.checkpoints.plan(before)).refused


async def test_nothing_comes_between_and_who_cancels_it_loses_nothing(rig: Rig) -> None:
    before, _ = await rig.turn("echo 2 > a")
    begun, never = asyncio.Event(), asyncio.Event()

    async def edit() -> None:
        rig.write(a="3\n")
        begun.set()
        await never.wait()

    taking = asyncio.create_task(rig.checkpoints.take_back(before, (), edit))
    await begun.wait()
    asking = asyncio.create_task(rig.checkpoints.list())
    taking.cancel()
    assert [checkpoint.act for checkpoint in await asking] == ["others", "turn", "undo"]
    with pytest.raises(asyncio.CancelledError):
        await taking


async def nothing() -> None:
    """An edit that changes nothing."""
