"""One question, whole: what is known of it, and exactly what would run, change or be carried out."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.widget import Widget

from widgets.diff.canvas import DiffCanvas
from widgets.facts import Fact, Facts
from widgets.markdown_view import MarkdownView
from widgets.text_view import Row, TextView


class QuestionDetail(Vertical):
    """Takes no focus: whoever holds it scrolls it."""

    DEFAULT_CSS = """
    QuestionDetail {
        height: 1fr; width: 1fr;
        & > VerticalScroll { height: auto; max-height: 50%; scrollbar-size-vertical: 1; }
        & > .body { height: 1fr; border-top: solid $surface; display: none; }
        & > .body.-shown { display: block; }
        & > TextView { margin: 0 0 0 1; }
        &.-brief { height: auto; }
        &.-brief > VerticalScroll { max-height: 8; }
        &.-brief > .body { display: none; }
    }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self._facts = Facts()
        self._about = VerticalScroll(self._facts, can_focus=False)
        self._text = TextView(wrap=True)
        self._diff = DiffCanvas()
        self._plan = MarkdownView()
        self._bodies: tuple[Widget, ...] = (self._text, self._diff, self._plan)
        for body in self._bodies:
            body.can_focus = False
            body.add_class("body")

    def compose(self) -> ComposeResult:
        """What is known of it stays in its place above the rest."""
        yield self._about
        yield from self._bodies

    def show(self, rows: Sequence[Row], *, diff: str = "", plan: str = "") -> None:
        """Show another question, from its beginning.

        Args:
            rows: What would run; not shown where there is a diff or a plan.
            diff: What would change: untrusted text of a unified diff.
            plan: What would be carried out: untrusted Markdown.
        """
        self._about.scroll_home(animate=False)
        body = self._diff if diff else self._plan if plan else self._text
        for each in self._bodies:
            each.set_class(each is body, "-shown")
        self._text.show([] if diff or plan else rows)
        self._plan.show("" if diff else plan)
        self._diff.show_text(diff)

    def be_brief(self, brief: bool) -> None:
        """Show only what is known of it, or all: what would run is being written anew beside this."""
        self.set_class(brief, "-brief")

    def tell(self, facts: Sequence[Fact]) -> None:
        """Show what is known of the question."""
        self._facts.show(facts)

    def scroll_rows(self, rows: int) -> None:
        """Go down by rows, or up if negative: first the facts where they have no room, then the rest."""
        body = self._body
        views = [self._about, body] if rows > 0 else [body, self._about]
        for view in views:
            before = view.scroll_y
            view.scroll_to(y=before + rows, animate=False, immediate=True)
            if view.scroll_y != before:
                return

    def scroll_pages(self, pages: int) -> None:
        """Go down by pages, of which one row stays in view."""
        self.scroll_rows(pages * max(self._body.size.height - 1, 1))

    def scroll_columns(self, columns: int) -> None:
        """Go to the right, or to the left if negative."""
        self._body.scroll_to(x=self._body.scroll_x + columns, animate=False, immediate=True)

    @property
    def _body(self) -> Widget:
        return next((body for body in self._bodies if body.has_class("-shown")), self._text)
