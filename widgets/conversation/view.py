"""The conversation of a session: one widget, whatever the number of messages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.timer import Timer

from widgets.between_keys import WAIT, between_keys
from widgets.conversation.absent import Absent
from widgets.conversation.assistant import AssistantMessage
from widgets.conversation.block import Block
from widgets.conversation.column_view import ColumnView
from widgets.conversation.fence import Fence
from widgets.conversation.highlight import Highlighter
from widgets.conversation.markdown_part import MarkdownPart
from widgets.conversation.messages import Thinking
from widgets.conversation.pacer import Pacer
from widgets.conversation.part import Part
from widgets.conversation.tool_call import ToolCallLine
from widgets.copied import copied


class Conversation(ColumnView, can_focus=True):
    """Blocks one below the other, which may change while they are shown.

    Its methods belong to the thread of the screen. Changes are drawn together, in frames that take a limited
    share of that thread's time.

    Args:
        blocks: What has been said so far.
        pacer: Decides when a frame may be drawn.
    """

    HELP = "What was said and done. page up, page down, home and end scroll; end follows again."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "block(1)", "Next block", show=False, id="conversation.next"),
        Binding("k", "block(-1)", "Block before", show=False, id="conversation.previous"),
        Binding("enter", "open", "Open the block: the whole output of a call", id="conversation.open"),
        Binding("space", "fold", "Fold or unfold the block", id="conversation.fold"),
        Binding("y", "copy", "Copy what is selected, the block, or the last answer", id="conversation.copy"),
    ]
    FRAME = 1 / 20
    """Seconds between two frames of a stream, at least."""

    class Opened(Message):
        """Enter was pressed on a tool call.

        Args:
            conversation: Where.
            call: The line of the call.
        """

        def __init__(self, conversation: Conversation, call: ToolCallLine) -> None:
            super().__init__()
            self.conversation, self.call = conversation, call

        @property
        def control(self) -> Conversation:
            """The widget that sent the message."""
            return self.conversation

    class Wanted(Message):
        """Blocks that are not in memory have come into view.

        Args:
            conversation: Where.
            absent: What stands for them.
            at: Which part of them is looked at: 0 for their beginning, 1 for their end.
        """

        def __init__(self, conversation: Conversation, absent: Absent, at: float) -> None:
            super().__init__()
            self.conversation, self.absent, self.at = conversation, absent, at

        @property
        def control(self) -> Conversation:
            """The widget that sent the message."""
            return self.conversation

    def __init__(
        self,
        blocks: Iterable[Block] = (),
        *,
        pacer: Pacer | None = None,
        id: str | None = None,  # noqa: A002  # Textual's name
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._pacer = pacer or Pacer()
        self._highlighter = Highlighter(self._wake)
        self._touched: set[int] = set()
        self._frame_timer: Timer | None = None
        self._frame_due = False
        self.column.extend(blocks)

    def extend(self, blocks: Iterable[Block]) -> None:
        """Add blocks at the end."""
        self.column.extend(blocks)
        self.news = not self.follow
        self._request_frame()

    def touch(self, block: Block) -> None:
        """Draw a block again that has changed. One that is in no conversation is ignored."""
        if block.index >= 0:
            self._touched.add(block.index)
            self._request_frame()

    def append(self, block: AssistantMessage | Thinking, text: str) -> None:
        """Add streamed text to a block, and draw that."""
        block.append(text)
        self.touch(block)

    def replace(self, start: int, stop: int, blocks: Sequence[Block]) -> None:
        moved = len(blocks) - (stop - start)
        self._touched = {at if at < start else at + moved for at in self._touched if not start <= at < stop}
        if self.cursor is not None and self.cursor >= start:
            self.cursor = self.cursor + moved if self.cursor >= stop else start
        super().replace(start, stop, blocks)

    def clear(self) -> None:
        """Take all blocks out."""
        self.column.clear()
        self._touched.clear()
        self.cursor, self.follow, self.news = None, True, False
        if self.is_running:
            self.screen.selections.pop(self, None)
        self.lay_out()

    def defer(self, seconds: float = WAIT) -> None:
        """Someone is typing: a frame that is due comes between two keys, or in a moment. None is lost."""
        self._pacer.defer(seconds, within=2 * self.FRAME)
        between_keys(self, self._draw_after_key)

    def on_mount(self) -> None:
        """Prepare the clock of deferred frames."""
        self._frame_timer = self.set_interval(self.FRAME, self._draw_frame, pause=True)
        self._request_frame()

    def on_unmount(self) -> None:
        """Let the highlighter's thread end."""
        self._highlighter.close()

    def _wake(self) -> None:
        """Colours are there. Called from the highlighter's thread."""
        if self.is_running:
            self.call_later(self._request_frame)

    def _request_frame(self) -> None:
        if self._frame_due or self._frame_timer is None:
            return
        self._frame_due = True
        self.call_later(self._draw_frame)  # after all else that changes in this message

    def _draw_frame(self) -> None:
        if self._frame_timer is None or not self._frame_due:
            return
        if self._pacer.ready():
            self._draw()
        else:
            self._frame_timer.resume()

    def _draw_after_key(self) -> None:
        if self._frame_due and self._pacer.ready_after_key(self.FRAME):
            self._draw()

    def _draw(self) -> None:
        if self._frame_timer is not None:
            self._frame_timer.pause()
        self._frame_due = False
        touched, self._touched = self._touched, set()
        with self._pacer.frame():
            for fence, colours in self._highlighter.take():
                if isinstance(fence, Fence):
                    fence.colour(colours)
            before = self.column.total
            self.lay_out(touched)
            self.news = self.news or (not self.follow and self.column.total > before)

    def render_lines(self, crop: Region) -> list[Strip]:
        """Draw rows, on the time of the stream."""
        with self._pacer.drawing():
            return super().render_lines(crop)

    def lay_out(self, changed: Iterable[int] = (), *, margin: int = 0) -> None:
        super().lay_out(changed, margin=margin)
        if self.column.has_absent and self.is_attached:
            self._ask_for_absent()

    def _ask_for_absent(self) -> None:
        top, height = self.scroll_offset.y, self.size.height
        for index in self.column.within(top, top + height):
            block = self.column.blocks[index]
            if not isinstance(block, Absent) or block.wanted:
                continue
            block.wanted = True
            above, rows = self.column.top(index), self.column.height(index)
            if above > top:
                at = 0.0
            elif above + rows < top + height:
                at = 1.0
            else:
                at = (top - above) / rows
            self.post_message(self.Wanted(self, block, at))

    def part_laid_out(self, part: Part) -> None:
        fence = part.fence if isinstance(part, MarkdownPart) else None
        if fence is not None and fence.size <= Highlighter.MAX_CODE and fence.ask():
            late = self._highlighter.submit(fence, fence.code, fence.language)
            if isinstance(late, Fence):
                late.colour(None)

    def action_block(self, step: int) -> None:
        """Move the cursor to another block."""
        last = len(self.column.blocks) - 1
        cursor = last if self.cursor is None else self.cursor + step
        while 0 < cursor < last and not self.column.height(cursor):
            cursor += step
        if last >= 0:
            self.cursor = max(0, min(last, cursor))
            self._show_block(self.cursor)

    def _show_block(self, index: int) -> None:
        top, height = self.column.top(index), self.column.height(index)
        if top < self.scroll_y or height > self.size.height:
            self.scroll_to(y=top, animate=False, immediate=True)
        elif top + height > self.scroll_y + self.size.height:
            self.scroll_to(y=top + height - self.size.height, animate=False, immediate=True)

    def action_open(self) -> None:
        """Ask for the whole output of a tool call; fold or unfold any other block."""
        block = self._block_with_cursor()
        if isinstance(block, ToolCallLine):
            self.post_message(self.Opened(self, block))
        else:
            self.action_fold()

    def action_fold(self) -> None:
        """Fold or unfold the block with the cursor; its first row stays where it is, or comes into view."""
        block = self._block_with_cursor()
        if block is None or not block.foldable:
            return
        block.toggle()
        self.follow = False
        self.lay_out([block.index])
        if (top := self.column.top(block.index)) < self.scroll_y:
            self.move_to(top)
            self.lay_out()
        self.follow = self.scroll_y >= self.max_scroll_y

    def action_copy(self) -> None:
        """Copy what is selected; else the block with the cursor; else the last answer."""
        selection = self.text_selection
        text = self.get_selection(selection)[0] if selection is not None else ""
        if not text and (block := self._block_with_cursor() or self._last_answer()) is not None:
            text = block.copy()
        if text:
            self.post_message(copied(text))

    def _last_answer(self) -> Block | None:
        blocks = reversed(self.column.blocks)
        return next((block for block in blocks if isinstance(block, AssistantMessage) and block.copy()), None)

    def _block_with_cursor(self) -> Block | None:
        return None if self.cursor is None else self.column.blocks[self.cursor]

    def on_click(self, event: events.Click) -> None:
        """Move the cursor, fold where a block begins, or go to what is new. The end of a drag is no click."""
        if event.chain > 1 or self.text_selection is not None:
            return
        if self.news and event.y == self.size.height - 1 and event.x >= self.size.width - len(self.HINT):
            self.action_scroll_end()
            return
        row = self.column.row(self.scroll_offset.y + event.y)
        if row.block is None:
            return
        self.cursor = row.place.block
        if row.leads:
            self.action_fold()
