"""The content of a message as one text, however its file writes it: with a label in the place of an image."""

from __future__ import annotations

import json

from app.trajectory.formats.values import first_text, items, mapping, text

_HOLDERS = ("source", "image_url", "file")
_MEDIA_TYPES = ("media_type", "mimeType", "mime")
_DATA = ("data", "url", "image_url", "image", "path", "base64")
_DEEPEST = 10  # parts within parts
_LONGEST_ADDRESS = 80  # characters
_UNITS = ("B", "kB", "MB", "GB")


def flat_text(content: object) -> str:
    """All that a content says: a text, a list of parts, or one part; anything else as JSON.

    Args:
        content: As the file has it.
    """
    return _flat(content, 0)


def as_json(value: object) -> str:
    """A value as JSON on one line, in the letters of any script."""
    try:
        return json.dumps(value, ensure_ascii=False)
    except RecursionError:
        return "[nested too deep]"


def attachment(data: str, media_type: str = "", kind: str = "image") -> str:
    """What stands in the place of an image, such as `[image: png, 45 kB]`.

    Args:
        data: In Base64, or a data URL, or an address where it is found.
        media_type: Such as image/png; a data URL says it itself.
        kind: What it is, where no media type says so.
    """
    is_url = data.startswith("data:")
    if is_url:
        head, _, data = data.removeprefix("data:").partition(",")
        media_type = head.partition(";")[0] or media_type
    is_address = not is_url and ("://" in data[:20] or len(data) < _LONGEST_ADDRESS)
    family, _, member = media_type.partition("/")
    label = family if member and family != "application" else kind
    facts = ", ".join(filter(None, (member, data[:_LONGEST_ADDRESS] if is_address else _size(data))))
    return f"[{label}: {facts}]" if facts else f"[{label}]"


def first_line(content: str, longest: int = 200) -> str:
    """The first line with words in it, for a title; it ends in … where more follows.

    Args:
        content: Text of any length.
        longest: Characters.
    """
    line, _, more = content[: 50 * longest].strip().partition("\n")
    line = line.rstrip()
    if len(line) > longest:
        return line[: longest - 1] + "…"
    return f"{line} …" if more else line


def _flat(content: object, depth: int) -> str:
    match content:
        case str():
            return content
        case None:
            return ""
        case list() if depth < _DEEPEST:
            return "\n".join(filter(None, (_flat(part, depth + 1) for part in content)))
        case dict() if depth < _DEEPEST:
            return _part(content, depth)
        case _:
            return as_json(content)


def _part(part: dict[str, object], depth: int) -> str:
    kind = text(part.get("type"))
    if isinstance(said := part.get("text"), str):
        return said
    for holder in (part, *(mapping(part.get(name)) for name in _HOLDERS)):
        media_type = first_text(holder, _MEDIA_TYPES)
        if (data := first_text(holder, _DATA)) and (media_type or kind not in ("", "text")):
            return attachment(data, media_type, kind.removeprefix("input_").removesuffix("_url") or "file")
    if items(part.get("content")) or text(part.get("content")):
        return _flat(part["content"], depth + 1)
    return as_json(part)


def _size(base64: str) -> str:
    size, unit = len(base64) * 3 / 4, 0
    while size >= 1000 and unit < len(_UNITS) - 1:
        size, unit = size / 1000, unit + 1
    return f"{size:.0f} {_UNITS[unit]}"
