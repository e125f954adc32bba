"""The settings screen: look through them, change them, see where they come from."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pytest
from textual.geometry import Size
from textual.widgets import Input, Static

from app.settings.known import names
from app.settings.live import LiveSettings, Target
from app.settings.places import project_file
from tests.screens.settled import COMMENTED, Listening, SettingsApp, look_at, press, write
from tests.widgets.terminal import until
from widgets.figures import Figures
from widgets.setting_list import SettingList

WIDE, NARROW = (200, 50), (80, 24)


@pytest.fixture
def app(tmp_path: Path) -> SettingsApp:
    (tmp_path / "config.toml").write_text(COMMENTED)
    return SettingsApp(tmp_path, session=Listening())


def listed(app: SettingsApp) -> list[str]:
    """Every line of the list."""
    return [str(option.prompt) for option in app.list.options]


async def test_every_setting_is_there_with_its_value_and_where_that_comes_from(app: SettingsApp) -> None:
    async with app.run_test(size=WIDE):
        lines = [line.split() for line in listed(app)]
        labels = [line[0] for line in lines if line]
        assert [label for label in labels if label in {name.partition(".")[2] for name in names()}]
        for name in names():
            assert name.partition(".")[2] in labels
        assert ["batch_size", "9", "user", "file"] in [line[:4] for line in lines]
        assert ["max_concurrency", "16", "default"] in [line[:3] for line in lines]
        assert ["session.mode", "shift+tab", "default"] in [line[:3] for line in lines]


async def test_what_is_looked_at_says_what_it_does_takes_and_where_it_comes_from(app: SettingsApp) -> None:
    async with app.run_test(size=NARROW) as pilot:
        await look_at(pilot, "recorder.batch_size")
        assert "Events gathered before they are written." in app.text
        assert f"9 · user file {app.file}" in app.facts
        assert "a whole number from 1 to 10000; default 5" in app.text


async def test_a_search_finds_names_values_and_what_they_do(app: SettingsApp) -> None:
    async with app.run_test(size=NARROW) as pilot:
        await press(pilot, "slash")
        for text, found in (("user file", "batch_size"), ("megabytes kept output", "spool_quota")):
            await write(pilot, text)
            assert [line.split()[0] for line in listed(app)[1:]] == [found]
        await write(pilot, "there is none")
        assert listed(app) == []
        assert "No setting has all these words" in app.text
        await press(pilot, "escape")
        assert len(listed(app)) > 100
        assert isinstance(app.focused, SettingList)
        await press(pilot, "escape")
        assert app.screen_stack == [app.screen], "and back to where the person was"


async def test_letters_of_a_search_do_nothing_else(app: SettingsApp) -> None:
    async with app.run_test(size=NARROW) as pilot:
        await press(pilot, "slash", *"rwq")
        assert app.settings.query_one("#search", Input).value == "rwq"
        assert app.file.read_text() == COMMENTED


async def test_a_number_is_changed_in_the_file_and_at_once(app: SettingsApp) -> None:
    assert app.session is not None
    async with app.run_test(size=NARROW) as pilot:
        await look_at(pilot, "recorder.batch_size")
        await press(pilot, "enter")
        await write(pilot, "50")
        await press(pilot, "enter")
        assert app.file.read_text() == COMMENTED.replace("9", "50")
        assert app.session.recorder.batch_size == 50
        assert not app.field.is_open
        assert app.list.has_focus
        await until(pilot, lambda: "50 · 0.25 s" in app.text)


async def test_a_wrong_value_is_refused_beside_the_field_with_the_reason(app: SettingsApp) -> None:
    assert app.session is not None
    async with app.run_test(size=NARROW) as pilot:
        await look_at(pilot, "recorder.batch_size")
        await press(pilot, "enter")
        await write(pilot, "0")
        said = "recorder.batch_size must be a whole number from 1 to 10000, not 0"
        assert said in app.text, "before it is entered"
        await press(pilot, "enter")
        await write(pilot, "5x")
        assert "not '5x'" in app.text, "it is still open"
        await press(pilot, "escape")
        assert not app.field.is_open
        assert app.file.read_text() == COMMENTED
        assert app.session.told == []


async def test_what_is_on_or_off_is_changed_by_one_key(app: SettingsApp) -> None:
    async with app.run_test(size=NARROW) as pilot:
        await look_at(pilot, "tools.parallel")
        for key, value in (("enter", False), ("space", True)):
            await press(pilot, key)
            assert app.live.settings.tools.parallel is value


async def test_what_is_written_is_for_the_setting_it_was_begun_for(app: SettingsApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await look_at(pilot, "recorder.batch_size")
        await press(pilot, "enter")
        app.settings.query_one("#search", Input).value = "tools."  # another one is looked at by now
        await pilot.pause()
        assert app.list.looked_at == "tools.parallel"
        assert not app.field.is_open
        assert app.list.has_focus
        assert app.file.read_text() == COMMENTED


async def test_one_of_several_is_chosen_from_a_list(app: SettingsApp) -> None:
    assert app.session is not None
    async with app.run_test(size=NARROW) as pilot:
        await look_at(pilot, "recorder.durability")
        await press(pilot, "enter", "down", "enter")
        assert app.session.recorder.durability == "batch"
        await press(pilot, "enter", "down", "escape")
        assert app.session.recorder.durability == "batch"


async def test_a_list_has_one_text_on_each_line(app: SettingsApp) -> None:
    async with app.run_test(size=NARROW) as pilot:
        await look_at(pilot, "recorder.redact")
        await press(pilot, "enter", *"tok_(", "ctrl+s")
        assert "missing ), unterminated subpattern" in app.text
        await press(pilot, *"a)", "enter", *"x", "ctrl+s")
        assert app.live.settings.recorder.redact == ("tok_(a)", "x")
        await press(pilot, "enter", "escape")
        assert app.list.has_focus


async def test_a_reset_takes_the_value_out_of_the_file(app: SettingsApp) -> None:
    assert app.session is not None
    async with app.run_test(size=NARROW) as pilot:
        await look_at(pilot, "recorder.batch_size")
        await press(pilot, "r")
        assert app.file.read_text() == "# how I like it\n[recorder]  # the recording\n"
        assert app.session.told[-1].recorder.batch_size == 5
        await press(pilot, "r")
        assert "recorder.batch_size is not in the user file; it comes from: default" in app.said


async def test_a_value_can_be_saved_for_the_project(app: SettingsApp, tmp_path: Path) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await look_at(pilot, "recorder.batch_size")
        assert f"saves to user file {app.file}" in app.text
        await press(pilot, "w")
        assert f"saves to project file {project_file(tmp_path)}" in app.text
        assert "can only make it stricter" in app.facts
        await press(pilot, "enter")
        await write(pilot, "10")
        assert "a project can only make it stricter than 9" in app.text
        await write(pilot, "3")
        await press(pilot, "enter")
        assert project_file(tmp_path).read_text() == "[recorder]\nbatch_size = 3\n"
        assert app.file.read_text() == COMMENTED
        await press(pilot, "w")
        assert (
            f"project file {project_file(tmp_path)} counts over what is saved in the user file" in app.facts
        )


async def test_what_a_project_cannot_set_says_why(app: SettingsApp, tmp_path: Path) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await press(pilot, "w")
        await look_at(pilot, "checkpoints.enabled")
        assert "cannot set it: it is for you to decide" in app.facts
        await press(pilot, "enter")
        assert "checkpoints.enabled: a project cannot set it" in app.said
        assert not project_file(tmp_path).exists()


async def test_what_of_a_project_does_not_count_is_said(tmp_path: Path) -> None:
    project_file(tmp_path).parent.mkdir()
    project_file(tmp_path).write_text("[approval]\nmode = 'yolo'\n")
    app = SettingsApp(tmp_path, session=None)
    async with app.run_test(size=WIDE) as pilot:
        assert "approval.mode does not count: a project can only make it stricter than ask" in app.said
        await look_at(pilot, "approval.mode")
        assert "does not count" in str(app.settings.query_one("#error", Static).content)
        assert "a project can only make it stricter than ask" in app.facts


async def test_what_the_environment_overrides_says_that_saving_has_no_effect_now(tmp_path: Path) -> None:
    app = SettingsApp(
        tmp_path,
        session=Listening(),
        overrides={"tools.timeout": "9"},
        SAWHORSE_RECORDER__BATCH_SIZE="2",
    )
    assert app.session is not None
    async with app.run_test(size=WIDE) as pilot:
        await look_at(pilot, "recorder.batch_size")
        assert "2 · environment SAWHORSE_RECORDER__BATCH_SIZE" in app.facts
        assert "SAWHORSE_RECORDER__BATCH_SIZE counts over what is saved in the user file" in app.facts
        await press(pilot, "enter")
        await write(pilot, "50")
        await press(pilot, "enter")
        assert "batch_size = 50" in app.file.read_text()
        assert app.live.settings.recorder.batch_size == 2
        assert app.session.told == []
        await look_at(pilot, "tools.timeout")
        assert "9.0 · command line" in app.facts


async def test_a_secret_is_never_shown_but_where_it_comes_from(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(
        '[providers.work]\napi_key = "sk-mine-1"\nbase_url = "http://u:hunter2@host/v1"\n'
    )
    app = SettingsApp(tmp_path, session=None, ANTHROPIC_API_KEY="sk-ant-2")
    async with app.run_test(size=WIDE) as pilot:
        seen = "\n".join(listed(app))
        await look_at(pilot, "providers.work.api_key")
        assert f"(hidden) · user file {app.file}" in app.facts
        await press(pilot, "enter")
        seen += app.text
        await press(pilot, *"sk-other", "enter")
        seen += app.text
        assert 'api_key = "sk-other"' in app.file.read_text()
        await look_at(pilot, "providers.anthropic.api_key")
        assert "(hidden) · environment ANTHROPIC_API_KEY" in app.facts
        await look_at(pilot, "providers.work.base_url")
        await press(pilot, "enter")
        seen += app.text
        for secret in ("sk-mine", "sk-ant", "sk-other", "hunter2"):
            assert secret not in seen


async def test_figures_of_the_recorder_move_beside_its_settings_and_nothing_else_does(
    app: SettingsApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert app.session is not None
    async with app.run_test(size=NARROW) as pilot:
        await look_at(pilot, "recorder.batch_size")
        assert "212 in 43 batches" in app.text
        layouts: list[Size | None] = []
        app.settings.call_after_refresh(lambda: None)
        await pilot.pause()
        lay_out = app.settings._refresh_layout

        def counted(size: Size | None = None, scroll: bool = False) -> None:
            layouts.append(size)
            lay_out(size, scroll)

        monkeypatch.setattr(app.settings, "_refresh_layout", counted)
        app.session.recorder = replace(app.session.recorder, events=100_000)
        await until(pilot, lambda: "100000 in 43 batches" in app.text)
        assert layouts == []
        app.session.recorder = replace(app.session.recorder, error="No space left on device")
        await until(pilot, lambda: "✗ No space left on" in app.text)
        await look_at(pilot, "tools.parallel")
        assert not app.settings.query_one(Figures).display


async def test_it_works_before_there_is_a_session(tmp_path: Path) -> None:
    app = SettingsApp(tmp_path, session=None)
    async with app.run_test(size=NARROW) as pilot:
        await look_at(pilot, "recorder.batch_size")
        assert not app.settings.query_one(Figures).display
        await press(pilot, "enter")
        await write(pilot, "50")
        await press(pilot, "enter")
        assert app.live.settings.recorder.batch_size == 50


async def test_without_a_workspace_there_is_no_project_to_save_for(tmp_path: Path) -> None:
    app = SettingsApp(tmp_path, session=None)
    app.live = app.in_use.live = type(app.live)({"SAWHORSE_CONFIG": str(app.file)})
    async with app.run_test(size=NARROW) as pilot:
        await press(pilot, "w")
        assert "There is no project" in app.said


async def test_sections_are_a_key_apart(app: SettingsApp) -> None:
    async with app.run_test(size=NARROW) as pilot:
        seen = [app.list.looked_at]
        for key in ("right_square_bracket", "right_square_bracket", "down", *["left_square_bracket"] * 2):
            await press(pilot, key)
            seen.append(app.list.looked_at)
        assert seen == [
            "model.name",
            "tools.parallel",
            "approval.mode",
            "approval.repeats",
            "approval.mode",
            "tools.parallel",
        ]


async def test_the_key_that_opens_it_leaves_it(app: SettingsApp) -> None:
    async with app.run_test(size=NARROW) as pilot:
        await press(pilot, "f9")
        assert app.screen_stack == [app.screen]
        await press(pilot, "f9")
        assert app.settings


async def test_what_was_changed_is_saved_and_counts_though_the_person_leaves_before_it_is(
    app: SettingsApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk, change = threading.Event(), LiveSettings.change

    def slow(live: LiveSettings, name: str, text: str, target: Target) -> None:
        disk.wait()
        change(live, name, text, target)

    monkeypatch.setattr(LiveSettings, "change", slow)
    async with app.run_test(size=WIDE) as pilot:
        for name in ("tools.parallel", "recorder.compress"):
            await look_at(pilot, name)
            await pilot.press("enter")
        await pilot.press("f9")
        assert app.screen_stack == [app.screen]
        disk.set()
        await until(pilot, lambda: "compress" in app.file.read_text())
        assert "parallel = false" in app.file.read_text()
        await until(pilot, lambda: app.session is not None and len(app.session.told) == 2)
