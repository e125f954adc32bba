"""What is taken for plain is exactly what bash makes of it: each example asks one real bash."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.approval.shell.parser import parse

BASH = shutil.which("bash")
EXAMPLES = settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
pytestmark = pytest.mark.skipif(BASH is None, reason="there is no bash to compare with")

# Everything with a meaning for the shell, and some without.
PIECES = [
    *" \t'\"\\$`~{},.!#=:*?[]()<>|&;%^@-+/1é\n",
    *["''", '""', "' '", '" "', "'\"'", '"\'"', "\\\n", "\\|", '"\\|"', "$'", "ab", "c"],
    *["{a,b}", "{1..3}", "a=~", "$x", "${x}", "$(a)"],
]
TOKENS = [
    *["aa", "bb", "cc", "; aa", "\nbb", "&& cc", "| aa"] * 6,
    *[" "] * 60,
    *["2>&1", ">/dev/null", "2>/dev/null", "&>", ">&", "if", "then", "fi", "time", "!", "{ ", " }", "x=1"],
    *["[[", "]]", "do", "done", "for", "in", "case", "function", "coproc", "<<E", "\nE\n", "aa()"],
    *PIECES,
]
NAMES = re.compile(r"[abc]\w*")


def bash(program: str, folder: Path) -> str:
    """What a bash that finds no programs prints; `set -f` in it leaves globs as they are."""
    environ = {"PATH": "/nonexistent", "HOME": "/home/nobody", "LC_ALL": "C.UTF-8"}
    command = [str(BASH), "--noprofile", "--norc", "-c", program]
    result = subprocess.run(command, cwd=folder, env=environ, capture_output=True, timeout=60, check=False)
    assert list(folder.iterdir()) == []
    return result.stdout.decode()


def drawn(chance: Random, pieces: list[str], most: int, fits: Callable[[str], bool]) -> Iterator[str]:
    """Random texts of these pieces, as far as they fit."""
    while True:
        text = "".join(chance.choices(pieces, k=chance.randint(1, most)))
        if fits(text):
            yield text


def is_plain_word(text: str) -> bool:
    script = parse(f"a {text} b")
    texts = [simple.texts for simple in script.commands]
    return not script.odd and len(texts) == 1 and len(texts[0]) == 3 and texts[0][2] == "b"


def is_plain_script(text: str) -> bool:
    script = parse(text)
    programs = [simple.texts[0] if simple.texts else "" for simple in script.commands]
    runs_all = all(simple.after != "||" for simple in script.commands)
    return not script.odd and runs_all and bool(programs) and all(map(NAMES.fullmatch, programs))


@EXAMPLES
@given(seed=st.integers(0, 2**32))
def test_a_plain_word_is_what_bash_hands_to_the_program(seed: int, tmp_path: Path) -> None:
    words = list(islice(drawn(Random(seed), PIECES, 8, is_plain_word), 250))
    decoded = [parse(f"a {word} b").commands[0].words[1].text for word in words]
    assert bash(f"set -f\nprintf '%s\\0' {' '.join(words)}", tmp_path).split("\0")[:-1] == decoded


@EXAMPLES
@given(seed=st.integers(0, 2**32))
def test_a_plain_script_runs_the_commands_it_shows_and_no_others(seed: int, tmp_path: Path) -> None:
    scripts = list(islice(drawn(Random(seed), TOKENS, 12, is_plain_script), 50))
    # Where it finds no program, bash calls this function.
    program = "set -f\ncommand_not_found_handle() { printf '%s\\0' \"$@\" $'\\1' >&3; }\n"
    for script in scripts:
        literal = script.replace("'", "'\\''")
        program += f"(eval '{literal}') 3>&1 >/dev/null 2>&1; printf '\\2\\0'\n"
    told = bash(program, tmp_path).split("\2\0")
    for script, ran in zip(scripts, told[:-1], strict=True):
        # The parts of a pipeline run at the same time.
        assert sorted(ran.split("\1\0")[:-1]) == sorted(
            "".join(f"{text}\0" for text in simple.texts) for simple in parse(script).commands
        ), script
