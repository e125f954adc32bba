"""The settings file as JSON Schema, for editors that complete and check."""

from __future__ import annotations

from collections.abc import Mapping

from app.settings.known import Known, find, names, provider_keys

_TYPES = {bool: "boolean", int: "integer", float: "number", str: "string"}


def json_schema() -> dict[str, object]:
    """The schema, in draft 2020-12."""
    sections: dict[str, dict[str, object]] = {}
    for known in map(find, names()):
        sections.setdefault(known.path[0], {})[known.path[1]] = _property(known)
    provider = {key: _property(find(f"providers.NAME.{key}")) for key in provider_keys()}
    keys = {"type": "string", "description": find("keys.ACTION").meaning.summary}
    # keys of an action may be written as one dotted name, or as tables in tables
    action: dict[str, object] = {"anyOf": [keys, {"$ref": "#/$defs/keys"}]}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Settings of Sawhorse",
        **_table(
            {
                **{section: _table(content) for section, content in sections.items()},
                "providers": {
                    "type": "object",
                    "propertyNames": {"pattern": "^[^/]*[^/\\s][^/]*$"},
                    "additionalProperties": _table(provider),
                },
                "keys": {"$ref": "#/$defs/keys"},
            }
        ),
        "$defs": {"keys": {"type": "object", "additionalProperties": action}},
    }


def _table(properties: Mapping[str, object]) -> dict[str, object]:
    return {"type": "object", "additionalProperties": False, "properties": properties}


def _property(known: Known) -> dict[str, object]:
    meaning = known.meaning
    default = list(known.default) if isinstance(known.default, tuple) else known.default
    found: dict[str, object] = {"description": meaning.summary, "default": default}
    if known.kind is tuple:
        found |= {"type": "array", "items": {"type": "string"}}
        if meaning.form == "pattern":
            found["items"] = {"type": "string", "format": "regex"}
    else:
        found["type"] = _TYPES[known.kind]
    if meaning.choices:
        found["enum"] = list(meaning.choices)
    if meaning.minimum is not None:
        found |= {"minimum": meaning.minimum, "maximum": meaning.maximum}
    if meaning.secret:
        found["writeOnly"] = True
    return found
