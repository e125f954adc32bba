"""The published schema describes what is really written."""

from __future__ import annotations

import json
from pathlib import Path

import orjson
import pytest
from jsonschema import Draft202012Validator

import app.trajectory
from app.trajectory.codec import encode
from app.trajectory.events import Event, Record
from app.trajectory.schema import schema
from tests.trajectory.test_codec import EVENTS

PUBLISHED = Path(app.trajectory.__file__).with_name("events.schema.json")


def test_the_published_schema_is_up_to_date() -> None:
    assert json.loads(PUBLISHED.read_text()) == schema()


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.kind)
def test_every_kind_of_event_fits_it(event: Event) -> None:
    line = orjson.loads(encode(Record(3, 1_700_000_000.5, event)))
    Draft202012Validator(schema()).validate(line)


def test_what_is_no_event_does_not_fit() -> None:
    line = orjson.loads(encode(Record(3, 0.0, EVENTS[0])))
    validator = Draft202012Validator(schema())
    assert not validator.is_valid({**line, "kind": "session.begun"})
    assert not validator.is_valid({**line, "more": 1})
    assert not validator.is_valid({key: value for key, value in line.items() if key != "workspace"})
