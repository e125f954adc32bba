from __future__ import annotations

from pathlib import Path

import pytest

from app.providers.contract import Failure, ProviderError
from app.providers.scenario import load_scenario


def test_a_scenario_is_read_with_its_defaults(tmp_path: Path) -> None:
    path = tmp_path / "demo.json"
    path.write_text(
        '{"turns": [{"steps": [{"type": "text", "text": "x"}, {"type": "fault", "fault": "429"}]}]}'
    )
    (turn,) = load_scenario(path).turns
    assert (turn.expect, turn.usage.input_tokens, len(turn.steps)) == ("", 0, 2)


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ("", "line 1, column 1: Expecting value"),
        ('{"turns": [\n  {"steps": [}]}', "line 2, column 14: Expecting value"),
        ("[]", "top level: Input should be"),
        ("{}", "turns: Field required"),
        ('{"turns": []}', "turns: Tuple should have at least 1 item"),
        ('{"turns": [{"steps": [{"type": "text"}]}]}', "turns.0.steps.0.text.text: Field required"),
        ('{"turns": [{"steps": [{"type": "shout"}]}]}', "turns.0.steps.0: Input tag 'shout'"),
        (
            '{"turns": [{"steps": [{"type": "fault", "fault": "x"}]}]}',
            "turns.0.steps.0.fault.fault: Input should be",
        ),
        ('{"turns": [{"steps": [], "extra": 1}]}', "turns.0.extra: Extra inputs are not permitted"),
        ('{"turns": [{"steps": [{"type": "text", "text": "", "rate": -1}]}]}', "greater than or equal to 0"),
        ("[" * 100_000, ""),
        ("\ufeff{}", "turns: Field required"),
        ("\x00", "line 1, column 1"),
    ],
)
def test_a_file_that_is_no_scenario_is_told_with_its_place_in_one_line(
    tmp_path: Path, content: str, place: str
) -> None:
    path = tmp_path / "demo.json"
    path.write_text(content)
    with pytest.raises(ProviderError) as caught:
        load_scenario(path)
    assert str(caught.value).startswith(f"scenario {path}: ")
    assert place in str(caught.value)
    assert str(caught.value).isprintable()
    assert caught.value.failure is Failure.REQUEST


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(ProviderError, match=r"nothing\.json: No such file or directory"):
        load_scenario(tmp_path / "nothing.json")
    with pytest.raises(ProviderError, match="Is a directory"):
        load_scenario(tmp_path)
