"""The git that keeps snapshots obeys nothing but us, and touches nothing but its own folder."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from subprocess import CalledProcessError

import pytest

from app.workspace import snapshot_git
from app.workspace.programs import find_program
from app.workspace.snapshot_git import CheckpointError, UnusableError
from tests.workspace.checkpoint_rig import Rig


async def test_the_projects_own_repository_is_not_touched(rig: Rig) -> None:
    rig.write(a="1\n", b="1\n", c="1\n", __gitignore="*.log\n")
    rig.shell("git init -q; git add .; git commit -qm first; echo s > a; git stash -q; echo 2 > b; git add b")
    rig.shell("echo 3 > b; rm c; echo u > untracked; echo l > x.log")
    project = rig.project()
    before, after = await rig.turn("echo 4 > b; echo 5 > untracked; rm a; echo new > d")
    rig.shell("git checkout-index -f a 2>/dev/null; true")
    rig.shell("rm -f a")
    await rig.checkpoints.diff(before, after)
    await rig.checkpoints.rewind(before)
    assert rig.project() == project
    await rig.checkpoints.redo()
    await rig.checkpoints.rewind(before)
    assert rig.project() == project
    assert before.left_out == {"x.log": "ignored by .gitignore"}


HOSTILE = """
git init -q
git config filter.evil.clean 'touch /RAN; cat'
git config filter.evil.smudge 'touch /RAN; cat'
git config filter.evil.process 'touch /RAN'
git config filter.evil.required true
git config diff.evil.textconv 'touch /RAN; cat'
git config diff.evil.command 'touch /RAN'
git config diff.external 'touch /RAN'
git config core.fsmonitor 'touch /RAN'
git config core.hooksPath hooks
git config core.autocrlf true
git config gpg.program 'touch /RAN'
git config commit.gpgsign true
mkdir -p hooks
for hook in pre-commit post-commit post-index-change reference-transaction post-checkout pre-auto-gc; do
  for where in hooks .git/hooks; do
    printf '#!/bin/sh\\ntouch /RAN\\n' > $where/$hook; chmod +x $where/$hook
  done
done
printf '* filter=evil diff=evil ident text eol=crlf working-tree-encoding=UTF-16\\n' > .gitattributes
printf '$Id$\\nline\\r\\n' > plain
"""


async def test_nothing_the_workspace_sets_up_is_run_or_obeyed(
    rig: Rig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = tmp_path / "ran"
    script = HOSTILE.replace("/RAN", str(ran))
    rig.shell(script)
    rig.shell(f"mkdir -p nested; cd nested; {script}")
    rig.shell(script.replace("git init -q", "true").replace("git config", "git config -f config.evil"))
    home = tmp_path / "home"
    home.mkdir()
    (home / ".gitconfig").write_text((rig.root / "config.evil").read_text() + "[include]\npath=/nowhere\n")
    for name, value in {
        "HOME": str(home),
        "GIT_DIR": str(rig.root / ".git"),
        "GIT_INDEX_FILE": str(tmp_path / "their index"),
        "GIT_EXTERNAL_DIFF": f"touch {ran}",
        "GIT_CONFIG_PARAMETERS": f"'core.fsmonitor'='touch {ran}'",
    }.items():
        monkeypatch.setenv(name, value)
    with suppress(CalledProcessError):
        rig.shell("git add plain; git diff")
    assert ran.exists(), "the person's own git obeys it"
    ran.unlink()
    (tmp_path / "their index").unlink(missing_ok=True)
    before = await rig.checkpoints.before(1)
    then = rig.state()
    (rig.root / "plain").write_bytes(b"$Id$\nother\r\n")
    (rig.root / ".gitattributes").write_bytes(b"* filter=evil text\n")
    after = await rig.checkpoints.after(1)
    assert "other" in await rig.checkpoints.diff(before, after)
    await rig.checkpoints.rewind(before)
    assert rig.state() == then
    assert not ran.exists()
    assert not (tmp_path / "their index").exists()


async def test_a_git_in_the_workspace_is_not_used(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    rig.shell("printf '#!/bin/sh\\ntouch ran\\n' > git; chmod +x git")
    monkeypatch.setenv("PATH", str(rig.root))
    find_program.cache_clear()
    with pytest.raises(CheckpointError, match="git is not installed"):
        await rig.checkpoints.before(1)
    find_program.cache_clear()
    assert not (rig.root / "ran").exists()


async def test_a_lock_that_a_killed_git_left_does_not_matter(rig: Rig) -> None:
    await rig.checkpoints.before(1)
    for name in ("index.lock", "HEAD.lock"):
        (rig.store / name).touch()
    rig.write(a="1")
    assert (await rig.checkpoints.before(2)).files == 1


async def test_one_that_takes_too_long_is_given_up(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot_git, "_LONGEST", -1.0)
    with pytest.raises(UnusableError, match="a snapshot of the workspace takes longer"):
        await rig.checkpoints.before(1)
