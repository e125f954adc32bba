"""What is part of a snapshot, what is left out, and that it is said."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from app.workspace.atomic import StoppedError
from app.workspace.checkpoints import Checkpoints
from app.workspace.snapshot_store import SnapshotStore
from tests.workspace.checkpoint_rig import Rig


async def test_what_is_left_out_is_said_and_left_alone(tmp_path: Path) -> None:
    rig = Rig(tmp_path, largest=1 << 20)
    rig.write(__gitignore="*.log\nbuild/\n", a="a", x__log="log", big="b" * (1 << 20) + "b")
    rig.shell("mkdir build; echo o > build/o; mkfifo pipe; mkdir lib; cd lib; git init -q; echo f > f")
    before, after = await rig.turn(
        "echo 2 > a; echo 2 > x.log; echo 2 > build/o; echo 2 > lib/f; echo 2 > lib/g"
    )
    assert before.left_out == {
        "x.log": "ignored by .gitignore",
        "build/": "ignored by .gitignore",
        "big": "larger than 1 MB (checkpoints.largest_file)",
        "lib/": "a git repository of its own",
    }
    assert after.files == 1
    await rig.checkpoints.rewind(before)
    assert (rig.root / "a").read_text() == "a"
    assert [(rig.root / name).read_text() for name in ("x.log", "build/o", "lib/f", "lib/g")] == ["2\n"] * 4


async def test_the_rules_of_the_repository_around_the_workspace_hold(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".gitignore").write_text("node_modules/\n/workspace/out\n/other\n")
    rig = Rig(tmp_path)
    rig.shell(
        "mkdir node_modules; echo 1 > node_modules/m; echo 1 > out; echo 1 > other; mkdir s; echo 1 > s/f"
    )
    before, _ = await rig.turn("rm other s/f; echo 2 > new; echo 2 > out")
    assert set(before.left_out) == {"node_modules/", "out"}
    assert {c.path for c in await rig.checkpoints.changed(before)} == {"other", "s/f", "new"}
    assert "+++ b/new" in await rig.checkpoints.diff(before)
    await rig.checkpoints.rewind(before)
    assert (rig.root / "other").read_text() == "1\n"
    assert (rig.root / "s" / "f").read_text() == "1\n"
    assert not (rig.root / "new").exists()


async def test_our_own_recordings_in_the_workspace_are_no_part_of_it(tmp_path: Path) -> None:
    checkpoints = Checkpoints(
        tmp_path, tmp_path / "da[t]a *" / "s" / "c", hidden=tmp_path / "da[t]a *", largest=1 << 20
    )
    (tmp_path / "f").write_text("1")
    first = await checkpoints.before(1)
    assert {change.path for change in await checkpoints.changed(first)} == set()
    (tmp_path / "da[t]a *" / "trajectory").write_text("1")
    assert await checkpoints.changed(first) == ()


async def test_many_files_are_kept_and_come_back(rig: Rig) -> None:
    for number in range(2_000):
        folder = rig.root / f"d{number % 40}"
        folder.mkdir(exist_ok=True)
        (folder / f"f{number}").write_text(f"{number}\n" * 20)
    then = rig.state()
    before, after = await rig.turn("find . -name 'f*5' -delete; for f in d7/*; do echo x >> $f; done")
    assert after.files == len(await rig.checkpoints.changed(before, after)) > 200
    await rig.checkpoints.rewind(before)
    assert rig.state() == then


async def test_a_long_diff_is_cut_and_says_so(rig: Rig) -> None:
    before, after = await rig.turn("seq 5000 > long")
    diff = await rig.checkpoints.diff(before, after, most=2_000)
    assert len(diff) < 2_100
    assert diff.endswith("… the rest of the diff is left out: it is too long\n")


async def test_a_file_that_cannot_be_read_is_left_out(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    rig.write(a="1", locked="2")
    allowed = os.access
    monkeypatch.setattr(
        os, "access", lambda path, mode: not str(path).endswith("locked") and allowed(path, mode)
    )
    checkpoint = await rig.checkpoints.before(1)
    assert checkpoint.left_out == {"locked": "not readable"}


async def test_one_that_is_stopped_leaves_nothing_half_done(rig: Rig) -> None:
    first = await rig.checkpoints.before(1)
    rig.write(a="1")
    stop = threading.Event()
    stop.set()
    store = SnapshotStore(rig.root, rig.store, hidden=rig.store.parent, largest=10 << 20, stop=stop)
    with pytest.raises(StoppedError), store.locked():
        store.stage()
    assert await rig.checkpoints.list() == (first,)
    assert (await rig.checkpoints.before(2)).files == 1


async def test_a_repository_that_comes_or_goes_around_the_workspace_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    rig = Rig(tmp_path)
    rig.write(a="1\n")
    before, after = await rig.turn("git init -q; echo 2 > a")
    assert [(c.path, c.kind) for c in await rig.checkpoints.changed(before, after)] == [("a", "changed")]
    (tmp_path / ".git").rmdir()
    await rig.checkpoints.rewind(before)
    assert {path.name for path in rig.root.iterdir()} == {"a", ".git"}
    assert (rig.root / "a").read_text() == "1\n"
