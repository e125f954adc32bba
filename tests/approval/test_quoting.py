"""However a command is quoted, it stays what it is, and only what the strict grammar knows runs."""

from __future__ import annotations

import re
import shlex

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.approval.commands import Action, judge
from app.approval.places import Here

HERE = Here("/w", "/w")
EXAMPLES = settings(max_examples=300)
DENIED = """\
rm -rf build
git push origin
git -C . push
/bin/rm x
env rm x
sudo -u root rm x
timeout 5 git push
xargs -n1 rm
find . -exec rm {} +
sh -c 'rm x'
""".splitlines()
DANGEROUS = """\
find . -delete
find . -exec a {} +
sort -o a b
sort --output=a b
sort --comp=./x a
uniq a b
rg --pre ./x a
rg -nz a
sed -i s/a/b/ c
sed s/a/b/e c
sed -n 1wx a
git diff --output=a
git -c a=b log
git grep -Oa b
git branch -D a
git push --rec=./x
rm -rf /
rm -rf .git
rm -rf ..
awk 'BEGIN{system(1)}'
tar xf a --to-command=x
go test -exec ./x
xargs rm
env rm x
cat /etc/passwd
cat ../a
python3 -c x
bash -c x
uv run x
make SHELL=x
man -Px ls
""".splitlines()


@st.composite
def quotings(draw: st.DrawFn, commands: list[str]) -> tuple[str, str]:
    """A command, and the same with each character of its words quoted in some way or not at all."""
    command = draw(st.sampled_from(commands))
    words = []
    for word in shlex.split(command):
        pieces = []
        for char in word:
            plain = re.match(r"[\w./=:+,@%^-]", char) is not None
            ways = ["'", '"', "\\", "''", '""'] + ([""] * 12 if plain else [])
            way = draw(st.sampled_from(ways))
            pieces.append(
                {"\\": f"\\{char}", "''": f"''\\{char}", '""': f'"{char}"""'}.get(way, f"{way}{char}{way}")
            )
        words.append("".join(pieces))
    blanks = draw(st.sampled_from([" ", "  ", "\t", " \\\n "]))
    return command, draw(st.sampled_from(["", "ls && ", "ls; ", "true\n", "ls | "])) + blanks.join(words)


@EXAMPLES
@given(quotings(DENIED))
def test_a_denied_command_is_denied_in_any_quotes(drawn: tuple[str, str]) -> None:
    command, quoted = drawn
    allow = [tuple(shlex.split(command)), tuple(shlex.split(command)[:1])]
    verdict = judge(quoted, HERE, allow=allow, deny=[("rm",), ("git", "push")])
    assert verdict.action is Action.DENY


@EXAMPLES
@given(quotings(DANGEROUS))
def test_a_dangerous_command_asks_in_any_quotes(drawn: tuple[str, str]) -> None:
    command, quoted = drawn
    words = shlex.split(command)
    assert judge(quoted, HERE, allow=[(words[0],)]).action is Action.ASK


SIGNS = """
ls echo -x a/b ../a /etc * ~ é ; && || | & |& ( ) { } {a,b} [[ ! # \\ ' " ` $ $x ${x} $( = x=1
< > >> 2>&1 >/dev/null 2>/dev/null <<E <<< if then fi time
"""
TOKENS = [
    *SIGNS.split(),
    *[" "] * 8,
    *["cat a", "git log", "npm run x", "rm x", "'a b'", '"a b"', "\n", "\t", "\r", "\x1b", "\u200b", "\\\n"],
]
REDIRECT = re.compile(r"(?:(?<![\w&>])2>&1|(?<![&>])>[ \t]*/dev/null)(?=[\s;|>]|&&|\Z)")
NOT_STRICT = re.compile(
    r"[$`\\<>()\r\x1b\u200b]|(?<!&)&(?!&)|&&&"  # substitutions, redirects, groups, what cannot be seen
    r"|(?:^|[\s=:])~|\{\S*(?:,|\.\.)\S*\}"  # what stands for other words
    r"|(?:^|[\n;|&])[ \t]*(?:\w+=|[{}!](?:\s|$))"  # assignments and signs in front of a program
)


@EXAMPLES
@given(st.lists(st.sampled_from(TOKENS), max_size=14).map("".join))
def test_only_what_the_strict_grammar_knows_runs(command: str) -> None:
    verdict = judge(command, HERE, allow=[("npm", "run")], deny=[("rm",)])
    if verdict.action is Action.ALLOW:
        bare = re.sub(r"'[^']*'|\"(?:\\[^$`\"\\\n]|[^$`\"\\])*\"", "q", command)
        bare = re.sub(r"(?:(?<=\s)|(?<=[;|&])|^)#[^\n]*", "", bare.replace("\\\n", " "))
        assert not NOT_STRICT.search(REDIRECT.sub(" ", bare)), bare
        assert "rm" not in re.split(r"[\s;|&]+", bare)


@pytest.mark.parametrize("letter", ["ɡ", "ｇ", "g\u0301"])
def test_a_program_that_only_looks_the_same_is_another(letter: str) -> None:
    assert judge(f"{letter}it log", HERE, allow=[("git",)]).action is Action.ASK
