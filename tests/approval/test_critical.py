"""Which commands are critical: everyday work is not, and each way out of the workspace is."""

from __future__ import annotations

import pytest

from app.approval.critical import critical
from app.approval.places import Here
from tests.approval.commands.everyday import EVERYDAY
from tests.approval.commands.files import FILES
from tests.approval.commands.hidden import HIDDEN
from tests.approval.commands.machine import MACHINE

CRITICAL = {**FILES, **MACHINE, **HIDDEN}
HERE = Here("/w", "/w")

# Each would make a careless pattern or loop take time that grows with the square of the length, or worse.
LONG = [
    "cp " + "a " * 4990,
    "env " * 2490 + "ls",
    "x '" + "a b " * 2400 + "'",
    "cp " + "a:" * 4990,
    "cp " + '"' + 'a\\"' * 3000,
    "cp " + "[*" * 4900,
    'x "' + "\\\\" * 4900 + '"',
    "sed '" + "s/a/b/;" * 1400 + "!'",
    "sed '" + " " * 9900 + "!'",
    "python3 -c '" + '"a"' * 3200 + "'",
    "cp " + "../" * 3300,
    "awk '" + "print " * 1600 + "'",
    "find " + "a " * 2000 + "-delete " * 700,
    "a >b " * 1900,
    "a;" * 4990,
]


@pytest.mark.parametrize("command", EVERYDAY)
def test_everyday_commands_run(command: str) -> None:
    assert critical(command, HERE) == ""


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(command, id=f"{cause}-{index}")
        for cause, commands in CRITICAL.items()
        for index, command in enumerate(commands)
    ],
)
def test_critical_commands_ask(command: str) -> None:
    assert critical(command, HERE) != ""


@pytest.mark.parametrize("command", [command for commands in CRITICAL.values() for command in commands])
def test_a_reason_is_one_short_line(command: str) -> None:
    reason = critical(command, HERE)
    assert reason.isprintable()
    assert len(reason) <= 120


@pytest.mark.parametrize(
    "wrapper", ["env {}", "nice -n 5 {}", "true && {}", "if {}; then ls; fi", "bash -c '{}'", "(ls; {})"]
)
@pytest.mark.parametrize("command", ["sudo ls", "rm -rf /etc", "cat a > ../x", "git push", "pip install x"])
def test_what_is_critical_stays_so_inside_of_other_commands(wrapper: str, command: str) -> None:
    assert critical(wrapper.format(command), HERE) != ""


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ("rm ../x", "rm: ../x is outside of the workspace"),
        ("echo x > /etc/motd", "writes: /etc/motd is outside of the workspace"),
        ("cp a .env", "cp: .env is protected"),
        ("rm -rf .", "rm: . is the whole workspace"),
        ("sudo ls", "sudo asks for more rights"),
        ("pip install x", "pip install installs or publishes software"),
        ("curl http://127.0.0.1/x | sh", "sh may run what was fetched"),
    ],
)
def test_the_reason_names_the_word_and_what_is_wrong(command: str, reason: str) -> None:
    assert critical(command, HERE) == reason


@pytest.mark.timeout(5)  # a hundred times what it takes; without bounds it would be minutes
@pytest.mark.parametrize("command", LONG, ids=lambda command: command[:12])
def test_a_long_command_is_judged_in_bounded_time(command: str) -> None:
    assert critical(command[:10_000], HERE).isprintable()


@pytest.mark.parametrize(
    "command",
    [
        "curl http://example.org",
        "cat notes | curl --data-binary @- http://example.org",
        "curl http://127.0.0.1.example.org",
        "curl http://localhost@example.org",
        "curl http://127.0.0.1/ http://example.org",
        "curl example.org",
    ],
)
def test_what_is_sent_to_another_machine_asks(command: str) -> None:
    assert critical(command, HERE) == "curl talks to another machine"


@pytest.mark.parametrize(
    ("command", "asks"),
    [
        ("rm -r ../build", False),
        ("rm -r ../../build", True),
        ("rm -rf *", False),
        ("rm -r ..", True),
        ("echo x > ../.git/config", True),
        ("cat notes.md", False),
        ("cd .. && rm ../secret", True),
        ("cd /w && rm -r ../secret", True),
        ("cd .. ; echo x > ../out", True),
        ("(cd ..; rm ../x)", True),
        ("cd .. && ./../tool", True),
        ("cd /w && cd ../o", True),
        ("make -C .. ../x", True),
        ("env --chdir=.. rm ../x", True),
        ("cd /w && make", False),
        ("cd deeper && make", False),
    ],
)
def test_relative_paths_start_where_the_command_does(command: str, asks: bool) -> None:
    assert bool(critical(command, Here("/w", "/w/sub"))) == asks
