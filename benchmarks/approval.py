"""The approval of shell commands: everyday ones, and such as are made to take long.

python -m benchmarks.approval [--short]
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any  # JSON of a request

from app.approval.commands import Prefix, judge
from app.approval.places import Here
from app.session.consent import Consent
from app.session.options import Options
from app.session.prepared import PreparedCall
from app.session.session import Session
from app.settings.schema import ModelSettings, Settings
from app.trajectory.events import Record, TaskEnded, ToolRequested, ToolStarted
from benchmarks.timing import PYTHON, ROOT, Row, environment, show
from tests.servers.model_server import Call, ModelServer, Turn

_CASES = ROOT / "tests" / "approval" / "commands" / "contract.jsonl"
_HERE = Here("/w", "/w")
_RULES: list[Prefix] = [("git", "push"), ("rm", "x"), ("env", "a")]
_MEGABYTE = 1_000_000
_PARTS = 10_000
_DEEP = 10_000
_FIRST = """
import time
from app.approval.commands import judge
from app.approval.places import Here
begun = time.perf_counter()
judge("git status", Here("/w", "/w"))
print(time.perf_counter() - begun)
"""


def everyday(rounds: int) -> list[Row]:
    """Each of the acceptance cases, with its rules."""
    cases = []
    for line in _CASES.read_text("utf-8").splitlines():
        record = json.loads(line)
        rules = [tuple(record[key].split()) for key in ("rule", "deny") if record[key]]
        cases.append((record["command"], rules))
    seconds: list[list[float]] = [[] for _ in cases]
    for _ in range(rounds):
        for taken, (command, rules) in zip(seconds, cases, strict=True):
            begun = time.perf_counter()
            judge(command, _HERE, allow=rules, deny=_RULES)
            taken.append(time.perf_counter() - begun)
    each = sorted(map(statistics.median, seconds))
    detail = f"of {len(cases)} commands, each {rounds} times"
    return [
        Row("one command: median", detail, statistics.median(each) * 1e3, 0.5, "ms"),
        Row("one command: p99", detail, each[len(each) * 99 // 100] * 1e3, 5, "ms"),
    ]


def worst() -> list[Row]:
    """Commands that would take long, or for ever, if nothing was bounded; the longest of each kind."""
    kinds = {
        "1 MB": [
            unit * (_MEGABYTE // len(unit)) for unit in ("a", "a;", '"', "$(", "|", "rm ", "a && ", "\n")
        ],
        f"{_PARTS} parts": [glue.join(["true"] * _PARTS) for glue in ("&&", ";", " | ", "\n", "&")],
        f"{_DEEP} deep": [
            *(sign * _DEEP for sign in ("(", "$(", "`", "{ ", "x=(", "$((", "[[ ")),
            *("(" * _DEEP + "a" + ")" * _DEEP, "a " + "$(a " * _DEEP + ")" * _DEEP),
        ],
        "broken, 10 kB": [
            unit * (9_999 // len(unit)) for unit in ("a|", "a`>", "<x[`", "((a", "x=(", "2>*`")
        ],
    }
    return [
        Row(f"{name}: longest", f"{len(some)} kinds", max(map(_judged, some)), 1, "s")
        for name, some in kinds.items()
    ]


def first(rounds: int) -> list[Row]:
    """The first command, which loads the parser."""
    runs = [
        float(subprocess.run([PYTHON, "-c", _FIRST], cwd=ROOT, check=True, capture_output=True).stdout)
        for _ in range(rounds)
    ]
    return [Row("the first command", f"{rounds} processes", statistics.median(runs) * 1e3, None, "ms")]


def starting(turns: int, at_once: int) -> Row:
    """From calls that need no question to their start, with approval and, every other turn, without."""

    def answer(body: dict[str, Any]) -> Turn:
        done = sum(message["role"] == "assistant" for message in body["messages"])
        if done >= 2 * turns:
            return Turn(text="done")
        which = f"{'off' if done % 2 else 'on'} {done}"
        return Turn(calls=[Call("bash", {"command": f"ls {which} {number}"}) for number in range(at_once)])

    real = Consent.refusal
    with ModelServer(answer) as server, TemporaryDirectory() as folder:
        environ = {**os.environ, **environment(OPENAI_BASE_URL=f"{server.url}/v1", OPENAI_API_KEY="sk-key")}
        settings = Settings(model=ModelSettings(name="openai/m", max_turns=10_000))
        session = Session.open(Options(Path(folder), settings, environ))

        async def refusal(consent: Consent, call: PreparedCall) -> str:
            return "" if _is_off(call.request.arguments) else await real(consent, call)

        # Approval off, which no setting can do.
        Consent.refusal = refusal  # type: ignore[method-assign,assignment]
        try:
            waited = _waited(session)
        finally:
            Consent.refusal = real  # type: ignore[method-assign]
            session.close()
    on, off = (statistics.median(waited[off]) for off in (False, True))
    name = f"{at_once} at once" if at_once > 1 else "one call"
    each = (on - off) / at_once * 1e3
    detail = f"{on * 1e3:.2f} / {off * 1e3:.2f} ms, {each:.2f} ms a call more (n={len(waited[True])})"
    return Row(f"way to the start of {name} / no approval", detail, on / off, 1.1 if at_once == 1 else None)


def _is_off(arguments: Mapping[str, object]) -> bool:
    """Whether approval is off for a call."""
    return "off" in str(arguments)


def _waited(session: Session) -> dict[bool, list[float]]:
    """Seconds from each call to its start, by whether approval was off."""
    asked: dict[str, Record] = {}
    waited: dict[bool, list[float]] = {False: [], True: []}
    session.submit("go")
    while session.events.wait():
        for item in session.events.take():
            if not isinstance(item, Record):
                continue
            match item.event:
                case ToolRequested(call=call):
                    asked[call] = item
                case ToolStarted(call=call):
                    before = asked[call]
                    assert isinstance(before.event, ToolRequested)
                    waited[_is_off(before.event.arguments)].append(item.ts - before.ts)
                case TaskEnded(outcome=outcome, error=error):
                    assert outcome == "done", error
                    return waited
                case _:
                    pass
    raise AssertionError("the session ended before its task")


def _judged(command: str) -> float:
    """Seconds that a command takes with rules of each kind."""
    begun = time.perf_counter()
    judge(command, _HERE, allow=_RULES, ask=_RULES, deny=_RULES)
    return time.perf_counter() - begun


def main(arguments: Sequence[str] = ()) -> bool:
    """Measure, and print a table; True if every bar is met."""
    parser = ArgumentParser(prog="python -m benchmarks.approval")
    parser.add_argument("--short", action="store_true", help="a tenth of the rounds")
    short = parser.parse_args(arguments).short
    rows = [*first(3 if short else 9), *everyday(3 if short else 30), *worst()]
    rows += [starting(10 if short else 200, 1), starting(5 if short else 25, 16)]
    return show(f"approval of commands ({os.cpu_count()} cores, load {os.getloadavg()[0]:.1f})", rows)


if __name__ == "__main__":
    sys.exit(0 if main(sys.argv[1:]) else 1)
