"""Searches of the workspace: lines that match, and files by name. Bounded, and gone when cancelled."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from app.workspace.errors import SearchError
from app.workspace.files import file_error, in_thread
from app.workspace.findings import Findings, Output, relative_path, shown_path
from app.workspace.globs import Glob
from app.workspace.ignore import hidden_by_rules, is_repository
from app.workspace.names import is_protected
from app.workspace.newest import Newest
from app.workspace.paths import Location, Workspace
from app.workspace.patterns import read_pattern
from app.workspace.programs import complaint, find_program, own_command, records, ripgrep_command, running
from app.workspace.request import ScanRequest


@dataclass(frozen=True, slots=True)
class Query:
    """A search for lines.

    Args:
        pattern: A regular expression, matched within a line.
        path: The file or folder to search.
        include: Look only at files that this glob fits; empty for all.
        output: Matching lines, names of files, or counts of matching lines.
        ignore_case: Letter case does not matter.
        context: Lines to show around a match.
        most: Most matching lines, or most files.
    """

    pattern: str
    path: str = "."
    include: str = ""
    output: Output = "content"
    ignore_case: bool = False
    context: int = 0
    most: int = 100


@dataclass(frozen=True, slots=True)
class Found:
    """What a search came to.

    Args:
        text: For the model.
        count: Matching lines or files in it.
        more: There is more than was taken.
        timed_out: The time was up before everything was searched.
    """

    text: str
    count: int
    more: bool
    timed_out: bool


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a search begins: a folder, or one file in it."""

    location: Location
    folder: Path
    file: str | None
    inherit: bool
    repository: bool

    @property
    def prefix(self) -> str:
        """What the paths found are relative to, as it is shown."""
        shown = os.path.dirname(self.location.shown) if self.file else self.location.shown
        return "" if shown == "." else shown


class Search:
    """Searches files. Left out: what .gitignore leaves out, binary files, and what always asks, unless named.

    Args:
        workspace: Where paths are resolved.
        ripgrep: Use it where the machine has it.
        timeout: Seconds a search may take.
    """

    def __init__(self, workspace: Workspace, *, ripgrep: bool = True, timeout: float = 30.0) -> None:
        self._workspace = workspace
        self._ripgrep = find_program("rg", workspace.root) if ripgrep else None
        self._timeout = timeout

    async def grep(self, query: Query, *, allow_outside: bool = False, limit: int = 30_000) -> Found:
        """Search for lines.

        Args:
            query: What to look for.
            allow_outside: Somebody has approved a look outside the workspace.
            limit: Most characters.

        Raises:
            SearchError: The pattern or the path is wrong.
        """
        pattern = read_pattern(_argument(query.pattern))
        place = await self._place(query.path, allow_outside=allow_outside)
        context = query.context if query.output == "content" else 0
        include = _argument(query.include) if place.file is None else ""
        wanted = _wanted(include) if place.file is None else _anything
        request = partial(
            ScanRequest,
            file=place.file,
            ignore_case=query.ignore_case,
            context=context,
            include=include,
            inherit=place.inherit,
            repository=place.repository,
            lines=query.output == "content",
        )
        commands = []
        if self._ripgrep and pattern.ripgrep is not None:
            commands.append(ripgrep_command(self._ripgrep, request(pattern.ripgrep)))
        if pattern.python is not None:  # it also takes what ripgrep finds too large
            commands.append(own_command(request(pattern.python)))
        why = "\\p needs ripgrep, which this machine does not have"
        for command in commands:
            found = Findings(
                place.prefix,
                query.output,
                wanted=wanted,
                separate=context > 0,
                most=query.most,
                limit=limit,
            )

            async def take(records: list[bytes], found: Findings = found) -> bool:
                return found.take(records)

            why, timed_out = await self._run(place, command, b"\n", take)
            if not why:
                return Found(found.text, found.found, found.more, timed_out or found.given_up)
        raise SearchError(f"the search was refused: {' '.join(why.split())}")

    async def glob(
        self,
        pattern: str,
        path: str = ".",
        *,
        most: int = 100,
        allow_outside: bool = False,
        limit: int = 30_000,
    ) -> Found:
        """Find files by name, those changed last first.

        Args:
            pattern: A glob; without a slash it fits at any depth.
            path: The folder to look in.
            most: Most files.
            allow_outside: Somebody has approved a look outside the workspace.
            limit: Most characters.

        Raises:
            SearchError: The pattern or the path is wrong.
        """
        wanted = _wanted(_argument(pattern))
        place = await self._place(path, allow_outside=allow_outside)
        if place.file is not None:
            raise SearchError(f"{place.location.shown} is a file; give a folder to look in")
        request = ScanRequest(
            pattern=None, include=pattern, inherit=place.inherit, repository=place.repository
        )
        newest = Newest(place.folder, wanted, most + 1)

        async def take(names: list[bytes]) -> bool:
            await in_thread(partial(newest.add, names))
            return True

        command = ripgrep_command(self._ripgrep, request) if self._ripgrep else own_command(request)
        why, timed_out = await self._run(place, command, b"\0", take)
        if why:
            raise SearchError(f"the search was refused: {' '.join(why.split())}")
        lines: list[str] = []
        room = limit
        for _, name in newest.found[:most]:
            line = f"{shown_path(place.prefix, relative_path(name))}\n"
            room -= len(line)
            if room < 0:
                break
            lines.append(line)
        return Found("".join(lines), len(lines), len(lines) < len(newest.found), timed_out)

    async def _place(self, path: str, *, allow_outside: bool) -> _Place:
        location = await asyncio.to_thread(self._workspace.locate, path)
        if not location.inside and not allow_outside:
            raise SearchError(f"{location.shown} lies outside the workspace; to search it needs approval")
        return await in_thread(partial(_begin, location))

    async def _run(
        self, place: _Place, command: list[str], end: bytes, take: Callable[[list[bytes]], Awaitable[bool]]
    ) -> tuple[str, bool]:
        """Run a search until it ends, `take` has enough, or the time is up.

        Returns:
            What the program did not like about the request, and whether the time was up.
        """
        try:
            async with (
                asyncio.timeout(self._timeout),
                running(command, place.folder) as process,
                aclosing(records(process, end)) as found,
            ):
                async for some in found:
                    if not await take(some):
                        return "", False
                return await complaint(process), False
        except TimeoutError:
            return "", True
        except OSError as error:
            raise SearchError(f"{place.location.shown}: {file_error(error)}") from error


def _begin(location: Location, _: threading.Event) -> _Place:
    real = location.real
    if real.is_dir():
        repository = any(is_repository(str(folder)) for folder in (real, *real.parents))
        return _Place(location, real, None, inherit=not hidden_by_rules(real), repository=repository)
    if real.is_file():
        return _Place(location, real.parent, real.name, inherit=True, repository=False)
    what = "is not a regular file" if os.path.lexists(real) else "does not exist; check the path"
    raise SearchError(f"{location.shown} {what}")


def _wanted(glob: str) -> Callable[[str], bool]:
    """Whether a file is to be taken, by its relative path; the programs leave out most of the others."""
    fits = Glob(glob).fits if glob else _anything

    def wanted(path: str) -> bool:
        # Ripgrep does not know that some file systems ignore invisible letters.
        return fits(path) and (path.isascii() or not any(map(is_protected, path.split("/"))))

    return wanted


def _anything(_: str) -> bool:
    return True


def _argument(text: str) -> str:
    """Text that can be given to a program."""
    try:
        valid = b"\0" not in text.encode()
    except UnicodeEncodeError:
        valid = False
    if not valid:
        raise SearchError("a pattern cannot hold NUL characters or halves of characters")
    return text
