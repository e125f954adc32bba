"""Programs that start other programs, which their own words name. Data only."""

from __future__ import annotations

from app.approval.names import names
from app.approval.programs import SHELLS

# Any later word of these may be the program that runs.
WRAPPERS = SHELLS | names(
    """
    sudo doas su su-exec gosu pkexec runuser setpriv chroot nsenter unshare fakeroot firejail bwrap toybox
    capsh newgrp sg env nohup setsid disown daemonize start-stop-daemon systemd-run at batch nice ionice
    chrt taskset numactl prlimit cpulimit stdbuf unbuffer timeout time watch xargs parallel entr flock
    strace ltrace gdb perf valgrind script expect screen tmux xvfb-run caffeinate rlwrap command builtin
    exec eval trap coproc source . alias hash enable shopt bind complete
    """
)

# These run a program of the project behind one of these words; those without any, at once.
RUNNERS: dict[str, frozenset[str]] = {
    "npx": frozenset(),
    "bunx": frozenset(),
    "uvx": frozenset(),
    **dict.fromkeys(["uv", "poetry", "pdm", "pipenv", "hatch", "pipx"], frozenset({"run"})),
    "bundle": frozenset({"exec"}),
    "npm": frozenset({"exec", "x"}),
    "pnpm": frozenset({"exec", "dlx"}),
    "yarn": frozenset({"exec", "dlx"}),
    "bun": frozenset({"exec", "x"}),
    **dict.fromkeys(["docker", "podman", "docker-compose", "kubectl"], frozenset({"run", "exec"})),
}

# These run a program on what they find, or instead of a part of themselves.
RUN_OPTIONS: dict[str, frozenset[str]] = {
    "find": frozenset({"-exec", "-execdir", "-ok", "-okdir"}),
    **dict.fromkeys(["fd", "fdfind"], frozenset({"-x", "-X", "--exec", "--exec-batch"})),
    "rg": frozenset({"--pre", "--hostname-bin"}),
    "git": frozenset({"run", "foreach", "-x", "--exec", "--extcmd", "--upload-pack", "--receive-pack"}),
    **dict.fromkeys(["mapfile", "readarray"], frozenset({"-C"})),
}
