"""A page of HTML, as a browser would take it apart."""

from __future__ import annotations

from html.parser import HTMLParser

_EMPTY = {"meta", "input", "br", "hr"}


class Page(HTMLParser):
    """Reads a page; an element that is not closed in its place fails.

    Attributes:
        elements: The name of each element, and its attributes.
        text: What is to be read, outside of style and script.
        inner: What is in the elements of a name, each as one text.
    """

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.inner: dict[str, list[str]] = {}
        self._open: list[tuple[str, int]] = []  # and which one of that name
        self.feed(html)
        self.close()
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take the beginning of an element."""
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in _EMPTY:
            inner = self.inner.setdefault(tag, [])
            inner.append("")
            self._open.append((tag, len(inner) - 1))

    def handle_endtag(self, tag: str) -> None:
        """Take the end of an element."""
        if tag in _EMPTY:
            return
        assert self._open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        """Take a text."""
        for tag, number in self._open:
            self.inner[tag][number] += data
        if not {"style", "script"} & {tag for tag, _ in self._open}:
            self.text += data

    def classes(self, tag: str) -> list[str]:
        """The classes of the elements of a name."""
        return [attributes.get("class", "") for name, attributes in self.elements if name == tag]
