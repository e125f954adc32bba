"""What one command leaves to the next."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from app.execution.commands import CommandOutcome, CommandRunner
from app.execution.shell_state import ShellChange, ShellState

Run = Callable[..., Awaitable[CommandOutcome]]


@pytest.fixture
async def run(tmp_path: Path) -> AsyncIterator[Run]:
    """Run a command in a folder of its own, with a small environment; outputs lie beside the folder."""
    base = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "OLD": "old"}
    runner = CommandRunner(environment=base, grace=30)
    folder = tmp_path / "work"
    folder.mkdir()
    count = 0

    async def go(text: str, state: ShellState | None = None, seconds: float = 30) -> CommandOutcome:
        nonlocal count
        count += 1
        running = runner.start(
            text, state=state or ShellState(folder), spool=tmp_path / "spools" / f"{count}.out"
        )
        in_time = await running.exits(seconds)
        return await runner.finish(running, timed_out=not in_time)

    yield go
    await runner.close()


@pytest.mark.parametrize(
    ("command", "variables"),
    [
        ("export NEW=1", {"NEW": "1"}),
        ("export OLD=new", {"OLD": "new"}),
        ("unset OLD", {"OLD": None}),
        ("declare +x OLD", {"OLD": None}),
        ("export NEW=", {"NEW": ""}),
        ("export NEW=$'two\\nlines\\n'", {"NEW": "two\nlines\n"}),
        ("export NEW=$'\\n'; export LATER=1", {"NEW": "\n", "LATER": "1"}),
        ("export NEW=$'\\xff=\\x01'", {"NEW": "\udcff=\x01"}),
        ("export NEW=a=b", {"NEW": "a=b"}),
        ("readonly NEW=1; export NEW", {"NEW": "1"}),
        ("NEW=1", {}),
        ("export OLD=old", {}),
        ("NEW=(1 2); export NEW", {}),
        ("new() { :; }; export -f new", {}),
        ("env 'odd name=1' 'odd-name=1' true", {}),
        ("export BASH_ENV=x ENV=x CDPATH=/ SAWHORSE_CALL=x SAWHORSE_STATE=x SHLVL=9", {}),
        ("(export NEW=1)", {}),
        ("echo x | export NEW=1", {}),
        ("export PATH=; unset -f cd; IFS=0", {"PATH": ""}),
        ("set -euo pipefail; export NEW=1; false || true", {"NEW": "1"}),
        ("set -C -f -o posix; shopt -s extdebug; export NEW=1", {"NEW": "1"}),
        ("trap 'echo $BASH_COMMAND' DEBUG; trap 'echo E' ERR; export NEW=1", {"NEW": "1"}),
        ("exec >&- 2>&-; export NEW=1", {"NEW": "1"}),
        ("pwd() { :; }; printf() { :; }; export NEW=1", {"NEW": "1"}),
        ("export NEW=1; exit", {"NEW": "1"}),
        ("f() { export NEW=1; exit 0; }; f", {"NEW": "1"}),
    ],
)
async def test_exported_variables_are_left(run: Run, command: str, variables: dict[str, str | None]) -> None:
    assert dict((await run(command)).change.variables) == variables


@pytest.mark.parametrize(
    ("command", "exit_code"),
    [
        ("export NEW=1; cd /; exit 3", 3),
        ("export NEW=1; cd /; false", 1),
        ("export NEW=1; cd /; kill -TERM $$; sleep 60", -15),
        ("export NEW=1; cd /; kill -9 $$", -9),
        ("set -e; export NEW=1; cd /; (exit 4); true", 4),
        ("export NEW=1; cd /; exec true", 0),
        ("export NEW=1; cd /; trap 'echo bye' EXIT", 0),
        ("export NEW=1; cd /; echo 'unbalanced", 2),
    ],
)
async def test_a_command_that_fails_or_ends_in_its_own_way_leaves_nothing(
    run: Run, command: str, exit_code: int
) -> None:
    outcome = await run(command)
    assert outcome.exit_code == exit_code
    assert outcome.change == ShellChange()


@pytest.mark.usefixtures("from_first_word")
async def test_a_command_that_was_ended_leaves_nothing_even_if_it_says_it_went_well(run: Run) -> None:
    outcome = await run(
        "trap 'export NEW=1; cd /; exit 0' TERM; echo; while :; do sleep 0.01; done", seconds=0.1
    )
    assert (outcome.timed_out, outcome.exit_code) == (True, 0)
    assert outcome.change == ShellChange()


@pytest.mark.parametrize(
    ("command", "name"),
    [
        ("mkdir sub; cd sub", "sub"),
        ("mkdir sub; ln -s sub link; cd link", "sub"),
        ("mkdir $'two\\nlines\\n'; cd $'two\\nlines\\n'", "two\nlines\n"),
        ("mkdir $'\\xff'; cd $'\\xff'", "\udcff"),
        ("mkdir -p a/b; pushd a >/dev/null; cd b", "a/b"),
        ("mkdir sub; export BIG=$(head -c 100000 /dev/zero | tr '\\0' x); cd sub", "sub"),
    ],
)
async def test_the_folder_it_ended_in_is_left(run: Run, tmp_path: Path, command: str, name: str) -> None:
    assert (await run(command)).change.cwd == tmp_path / "work" / name


async def test_a_folder_that_was_not_left_is_no_change_though_it_has_two_names(
    run: Run, tmp_path: Path
) -> None:
    (tmp_path / "link").symlink_to("work")
    outcome = await run("cd /; cd -; export NEW=1", ShellState(tmp_path / "link"))
    assert outcome.change.cwd is None
    assert dict(outcome.change.variables) == {"NEW": "1"}


async def test_a_folder_that_was_removed_does_not_garble_the_variables(run: Run) -> None:
    outcome = await run("export NEW=$'line\\n'; rmdir \"$PWD\"")
    assert outcome.exit_code == 0
    assert outcome.change == ShellChange()


@pytest.mark.parametrize("options", ["", "set -e;"])
async def test_more_than_a_program_can_be_given_leaves_nothing_and_the_command_went_well(
    run: Run, options: str
) -> None:
    """The environment of `env` itself would be too large to start it."""
    outcome = await run(f"{options} mkdir sub; cd sub; export BIG=$(head -c 1000000 /dev/zero | tr '\\0' x)")
    assert outcome.exit_code == 0
    assert outcome.change == ShellChange()


async def test_state_that_could_not_be_written_whole_leaves_nothing(run: Run) -> None:
    """Variables behind a cut would otherwise count as taken away."""
    outcome = await run("export NEW=$(head -c 5000 /dev/zero | tr '\\0' x); trap '' XFSZ; ulimit -f 1")
    assert outcome.exit_code == 0
    assert outcome.change == ShellChange()


@pytest.mark.parametrize("command", ["set -x; true", "trap 'echo seen >&2' ERR; true"])
async def test_leaving_the_state_is_not_seen_in_the_output(run: Run, command: str) -> None:
    assert (await run(command)).spool.read_text() == ("+ true\n" if "-x" in command else "")


async def test_the_descriptors_that_scripts_use_are_free(run: Run, tmp_path: Path) -> None:
    outcome = await run('for n in $(seq 3 230); do eval "exec $n>file-$n"; done; export NEW=1')
    assert {each.read_bytes() for each in (tmp_path / "work").glob("file-*")} == {b""}
    assert dict(outcome.change.variables) == {"NEW": "1"}


async def test_a_command_cannot_tell_that_it_is_asked_for_its_state(run: Run) -> None:
    outcome = await run(
        "echo [$BASH_ENV$SAWHORSE_STATE]; env | grep -E 'BASH_ENV|SAWHORSE_STATE'; declare -F"
    )
    assert outcome.spool.read_text() == "[]\n"


async def test_a_command_starts_with_what_was_left(run: Run, tmp_path: Path) -> None:
    variables = {"NEW": "two\nlines\n\udcff", "OLD": None}
    outcome = await run('pwd; printf "[%s]" "$NEW" "${OLD-none}"', ShellState(Path("/"), variables))
    assert outcome.spool.read_bytes() == b"/\n[two\nlines\n\xff][none]"
    assert outcome.change == ShellChange()


def test_the_later_change_counts() -> None:
    state = ShellState(Path("/w"), {"A": "1", "B": "1"})
    after = state.after(ShellChange(Path("/w/x"), {"A": "2", "B": None})).after(ShellChange(None, {"A": "3"}))
    assert (after.cwd, dict(after.variables)) == (Path("/w/x"), {"A": "3", "B": None})
    assert after.names == ("A", "B")
    assert after.environment({"A": "0", "B": "0", "C": "0"}) == {"A": "3", "C": "0"}
    assert dict(state.variables) == {"A": "1", "B": "1"}


def test_variables_that_would_be_too_much_to_start_a_command_with_are_not_taken() -> None:
    state = ShellState(Path("/w"), {"A": "1"})
    large = {f"V{n}": "x" * 100_000 for n in range(3)}
    after = state.after(ShellChange(Path("/w/x"), large))
    assert (after.cwd, dict(after.variables)) == (Path("/w/x"), {"A": "1"})
    assert dict(after.after(ShellChange(None, {"B": "2"})).variables) == {"A": "1", "B": "2"}


def test_a_digest_tells_states_apart_and_nothing_else() -> None:
    def digest(**variables: str | None) -> str:
        return ShellState(Path("/w"), variables).digest

    assert digest() == ""
    assert digest(A="1", B="2") == ShellState(Path("/elsewhere"), {"B": "2", "A": "1"}).digest
    assert len({digest(A="1"), digest(A="2"), digest(A=None), digest(B="1"), digest(A="\udcff")}) == 5
    assert "very-secret" not in digest(A="very-secret")
