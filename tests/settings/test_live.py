"""Settings change while the program runs, and a broken file changes nothing."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from app.settings.checks import SettingsError
from app.settings.live import LiveSettings
from app.settings.load import Loaded, load
from app.settings.places import project_file
from app.settings.sources import Source


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def live(file: Path, **more: str) -> LiveSettings:
    return LiveSettings({"SAWHORSE_CONFIG": str(file), **more}, {"tools.timeout": "7"}, file.parent)


def test_a_change_counts_at_once_and_is_in_the_file(file: Path) -> None:
    file.write_text("# mine\n[recorder]  # how\nbatch_size = 9 # small\n")
    settings = live(file)
    settings.change("recorder.batch_size", "50", Source.USER)
    assert settings.settings.recorder.batch_size == 50
    assert file.read_text() == "# mine\n[recorder]  # how\nbatch_size = 50 # small\n"
    assert settings.unset("recorder.batch_size", Source.USER)
    assert settings.settings.recorder.batch_size == 5
    assert file.read_text() == "# mine\n[recorder]  # how\n"
    assert not settings.unset("recorder.batch_size", Source.USER)


def test_a_change_for_the_project_counts_over_that_of_the_person(file: Path) -> None:
    file.write_text("[recorder]\nbatch_size = 9\n")
    settings = live(file)
    settings.change("recorder.batch_size", "3", Source.PROJECT)
    assert settings.loaded.layer("recorder.batch_size").file == project_file(file.parent)
    assert settings.settings.recorder.batch_size == 3
    settings.change("recorder.batch_size", "2", Source.USER)
    assert "does not count" in settings.loaded.notice, "the person's is the stricter one now"
    assert settings.settings.recorder.batch_size == 2


def test_what_a_project_cannot_set_is_not_written_to_its_file(file: Path) -> None:
    settings = live(file)
    for name, text in (("model.name", "a/b"), ("approval.mode", "yolo"), ("recorder.batch_size", "50")):
        assert settings.problem(name, text, Source.PROJECT)
        with pytest.raises(SettingsError, match="a project can"):
            settings.change(name, text, Source.PROJECT)
    assert not project_file(file.parent).exists()
    assert settings.problem("recorder.batch_size", "50", Source.USER) == ""


def test_what_counts_more_still_does_after_a_change(file: Path) -> None:
    settings = live(file, SAWHORSE_RECORDER__BATCH_SIZE="2")
    settings.change("recorder.batch_size", "50", Source.USER)
    settings.change("tools.timeout", "50", Source.USER)
    assert settings.settings.recorder.batch_size == 2
    assert settings.settings.tools.timeout == 7
    settings.override("tools.timeout", "8")
    assert settings.settings.tools.timeout == 8
    file.write_text("[broken")
    settings.override("tools.timeout", "8")
    with pytest.raises(SettingsError):
        settings.override("tools.timeout", "no")
    assert settings.settings.tools.timeout == 8


def test_files_that_somebody_else_changes_are_read_again(file: Path) -> None:
    settings = live(file)
    settings.look()
    assert not settings.look()
    file.write_text("[recorder]\nbatch_size = 50\n")
    assert settings.look()
    assert settings.settings.recorder.batch_size == 50
    project_file(file.parent).parent.mkdir()
    project_file(file.parent).write_text("[recorder]\nbatch_size = 4\n")
    assert settings.look()
    assert settings.settings.recorder.batch_size == 4
    project_file(file.parent).unlink()
    file.unlink()
    assert settings.look()
    assert settings.settings.recorder.batch_size == 5


def test_a_file_that_is_half_written_when_it_is_read_is_read_once_more(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_text("[recorder]\nbatch_size = 9\n")
    live = LiveSettings({"SAWHORSE_CONFIG": str(file)})
    seen: list[int] = []

    def slow(environ: Mapping[str, str], overrides: Mapping[str, str], workspace: Path | None) -> Loaded:
        loaded = load(environ, overrides, workspace)
        if not seen:
            file.write_text("[recorder]\nbatch_size = 7\n")
        seen.append(live.settings.recorder.batch_size)
        return loaded

    file.write_text("")
    monkeypatch.setattr("app.settings.live.load", slow)
    assert live.look()
    assert live.settings.recorder.batch_size == 7
    assert seen == [9, 9], "what was half written never counts"


def test_a_file_that_is_broken_while_the_program_runs_changes_nothing(file: Path) -> None:
    file.write_text("[recorder]\nbatch_size = 50\n")
    settings = live(file)
    file.write_text("[recorder]\nbatch_sise = 60\n")
    assert settings.look()
    assert settings.settings.recorder.batch_size == 50
    assert settings.error.startswith(f"{file}: line 2: there is no setting recorder.batch_sise")
    assert not settings.look(), "said once"
    file.write_text("[recorder]\nbatch_size = 60\n")
    assert settings.look()
    assert (settings.error, settings.settings.recorder.batch_size) == ("", 60)


def test_a_change_of_a_file_that_is_wrong_elsewhere_says_so(file: Path) -> None:
    settings = live(file)
    file.write_text("[recorder]\nbatch_sise = 60\n")
    with pytest.raises(SettingsError, match="batch_sise"):
        settings.change("tools.parallel", "no", Source.USER)
    assert "batch_sise" in settings.error
    assert settings.settings.tools.parallel is True


def test_a_file_that_cannot_be_written_is_said(file: Path, tmp_path: Path) -> None:
    file.write_text("")
    project_file(tmp_path).parent.write_text("no folder")
    with pytest.raises(SettingsError, match="cannot be changed"):
        live(file).change("recorder.batch_size", "3", Source.PROJECT)


def test_without_a_workspace_there_is_no_project(file: Path) -> None:
    settings = LiveSettings({"SAWHORSE_CONFIG": str(file)})
    with pytest.raises(SettingsError, match="there is no project"):
        settings.change("recorder.batch_size", "3", Source.PROJECT)


def test_the_mode_of_a_file_stays(file: Path) -> None:
    file.write_text("")
    os.chmod(file, 0o640)
    live(file).change("recorder.batch_size", "3", Source.USER)
    assert file.stat().st_mode & 0o777 == 0o640
