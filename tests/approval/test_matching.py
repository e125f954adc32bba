"""Rules that deny are found wherever the command that they fit may hide."""

from __future__ import annotations

import pytest

from app.approval.commands import Action, judge
from app.approval.places import Here

HERE = Here("/w", "/w")
FITS_RM = [
    "rm",
    "rm -rf x",
    "'rm' x",
    'r""m x',
    "r\\m x",
    "\\rm x",
    "rm\\\n x",
    "/bin/rm x",
    "../bin/rm x",
    '"$HOME/bin/rm" x',
    "/bin/r? x",
    "$x rm x",
    "rm$x y",
    "{rm,-rf,x}",
    "ls && rm x",
    "ls | rm",
    "ls & rm x",
    "ls\nrm x",
    "ls; # no\nrm x",
    "echo $(rm x)",
    'echo "`rm x`"',
    "echo ${x:-$(rm x)}",
    "cat <(rm x)",
    "ls > $(rm x)",
    "if rm x; then ls; fi",
    "for x in y; do rm $x; done",
    "case x in x) rm y;; esac",
    "f() { rm x; }",
    "(cd x; rm y)",
    "! rm x",
    "time rm x",
    "time { rm x; }",
    "coproc rm x",
    "x=1 rm y",
    ">x rm y",
    "env rm x",
    "env -i X=1 rm y",
    "env -S 'rm x'",
    "env '-Srm x'",
    "env --split-string='rm x'",
    "sudo -u root rm x",
    "sudo env nice -n 5 rm x",
    "timeout -k 5 10 rm x",
    "nohup rm x",
    "setsid -w rm x",
    "stdbuf -oL rm x",
    "exec -a x rm y",
    "command -p rm x",
    "builtin rm",
    "xargs rm",
    "xargs -I{} sh -c 'rm {}'",
    "find . -exec rm {} +",
    "find . -name x -execdir /bin/rm {} ';'",
    "find . -ok sh -c 'rm x' ;",
    "fd -x rm",
    "rg --pre rm x",
    "rg --pre=rm x",
    "git rebase -x 'rm x' main",
    "git submodule foreach 'rm x'",
    "git bisect run rm x",
    "bash -c 'rm x'",
    "bash -xc 'ls; rm x'",
    'sh -c "sh -c \'sh -c \\"rm x\\"\'"',
    "eval 'rm x'",
    "eval rm x",
    "trap 'rm x' EXIT",
    "bash <<< 'rm x'",
    "bash <<E\nrm x\nE",
    "cat <<E | sh\nrm x\nE",
    "watch 'rm x'",
    "script -qc 'rm x' /dev/null",
    "busybox rm x",
    "uv run rm x",
    "npx rm x",
    "docker run -v /:/h alpine rm x",
    "ls && rm 'x",
    "ls && (rm x",
    "rm x)",
    "echo [ && rm x ]",
    "true && " * 20_000 + "rm x",
    "ls; " * 5_000 + "rm x",
    "a | " * 3_000 + "rm x",
    "(" * 10_000 + "rm x" + ")" * 10_000,
    "echo " + "$(" * 10_000 + "rm x" + ")" * 10_000,
    "x" * 1_000_000 + "; rm x",
]
OTHERS = [
    "ls rm",
    "grep rm x",
    "echo 'rm x'",
    "git rm x",
    "rmdir x",
    "./rm.sh",
    "xrm",
    "find . -name rm",
    "python3 -c 'rm'",
    "git commit -m 'rm x'",
    "cat <<E\nrm x\nE",
    "npm run rm",
    "# rm x",
]


@pytest.mark.parametrize("command", FITS_RM, ids=lambda command: command[:40])
def test_a_denied_program_is_found(command: str) -> None:
    verdict = judge(command, HERE, allow=[("ls",), ("rm",), ("env",)], deny=[("curl",), ("rm",)])
    assert verdict.action is Action.DENY
    assert verdict.rule == ("rm",)
    assert verdict.reason.isprintable()


@pytest.mark.parametrize("command", OTHERS)
def test_what_only_mentions_it_is_not_denied(command: str) -> None:
    assert judge(command, HERE, deny=[("rm",)]).action is not Action.DENY


@pytest.mark.parametrize(
    ("rule", "command", "denied"),
    [
        ("git push", "git push origin", True),
        ("git push", "git -C . push", True),
        ("git push", "git -c a=b --no-pager push", True),
        ("git push", "git --git-dir=x push", True),
        ("git push", "git --git-dir x --work-tree y push", True),
        ("git push", "/usr/bin/git push", True),
        ("git push", "X=1 git push", True),
        ("git push", "git p'u'sh", True),
        ("git push", "git pus?", True),
        ("git push", "git " + "-x " * 300 + "push", True),
        ("git push", "git stash push", False),
        ("git push", "git pull push", False),
        ("git push", "git log push", False),
        ("git push", "git", False),
        ("git push", "git commit -m 'git push'", False),
        ("kubectl delete", "kubectl -n prod delete pod x", True),
        ("npm run deploy", "npm --prefix x run deploy", True),
        ("npm run deploy", "npm run build deploy", False),
        ("pip install", "python3 -m pip install x", True),
        ("pip install", "python3 -Impip install x", True),
        ("pytest", "uv run pytest", True),
        ("/bin/rm", "rm x", True),
        ("git push", "git 'push", True),
        ("git push", "git commit -m 'don", False),
    ],
)
def test_options_in_front_of_a_subcommand_do_not_count(rule: str, command: str, denied: bool) -> None:
    assert (judge(command, HERE, deny=[tuple(rule.split())]).action is Action.DENY) == denied


def test_rules_that_ask_are_found_in_the_same_places() -> None:
    verdict = judge("cd src && env git -C . push", HERE, allow=[("git",)], ask=[("git", "push")])
    assert (verdict.action, verdict.rule) == (Action.ASK, ("git", "push"))
    assert verdict.reason == "git -C . push: a rule asks for git push"


def test_a_command_that_cannot_be_read_is_denied_for_what_it_may_hold() -> None:
    verdict = judge("ls '; rm x", HERE, deny=[("rm",)])
    assert verdict.reason == "the command cannot be read, and may hold it: a rule denies rm"
    assert verdict.part == ()
