"""The JSON Schema of a line of a trajectory, made from the event classes.

python -m app.trajectory.schema > app/trajectory/events.schema.json
"""

from __future__ import annotations

import json
import sys
from typing import Any  # a JSON Schema is a tree of anything

from app.trajectory.codec import KINDS, VERSION


def schema() -> dict[str, Any]:
    """Each kind of event as an object: its envelope, the kind, its fields, and what is there when needed."""
    from pydantic import TypeAdapter

    definitions: dict[str, Any] = {}
    kinds = []
    for kind, event in KINDS.items():
        own = TypeAdapter(event).json_schema(ref_template="#/$defs/{model}", mode="serialization")
        definitions.update(own.pop("$defs", {}))
        kinds.append(
            {
                "title": event.__name__,
                "description": (event.__doc__ or "").strip(),
                "type": "object",
                "properties": {
                    **_ENVELOPE,
                    "kind": {"const": kind},
                    **own["properties"],
                    "agent": _AGENT,
                    "source": _SOURCE,
                    "blobs": _BLOBS,
                    "crc": _CRC,
                },
                "required": [*_ENVELOPE, "kind", *own["properties"], "crc"],
                "additionalProperties": False,
            }
        )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A line of a Sawhorse trajectory",
        "oneOf": kinds,
        "$defs": definitions,
    }


_ENVELOPE = {
    "v": {"const": VERSION, "description": "Version of this schema."},
    "seq": {"type": "integer", "minimum": 0, "description": "Counts from 0 without a gap."},
    "ts": {"type": "string", "format": "date-time", "description": "UTC."},
}
_AGENT = {"type": "string", "description": "The sub-agent it happened to; not there for the main one."}
_SOURCE = {"type": "string", "description": "Where it stands in the file it was imported from."}
_BLOBS = {
    "type": "object",
    "additionalProperties": {"type": "string"},
    "description": "Values too large for a line: by the place of each, a JSON pointer, the name of its "
    "file in the folder `blobs`, with .json after it where the file holds JSON rather than text.",
}
_CRC = {"type": "integer", "description": "CRC-32 of the line up to the comma before this field."}


if __name__ == "__main__":
    json.dump(schema(), sys.stdout, indent=1)
    sys.stdout.write("\n")
