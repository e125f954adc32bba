"""`sawhorse config`: look at settings, and change them."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping

from app.settings.change import change
from app.settings.forms import masked
from app.settings.load import Loaded, Source, load, names
from app.settings.places import config_file
from app.terminal.text import safe_line


def config(chosen: Namespace, environ: Mapping[str, str]) -> int:
    """Run one action of `sawhorse config`."""
    match chosen.action:
        case "path":
            print(config_file(environ))
        case "set":
            file = config_file(environ)
            value = change(file, chosen.name, chosen.value)
            shown = "(hidden)" if chosen.name.endswith(".api_key") else value
            print(f"{chosen.name} = {shown}  in {file}")
        case _:
            _show(load(environ))
    return 0


def _show(loaded: Loaded) -> None:
    for name in names():
        section, _, key = name.partition(".")
        value = getattr(getattr(loaded.settings, section), key)
        shown = str(value).lower() if isinstance(value, bool) else value if value != "" else "(none)"
        _say(f"{name:<28} {shown!s:<28} {loaded.sources.get(name, Source.DEFAULT)}")
    for name, provider in sorted(loaded.settings.providers.items()):
        address = masked(provider.base_url) or "(none)"
        key = "set" if provider.api_key else "(none)"
        _say(f"providers.{name}.base_url = {address}, api_key {key}  {Source.USER}")
    for action, keys in sorted(loaded.settings.keys.items()):
        _say(f"keys.{action} = {keys}  {Source.USER}")
    print()
    _say(f"file: {loaded.file}{'' if loaded.file.exists() else ' (not there yet)'}")


def _say(line: str) -> None:
    print(safe_line(line))
