"""What rules, and the list of programs that only read, make of a command."""

from __future__ import annotations

import re

import pytest

from app.approval.commands import Action, Prefix, Verdict, judge
from app.approval.places import Here
from app.approval.read_only import PROGRAMS
from tests.approval.commands.reading import READS, SEEM_TO_READ

HERE = Here("/w", "/w")
SEEMING = [command for commands in SEEM_TO_READ.values() for command in commands]


def rule(text: str) -> tuple[Prefix, ...]:
    return (tuple(text.split()),) if text else ()


def action(command: str, *, allow: str = "", ask: str = "", deny: str = "", here: Here = HERE) -> Action:
    return judge(command, here, allow=rule(allow), ask=rule(ask), deny=rule(deny)).action


@pytest.mark.parametrize("command", READS)
def test_what_only_reads_in_the_workspace_runs(command: str) -> None:
    assert judge(command, HERE) == Verdict(Action.ALLOW, "it only reads")


@pytest.mark.parametrize("command", SEEMING)
def test_what_only_seems_to_read_asks(command: str) -> None:
    verdict = judge(command, HERE)
    assert verdict.action is Action.ASK
    assert verdict.reason.isprintable()
    assert len(verdict.reason) <= 130


@pytest.mark.parametrize("command", SEEM_TO_READ["write"] + SEEM_TO_READ["run programs"])
def test_a_rule_for_a_program_that_reads_does_not_cover_more(command: str) -> None:
    program, *_ = command.split()
    assert action(command, allow=program) is Action.ASK or program not in PROGRAMS


def test_deny_goes_before_ask_before_allow() -> None:
    assert action("npm test", allow="npm", ask="npm", deny="npm") is Action.DENY
    assert action("npm test", allow="npm", ask="npm") is Action.ASK
    assert action("npm test", allow="npm") is Action.ALLOW
    assert action("ls", ask="ls") is Action.ASK
    assert action("ls", deny="ls") is Action.DENY


def test_the_strictest_part_decides_and_is_named() -> None:
    allow, deny = rule("npm test"), rule("git push")
    assert judge("ls && npm test", HERE, allow=allow).rule == ("npm", "test")
    asks = judge("npm test && make all | tail", HERE, allow=allow)
    assert asks == Verdict(Action.ASK, "make all: no rule allows it", part=("make", "all"))
    denied = judge("npm test; ls; git push origin", HERE, allow=allow, deny=deny)
    reason = "git push origin: a rule denies git push"
    assert denied == Verdict(Action.DENY, reason, ("git", "push"), ("git", "push", "origin"))


@pytest.mark.parametrize(
    ("allow", "command", "expected"),
    [
        ("npm run", "npm run build -- --base=/app", Action.ALLOW),
        ("npm run", "npm run 'build'", Action.ALLOW),
        ("npm run", "npm runs", Action.ASK),
        ("npm run", "npm", Action.ASK),
        ("npm run", "npm -s run x", Action.ASK),
        ("npm run", "npm RUN x", Action.ASK),
        ("npm run", "npm r?n x", Action.ASK),
        ("npm run", "./npm run x", Action.ASK),
        ("npm run", "npm run x $y", Action.ASK),
        ("npm run", "cd src && npm run x", Action.ALLOW),
        ("npm run", "cd /tmp && npm run x", Action.ASK),
        ("./run.sh", "./run.sh -x", Action.ALLOW),
        ("./run.sh", "cd src && ./run.sh", Action.ASK),
        ("python3 tools/gen.py", "python3 tools/gen.py -c x", Action.ALLOW),
        ("python3 gen.py", "cd src && python3 gen.py", Action.ASK),
        ("pytest", "pytest tests/test_*.py", Action.ALLOW),
        ("pytest", "pytest *", Action.ASK),
        ("pytest", "pytest -*", Action.ASK),
        ("pytest", "pytest ''[a]", Action.ASK),
        ("pytest", "pytest --ignore=*.py", Action.ALLOW),
        ("sort -o x", "sort -o x a", Action.ALLOW),
        ("sort -o x", "sort -o x a -T y", Action.ASK),
        ("cat /etc/hosts", "cat /etc/hosts", Action.ALLOW),
        ("cat /etc/hosts", "cat /etc/hosts /etc/passwd", Action.ASK),
        ("sed -i", "sed -i s/a/b/ src/a.py", Action.ALLOW),
        ("sed -i", "sed -i s/a/b/e src/a.py", Action.ASK),
        ("sed -i", "sed -i s/a/b/ /etc/hosts", Action.ASK),
        ("sed", "sed s/a/b/ a", Action.ALLOW),
        ("sed", "sed -i s/a/b/ a", Action.ASK),
        ("sed", "sed -f x a", Action.ASK),
        ("awk", "awk '{print $1}' a", Action.ALLOW),
        ("awk", "awk 'BEGIN{system(\"x\")}'", Action.ASK),
        ("awk", "awk -f x", Action.ASK),
        ("git", "git commit -m x", Action.ALLOW),
        ("git", "git -c a=b commit", Action.ASK),
        ("git", "git --git-dir=x commit", Action.ASK),
        ("git", "git --no-pager commit", Action.ALLOW),
        ("git", "git bisect run x", Action.ASK),
        ("git", "git config a b", Action.ASK),
        ("git", "git submodule foreach x", Action.ASK),
        ("git submodule", "git submodule update", Action.ALLOW),
        ("git submodule", "git submodule foreach x", Action.ASK),
        ("git rebase", "git rebase main", Action.ALLOW),
        ("git rebase", "git rebase -x ./x main", Action.ASK),
        ("git rebase", "git rebase --exec=./x main", Action.ASK),
        ("git push", "git push --receive-pack=./x", Action.ASK),
        ("git push", "git push --rec=./x", Action.ASK),
        ("git status", "cd src && git status", Action.ASK),
        ("make lint", "make lint -f /tmp/x", Action.ASK),
        ("make lint", "make lint SHELL=./x", Action.ASK),
        ("make lint", "make lint -j4", Action.ALLOW),
        ("go test", "go test -exec ./x ./...", Action.ASK),
        ("go test", "go test -toolexec=./x ./...", Action.ASK),
        ("go test", "go test -run TestX ./...", Action.ALLOW),
        ("cargo test", "cargo test --config x", Action.ASK),
        ("tar", "tar tf a", Action.ALLOW),
        ("tar", "tar tIf x a", Action.ASK),
        ("tar", "tar xf a --to-command=x", Action.ASK),
        ("tar", "tar xf a --use-compress=x", Action.ASK),
        ("tar", "tar cf a --checkpoint-action=exec=x b", Action.ASK),
        ("man", "man ls", Action.ALLOW),
        ("man", "man -P./x ls", Action.ASK),
        ("man", "man --htm=x ls", Action.ASK),
        ("curl", "curl -s http://x", Action.ALLOW),
        ("curl", "curl -so a http://x", Action.ASK),
        ("curl", "curl -K a", Action.ASK),
        ("fd", "fd a", Action.ALLOW),
        ("fd", "fd -x rm", Action.ASK),
        ("fd", "fd -tx -Xrm", Action.ASK),
        ("/usr/bin/find", "/usr/bin/find . -delete", Action.ASK),
        ("/usr/bin/find", "/usr/bin/find . -name x", Action.ALLOW),
    ],
)
def test_a_rule_vouches_for_the_words_it_names_only(allow: str, command: str, expected: Action) -> None:
    assert action(command, allow=allow) is expected


@pytest.mark.parametrize(
    "command",
    [
        "rm -rf /",
        "rm -rf -- /",
        "rm -rf /*",
        "rm -rf *",
        "rm -rf .",
        "rm -rf ./",
        "rm -rf ..",
        "rm -rf /w",
        "rm -rf src/..",
        "rm -rf .git",
        "rm -rf ./.git/hooks",
        "rm -rf .g*",
        "rm -rf /etc",
        "rm .env",
        "cd src && rm -rf ..",
        "cd src; rm -rf ../x/..",
        "/bin/rm -rf /",
        "rmdir /var",
        "mv .git x",
        "mv a /usr/local/bin",
        "cp a ../b",
        "cp --target-directory=/etc a",
        "chmod -R 777 /",
        "chmod 777 .",
        "chown -R me /etc",
        "ln -s /etc x",
        "dd if=a of=/dev/sda",
        "tee /etc/x",
        "mkdir /etc/x",
        "mkfs.ext4 x",
        "truncate -s0 ../a",
        "shred /etc/x",
    ],
)
def test_some_places_are_never_changed_unasked(command: str) -> None:
    program, *_ = re.split(r"&& |; ", command)[-1].split()
    assert action(command, allow=program) is Action.ASK


@pytest.mark.parametrize("command", ["rm -rf build", "rm src/a.py", "mv a b", "cp a src", "mkdir -p src/x"])
def test_elsewhere_a_rule_is_enough(command: str) -> None:
    assert action(command, allow=command.partition(" ")[0]) is Action.ALLOW


WRAPPERS = """
sudo doas env nohup nice timeout time command builtin exec xargs setsid ionice watch stdbuf eval source .
"""


@pytest.mark.parametrize("wrapper", WRAPPERS.split())
def test_no_rule_allows_a_wrapper(wrapper: str) -> None:
    assert action(f"{wrapper} npm test", allow=wrapper) is Action.ASK
    assert action(f"{wrapper} npm test", allow=f"{wrapper} npm test") is Action.ASK


@pytest.mark.parametrize(
    ("allow", "command", "expected"),
    [
        ("bash", "bash x.sh", Action.ALLOW),
        ("bash", "bash -eu x.sh a", Action.ALLOW),
        ("bash", "bash -c x", Action.ASK),
        ("bash", "bash -xc x", Action.ASK),
        ("bash", "bash", Action.ASK),
        ("bash", "bash -s x", Action.ASK),
        ("bash", "bash /tmp/x.sh", Action.ASK),
        ("bash", "ls | bash", Action.ASK),
        ("bash -c ls", "bash -c ls", Action.ASK),
        ("busybox", "busybox rm x", Action.ASK),
        ("python3", "python3 x.py", Action.ALLOW),
        ("python3", "python3 -c x", Action.ASK),
        ("python3", "python3 -Ic x", Action.ASK),
        ("python3", "python3 -m pytest", Action.ASK),
        ("python3", "python3 -", Action.ASK),
        ("python3", "python3 /dev/stdin", Action.ASK),
        ("python3", "python3", Action.ASK),
        ("python3", "python3 --version", Action.ALLOW),
        ("python3", "python3 /tmp/x.py", Action.ASK),
        ("python3 -m", "python3 -m pytest", Action.ASK),
        ("python3 -m pytest", "python3 -m pytest -q", Action.ALLOW),
        ("python3 -c", "python3 -c x", Action.ASK),
        ("node", "node x.js", Action.ALLOW),
        ("node", "node -e x", Action.ASK),
        ("node", "node --import ./x y.js", Action.ASK),
        ("node --test", "node --test", Action.ALLOW),
        ("perl", "perl -E x", Action.ASK),
        ("deno", "deno eval x", Action.ASK),
        ("uv", "uv run pytest", Action.ASK),
        ("uv run", "uv run pytest", Action.ASK),
        ("uv run pytest", "uv run pytest -q", Action.ALLOW),
        ("uv run python", "uv run python -c x", Action.ASK),
        ("uv run rm", "uv run rm -rf /", Action.ASK),
        ("npx", "npx tsc", Action.ASK),
        ("npx tsc", "npx tsc --noEmit", Action.ALLOW),
        ("npx", "npx -y x", Action.ASK),
        ("docker", "docker ps", Action.ALLOW),
        ("docker", "docker run x", Action.ASK),
        ("docker", "docker --host x run y", Action.ASK),
        ("read", "read 'a[$(x)]'", Action.ASK),
        ("let", "let x", Action.ASK),
        ("test", "test -v x", Action.ASK),
        ("printf", "printf -v x y", Action.ASK),
    ],
)
def test_what_runs_other_code_needs_it_named(allow: str, command: str, expected: Action) -> None:
    assert action(command, allow=allow) is expected


def test_an_empty_rule_means_nothing() -> None:
    assert judge("make", HERE, allow=[()], ask=[()], deny=[()]).action is Action.ASK
    assert judge("ls", HERE, ask=[()], deny=[()]).action is Action.ALLOW


@pytest.mark.parametrize("command", ["", " \n", "# ls", ">/dev/null"])
def test_nothing_asks(command: str) -> None:
    assert action(command) is Action.ASK


def test_a_command_that_is_not_plain_says_why_and_offers_no_part() -> None:
    assert judge("echo $(ls)", HERE) == Verdict(Action.ASK, "the command runs another one to build itself")
    assert judge("x" * 10_001, HERE) == Verdict(Action.ASK, "the command is longer than 10,000 characters")


def test_a_reason_shows_no_character_that_could_disguise_it() -> None:
    verdict = judge("rm \x1b[2K\u202e\nx", HERE, deny=rule("rm"))
    assert verdict.action is Action.DENY
    assert verdict.reason.isascii()
    assert verdict.reason.isprintable()


def test_paths_start_where_the_command_does() -> None:
    inside = Here("/w", "/w/src")
    assert action("cat ../a.txt", here=inside) is Action.ALLOW
    assert action("cat ../../a.txt", here=inside) is Action.ASK
    assert action("git status", here=inside) is Action.ASK  # it may be a repository of its own
    assert action("git status", allow="git status", here=inside) is Action.ALLOW
    assert action("./run.sh", allow="./run.sh", here=inside) is Action.ASK
