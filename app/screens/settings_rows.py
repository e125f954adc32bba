"""The settings as the settings screen shows them: rows to look through, and what is known of one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.settings.checks import expected
from app.settings.display import HIDDEN, NOTHING, origin, shown, visible
from app.settings.known import Known, find, names, provider_keys
from app.settings.live import Target
from app.settings.load import Loaded
from app.settings.meaning import Anything, Never, OnlyStricter
from app.settings.sources import Layer, Source
from widgets.facts import WARNING, Fact
from widgets.setting_list import Section, SettingLine

_KEYS = "keys"


@dataclass(frozen=True, slots=True)
class BoundAction:
    """An action that keys are bound to.

    Args:
        id: Its name, such as `session.mode`.
        keys: Those it has by default, with a comma between.
        summary: What it does.
    """

    id: str
    keys: str
    summary: str


class SettingRows:
    """Puts rows together.

    Args:
        actions: What keys can be bound to.
        clash: What is wrong with keys for an action: takes its id and the keys.
        found_keys: Variables of the environment that hold the key of a provider, by its name.
    """

    def __init__(
        self,
        actions: Iterable[BoundAction],
        clash: Callable[[str, str], str],
        found_keys: Mapping[str, str],
    ) -> None:
        self._clash = clash
        self._actions = {f"{_KEYS}.{action.id}": action for action in actions}
        self._found = {f"providers.{provider}.api_key": each for provider, each in found_keys.items()}

    def sections(self, loaded: Loaded, search: str) -> list[Section]:
        """All settings that have every word of the search in them, by section."""
        words = search.lower().split()
        sections: dict[str, list[SettingLine]] = {}
        for name in self._names(loaded):
            line = self._line(name, loaded)
            text = f"{name} {line.value} {line.origin} {line.summary}".lower()
            if all(word in text for word in words):
                sections.setdefault(name.partition(".")[0], []).append(line)
        return [Section(heading, tuple(lines)) for heading, lines in sections.items()]

    def facts(self, name: str, loaded: Loaded, target: Target) -> list[Fact]:
        """What is known of one setting.

        Args:
            name: Of the setting.
            loaded: All settings.
            target: The file that a change would go to.
        """
        known, layer = find(name), loaded.layer(name)
        line = self._line(name, loaded)
        rows = [("what", line.summary), ("now", f"{line.value} · {self._origin(name, layer)}")]
        if known.section == _KEYS:
            rows.append(("default", self._actions[name].keys if name in self._actions else NOTHING))
        elif not known.meaning.secret:
            rows.append(
                ("takes", f"{expected(known.kind, known.meaning)}; default {shown(known, known.default)}")
            )
        if known.meaning.later:
            rows.append(("counts", "from the next start on"))
        if why := self._no_effect(name, layer, target):
            rows.append((f"{WARNING}note", why))
        if (bound := loaded.value(name)) and (why := self.clash(name, str(bound))):
            rows.append((f"{WARNING}note", f"does not count: {why}"))
        if name in loaded.refused:
            rows.append(
                (f"{WARNING}note", f"what {loaded.project} says does not count: {loaded.refused[name]}")
            )
        return [*rows, *_in_project(known, target)]

    def clash(self, name: str, text: str) -> str:
        """Why keys cannot be bound to an action; empty if they can, and for any other setting."""
        section, _, action = name.partition(".")
        return self._clash(action, text) if section == _KEYS else ""

    def text(self, name: str, loaded: Loaded) -> str:
        """The value as a person changes it: empty where it must not be shown."""
        known = find(name)
        value = loaded.value(name)
        if visible(known, value) != value:
            return ""
        if known.section == _KEYS:
            return self._keys(name, loaded)
        if isinstance(value, tuple):
            return "\n".join(value)
        return str(value).lower() if isinstance(value, bool) else str(value)

    def _names(self, loaded: Loaded) -> list[str]:
        others = sorted((loaded.names | set(self._found)) - set(names()) - set(self._actions))
        keyed = [name for name in others if name.startswith(f"{_KEYS}.")]
        return [*names(), *_whole(name for name in others if name not in keyed), *self._actions, *keyed]

    def _line(self, name: str, loaded: Loaded) -> SettingLine:
        known, layer = find(name), loaded.layer(name)
        if known.section == _KEYS:
            value = self._keys(name, loaded)
            summary = self._actions[name].summary if name in self._actions else "There is no such action."
        else:
            value = shown(known, loaded.value(name))
            summary = known.meaning.summary
        source = layer.source
        if source is Source.DEFAULT and name in self._found:
            value, source = HIDDEN, Source.ENVIRONMENT
        label = name.partition(".")[2]
        return SettingLine(name, label, value, str(source), summary, source is Source.DEFAULT)

    def _keys(self, name: str, loaded: Loaded) -> str:
        bound = str(loaded.value(name))
        return bound or (self._actions[name].keys if name in self._actions else NOTHING)

    def _origin(self, name: str, layer: Layer) -> str:
        if layer.source is Source.DEFAULT and name in self._found:
            return f"{Source.ENVIRONMENT} {self._found[name]}"
        return origin(name, layer, tilde)

    def _no_effect(self, name: str, layer: Layer, target: Target) -> str:
        """Why saving a value in a file changes nothing now; empty if it does."""
        sources = list(Source)
        if sources.index(layer.source) <= sources.index(target):
            return ""
        return f"{self._origin(name, layer)} counts over what is saved in the {target}"


def tilde(file: Path) -> str:
    """A path as a person writes it."""
    home = Path.home()
    return f"~/{file.relative_to(home)}" if file.is_relative_to(home) else str(file)


def _whole(found: Iterable[str]) -> list[str]:
    """All that can be set of each provider of which anything is set."""
    providers = sorted({name.rpartition(".")[0] for name in found})
    return [f"{provider}.{key}" for provider in providers for key in provider_keys()]


def _in_project(known: Known, target: Target) -> Sequence[Fact]:
    if target is not Source.PROJECT:
        return ()
    match known.meaning.project:
        case Never(why):
            return [("project", f"cannot set it: {why}")]
        case OnlyStricter():
            return [("project", "can only make it stricter than it is without that")]
        case Anything():
            return ()
