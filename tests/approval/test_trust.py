"""Trust is in one content of one file, and is kept for its owner only."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.approval.trust import Trust


def test_trust_is_in_one_content_of_one_file(tmp_path: Path) -> None:
    trust = Trust(tmp_path / "data" / "trust.json")
    trust.change("/a", b"one")
    assert trust.trusts("/a", b"one")
    assert not trust.trusts("/a", b"two")
    assert not trust.trusts("/b", b"one")
    assert (trust.knows("/a"), trust.knows("/b")) == (True, False)


def test_a_newer_trust_takes_the_place_of_the_older_and_none_takes_it_back(tmp_path: Path) -> None:
    trust = Trust(tmp_path / "trust.json")
    trust.change("/a", b"one")
    trust.change("/b", b"one")
    trust.change("/a", b"two")
    assert not trust.trusts("/a", b"one")
    trust.change("/a", None)
    assert not trust.knows("/a")
    assert trust.trusts("/b", b"one")


def test_what_another_process_trusts_is_noticed(tmp_path: Path) -> None:
    file = tmp_path / "trust.json"
    trust = Trust(file)
    trust.refresh()
    Trust(file).change("/a", b"one")
    assert trust.refresh()
    assert trust.trusts("/a", b"one")
    assert not trust.refresh()


@pytest.mark.parametrize("damage", [b"", b"[", b"[]", b"null", b'{"a": 1}', b"[" * 5000, b"\xff"])
def test_damaged_trust_is_none_and_can_be_given_anew(tmp_path: Path, damage: bytes) -> None:
    file = tmp_path / "trust.json"
    file.write_bytes(damage)
    trust = Trust(file)
    trust.refresh()
    assert not trust.trusts("a", b"one")
    trust.change("/a", b"one")
    assert Trust(file).refresh()
    assert file.stat().st_mode & 0o777 == 0o600
