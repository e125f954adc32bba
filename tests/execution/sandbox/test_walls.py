"""What no command can do in any sandbox, whatever it tries."""

from __future__ import annotations

import os
import shlex
import socket
import subprocess
from pathlib import Path

import pytest

from app.execution.sandbox.landlock import landlock_version
from tests.execution.observing import wait_until
from tests.execution.sandbox.jail import Jail, give

ATTEMPTS = {
    "make a file": "touch {}/new",
    "make a folder": "mkdir {}/new",
    "write into a file": "echo evil >>{}/old",
    "empty a file": ": >{}/old",
    "remove a file": "rm -f {}/old",
    "rename a file": "mv {0}/old {0}/new",
    "move a file in": "touch new; mv new {}/new",
    "move a file out": "mv {0}/old taken; [ ! -e {0}/old ]",
    "make a link": "ln -s /etc {}/new",
    "make another name": "ln {}/old taken",
    "go by a link": "ln -s {} link; echo evil >link/new",
    "go by the folder above": "cd ..; touch outside/new",
}


def python(script: str) -> str:
    """A shell command that runs some Python, which all users have."""
    return f"/usr/bin/python3 -ISc {shlex.quote(script)}"


@pytest.mark.parametrize("attempt", ATTEMPTS.values(), ids=ATTEMPTS)
def test_nothing_outside_can_be_changed(jail: Jail, attempt: str) -> None:
    before = sorted(jail.outside.iterdir())
    (said,) = jail.run(attempt.format(jail.outside))
    assert said.code != 0
    assert sorted(jail.outside.iterdir()) == before
    assert (jail.outside / "old").read_text() == "old\n"
    if str(jail.outside) in said.text and not attempt.startswith("ln {"):  # which fails for another reason
        assert said.blame == "it writes outside the workspace"


def test_the_workspace_and_the_temporary_folder_can_be_written(jail: Jail) -> None:
    first, second = jail.run(
        'echo in >file; mkdir -p a/b; mv file a/b/; echo out >"$TMPDIR/x"; mktemp; echo $(wc -c <<<here)',
        'cat a/b/file "$TMPDIR/x"; test -w "$XDG_CACHE_HOME" || mkdir "$XDG_CACHE_HOME"',
    )
    assert (first.code, second.code, second.text) == (0, 0, "in\nout\n")
    assert (jail.workspace / "a/b/file").read_text() == "in\n"


def test_the_temporary_folder_is_gone_afterwards_and_was_nobody_elses(jail: Jail) -> None:
    name = f"left-{os.getpid()}"
    assert jail.run(f'touch "$TMPDIR/{name}"')[0].code == 0
    assert not Path("/tmp", name).exists()


def test_a_folder_that_a_person_names_can_be_written(jail: Jail) -> None:
    (said,) = jail.run(f"echo new >{jail.outside}/new; rm {jail.outside}/old", write=[str(jail.outside)])
    assert (said.code, [each.name for each in jail.outside.iterdir()]) == (0, ["new"])


def test_everything_can_be_read_but_what_is_hidden(jail: Jail) -> None:
    for name in ("settings", "data/outputs"):
        (jail.folder / name).mkdir(parents=True)
    for name in ("settings/config.toml", "data/recording", "data/outputs/call.out"):
        (jail.folder / name).write_text(f"secret {name}\n")
    jail.own()
    (said,) = jail.run(
        f"cd {jail.folder}; cat outside/old data/outputs/*; cat settings/* data/recording; touch settings/x",
        hidden=[str(jail.folder / "settings" / "config.toml"), str(jail.folder / "data")],
        shown=[str(jail.folder / "data" / "outputs")],
    )
    assert said.text.startswith("old\nsecret data/outputs/call.out\n")
    assert said.text.count("secret") == 1
    assert said.code != 0
    assert [each.name for each in (jail.folder / "settings").iterdir()] == ["config.toml"]


def test_our_own_folders_are_safe_in_a_workspace_that_holds_them(bubble: Jail) -> None:
    """As when somebody works in the home folder."""
    config, missing = bubble.workspace / ".config/sawhorse", bubble.workspace / ".local/share/sawhorse"
    config.mkdir(parents=True)
    (config / "config.toml").write_text("api_key = 'secret'\n")
    bubble.own()
    said = bubble.run(
        "cat .config/sawhorse/config.toml",
        "echo evil >.config/sawhorse/config.toml",
        "mv .config .c; mkdir -p .config/sawhorse; echo evil >.config/sawhorse/config.toml",
        "mkdir -p .local/share/sawhorse; echo evil >.local/share/sawhorse/trusted",
        "touch .config/other",
        hidden=[str(config), str(missing)],
    )
    assert [each.code != 0 for each in said] == [True, True, True, True, False]
    assert "secret" not in said[0].text
    assert (config / "config.toml").read_text() == "api_key = 'secret'\n"
    wait_until(lambda: not missing.exists())


CONNECTS = (
    "import socket; s = socket.socket(socket.AF_INET, socket.{kind}); s.settimeout(2);"
    "s.connect(('127.0.0.1', {port})); s.send(b'hello'); print('sent')"
)


@pytest.mark.parametrize("kind", ["SOCK_STREAM", "SOCK_DGRAM"])
@pytest.mark.parametrize("network", [False, True], ids=["without", "with the network"])
def test_the_network_is_reached_only_if_that_is_allowed(jail: Jail, kind: str, network: bool) -> None:
    with socket.socket(socket.AF_INET, getattr(socket, kind)) as listener:
        listener.bind(("127.0.0.1", 0))
        if kind == "SOCK_STREAM":
            listener.listen()
        listener.settimeout(5 if network else 0.01)
        port = listener.getsockname()[1]
        text = jail.says(python(CONNECTS.format(kind=kind, port=port)), network=network)
        assert ("sent" in text) is network or kind == "SOCK_DGRAM"
        try:
            if kind == "SOCK_STREAM":
                listener.accept()[0].close()
            else:
                listener.recv(10)
        except (BlockingIOError, TimeoutError):
            assert not network
        else:
            assert network


@pytest.mark.parametrize("network", [False, True], ids=["without", "with the network"])
def test_what_this_machine_runs_on_is_out_of_reach(jail: Jail, network: bool) -> None:
    """Sockets between virtual machines belong to no network, so that none of one's own keeps them in."""
    script = "import socket; socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM); print('made')"
    assert "made" not in jail.says(python(script), network=network)


def test_who_needs_the_network_is_told_that_it_has_none(jail: Jail) -> None:
    script = "import urllib.request; urllib.request.urlopen('http://example.org')"
    (said,) = jail.run(python(script))
    assert (said.code, said.blame) == (1, "it needs the network")


def test_no_right_of_root_is_left_nor_can_one_be_had(jail: Jail) -> None:
    said = jail.run(
        "grep -E 'Cap(Eff|Prm)|NoNewPrivs' /proc/self/status | tr -d '\\t'",
        "mount -o remount,bind,rw / && touch /etc/sawhorse-evil",
        "mount -t tmpfs none /mnt",
        "mknod device b 259 0",
        f"chown 1234 {jail.outside}/old",
        "unshare -Urm sh -c 'mount -o remount,bind,rw / && touch /etc/sawhorse-evil'",
    )
    assert said[0].text.split() == ["CapPrm:0000000000000000", "CapEff:0000000000000000", "NoNewPrivs:1"]
    assert [each.code for each in said[1:]].count(0) == 0
    assert not Path("/etc/sawhorse-evil").exists()


@pytest.mark.parametrize(
    "place", ["/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger", "/sys/kernel/profiling"]
)
def test_the_kernel_cannot_be_told_anything(jail: Jail, place: str) -> None:
    """Its files belong to root, who can write them without any right; what is in some of them is run."""
    (said,) = jail.run(f"[ ! -e {place} ] || exec 3>>{place}")  # opened, but never written
    assert (said.code != 0) is Path(place).exists()


def test_a_workspace_of_somebody_else_can_be_written_by_root(jail: Jail) -> None:
    """As in a container, where root works in what belongs to the user outside."""
    if jail.user != 0:
        pytest.skip("only root can")
    give(jail.workspace, 1234)
    first, second = jail.run(
        "echo new >file; cat file", f"touch {jail.outside}/new; touch /etc/sawhorse-evil"
    )
    assert (first.code, first.text) == (0, "new\n")
    assert second.code != 0
    assert [each.name for each in jail.outside.iterdir()] == ["old"]


def test_processes_outside_cannot_be_seen_into_nor_ended(jail: Jail) -> None:
    if jail.kind == "landlock" and landlock_version() < 6:
        pytest.skip(f"NOT TESTED: signals need version 6 of Landlock, this is {landlock_version()}")
    options = {"user": jail.user} if os.geteuid() == 0 else {}
    with subprocess.Popen(["/bin/sleep", "60"], env={"SECRET": "known"}, **options) as other:  # type: ignore[call-overload]  # one of its options
        said = jail.run(
            f"kill -0 {other.pid}", f"cat /proc/{other.pid}/environ", f"readlink /proc/{other.pid}/cwd"
        )
        assert [each.code != 0 for each in said] == [True] * 3
        assert "known" not in said[1].text
        other.kill()


def test_the_terminals_of_the_person_are_out_of_reach(jail: Jail) -> None:
    """Who reads from one takes the keys; who writes to one, or puts keys into it, is believed."""
    master, slave = os.openpty()
    name = os.ttyname(slave)
    if os.geteuid() == 0:
        os.chown(name, jail.user, -1)
    said = jail.run(f"exec 3<{name}", f"exec 3>{name}", "exec 3<>/dev/tty")
    assert [each.code != 0 for each in said] == [True] * 3
    os.close(master)
    os.close(slave)


def test_a_command_inherits_nothing_that_leads_outside(jail: Jail) -> None:
    """A folder that was opened outside would: `..` of it is the real one."""
    text = jail.says("for each in /proc/$$/fd/*; do readlink $each; done")
    inherited = [each for each in text.splitlines() if not each.startswith(("pipe:", "/memfd:"))]
    assert set(inherited) <= {"/dev/null"}


def test_what_a_command_exports_does_not_reach_what_confines_the_next(jail: Jail) -> None:
    """Or `LD_PRELOAD` would run its code before the walls are up. The loader writes down whom it loads."""
    said = jail.run("mkdir seen; export LD_DEBUG=files LD_DEBUG_OUTPUT=$PWD/seen/by", "/bin/true")
    assert said[1].code == 0
    seen = "".join(each.read_text(errors="replace") for each in (jail.workspace / "seen").iterdir())
    assert "/bin/true" in seen
    assert "bwrap" not in seen
    assert "python" not in seen


def test_numbers_of_signals_and_exit_codes_are_what_they_are_outside(jail: Jail) -> None:
    said = jail.run(
        "kill -9 $$", "kill -TERM $$; sleep 9", "exit 137", "exit 129", "sh -c 'kill -9 $$'; exit $?"
    )
    assert [each.code for each in said] == [-9, -15, 137, 129, 137]


def test_the_largest_process_and_the_time_of_a_command_are_measured(jail: Jail) -> None:
    (said,) = jail.run(python("x = b'x' * (300 << 20); sum(range(3_000_000))"))
    assert said.code == 0
    assert said.peak_memory > 300 << 20
    assert said.cpu_time > 0.05
