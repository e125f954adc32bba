"""Going back restores every byte, and leaves alone what it must not touch."""

from __future__ import annotations

import os
import threading
from pathlib import Path

from app.workspace.rewind import restore
from app.workspace.snapshot_store import SnapshotStore
from tests.workspace.checkpoint_rig import Rig


async def test_every_byte_comes_back(rig: Rig) -> None:
    rig.write(crlf="a\r\nb\r\n", mixed="a\r\nb\nc", lone="a\rb", script="#!/bin/sh\n", secret="s", none="")
    (rig.root / "binary").write_bytes(bytes(range(256)) * 40)
    (rig.root / "script").chmod(0o755)
    (rig.root / "secret").chmod(0o600)
    (rig.root / "script2").write_text("x")
    (rig.root / "script2").chmod(0o710)
    for name in (
        b"\xff\xfe name",
        b"new\nline",
        b'quo"te',
        b" blank ",
        "ü".encode(),
        b"-dash",
        b":(top)x",
        b"*",
    ):
        Path(os.fsdecode(os.fsencode(rig.root) + b"/" + name)).write_bytes(name)
    (rig.root / "link").symlink_to("crlf")
    (rig.root / "dangling").symlink_to("nowhere")
    (rig.root / "__pycache").mkdir()
    (rig.root / "folder link").symlink_to("__pycache")
    then = rig.state()
    before, _ = await rig.turn("rm -rf -- * ; echo other > crlf; echo real > link")
    await rig.checkpoints.rewind(before)
    assert rig.state() == then


async def test_a_kind_that_changed_changes_back(rig: Rig) -> None:
    rig.shell(
        "echo f > f; ln -s f l; mkdir d; echo x > d/x; echo e > e; chmod +x e; mkdir -p p/q; echo 1 > p/q/r"
    )
    then = rig.state()
    before, _ = await rig.turn(
        "rm f; ln -s d f; rm l; echo l > l; rm -r d; echo d > d; chmod -x e; rm e; mkdir e; echo e > e/e;"
        "rm -r p; ln -s /tmp p"
    )
    rewound = await rig.checkpoints.rewind(before)
    assert not rewound.refused
    assert rig.state() == then


async def test_permissions_alone_change_back(rig: Rig) -> None:
    rig.write(script="x", tool="y")
    (rig.root / "tool").chmod(0o755)
    then = rig.state()
    before, _ = await rig.turn("chmod +x script; chmod -x tool")
    await rig.checkpoints.rewind(before)
    assert rig.state() == then


async def test_permissions_come_back_where_the_workspace_was_read_ahead(rig: Rig) -> None:
    rig.write(secret="s")
    (rig.root / "secret").chmod(0o600)
    await rig.checkpoints.prepare()
    then = rig.state()
    before, _ = await rig.turn("rm secret")
    await rig.checkpoints.rewind(before)
    assert rig.state() == then


async def test_a_file_that_was_ignored_then_is_not_removed(rig: Rig) -> None:
    rig.write(__gitignore=".env\n", __env="KEY=1")
    before, _ = await rig.turn("echo > .gitignore")
    rewound = await rig.checkpoints.rewind(before, [".gitignore", ".env"])
    assert [(r.path, r.by_name) for r in rewound.refused] == [(".env", False)]
    assert (rig.root / ".env").read_text() == "KEY=1"


async def test_a_file_that_has_grown_too_large_is_not_overwritten(tmp_path: Path) -> None:
    rig = Rig(tmp_path, largest=1 << 20)
    rig.write(data="small")
    before, after = await rig.turn("head -c 2000000 /dev/zero > data")
    assert "data" in after.left_out
    rewound = await rig.checkpoints.rewind(before, ["data"])
    assert rewound.refused[0].reason.startswith("what it holds now is not kept: larger than 1 MB")
    assert (rig.root / "data").stat().st_size == 2_000_000


async def test_what_a_person_changed_is_refused_unless_named(rig: Rig) -> None:
    rig.write(a="1\n", b="1\n", c="1\n")
    before, _ = await rig.turn("echo 2 > a; echo 2 > b; echo 2 > c; echo 2 > made")
    rig.write(a="person\n", made="person\n")
    plan = await rig.checkpoints.plan(before)
    assert [change.path for change in plan.changes] == ["b", "c"]
    rewound = await rig.checkpoints.rewind(before)
    assert [(r.path, r.by_name) for r in rewound.refused] == [("a", True), ("made", True)]
    assert "somebody else" in rewound.refused[0].reason
    assert [(rig.root / n).read_text() for n in ("a", "b", "made")] == ["person\n", "1\n", "person\n"]
    rewound = await rig.checkpoints.rewind(before, ["a"])
    assert not rewound.refused
    assert (rig.root / "a").read_text() == "1\n"
    assert (rig.root / "made").read_text() == "person\n"


async def test_a_change_between_two_turns_is_the_persons_too(rig: Rig) -> None:
    rig.write(a="1\n", b="1\n")
    before, _ = await rig.turn("echo 2 > b")
    rig.write(a="person\n")
    await rig.turn("echo 3 > b")
    rewound = await rig.checkpoints.rewind(before)
    assert [r.path for r in rewound.refused] == ["a"]
    assert (rig.root / "b").read_text() == "1\n"


async def test_a_folder_narrows_but_takes_nothing_of_the_persons(rig: Rig) -> None:
    rig.shell("mkdir d de; echo 1 | tee a d/a d/b de/a")
    before, _ = await rig.turn("echo 2 | tee a d/a d/b de/a")
    rig.shell("echo person > d/b")
    rewound = await rig.checkpoints.rewind(before, ["d"])
    assert [change.path for change in rewound.changes] == ["d/a"]
    assert [r.path for r in rewound.refused] == ["d/b"]


async def test_no_link_is_followed_out_of_the_workspace(rig: Rig, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "f").write_text("theirs")
    rig.shell("mkdir d; echo 1 > d/f; echo 1 > d/g")
    before, _ = await rig.turn("rm -r d")
    (rig.root / "d").symlink_to(outside)
    rewound = await rig.checkpoints.rewind(before)
    assert {r.path for r in rewound.refused} == {"d", "d/f", "d/g"}
    assert (outside / "f").read_text() == "theirs"
    assert list(outside.iterdir()) == [outside / "f"]


async def test_files_beyond_a_link_are_gone_and_come_back(rig: Rig, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "f").write_text("theirs")
    rig.shell("mkdir d; echo 1 > d/f")
    then = rig.state()
    before, after = await rig.turn(f"rm -r d; ln -s {outside} d")
    assert after.files == 2
    await rig.checkpoints.rewind(before)
    assert rig.state() == then
    assert (outside / "f").read_text() == "theirs"


async def test_a_file_with_several_names_is_left_alone(rig: Rig) -> None:
    rig.write(a="1\n")
    before, _ = await rig.turn("echo 2 > a; ln a b")
    rewound = await rig.checkpoints.rewind(before)
    assert {r.path for r in rewound.refused} == {"a", "b"}
    assert "hard links" in rewound.refused[0].reason


async def test_a_file_that_changes_at_the_last_moment_is_left_alone(rig: Rig) -> None:
    rig.write(a="1\n", b="1\n", c="1\n")
    before, _ = await rig.turn("echo 2 > a; rm b; echo 2 > c; echo 2 > d")
    plan = await rig.checkpoints.plan(before)
    rig.write(a="now\n", b="now\n", d="now\n")
    store = SnapshotStore(
        rig.root, rig.store, hidden=rig.store.parent, largest=10 << 20, stop=threading.Event()
    )
    done, refused = restore(store, plan)
    assert [change.path for change in done] == ["c"]
    assert {r.path for r in refused} == {"a", "b", "d"}
    assert [(rig.root / name).read_text() for name in "abd"] == ["now\n"] * 3


async def test_a_repository_that_a_turn_made_inside_is_not_damaged(rig: Rig) -> None:
    rig.shell("mkdir lib; echo 1 > lib/f")
    before, after = await rig.turn(
        "cd lib; git init -q; echo 2 > f; echo 2 > g; git add .; git commit -qm first;"
        "mkdir ../own; cd ../own; git init -q; echo 3 > h"
    )
    assert after.left_out == {"own/": "a git repository of its own"}
    rewound = await rig.checkpoints.rewind(before)
    assert not rewound.refused
    assert rig.shell("git -C lib status --porcelain; git -C lib log --format=%s") == " M f\n D g\nfirst\n"
    assert rig.shell("git -C lib fsck; cat lib/f own/h; git -C own status --porcelain") == "1\n3\n?? h\n"
