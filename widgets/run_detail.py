"""One event of a run, whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from widgets.conversation import AssistantMessage, Conversation
from widgets.conversation.block import Block
from widgets.conversation.pacer import Pacer
from widgets.facts import Fact
from widgets.run_detail_blocks import FactsBlock, FoldedText, Look

_MOST_MARKDOWN = 30_000  # characters; a longer text is plain, for to understand it takes its time


@dataclass(frozen=True, slots=True)
class Section:
    """A text of an event.

    Args:
        heading: What it is.
        text: Untrusted.
        look: How it is shown; a `markdown` text does not fold unless it is very long.
    """

    heading: str
    text: str
    look: Look | Literal["markdown"] = "text"


@dataclass(frozen=True, slots=True)
class Detail:
    """All that is shown of an event.

    Args:
        facts: What matters most of it, above its texts.
        sections: Its texts.
        more: What else is known of it.
        diff: What it changed, as a unified diff; empty if nothing.
    """

    facts: Sequence[Fact] = ()
    sections: Sequence[Section] = ()
    more: Sequence[Fact] = ()
    diff: str = ""


class RunDetail(Conversation):
    """Shows one event. Long texts are folded until they are asked for.

    Args:
        id: The widget's id.
    """

    HELP = "The event that is looked at, whole. A long text is folded."
    HINT = ""  # nothing comes by itself

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id, pacer=Pacer(share=1.0))  # no stream, which could wait
        self._texts: list[FoldedText] = []

    def show(self, detail: Detail) -> None:
        """Show another event, from its first row on."""
        self.clear()
        self.follow = False
        blocks: list[Block] = [FactsBlock(detail.facts)] if detail.facts else []
        self._texts = []
        for section in detail.sections:
            if section.look == "markdown" and len(section.text) <= _MOST_MARKDOWN:
                blocks.append(AssistantMessage(section.text))
            else:
                look = "text" if section.look == "markdown" else section.look
                self._texts.append(FoldedText(section.heading, section.text, look))
                blocks.append(self._texts[-1])
        if detail.more:
            blocks.append(FactsBlock(detail.more, gap=1))
        self.extend(blocks)
        if self.is_attached:
            self.move_to(0)

    @property
    def has_long_text(self) -> bool:
        """Whether something can be folded or unfolded."""
        return any(text.long for text in self._texts)

    def unfold(self) -> None:
        """Unfold all that is long, or fold it again."""
        texts = [text for text in self._texts if text.long]
        fold = not any(text.folded for text in texts)
        for text in texts:
            text.folded = fold
            text.changed()
            self.touch(text)
