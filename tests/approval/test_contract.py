"""The acceptance cases of commands: what must be denied, what must be asked about, what may just run."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from app.approval.commands import Action, Prefix, judge
from app.approval.places import Here

HERE = Here("/w", "/w")


@dataclass(frozen=True, slots=True)
class Case:
    name: str
    command: str
    allow: tuple[Prefix, ...]
    deny: tuple[Prefix, ...]
    expect: str

    @property
    def action(self) -> Action:
        return judge(self.command, HERE, allow=self.allow, deny=self.deny).action


def _cases() -> Iterator[Case]:
    for line in (Path(__file__).parent / "commands" / "contract.jsonl").read_text("utf-8").splitlines():
        record: dict[str, Any] = json.loads(line)  # a JSON object of the case file
        name = f"{record['id']} {record['command'][:40]!r}: {record['why']}"
        yield Case(name, record["command"], _rules(record["rule"]), _rules(record["deny"]), record["expect"])


def _rules(words: str | None) -> tuple[Prefix, ...]:
    return (tuple(words.split()),) if words else ()


CASES = list(_cases())


@pytest.mark.parametrize(
    ("expect", "passes", "count"),
    [
        ("must_deny", {Action.DENY}, 33),
        ("must_ask", {Action.ASK, Action.DENY}, 241),
        ("auto_ok", {Action.ALLOW}, 44),
    ],
)
def test_every_case_is_judged_as_it_must_be(expect: str, passes: set[Action], count: int) -> None:
    cases = [case for case in CASES if case.expect == expect]
    failed = [case.name for case in cases if case.action not in passes]
    assert len(cases) == count
    assert not failed, f"{len(failed)} of {count} {expect}:\n" + "\n".join(failed)


def test_there_are_no_other_cases() -> None:
    assert len(CASES) == 318
