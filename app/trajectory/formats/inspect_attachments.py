"""What an Inspect AI log keeps apart: texts and images that its messages only name."""

from __future__ import annotations

import re

from app.trajectory.formats.parts import attachment, flat_text
from app.trajectory.formats.values import first_text, mapping, text

_NAMED = re.compile(r"attachment://([0-9a-f]{32})")
_MOST = (
    2**26
)  # characters that a sample is made longer by, at most: it may name a long text any number of times
_MEDIA = ("image", "audio", "video", "document", "data")


class InspectAttachments:
    """Puts what was kept apart back into its place.

    Args:
        kept: The attachments of a sample.
    """

    def __init__(self, kept: object) -> None:
        self._kept = mapping(kept)
        self._left = _MOST

    def text(self, content: object) -> str:
        """All that a content says, with a label in the place of an image.

        Args:
            content: Of a message: a text, or a list of parts.
        """
        if isinstance(content, list):
            return "\n".join(filter(None, map(self._part, content)))
        return self._filled(flat_text(content))

    def _part(self, part: object) -> str:
        fields = mapping(part)
        kind = text(fields.get("type"))
        if kind not in _MEDIA:
            return self._filled(flat_text(part))
        data = first_text(fields, (kind,))
        named = _NAMED.fullmatch(data)
        return attachment(text(self._kept.get(named[1])) or data if named else data, kind=kind)

    def _filled(self, content: str) -> str:
        return _NAMED.sub(self._found, content) if "attachment://" in content else content

    def _found(self, named: re.Match[str]) -> str:
        kept = text(self._kept.get(named[1]))
        if kept.startswith("data:"):
            return attachment(kept)
        self._left -= len(kept)
        return kept if kept and self._left > 0 else named[0]
