"""Two runs are aligned by what they did; each step of both is in exactly one pair."""

from __future__ import annotations

import itertools
import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from app.trajectory.comparing.alignment import shared
from app.trajectory.comparing.compared_steps import Side, Step, side, totals
from app.trajectory.comparing.comparison import Comparison, compare
from app.trajectory.comparing.differences import Difference, Differences
from app.trajectory.comparing.text_diff import unified
from app.trajectory.content import ToolCall, Usage
from app.trajectory.effects import Effects
from app.trajectory.events import ModelResponse, ToolRequested, UserMessage
from tests.trajectory.compared_runs import Did, Recording, a_run

few = st.lists(st.integers(0, 3), max_size=12)
calls = st.lists(
    st.builds(Did, st.sampled_from(("ls", "pytest", "cat a")), st.sampled_from(("ok", "no"))), max_size=3
)
runs = st.lists(st.tuples(st.sampled_from(("", "I look", "I try")), calls), max_size=6).map(
    lambda turns: a_run(*turns)
)


def compared(left: Recording, right: Recording) -> Comparison:
    return compare(side(left.records), side(right.records))


def differences(left: Recording, right: Recording, place: int) -> list[Difference]:
    """Those of the pair at a place among the pairs that are not equal."""
    comparison = compared(left, right)
    unequal = [pair for pair in comparison.pairs if pair.state != "same"]
    looked = Differences(comparison, left.records.__getitem__, right.records.__getitem__)
    return looked.of(unequal[place])


@given(few, few)
def test_what_is_shared_is_as_long_as_it_can_be(left: list[int], right: list[int]) -> None:
    found = shared(left, right)
    assert all(left[one] == right[two] for one, two in found)
    assert all(a < c and b < d for (a, b), (c, d) in itertools.pairwise(found))
    assert len(found) == longest(left, right)


def longest(left: Sequence[int], right: Sequence[int]) -> int:
    row = [0] * (len(right) + 1)
    for one in left:
        before = row
        row = [0]
        for place, two in enumerate(right):
            row.append(before[place] + 1 if one == two else max(row[-1], before[place + 1]))
    return row[-1]


def test_very_long_sequences_are_aligned_around_what_both_have_in_order() -> None:
    mixed = random.Random(7)
    left = list(range(30_000))
    right = [number for number in left if mixed.random() < 0.9]
    for place in range(0, len(right), 100):
        right[place] = -place - 1
    assert len(shared(left, right)) == sum(number >= 0 for number in right)


def test_ten_thousand_calls_each_are_compared_in_less_than_a_second() -> None:
    mixed = random.Random(3)

    empty = side([])

    def a_long_run() -> Side:
        calls = [f"make {mixed.randrange(2_000)}" for _ in range(10_000)]
        return replace(
            empty,
            steps=[Step("call", row, 1, "", "bash", call, call.encode()) for row, call in enumerate(calls)],
        )

    left, right = a_long_run(), a_long_run()
    began = time.process_time()
    assert len(compare(left, right).pairs) >= 10_000
    assert time.process_time() - began < 1


@given(runs, runs)
def test_every_step_of_both_is_in_exactly_one_pair_in_its_order(left: Recording, right: Recording) -> None:
    comparison = compared(left, right)
    assert [pair.left for pair in comparison.pairs if pair.left] == list(comparison.left.steps)
    assert [pair.right for pair in comparison.pairs if pair.right] == list(comparison.right.steps)


@given(runs)
def test_a_run_does_not_differ_from_itself(run: Recording) -> None:
    comparison = compared(run, run)
    assert comparison.is_same
    looked = Differences(comparison, run.records.__getitem__, run.records.__getitem__)
    assert all(looked.of(pair) == [] for pair in comparison.pairs)


@given(runs, runs)
def test_whether_two_runs_did_the_same_does_not_depend_on_their_order(one: Recording, two: Recording) -> None:
    assert compared(one, two).is_same == compared(two, one).is_same


def test_equal_calls_find_each_other_before_calls_of_the_same_tool() -> None:
    left = a_run(("", [Did("ls"), Did("pytest -x"), Did("git diff")]))
    right = a_run(("", [Did("pwd"), Did("cat a"), Did("pytest -x"), Did("git status")]))
    pairs = [
        (pair.left and pair.left.title, pair.right and pair.right.title, pair.state)
        for pair in compared(left, right).pairs
        if pair.step.kind == "call"
    ]
    assert pairs == [
        ("ls", "pwd", "changed"),
        (None, "cat a", "right"),
        ("pytest -x", "pytest -x", "same"),
        ("git diff", "git status", "changed"),
    ]


def test_calls_of_other_tools_stand_alone() -> None:
    left = a_run(("", [Did("a.py", tool="edit")]))
    right = a_run(("", [Did("a.py", tool="grep")]))
    assert compared(left, right).counts == Counter(same=1, left=1, right=1)


def test_paths_in_two_workspaces_are_equal() -> None:
    def in_folder(folder: str) -> Recording:
        did = [Did(f"cd {folder} && cat {folder}/a.py", f"{folder}/a.py:1: no {folder}-old")]
        return a_run(("", did), workspace=folder)

    left, right = in_folder("/home/a/repo"), in_folder("/tmp/copy")
    assert [each.name for each in differences(left, right, 0)] == ["result"]
    (found,) = differences(left, right, 0)
    assert (found.left, found.right) == ("a.py:1: no /home/a/repo-old", "a.py:1: no /tmp/copy-old")


def test_arguments_differ_key_by_key_and_results_as_a_whole() -> None:
    def asked(arguments: dict[str, object]) -> Recording:
        run = a_run()
        run.add(ToolRequested("c", 1, "search", arguments, Effects("search")))
        return run

    left = asked({"path": "a", "options": {"case": True, "depth": 2}, "old": 1})
    right = asked({"path": "a", "options": {"depth": 3, "case": True}, "new": [1, 2]})
    assert differences(left, right, 0) == [
        Difference("arguments.options.depth", "2", "3"),
        Difference("arguments.old", "1", None),
        Difference("arguments.new", None, "[1,2]"),
    ]
    failed = a_run(("", [Did("ls", "no such folder", status="failed")]))
    assert differences(a_run(("", [Did("ls")])), failed, 0) == [
        Difference("status", "done, exit code 0", "failed, exit code 0"),
        Difference("result", "ok", "no such folder"),
    ]


def test_arguments_that_are_no_object_are_compared_as_they_were_received() -> None:
    def received(text: str) -> Recording:
        run = a_run()
        call = ToolCall("c", "apply_patch", {}, text)
        run.add(ModelResponse(1, "m", (call,), "tools", Usage(), None, None, 0.0, 1))
        run.add(ToolRequested("c", 1, "apply_patch", {}, Effects("a.py")))
        return run

    assert compared(received("*** a"), received("*** a")).is_same
    assert differences(received("*** a"), received("*** b"), 0) == [Difference("arguments", "*** a", "*** b")]


def test_what_a_sub_agent_did_stands_together_where_it_began() -> None:
    run = a_run()
    run.add(UserMessage("task of one"), agent="one")
    run.add(UserMessage("task of two"), agent="two")
    run.add(UserMessage("more for one"), agent="one")
    run.add(UserMessage("go on"))
    assert [step.title for step in side(run.records).steps] == [
        "repair it",
        "task of one",
        "more for one",
        "task of two",
        "go on",
    ]


def test_totals_have_nothing_where_a_file_does_not_say() -> None:
    known = totals(side(a_run(("I look", [Did("ls"), Did("pwd", status="failed")])).records))
    assert (known["calls"], known["failed"], known["cost_usd"], known["seconds"]) == (2, 1, 0.25, 7.0)
    assert (known["input_tokens"], known["outcome"], known["models"]) == (100, "done", ["m"])
    unknown = totals(side([]))
    assert (unknown["cost_usd"], unknown["seconds"], unknown["input_tokens"]) == (None, None, None)


def test_a_diff_of_texts_has_what_differs_and_some_lines_around() -> None:
    left = "\n".join(str(number) for number in range(20))
    assert unified("result", left, left) == ""
    assert unified("result", left, left.replace("10", "ten")) == (
        "--- a/result\n+++ b/result\n@@ -8,7 +8,7 @@\n 7\n 8\n 9\n-10\n+ten\n 11\n 12\n 13\n"
    )
    assert unified("x\ny", None, "new") == "--- a/x y\n+++ b/x y\n@@ -0,0 +1,1 @@\n+new\n"


def test_texts_beyond_what_is_compared_say_so() -> None:
    found = unified("result", "a\n" * 300_000, "a\n" * 300_000 + "b")
    assert found.endswith("… the rest is not compared: it is too long\n")
