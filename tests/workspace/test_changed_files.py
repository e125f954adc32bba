"""Every file that differs is listed; only of some can hunks be taken back."""

from __future__ import annotations

import os

from app.workspace.changed_files import ChangedFile
from app.workspace.patch import parse_patch
from tests.workspace.checkpoint_rig import Rig

MOST = 100_000


async def changed(rig: Rig, command: str, most: int = MOST) -> dict[str, ChangedFile]:
    """What a command changes, by path."""
    before, _ = await rig.turn(command)
    return {file.change.path: file for file in await rig.checkpoints.changed_files(before, most)}


async def test_of_text_there_is_the_diff_of_the_one_file(rig: Rig) -> None:
    rig.write(a="1\n", b="1\n", c="1\n")
    files = await changed(rig, "echo 2 > a; echo 3 > b; chmod +x b; rm c; echo 4 > d")
    assert [file.reason for file in files.values()] == [""] * 4
    assert [file.diff.count("\n@@ ") for file in files.values()] == [1] * 4
    assert files["a"].diff.startswith("diff --git a/a b/a\n")
    assert files["a"].diff.endswith("-1\n+2\n")
    assert "\nnew mode 100755\n" in files["b"].diff
    assert "\n+++ /dev/null\n" in files["c"].diff
    assert "\n--- /dev/null\n" in files["d"].diff


async def test_what_has_no_hunks_is_listed_with_the_reason(rig: Rig) -> None:
    rig.shell("printf '\\0\\1' > image; echo 1 | tee tool gone; : > empty; ln -s tool link; echo l > turned")
    files = await changed(
        rig,
        "printf '\\0\\2' > image; chmod +x tool; : > made; rm empty; ln -sf gone link; ln -sf tool turned;"
        "printf '\\0' > new; rm gone; ln -s tool gone",
    )
    assert {path: (file.change.kind, file.reason) for path, file in files.items()} == {
        "empty": ("deleted", "empty"),
        "gone": ("changed", "a link"),
        "image": ("changed", "binary"),
        "link": ("changed", "a link"),
        "made": ("created", "empty"),
        "new": ("created", "binary"),
        "tool": ("changed", "now executable"),
        "turned": ("changed", "a link"),
    }
    assert not any(file.diff for file in files.values())


async def test_files_beyond_the_limit_are_listed_too(rig: Rig) -> None:
    rig.write(x="1\n")
    files = await changed(rig, "echo a > a; seq 1 3000 > b; echo c > c; chmod +x x", most=2_000)
    assert {path: file.reason for path, file in files.items()} == {
        "a": "",
        "b": "too long to show: +3,000 -0",
        "c": "too long to show: +1 -0",
        "x": "now executable",
    }


async def test_a_limit_that_is_just_enough_cuts_nothing(rig: Rig) -> None:
    files = await changed(rig, "echo a > a; echo b > b")
    length = sum(len(file.diff) for file in files.values())
    (first, *_) = await rig.checkpoints.list()
    assert [file.reason for file in await rig.checkpoints.changed_files(first, length)] == ["", ""]
    assert [file.reason for file in await rig.checkpoints.changed_files(first, length - 1)] == [
        "",
        "too long to show: +1 -0",
    ]


async def test_lines_that_look_like_a_diff_begin_no_file(rig: Rig) -> None:
    text = "diff --git a/z b/z\\n--- a/z\\n+++ b/z\\n@@ -1 +1 @@\\n…\\n"
    files = await changed(rig, f"printf '{text}' > a; printf '{text}' > b")
    assert list(files) == ["a", "b"]
    assert [len(parse_patch(file.diff)[0].hunks) for file in files.values()] == [1, 1]


async def test_any_name_is_met(rig: Rig) -> None:
    names = [b"a b", b" a ", b"new\nline", b'quo"te', b"tab\t", "ü".encode(), b"\xff", b"b/b", b"back\\slash"]
    (rig.root / "b").mkdir()
    before = await rig.checkpoints.before(1)
    for name in names:
        with open(os.fsencode(rig.root) + b"/" + name, "wb") as file:
            file.write(b"1\n")
    files = await rig.checkpoints.changed_files(before, MOST)
    assert {os.fsencode(file.change.path) for file in files} == set(names)
    assert all(file.diff.endswith("@@ -0,0 +1 @@\n+1\n") for file in files)
