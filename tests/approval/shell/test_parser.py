"""A command as data: which programs it runs, with which words, and why it may be more than that."""

from __future__ import annotations

import pytest

from app.approval.shell.parser import parse


def commands(command: str) -> list[tuple[str, ...]]:
    return [simple.texts for simple in parse(command).commands]


PLAIN = {
    "ls": [("ls",)],
    "ls -la; pwd\nwhoami\n": [("ls", "-la"), ("pwd",), ("whoami",)],
    "a && b || c | d": [("a",), ("b",), ("c",), ("d",)],
    "a&&b||c|d": [("a",), ("b",), ("c",), ("d",)],
    "a |\n b &&\n\n c": [("a",), ("b",), ("c",)],
    "a 'b c' \"d e\" f'g'\"h\"": [("a", "b c", "d e", "fgh")],
    "a '' \"\"": [("a", "", "")],
    "a '$x `y` \\z' \"b & c; d | (e) {f,g} ~\"": [("a", "$x `y` \\z", "b & c; d | (e) {f,g} ~")],
    "'rm' r''m \"r\"m": [("rm", "rm", "rm")],
    'grep "a\\|b\\." x': [("grep", "a\\|b\\.", "x")],
    "a \\\n  b": [("a", "b")],
    "a # b; c": [("a",)],
    "a; # it's\nb": [("a",), ("b",)],
    "a # ends in \\\nb": [("a",), ("b",)],
    "a b#c": [("a", "b#c")],
    "a 2>&1 >/dev/null b 2> /dev/null": [("a", "b")],
    "2>/dev/null a b": [("a", "b")],
    "a>/dev/null|b": [("a",), ("b",)],
    "a2>/dev/null": [("a2",)],
    "git show HEAD~1 HEAD@{1} HEAD^ a=b --c=d": [
        ("git", "show", "HEAD~1", "HEAD@{1}", "HEAD^", "a=b", "--c=d")
    ],
    "a *.py [b]? {} x!y": [("a", "*.py", "[b]?", "{}", "x!y")],
    "a 'é日本' ü": [("a", "é日本", "ü")],
    "echo if then time": [("echo", "if", "then", "time")],
    "!a ''x=1": [("!a", "x=1")],
    "''x=1 a": [("x=1", "a")],
}


@pytest.mark.parametrize("command", PLAIN)
def test_a_plain_command_is_just_its_words(command: str) -> None:
    script = parse(command)
    assert (script.odd, script.unclear) == ("", "")
    assert commands(command) == PLAIN[command]


ODD = [
    "a $x",
    'a "$x"',
    "a ${x}",
    "a $(b)",
    'a "`b`"',
    "a $((1))",
    "a <(b)",
    "a \\x",
    'a "\\$x"',
    "a b\\\nc",
    "a\\\nb",
    "a $'b'",
    'a $"b"',
    "a ~",
    "a ~/b",
    "make x=~/b",
    "a b:~/c",
    "a {b,c}",
    "a {1..3}",
    "a & b",
    "a &",
    "a |& b",
    "(a)",
    "{ a; }",
    "! a",
    "time a",
    "coproc a",
    "if a; then b; fi",
    "while a; do b; done",
    "for a in b; do c; done",
    "case a in a) b;; esac",
    "f() { a; }",
    "[ -f a ]",
    "[[ -f a ]]",
    "((a))",
    "x=1 a",
    "x+=1",
    "x[1]=2 a",
    "export a=b",
    "unset a",
    "declare -a a",
    "a > b",
    "a >> /dev/null",
    "a < b",
    "a < /dev/null",
    "a 3>/dev/null",
    "a >/dev/null2",
    "a >/dev/../etc/x",
    'a >"/dev/null"x',
    "a >& b",
    "a 2>&1x",
    "a >&-",
    "a 2>&- b",
    "a\n\\\n&& b",
    "a &> /dev/null",
    "a <<b\nb",
    "a <<< b",
    "a >\nb",
    "a &&",
    "a | | b",
    "&& a",
    "a ;; b",
    "a 'b",
    'a "b',
    "a (b)",
    "a )",
    "a\rb",
    "a\vb",
    "a\x00b",
    "a \x1b[2K",
    "a \u200bb",
    "a\u00a0b",
    "a \u202eb",
    "a \ud800",
    "a" + " " * 40 + "b",
    "a 'b" + "\n" * 40 + "c'",
    "a " + "b" * 10_000,
]


@pytest.mark.parametrize("command", ODD, ids=lambda command: repr(command[:20]))
def test_anything_else_is_not_plain_and_says_why(command: str) -> None:
    odd = parse(command).odd
    assert odd.startswith("the command ")
    assert odd.isprintable()


HIDING = [
    "echo $(rm x)",
    "echo `rm x`",
    'echo "a $(b $(rm x)) c"',
    "echo ${a:-$(rm x)}",
    "echo $((a[$(rm x)]))",
    "cat <(rm x)",
    "a > $(rm x)",
    "a=$(rm x)",
    "a=$(b; rm x) c",
    "cat <<E\n$(rm x)\nE",
    'cat <<< "$(rm x)"',
    "[[ -v a[$(rm x)] ]]",
    "case $(rm x) in a) b;; esac",
    "case a in a) rm x;; esac",
    "for a in $(rm x); do b; done",
    "for ((;;)); do rm x; done",
    "if a; then b; elif rm x; then c; else d; fi",
    "until rm x; do a; done",
    "f() { rm x; }",
    "function f { a | { b; rm x; }; }",
    "(a; (rm x))",
    "! rm x",
    "a & rm x",
    "a |& rm x",
    ">b 2>c rm x",
    "a=1 b=2 rm x",
    "r\\m x",
    "r''m x",
    "\\\nrm x",
    "rm\\\n x",
]


@pytest.mark.parametrize("command", HIDING)
def test_a_command_is_found_wherever_it_stands(command: str) -> None:
    assert ("rm", "x") in commands(command)


@pytest.mark.parametrize(
    ("command", "word", "live"),
    [
        ("a *b", "*b", "*"),
        ("a '*'b", "*b", ""),
        ("a \\*b", "*b", ""),
        ('a "$b"', "$b", "$"),
        ("a '$b'", "$b", ""),
        ("a ~/b", "~/b", "~"),
        ("a '~'/b", "~/b", ""),
        ("a {b,c}", "{b,c}", "{"),
        ("a {b','c}", "{b,c}", "{"),
    ],
)
def test_a_word_tells_which_characters_still_mean_something(command: str, word: str, live: str) -> None:
    (simple,) = parse(command).commands
    assert simple.words[1].text == word
    assert [char for char in "*$~{" if simple.words[1].holds(char)] == list(live)


def test_what_goes_with_a_command_is_kept_apart_from_its_words() -> None:
    (simple,) = parse("a=1 b+=2 ls -l < in > out 2>> log").commands
    assert simple.texts == ("ls", "-l")
    assert [word.text for word in simple.assignments] == ["a=1", "b+=2"]
    assert [word.text for word in simple.inputs] == ["in"]
    assert [word.text for word in simple.outputs] == ["out", "log"]


def test_a_command_knows_the_operator_in_front_of_it() -> None:
    assert [simple.after for simple in parse("a; b && c ||\nd | e\nf").commands] == [
        "",
        ";",
        "&&",
        "||",
        "|",
        "\n",
    ]


@pytest.mark.parametrize("command", ["bash <<< 'rm x'", "bash <<E\nrm x\nE"])
def test_a_here_document_is_kept(command: str) -> None:
    assert [document.strip() for document in parse(command).documents] == ["rm x"]


# What bash reads in another way than the tree does must not pass as clear.
MISREAD = [
    ("[ a && b ]", "bash runs b"),
    ("[ -f a; rm x ]", "bash runs rm"),
    ("echo a \\ b", "an escaped blank is a word"),
    ("echo a\\\n#b; c", "the comment is a part of the word"),
    ("a >& -b c", "it closes, and b is a word"),
    ("-p2>&1 a", "no number is in front of the redirect"),
    ("!]a", "a word, not a negation"),
    ("> $ a", "the dollar stands alone"),
    ("time ! a", "the program is behind the sign"),
    ("time { a; }", "the program is behind the brace"),
]


@pytest.mark.parametrize(("command", "why"), MISREAD)
def test_the_tree_is_not_believed_where_the_text_says_something_else(command: str, why: str) -> None:
    script = parse(command)
    assert script.odd, why
    assert script.unclear, why


def test_of_a_broken_command_every_piece_is_kept() -> None:
    script = parse('a \'b; r""m x\nc | d')
    assert script.broken
    assert script.commands == ()
    assert [piece.strip() for piece in script.pieces] == ["a b", "rm x", "c", "d"]


@pytest.mark.parametrize("command", ["", " ", "\n", "# nothing", "\\\n"])
def test_nothing_is_no_command(command: str) -> None:
    assert parse(command).commands == ()
