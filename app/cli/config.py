"""`sawhorse config`: look at settings, and change them."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path

from app.cli.config_output import as_json, rows
from app.settings.change import change, unset
from app.settings.checks import SettingsError
from app.settings.display import HIDDEN, origin, shown
from app.settings.known import find
from app.settings.live import LiveSettings, Target
from app.settings.load import Loaded, load
from app.settings.places import config_file, project_file
from app.settings.sources import Source
from app.terminal.text import safe_line


def config(chosen: Namespace, environ: Mapping[str, str]) -> int:
    """Run one action of `sawhorse config`."""
    workspace = Path.cwd()
    target: Target = Source.PROJECT if getattr(chosen, "project", False) else Source.USER
    file = project_file(workspace) if target is Source.PROJECT else config_file(environ)
    match chosen.action:
        case "path":
            _say(str(file))
        case "schema":
            _schema()
        case "get":
            loaded = load(environ, workspace=workspace)
            _say(shown(find(chosen.name), loaded.value(chosen.name), empty=""))
        case "set":
            _set(chosen.name, chosen.value, target, file, environ, workspace)
        case "unset":
            was_there = unset(file, chosen.name)
            _say(f"{chosen.name} is {'no longer' if was_there else 'not'} in {file}")
        case _:
            _show(load(environ, workspace=workspace), json=chosen.json)
    return 0


def _set(
    name: str, text: str, target: Target, file: Path, environ: Mapping[str, str], workspace: Path
) -> None:
    if target is Source.PROJECT:
        live = LiveSettings(environ, workspace=workspace)
        live.change(name, text, target)
        loaded: Loaded | None = live.loaded
    else:
        change(file, name, text)  # even where something else in the file is wrong: it may be what repairs it
        loaded = _loaded(environ, workspace)
    value = HIDDEN if find(name).meaning.secret else text
    _say(f"{name} = {value}  in {file}")
    if loaded is not None and (counts := loaded.layer(name)).source is not target:
        _say(f"but {origin(name, counts)} counts over that")


def _loaded(environ: Mapping[str, str], workspace: Path) -> Loaded | None:
    try:
        return load(environ, workspace=workspace)
    except SettingsError:
        return None


def _show(loaded: Loaded, *, json: bool) -> None:
    if json:
        print(as_json(loaded))
        return
    for row in rows(loaded):
        _say(row)
    print()
    _say(f"file: {loaded.file}{'' if loaded.file.exists() else ' (not there yet)'}")
    for name, why in loaded.refused.items():
        _say(f"{loaded.project}: {name} does not count: {why}")


def _schema() -> None:
    import json

    from app.settings.json_schema import json_schema

    print(json.dumps(json_schema(), indent=2))


def _say(line: str) -> None:
    print(safe_line(line))
