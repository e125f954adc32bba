"""The sandbox of a session: chosen beside its loop, so that nothing but the first command waits for it."""

from __future__ import annotations

import asyncio
import importlib
import os
from collections.abc import Callable, Mapping
from pathlib import Path

from app.approval.places import OBEYED, OBEYED_IN_HOME
from app.execution.sandbox.confinement import Confinement, NoSandbox, Sandbox
from app.settings.places import config_file, data_directory, rules_file
from app.settings.schema import SandboxSettings


class Confining:
    """Chooses the sandbox, and knows which one it is.

    Args:
        workspace: The folder that commands work in.
        settings: What the person wants.
        environ: Says where our own files are, which commands do not see.
        shown: What they do see of those: the outputs of this session.
        chosen: Called with what it has come to.
    """

    def __init__(
        self,
        workspace: Path,
        settings: SandboxSettings,
        environ: Mapping[str, str],
        *,
        shown: Path,
        chosen: Callable[[Sandbox], object],
    ) -> None:
        self.confinement: Confinement | None = None
        self._workspace = workspace
        self._settings = settings
        self._hidden = _our_own(environ)
        self._shown = shown
        self._chosen = chosen
        self._choice: asyncio.Task[Sandbox] | None = None

    @property
    def satisfies(self) -> bool:
        """Whether there is a sandbox, or the person chose to have none; for after the choice."""
        return self.confinement is not None and (self.confinement.holds or self.confinement.kind == "off")

    def begin(self) -> None:
        """Begin to choose."""
        self._choice = asyncio.get_running_loop().create_task(self._choose())

    async def ready(self) -> None:
        """Wait until the sandbox is there."""
        if self.confinement is None:
            assert self._choice is not None, "it was begun with the session"
            await asyncio.shield(self._choice)

    async def close(self) -> None:
        """Take away what the sandbox has put into the file system."""
        if self._choice is not None:
            if not self._choice.done():
                self._choice.cancel()
                await asyncio.wait([self._choice])
            if not self._choice.cancelled():
                await self._choice.result().close()

    async def _choose(self) -> Sandbox:
        try:
            sandbox = await self._tried_out()
        except Exception as error:  # whatever is wrong with it, a session has to know that it has none
            sandbox = NoSandbox(Confinement("none", f"{type(error).__name__}: {error}"))
        self.confinement = sandbox.confinement
        self._chosen(sandbox)
        return sandbox

    async def _tried_out(self) -> Sandbox:
        # Loading it here would hold up the first request.
        await asyncio.to_thread(importlib.import_module, "app.execution.sandbox.choice")
        from app.execution.sandbox.choice import Wish, choose

        folders = filter(None, self._settings.write.split(os.pathsep))
        wish = Wish(
            kind=self._settings.kind,
            network=self._settings.network,
            write=tuple(map(os.path.expanduser, folders)),
            protected=_obeyed(),
            hidden=self._hidden,
            shown=(self._shown,),
        )
        return await choose(self._workspace, wish)


def _our_own(environ: Mapping[str, str]) -> tuple[Path, ...]:
    """Settings, rules and recordings. A folder that a person chose for settings may hold more than those."""
    config = config_file(environ)
    settings = (config, rules_file(environ)) if environ.get("SAWHORSE_CONFIG") else (config.parent,)
    return (*settings, data_directory(environ))


def _obeyed() -> tuple[str, ...]:
    """What programs obey that find it in the workspace, or in the home folder if that is within."""
    home = os.path.realpath(Path.home())
    return (*sorted(OBEYED), *(os.path.join(home, name) for name in sorted(OBEYED_IN_HOME)))
