"""Settings count at once, whoever changes them: theme, keys, the session."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Input

from app.screens.yolo import YoloScreen
from app.settings.places import project_file
from app.settings.schema import Mode
from app.trajectory.library.folders import add
from tests.screens.settled import COMMENTED, Listening, SettingsApp, look_at, press, write
from tests.widgets.terminal import until

NARROW = (80, 24)


@pytest.fixture
def app(tmp_path: Path) -> SettingsApp:
    (tmp_path / "config.toml").write_text(COMMENTED)
    return SettingsApp(tmp_path, session=Listening())


async def test_a_theme_is_shown_while_it_is_looked_at_and_given_back(app: SettingsApp) -> None:
    async with app.run_test(size=NARROW) as pilot:
        await look_at(pilot, "interface.theme")
        await press(pilot, "enter", "down")
        assert app.theme == "sawhorse-light"
        assert app.file.read_text() == COMMENTED
        await press(pilot, "escape")
        assert app.theme == "sawhorse-dark"
        await press(pilot, "enter", "down", "enter")
        assert app.theme == "sawhorse-light"
        assert 'theme = "sawhorse-light"' in app.file.read_text()
        await press(pilot, "r")
        assert app.theme == "sawhorse-dark"


async def test_a_theme_that_is_not_there_is_said(app: SettingsApp) -> None:
    app.file.write_text("[interface]\ntheme = 'mauve'\n")
    app.live.look()
    async with app.run_test(size=NARROW):
        assert app.theme == "sawhorse-dark"
        assert "There is no theme mauve; there are: " in app.said


async def test_a_key_is_bound_by_pressing_it_and_works_at_once(app: SettingsApp) -> None:
    async with app.run_test(size=NARROW) as pilot:
        await look_at(pilot, "keys.settings.reset")
        await press(pilot, "enter", "f12")
        assert '[keys]\n"settings.reset" = "f12"\n' in app.file.read_text()
        await look_at(pilot, "recorder.batch_size")
        await press(pilot, "r")
        assert "batch_size = 9" in app.file.read_text(), "r is nobody's now"
        await press(pilot, "f12")
        assert "batch_size" not in app.file.read_text()
        await look_at(pilot, "keys.settings.reset")
        await press(pilot, "f12")
        assert "settings.reset" not in app.file.read_text()
        await look_at(pilot, "keys.settings.target")
        await press(pilot, "r")
        assert "keys.settings.target is not in the user file" in app.said, "r resets again"


@pytest.mark.parametrize(
    ("key", "says"),
    [
        ("f6", "f6 is taken by session.jobs: Background jobs"),
        ("f9", ""),
        ("x", "it would be taken from what you type"),
    ],
)
async def test_a_key_that_another_action_has_is_refused_by_its_name(
    app: SettingsApp, key: str, says: str
) -> None:
    async with app.run_test(size=NARROW) as pilot:
        await look_at(pilot, "keys.session.inbox")
        await press(pilot, "enter", key)
        assert says in app.text
        assert app.file.read_text() == COMMENTED
        if says:
            await press(pilot, "f12")
            assert app.live.settings.keys == {"session.inbox": "f12"}


async def test_keys_of_a_file_that_clash_are_said(app: SettingsApp) -> None:
    app.file.write_text("[keys]\nsession.inbox = 'f6'\nsession.nonsense = 'f12'\n")
    app.live.look()
    async with app.run_test(size=NARROW) as pilot:
        assert "keys.session.inbox = 'f6' is left out: f6 is taken by session.jobs" in app.said
        assert "there is no such action" in app.said
        await look_at(pilot, "keys.session.inbox")
        assert "does not count: f6 is taken by session.jobs: Background jobs" in app.facts
        await look_at(pilot, "keys.session.nonsense")
        assert "There is no such action." in app.facts
        await press(pilot, "r")
        assert app.live.settings.keys == {"session.inbox": "f6"}


async def test_folders_of_the_library_are_none_of_its_news(app: SettingsApp, tmp_path: Path) -> None:
    async with app.run_test(size=NARROW) as pilot:
        add(str(tmp_path), {"SAWHORSE_CONFIG": str(app.file)})  # as the screen of the library does
        await app.in_use.look()
        assert app.live.settings.library.folders == (str(tmp_path),)
        await pilot.pause()
        assert app.said == ""


async def test_a_file_that_somebody_else_changes_counts_and_is_shown(app: SettingsApp) -> None:
    assert app.session is not None
    async with app.run_test(size=NARROW) as pilot:
        await look_at(pilot, "recorder.batch_size")
        await app.in_use.look()
        app.file.write_text(COMMENTED.replace("9", "77"))
        await app.in_use.look()
        await until(pilot, lambda: "77 · user file" in app.facts)
        assert app.session.recorder.batch_size == 77
        await until(pilot, lambda: "The settings were changed outside" in app.said)


async def test_a_file_that_somebody_breaks_changes_nothing_and_is_said(app: SettingsApp) -> None:
    assert app.session is not None
    async with app.run_test(size=NARROW) as pilot:
        app.file.write_text(COMMENTED.replace("batch_size", "batch_sice"))
        await app.in_use.look()
        await pilot.pause()
        assert app.live.settings.recorder.batch_size == 9
        assert app.session.told == []
        assert "did you mean recorder.batch_size?. The settings stay as they were." in app.said
        assert "there is no setting recorder.batch_sice" in app.text
        app.file.write_text(COMMENTED)
        await app.in_use.look()
        await pilot.pause()
        assert "batch_sice" not in app.text


@pytest.mark.parametrize(
    ("now", "file", "then"), [("ask", "yolo", "ask"), ("edits", "auto", "edits"), ("edits", "plan", "plan")]
)
async def test_a_session_does_not_ask_less_because_of_what_was_written_outside(
    app: SettingsApp, now: Mode, file: Mode, then: Mode
) -> None:
    assert app.session is not None
    app.session.mode = now
    async with app.run_test(size=NARROW) as pilot:
        app.file.write_text(f"[approval]\nmode = '{file}'\n")
        await app.in_use.look()
        await pilot.pause()
        assert app.session.mode == then
        assert (f"The settings say mode {file}" in app.said) == (file != then)


async def test_a_mode_that_was_chosen_in_the_session_stays_when_something_else_changes(
    app: SettingsApp,
) -> None:
    assert app.session is not None
    app.session.mode = "plan"
    async with app.run_test(size=NARROW) as pilot:
        await look_at(pilot, "recorder.compress")
        await press(pilot, "enter")
        await look_at(pilot, "approval.mode")
        await press(pilot, "enter", "down", "enter")
        told = [(each.recorder.compress, each.approval.mode) for each in app.session.told]
        assert told == [(True, "plan"), (True, "edits")]


async def test_mode_yolo_has_to_be_typed_here_too(app: SettingsApp) -> None:
    assert app.session is not None
    async with app.run_test(size=NARROW) as pilot:
        await look_at(pilot, "approval.mode")
        for answer in ("escape", "enter"):
            await press(pilot, "enter", "end", "enter")
            assert isinstance(app.screen, YoloScreen)
            app.screen.query_one(Input).value = "yolo"
            await press(pilot, answer)
            await until(pilot, lambda: not isinstance(app.screen, YoloScreen))
            if answer == "escape":
                assert app.session.mode == "ask"
                await press(pilot, "escape")
        await until(pilot, lambda: app.session is not None and app.session.mode == "yolo")
        assert 'mode = "yolo"' in app.file.read_text()


async def test_mode_yolo_does_not_come_from_below_either(app: SettingsApp, tmp_path: Path) -> None:
    assert app.session is not None
    app.file.write_text("[approval]\nmode = 'yolo'\n")
    project_file(tmp_path).parent.mkdir()
    project_file(tmp_path).write_text("[approval]\nmode = 'ask'\n")
    app = SettingsApp(tmp_path, session=app.session)
    async with app.run_test(size=NARROW) as pilot:
        await look_at(pilot, "approval.mode")
        await press(pilot, "w", "r")
        assert app.live.settings.approval.mode == "yolo"
        assert [each.approval.mode for each in app.session.told] == ["ask"]  # type: ignore[union-attr]  # it has one
        assert "The settings say mode yolo; this session goes on in ask" in app.said


async def test_a_change_that_cannot_be_written_is_said_beside_the_field(app: SettingsApp) -> None:
    async with app.run_test(size=NARROW) as pilot:
        await look_at(pilot, "tools.timeout")
        app.file.write_text("[tools\n")
        await press(pilot, "enter")
        await write(pilot, "7")
        await press(pilot, "enter")
        assert "is not valid TOML" in app.text
        assert app.field.is_open


async def test_a_session_that_begins_is_told_what_has_changed_meanwhile(tmp_path: Path) -> None:
    app = SettingsApp(tmp_path, session=None)
    async with app.run_test(size=NARROW) as pilot:
        await look_at(pilot, "tools.parallel")
        await press(pilot, "enter")
        app.session = Listening()
        app.in_use.apply()
        app.in_use.apply()
        assert [each.tools.parallel for each in app.session.told] == [False]


async def test_files_may_have_changed_just_when_the_settings_are_opened(
    app: SettingsApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def changed(_: object) -> bool:
        app.in_use.toggle_screen()
        return True

    async with app.run_test(size=NARROW) as pilot:
        await press(pilot, "f9")
        monkeypatch.setattr("asyncio.to_thread", changed)
        await app.in_use.look()
        monkeypatch.undo()
        await pilot.pause()
        assert app.settings.is_running
