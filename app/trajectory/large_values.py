"""Large values are kept beside a line, and put back when the line is read.

The line says which: its `blobs` has the name of each by its place, a JSON pointer. A text leaves its
beginning where it was.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any  # what JSON can hold

import orjson

from app.trajectory.blobs import BlobError

INLINE = 65_536  # characters of a text that stays in its line
LINE = 2**20  # bytes of a line; beyond it, whole fields leave it
_BEGINNING = 1_000  # characters
WHOLE = ".json"  # marks a blob that holds a list or an object


def put_aside(fields: dict[str, Any], put: Callable[[bytes], str]) -> dict[str, str]:
    """Take what is large out of the fields of an event.

    Args:
        fields: Plain JSON; changed in place.
        put: Keeps bytes, and names them.

    Returns:
        Names by places.
    """
    names: dict[str, str] = {}
    _put_texts_aside(fields, "", names, put)
    if len(orjson.dumps(fields)) > LINE:
        for field, value in fields.items():
            if isinstance(value, list | dict) and len(packed := orjson.dumps(value)) > INLINE:
                names[_within("", field)] = put(packed) + WHOLE
                fields[field] = type(value)()
    return names


def put_back(fields: dict[str, Any], names: Mapping[str, str], get: Callable[[str], bytes]) -> None:
    """Undo `put_aside`. A text that is missing is left as it began, and says so.

    Args:
        fields: Changed in place.
        names: Names by places.
        get: What a name stands for; may raise `BlobError`.
    """
    for place in sorted(names, key=len):  # a whole field before what left it earlier
        name = names[place]
        try:
            parent, key = _parent(fields, place)
            if name.endswith(WHOLE):
                parent[key] = orjson.loads(get(name.removesuffix(WHOLE)))
            else:
                parent[key] = get(name).decode()
        except BlobError as error:
            if isinstance(parent[key], str):
                parent[key] += f"\n[the rest is missing: {error}]"
        except (LookupError, ValueError, TypeError):  # no place of this event
            continue


def _put_texts_aside(value: Any, place: str, names: dict[str, str], put: Callable[[bytes], str]) -> None:
    match value:
        case dict():
            items: Any = value.items()
        case list():
            items = enumerate(value)
        case _:
            return
    for key, item in items:
        inner = _within(place, key)
        if isinstance(item, str) and len(item) > INLINE:
            names[inner] = put(item.encode())
            value[key] = item[:_BEGINNING]  # of a dictionary, no key comes or goes
        else:
            _put_texts_aside(item, inner, names, put)


def _within(place: str, key: object) -> str:
    return f"{place}/{str(key).replace('~', '~0').replace('/', '~1')}"


def _parent(fields: dict[str, Any], place: str) -> tuple[Any, Any]:
    """What holds a place, and its key there."""
    _, *steps = (step.replace("~1", "/").replace("~0", "~") for step in place.split("/"))
    holder: Any = fields
    for step in steps[:-1]:
        holder = holder[_key(holder, step)]
    return holder, _key(holder, steps[-1])


def _key(holder: Any, step: str) -> str | int:
    key = int(step) if isinstance(holder, list) else step
    holder[key]  # there must be such a place
    return key
