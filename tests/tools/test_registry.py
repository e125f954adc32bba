"""Tools by name, loaded when needed, and what a model is told of them."""

from __future__ import annotations

import subprocess
import sys

import pytest

from app.tools.contract import ToolError
from app.tools.registry import BUILT_IN, Registry


def test_every_tool_has_its_name_and_a_plain_schema() -> None:
    schemas = Registry().schemas()
    assert [schema.name for schema in schemas] == list(BUILT_IN)
    for schema in schemas:
        assert schema.description
        assert schema.parameters["type"] == "object"
        text = str(schema.parameters)
        assert "$ref" not in text
        assert "$defs" not in text
        assert "'title'" not in text
        assert "'null'" not in text


def test_what_is_optional_is_not_required() -> None:
    schema = next(s for s in Registry().schemas() if s.name == "bash")
    assert schema.parameters["required"] == ["command"]


def test_an_unknown_tool_is_answered_with_those_there_are() -> None:
    with pytest.raises(ToolError, match="there is no tool 'rm'; the tools are: bash, "):
        Registry().get("rm")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({}, "command: Field required"),
        ({"command": 3}, "command: Input should be a valid string"),
        ({"command": "ls", "shell": "zsh"}, "shell: Extra inputs are not permitted"),
        ({"command": "ls", "timeout": 601}, "timeout: Input should be less than or equal to 600"),
    ],
)
def test_wrong_arguments_are_said_by_name(arguments: dict[str, object], says: str) -> None:
    with pytest.raises(ToolError, match=says):
        Registry().parse("bash", arguments)


def test_a_tool_is_imported_when_it_is_first_needed() -> None:
    code = (
        "import sys; from app.tools.registry import Registry; r = Registry(); r.names;"
        "assert 'app.tools.bash' not in sys.modules; r.get('think');"
        "assert 'app.tools.think' in sys.modules and 'app.tools.bash' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
