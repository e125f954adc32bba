"""What a tool call may do, declared before it runs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Effects:
    """Declared once by a tool; judged by approval, locked by the scheduler, shown by the pane.

    Args:
        title: One line for a person: what the call is about to do.
        reads: Real paths it reads, and the web addresses a tool fetches, which rules about domains look at.
        writes: Real paths it writes.
        command: The exact shell command it runs, if any.
        network: It talks to other machines.
        unknown: It may do anything a process can: read, write, connect.
        outside: A path lies outside the workspace.
        protected: A path is one that always asks (such as .git/config), even inside the workspace.
        terminal: The command runs on a terminal, where a person may type.
        cwd: Real path of the folder the command starts in.
        variables: Names of variables that earlier commands exported or took away.
        environment: Changes whenever one of those gets another value; empty if there are none.
    """

    title: str
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    command: str = ""
    network: bool = False
    unknown: bool = False
    outside: bool = False
    protected: bool = False
    terminal: bool = False
    cwd: str = ""
    variables: tuple[str, ...] = ()
    environment: str = ""
