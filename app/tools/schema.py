"""The JSON Schema of a tool's arguments, in the plain form every model server takes."""

from __future__ import annotations

from typing import Any  # a JSON Schema is a tree of anything

from app.tools.contract import Arguments


def parameters(model: type[Arguments]) -> dict[str, object]:
    """The schema of an argument model: references put in place, titles and null alternatives left out."""
    schema = model.model_json_schema()
    definitions = schema.pop("$defs", {})
    plain = _plain(schema, definitions)
    assert isinstance(plain, dict)
    return plain


def _plain(node: Any, definitions: dict[str, Any]) -> Any:
    if isinstance(node, list):
        return [_plain(item, definitions) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return _plain(definitions[node["$ref"].rpartition("/")[2]], definitions)
    if "anyOf" in node:
        options = [option for option in node["anyOf"] if option != {"type": "null"}]
        if len(options) == 1:
            rest = {key: value for key, value in node.items() if key not in ("anyOf", "default")}
            return _plain({**options[0], **rest}, definitions)
    return {
        key: {name: _plain(item, definitions) for name, item in value.items()}
        if key == "properties"
        else _plain(value, definitions)
        for key, value in node.items()
        if key != "title" and not (key == "default" and value is None)
    }
