"""Settings come from five places, and a wrong one is said in one line."""

from __future__ import annotations

import os
import time
from itertools import combinations
from pathlib import Path

import pytest

from app.settings.checks import SettingsError
from app.settings.load import Loaded, load
from app.settings.places import project_file
from app.settings.sources import Source


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def environ(file: Path, **more: str) -> dict[str, str]:
    return {"SAWHORSE_CONFIG": str(file), **more}


def test_without_a_file_everything_has_its_default(file: Path) -> None:
    loaded = load(environ(file))
    assert loaded.settings.tools.parallel is True
    assert loaded.settings.tools.max_concurrency == 16
    assert loaded.settings.approval.mode == "ask"
    assert not loaded.names
    assert loaded.layer("tools.parallel").source is Source.DEFAULT


BATCH_SIZES = {  # each stricter than the one before: a project's counts, too
    Source.DEFAULT: 5,
    Source.USER: 4,
    Source.PROJECT: 3,
    Source.ENVIRONMENT: 2,
    Source.COMMAND_LINE: 1,
}


def load_batch_size(folder: Path, *sources: Source) -> Loaded:
    """The settings when these sources say something of the batch size, and no other does."""
    said = {source: BATCH_SIZES[source] for source in sources}
    for source, file in ((Source.USER, folder / "config.toml"), (Source.PROJECT, project_file(folder))):
        if source in said:
            file.parent.mkdir(exist_ok=True)
            file.write_text(f"[recorder]\nbatch_size = {said[source]}\n")
    environ = {"SAWHORSE_CONFIG": str(folder / "config.toml")}
    if Source.ENVIRONMENT in said:
        environ["SAWHORSE_RECORDER__BATCH_SIZE"] = str(said[Source.ENVIRONMENT])
    line = {"recorder.batch_size": str(said[Source.COMMAND_LINE])} if Source.COMMAND_LINE in said else {}
    return load(environ, line, folder)


@pytest.mark.parametrize(("lower", "higher"), combinations(Source, 2), ids=str)
def test_of_every_two_sources_the_one_that_is_nearer_to_the_person_counts(
    tmp_path: Path, lower: Source, higher: Source
) -> None:
    loaded = load_batch_size(tmp_path, lower, higher)
    assert loaded.settings.recorder.batch_size == BATCH_SIZES[higher]
    assert loaded.layer("recorder.batch_size").source is higher


def test_each_value_has_a_source_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('[model]\nname = "a/file"\n[tools]\nparallel = false\n')
    loaded = load_batch_size(tmp_path, *list(Source)[2:])
    assert loaded.layer("model.name").file == tmp_path / "config.toml"
    assert loaded.layer("tools.timeout").source is Source.DEFAULT
    assert loaded.value("tools.parallel") is False


def test_anything_can_be_said_from_anywhere(file: Path) -> None:
    environment = environ(
        file, SAWHORSE_KEYS__SESSION__MODE="f10", SAWHORSE_PROVIDERS__WORK__BASE_URL="http://127.0.0.1:1/v1"
    )
    settings = load(environment, {"providers.work.protocol": "openai"}).settings
    assert settings.keys == {"session.mode": "f10"}
    assert settings.providers["work"].base_url == "http://127.0.0.1:1/v1"
    assert settings.providers["work"].protocol == "openai"


def test_a_list_has_one_text_on_each_line(file: Path) -> None:
    file.write_text('[recorder]\nredact = ["tok_[a-z]{3,8}", "x y"]\n')
    assert load(environ(file)).settings.recorder.redact == ("tok_[a-z]{3,8}", "x y")
    named = environ(file, SAWHORSE_RECORDER__REDACT="a,b\n\n c\n")
    assert load(named).settings.recorder.redact == ("a,b", " c")
    assert load(named, {"recorder.redact": ""}).settings.recorder.redact == ()


def test_providers_and_keys_are_read(file: Path) -> None:
    file.write_text(
        '[providers.work]\nbase_url = "http://127.0.0.1:9/v1"\nprotocol = "openai"\napi_key = "k"\n'
        '[keys]\n"session.mode" = "f7"\n'
    )
    settings = load(environ(file)).settings
    assert settings.providers["work"].base_url == "http://127.0.0.1:9/v1"
    assert settings.providers["work"].protocol == "openai"
    assert settings.keys == {"session.mode": "f7"}


def test_keys_of_an_action_may_be_written_without_quotes(file: Path) -> None:
    file.write_text('[keys]\nsession.mode = "f7"\n')
    assert load(environ(file)).settings.keys == {"session.mode": "f7"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            "[tools]\nmax_concurrency = 0\n",
            "tools.max_concurrency must be a whole number from 1 to 256, not 0",
        ),
        ("[tools]\nparallel = 1\n", "tools.parallel must be true or false, not 1"),
        ("[tools]\nmax_concurency = 2\n", "did you mean tools.max_concurrency?"),
        ("[tolls]\n", "did you mean tools?"),
        ('[approval]\nmode = "yes"\n', "must be one of plan, ask, edits, auto, yolo, not 'yes'"),
        ('[sandbox]\nkind = "jail"\n', "sandbox.kind must be one of auto, bwrap, landlock, off, not 'jail'"),
        ("[approval]\nrepeats = -1\n", "approval.repeats must be a whole number from 0 to 1000, not -1"),
        ("tools = 3\n", "write [tools] above its settings"),
        ("[tools\n", "; edit or remove it"),
        ('[model]\nname = "plain"\n', "model.name must be provider/model, such as ollama/qwen3, not 'plain'"),
        ('[providers.""]\napi_key = "k"\n', "write providers.NAME"),
        ('[providers.x]\nbase_url = "host:80"\n', "must be an address such as http://127.0.0.1:8080/v1"),
        ("[providers.x]\napi_key = 7\n", "providers.x.api_key must be text, not that value"),
        ("[model]\nidle_timeout = nan\n", "model.idle_timeout must be a number from 1 to 3600"),
        ("[model]\nmax_tokens = 0\n", "must be a whole number from 1 to 1000000, not 0"),
        ('[recorder]\nredact = "x"\n', "must be a list of texts, each a regular expression, not 'x'"),
        ("[recorder]\nredact = [1]\n", "must be a list of texts, each a regular expression, not [1]"),
        ('[recorder]\nredact = ["a", "("]\n', "not '(': missing ), unterminated subpattern"),
        ('[recorder]\nredact = ["a*"]\n', "not 'a*': it matches where nothing is"),
        ("[providers]\nx = 3\n", "there is no setting providers.x"),
        ("[tools.parallel]\nx = 3\n", "tools.parallel must be true or false"),
        ("a = " + "[" * 9999 + "\n", "is not valid TOML"),
        ("#" * 2**21, "is larger than 1 MiB"),
    ],
)
def test_a_wrong_file_is_refused_in_one_line_that_names_it(file: Path, text: str, says: str) -> None:
    file.write_text(text)
    with pytest.raises(SettingsError) as error:
        load(environ(file))
    assert says in str(error.value)
    assert str(file) in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[tools]\n\nspeed = 1\n", 3),
        ("[tools]\nparallel = true\n# more\n[model]\nmax_turns = 0\n", 5),
        ("tools.speed = 1\n", 1),
        ('[recorder]\nredact = [\n  "a",\n  "(",\n]\n[model]\n', 2),
        ("[providers.x]\nprotocol = 'smtp'\n", 2),
    ],
)
def test_a_wrong_line_of_a_file_is_named(file: Path, text: str, line: int) -> None:
    file.write_text(text)
    with pytest.raises(SettingsError, match=f"{file}: line {line}: "):
        load(environ(file))


@pytest.mark.parametrize("above", ["#\n" * 9_990, "#" * 2**19 + "\n"], ids=["lines", "text"])
def test_in_a_long_file_nobody_waits_for_the_line_of_an_error(file: Path, above: str) -> None:
    file.write_text(above + "[tools]\nspeed = 1\n")
    began = time.process_time()
    with pytest.raises(SettingsError, match=f"{file}: there is no setting tools.speed"):
        load(environ(file))
    assert time.process_time() - began < 2


def test_a_wrong_file_of_a_project_is_refused_like_any_other(file: Path, tmp_path: Path) -> None:
    project_file(tmp_path).parent.mkdir()
    project_file(tmp_path).write_text("[approval]\nmood = 'plan'\n")
    with pytest.raises(
        SettingsError, match=r"\.sawhorse/config\.toml: line 2: .* did you mean approval\.mode"
    ):
        load(environ(file), workspace=tmp_path)


def test_a_pipe_in_place_of_a_file_is_refused(file: Path, tmp_path: Path) -> None:
    project_file(tmp_path).parent.mkdir()
    os.mkfifo(project_file(tmp_path))
    with pytest.raises(SettingsError, match="it is no plain file"):
        load(environ(file), workspace=tmp_path)


def test_a_file_that_is_not_text_is_refused(file: Path) -> None:
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError, match="is not UTF-8 text"):
        load(environ(file))


def test_a_folder_in_place_of_the_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        load(environ(tmp_path))


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("SAWHORSE_TOOLS__PARALLEL", "maybe", "tools.parallel must be true or false, not 'maybe'"),
        ("SAWHORSE_TOOLS__SPEED", "1", "there is no setting tools.speed"),
        ("SAWHORSE_TOOLS__TIMEOUT", "1e9", "tools.timeout must be a number from 1 to 600"),
        ("SAWHORSE_TOOLS__PARALEL", "no", "SAWHORSE_TOOLS__PARALEL: .*; did you mean tools.parallel"),
        ("SAWHORSE_RECORDER__REDACT", "(", r"missing \), unterminated subpattern"),
        ("SAWHORSE_TOOLS_PARALLEL", "no", "sets nothing; did you mean SAWHORSE_TOOLS__PARALLEL"),
    ],
)
def test_a_wrong_variable_is_refused(file: Path, name: str, text: str, says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        load(environ(file, **{name: text}))


def test_a_wrong_name_on_the_command_line_is_refused(file: Path) -> None:
    with pytest.raises(SettingsError, match=r"command line: .* did you mean recorder\.batch_size\?"):
        load(environ(file), {"recorder.batchsize": "3"})
