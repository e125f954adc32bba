"""A person's keys: what can count does, what cannot is said."""

from __future__ import annotations

import pytest

from app.screens.keymap import PARTS, actions, bindings, checked, problem
from app.workbench import Workbench


def test_every_action_has_an_id_of_its_own() -> None:
    ids = [binding.id for binding in dict.fromkeys(bindings(*PARTS, Workbench))]
    assert len(ids) > 40
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    ("name", "keys"),
    [("session.mode", "f10"), ("call.zoom", "g"), ("app.quit", "ctrl+x,f11"), ("session.steer", "alt+s")],
)
def test_good_keys_count(name: str, keys: str) -> None:
    assert checked({name: keys}, Workbench) == ({name: keys}, [])


@pytest.mark.parametrize(
    ("name", "keys", "says"),
    [
        ("session.mood", "f10", "there is no such action; the nearest is session.mode"),
        ("session.mode", "", "'' is no key"),
        ("session.mode", "nonsense+key", "'nonsense+key' is no key"),
        ("session.mode", "y", "it would be taken from what you type"),
        ("session.mode", "f2", "f2 is taken by session.inbox"),
        ("call.zoom", "c", "c is taken by call.cancel"),
        ("call.zoom", "ctrl+q", "ctrl+q is taken by app.quit"),
        ("call.zoom", "s", "s is taken by approval.session"),
        ("process.attach", "c", "c is taken by call.cancel"),
        ("session.steer", "f10,alt+up", "alt+up is taken by session.unqueue"),
        ("terminal.detach", "x", "it would be taken from what you type"),
        ("app.quit", "ctrl+s", "ctrl+s is taken by session.steer: Say it to the task that runs"),
        ("session.mode", "ctrl+right_square_bracket", "is taken by terminal.detach"),
        ("settings.search", "]", "right_square_bracket is taken by settings.next"),
    ],
)
def test_bad_keys_are_left_out_and_said(name: str, keys: str, says: str) -> None:
    good, problems = checked({name: keys, "call.follow": "g"}, Workbench)
    assert good == {"call.follow": "g"}
    (problem,) = problems
    assert says in problem
    assert problem.startswith(f"keys.{name} = ")


def test_keys_that_change_places_count() -> None:
    swapped = {"session.inbox": "f3", "session.panes": "f2"}
    assert checked(swapped, Workbench) == (swapped, [])


def test_a_key_that_was_given_away_is_free() -> None:
    keys = {"session.jobs": "f12", "session.mode": "f6"}
    assert checked(keys, Workbench) == (keys, [])
    assert problem("session.mode", "f6", {}, Workbench) == "f6 is taken by session.jobs: Background jobs"
    assert problem("session.mode", "f6", {"session.jobs": "f12"}, Workbench) == ""
    assert problem("session.mode", "f12", {"session.jobs": "f12"}, Workbench).startswith("f12 is taken")


def test_of_two_that_want_one_key_the_first_has_it() -> None:
    good, problems = checked({"session.jobs": "f12", "session.mode": "f12"}, Workbench)
    assert good == {"session.jobs": "f12"}
    assert problems == [
        "keys.session.mode = 'f12' is left out: f12 is taken by session.jobs: Background jobs"
    ]


def test_who_counts_on_a_key_that_is_not_given_away_is_left_out_too() -> None:
    good, problems = checked({"session.mode": "f6", "session.jobs": "nonsense+key"}, Workbench)
    assert good == {}
    assert len(problems) == 2


def test_every_action_can_be_bound() -> None:
    assert [action.id for action in actions(Workbench)] == [
        binding.id for binding in dict.fromkeys(bindings(*PARTS, Workbench))
    ]
