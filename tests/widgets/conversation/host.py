"""A conversation in an app, and much to say in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from textual.app import App, ComposeResult

from widgets.conversation import AssistantMessage, Conversation, Thinking, ToolCallLine, UserMessage
from widgets.conversation.block import Block
from widgets.conversation.pacer import Pacer
from widgets.copied import Copied
from widgets.status import CallStatus


class Host(App[None]):
    """An app that is a conversation."""

    CSS = "Conversation { height: 1fr; }"

    def __init__(self, blocks: Iterable[Block] = (), pacer: Pacer | None = None) -> None:
        super().__init__()
        self.conversation = Conversation(blocks, pacer=pacer or Pacer(clock=lambda: 0.0))
        self.opened: list[ToolCallLine] = []
        self.copied: str | None = None

    def compose(self) -> ComposeResult:
        yield self.conversation

    def on_conversation_opened(self, event: Conversation.Opened) -> None:
        assert event.control is self.conversation
        self.opened.append(event.call)

    def on_copied(self, event: Copied) -> None:
        self.copied = event.text

    def follows(self) -> bool:
        """Whether the end is kept in view."""
        return self.conversation.follow

    def rows(self) -> list[str]:
        """What is on the screen."""
        strips = self.conversation.render_lines(self.conversation.size.region)
        return [strip.text.rstrip() for strip in strips]


def history(count: int, answer: Callable[[int, int], str]) -> Iterable[Block]:
    """So many blocks of all kinds."""
    for number in range(count // 5):
        yield UserMessage(f"Message {number}: why does the parser fail on nested lists? " * (number % 3 + 1))
        yield Thinking("I should look at the file first. " * 20, seconds=number / 7)
        yield ToolCallLine("bash", f"rg -n 'parse_{number}' src", CallStatus.DONE, "1.2 s", output="a\nb")
        yield ToolCallLine("view", "src/parser.py", CallStatus.FAILED, "3 ms")
        yield AssistantMessage(answer(200 + number % 7 * 400, number))
