"""A person's keys: what can count does, what cannot is said."""

from __future__ import annotations

import pytest

from app.screens.keymap import PARTS, bindings, checked
from app.workbench import Workbench


def test_every_action_has_an_id_of_its_own() -> None:
    ids = [binding.id for binding in dict.fromkeys(bindings(*PARTS, Workbench))]
    assert len(ids) > 40
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    ("name", "keys"),
    [("session.mode", "f9"), ("call.zoom", "g"), ("app.quit", "ctrl+x,f10"), ("session.steer", "alt+s")],
)
def test_good_keys_count(name: str, keys: str) -> None:
    assert checked({name: keys}, Workbench) == ({name: keys}, [])


@pytest.mark.parametrize(
    ("name", "keys", "says"),
    [
        ("session.mood", "f9", "there is no such action; the nearest is session.mode"),
        ("session.mode", "", "'' is no key"),
        ("session.mode", "nonsense+key", "'nonsense+key' is no key"),
        ("session.mode", "y", "it would be taken from what you type"),
        ("session.mode", "f2", "f2 is taken by session.inbox"),
        ("call.zoom", "c", "c is taken by call.cancel"),
        ("call.zoom", "ctrl+q", "ctrl+q is taken by app.quit"),
        ("call.zoom", "s", "s is taken by approval.session"),
        ("process.attach", "c", "c is taken by call.cancel"),
        ("session.steer", "f9,alt+up", "alt+up is taken by session.unqueue"),
        ("terminal.detach", "x", "it would be taken from what you type"),
    ],
)
def test_bad_keys_are_left_out_and_said(name: str, keys: str, says: str) -> None:
    good, problems = checked({name: keys, "call.follow": "g"}, Workbench)
    assert good == {"call.follow": "g"}
    (problem,) = problems
    assert says in problem
    assert problem.startswith(f"keys.{name} = ")
