"""A project's file is not trusted: it can tighten some settings, and loosen none."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.settings.checks import SettingsError, expected
from app.settings.known import Known, find, names, provider_keys
from app.settings.load import Loaded, load
from app.settings.meaning import Anything, Never, OnlyStricter, setting
from app.settings.places import project_file
from app.settings.sources import Source

NEVER = {
    "model.name",
    "model.idle_timeout",
    "sandbox.write",
    "checkpoints.enabled",
    "checkpoints.largest_file",
    "recorder.memory_cap",
    "recorder.memory_events",
    "recorder.compress",
    "recorder.redact",
    "library.folders",
    "interface.theme",
    "interface.notify",
    "providers.work.base_url",
    "providers.work.api_key",
    "providers.work.protocol",
    "keys.session.mode",
}
ANYTHING = {"tools.timeout"}
# From the loosest to the strictest.
STRICTER: Mapping[str, tuple[object, ...]] = {
    "model.max_tokens": (32_000, 16_000, 100),
    "model.thinking_tokens": (10, 0),
    "model.max_turns": (200, 100, 3),
    "model.attempts": (7, 6, 1),
    "tools.parallel": (True, False),
    "tools.max_concurrency": (17, 16, 1),
    "tools.output_limit": (30_001, 30_000, 1_000),
    "tools.spool_quota": (257, 256, 1),
    "approval.mode": ("yolo", "auto", "edits", "ask", "plan"),
    "approval.repeats": (0, 6, 5, 1),
    "sandbox.kind": ("off", "auto"),
    "sandbox.network": (True, False),
    "recorder.batch_size": (50, 5, 1),
    "recorder.flush_interval": (0.5, 0.25, 0.01),
    "recorder.durability": ("write", "batch", "fsync"),
}


def all_settings() -> list[str]:
    return [*names(), *(f"providers.work.{key}" for key in provider_keys()), "keys.session.mode"]


def said(value: object) -> str:
    """A value in TOML."""
    return str(value).lower() if isinstance(value, bool) else repr(value)


def write(file: Path, values: Mapping[str, object]) -> None:
    file.parent.mkdir(exist_ok=True)
    lines = []
    for name, value in values.items():
        *tables, key = find(name).path
        lines.append(".".join([*tables, f'"{key}"']) + f" = {said(value)}\n")
    file.write_text("".join(lines))


def value_that(known: Known) -> object:
    """A value other than the default."""
    if known.meaning.choices:
        return next(choice for choice in known.meaning.choices if choice != known.default)
    if known.meaning.form in ("model", "address"):
        return {"model": "evil/model", "address": "http://evil.example/v1"}[known.meaning.form]
    if isinstance(known.default, bool):
        return not known.default
    if isinstance(known.default, (int, float)):
        assert known.meaning.maximum is not None
        return type(known.default)(known.meaning.maximum)
    return ["x"] if known.kind is tuple else "other"


def loaded(folder: Path, user: Mapping[str, object], project: Mapping[str, object]) -> Loaded:
    write(folder / "config.toml", user)
    write(project_file(folder), project)
    return load({"SAWHORSE_CONFIG": str(folder / "config.toml")}, workspace=folder)


def test_of_every_setting_it_is_decided_here_what_a_project_may_say() -> None:
    assert set(all_settings()) == NEVER | ANYTHING | set(STRICTER)
    for name in all_settings():
        match find(name).meaning.project:
            case Never(why):
                assert name in NEVER
                assert why
            case Anything():
                assert name in ANYTHING
            case OnlyStricter():
                assert name in STRICTER


def test_a_new_setting_is_not_taken_unless_somebody_says_so() -> None:
    @dataclass
    class New:
        power: int = setting(1, "How much.", minimum=0, maximum=9)

    (field,) = dataclasses.fields(New)
    assert isinstance(field.metadata["meaning"].project, Never)


@pytest.mark.parametrize("name", sorted(NEVER))
def test_what_is_for_the_person_to_decide_is_not_taken(tmp_path: Path, name: str) -> None:
    known = find(name)
    found = loaded(tmp_path, {}, {name: value_that(known)})
    assert found.value(name) == known.default
    assert found.layer(name).source is Source.DEFAULT
    assert name in found.notice
    assert "a project cannot set it" in found.refused[name]


def test_what_does_no_harm_is_taken(tmp_path: Path) -> None:
    found = loaded(tmp_path, {"tools.timeout": 10}, {"tools.timeout": 600})
    assert found.settings.tools.timeout == 600
    assert found.layer("tools.timeout").file == project_file(tmp_path)
    assert found.notice == ""


@pytest.mark.parametrize(
    ("name", "looser", "stricter"),
    [
        (name, looser, stricter)
        for name, values in STRICTER.items()
        for index, looser in enumerate(values)
        for stricter in values[index + 1 :]
    ],
)
def test_a_project_tightens_and_never_loosens(
    tmp_path: Path, name: str, looser: object, stricter: object
) -> None:
    tightened = loaded(tmp_path, {name: looser}, {name: stricter})
    assert tightened.value(name) == stricter
    assert tightened.notice == ""
    loosened = loaded(tmp_path, {name: stricter}, {name: looser})
    assert loosened.value(name) == stricter
    assert loosened.refused == {
        name: f"a project can only make it stricter than {said(stricter)}".replace("'", "")
    }


@pytest.mark.parametrize("kind", ["bwrap", "landlock"])
def test_a_project_does_not_choose_the_sandbox_for_one_that_may_not_work(tmp_path: Path, kind: str) -> None:
    assert loaded(tmp_path, {}, {"sandbox.kind": kind}).settings.sandbox.kind == "auto"


def test_what_is_not_taken_is_not_even_read(tmp_path: Path) -> None:
    found = loaded(tmp_path, {}, {"recorder.redact": ["("]})
    assert found.settings.recorder.redact == ()
    assert "recorder.redact" in found.refused


def test_nobody_has_to_read_a_novel_by_a_stranger(tmp_path: Path) -> None:
    assert len(loaded(tmp_path, {}, {f"keys.{'x' * 9999}": "y"}).notice) < 1000
    with pytest.raises(SettingsError) as error:
        loaded(tmp_path, {}, {"approval.mode": "x" * 9999})
    assert len(str(error.value)) < 1000


def test_one_line_says_what_of_a_project_does_not_count(tmp_path: Path) -> None:
    found = loaded(
        tmp_path, {}, {"approval.mode": "yolo", "model.name": "evil/model", "keys.session.mode": "y"}
    )
    assert found.notice == (
        f"{project_file(tmp_path)}: approval.mode does not count: "
        "a project can only make it stricter than ask; and 2 more, which `sawhorse config show` lists"
    )


def test_a_person_may_loosen_for_this_run_what_a_project_tightens(tmp_path: Path) -> None:
    write(project_file(tmp_path), {"approval.mode": "plan"})
    environ = {"SAWHORSE_CONFIG": str(tmp_path / "none.toml")}
    assert load(environ, workspace=tmp_path).settings.approval.mode == "plan"
    assert load(environ, {"approval.mode": "auto"}, tmp_path).settings.approval.mode == "auto"


def test_every_setting_says_which_values_it_takes() -> None:
    for name in all_settings():
        known = find(name)
        assert expected(known.kind, known.meaning)
        assert known.meaning.summary.endswith(".")
