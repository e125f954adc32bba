"""Whatever a command is, the answer comes soon, and it is never that the command may run."""

from __future__ import annotations

import pytest

from app.approval.commands import Action, judge, suggest
from app.approval.critical import critical
from app.approval.places import Here

HERE = Here("/w", "/w")
RULES = [("rm", "x"), ("git", "push"), ("env", "a")]
# Repeated, each is the worst of its kind for a parser, a pattern or a loop; ␣ is a blank, ⏎ a newline.
KINDS = """
a␣ a; a⏎ a␣&&␣ a␣|␣ a| | a␣&␣ a␣|&␣ ( (a␣ $( echo␣$( echo␣"$( ` " ' "" \\ \\⏎ < > >␣a␣ 2>&1␣ <<E␣
<<E⏎ <<< { {a, ${ ${a:- x= x=( x[ x[$( a[ ((a $(( $[ [[␣ [␣a␣ [[␣a␣=~␣ if␣ for␣ case␣x␣in␣
case␣x␣in␣x)a;; f(){␣ ! !␣ time␣ # * ?( @(x a`> `<a 2>*` <x[` *| sudo␣ env␣ env␣-a␣ env␣"a␣b"␣
sudo␣rm= rm␣-a␣ git␣-a␣ find␣-exec␣ cd␣a; cd␣a&& echo␣*␣ ../ é 😀 sh␣-c␣"
"""
UNITS = [kind.replace("␣", " ").replace("⏎", "\n") for kind in KINDS.split()] + ["\0", "\x01", "\ud800"]
pytestmark = pytest.mark.timeout(10)  # a benchmark measures it; without bounds it would be minutes


def repeated(unit: str, size: int) -> str:
    return (unit * (size // len(unit) + 1))[:size] + " ${x}"


@pytest.mark.parametrize("unit", UNITS, ids=ascii)
def test_a_command_that_a_person_may_see_is_judged_in_bounded_time(unit: str) -> None:
    command = repeated(unit, 9_990)
    assert judge(command, HERE, allow=[("a",), ("env",)], deny=RULES).action is not Action.ALLOW
    assert suggest(command, HERE) == ()
    assert critical(command, HERE).isprintable()


@pytest.mark.parametrize("unit", UNITS, ids=ascii)
def test_a_longer_one_is_searched_in_bounded_time(unit: str) -> None:
    assert judge(repeated(unit, 32_000), HERE, deny=RULES).action is not Action.ALLOW


@pytest.mark.parametrize("unit", ["a", "a;", "rm ", "git -x ", '"', "$(", "(", "|", "\n", "\0"], ids=ascii)
def test_a_megabyte_is_searched_in_bounded_time(unit: str) -> None:
    command = repeated(unit, 1_000_000)
    assert judge(command, HERE, ask=RULES, deny=RULES).action is not Action.ALLOW
    assert suggest(command, HERE) == ()
    assert critical(command, HERE).isprintable()


@pytest.mark.parametrize("glue", [" && ", "; ", " | ", "\n", " & ", " || ", " $(", " ("])
def test_deny_is_looked_for_in_every_one_of_ten_thousand_parts(glue: str) -> None:
    command = glue.join(["true"] * 9_999 + ["git push"])
    assert judge(command, HERE, deny=[("git", "push")]).action is Action.DENY
    assert judge(command, HERE).action is Action.ASK
