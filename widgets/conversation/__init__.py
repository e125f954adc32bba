"""The conversation view: blocks of text, streaming markdown and tool calls in one drawn widget."""

from widgets.conversation.absent import Absent
from widgets.conversation.assistant import AssistantMessage
from widgets.conversation.block import Block
from widgets.conversation.messages import Notice, Thinking, UserMessage
from widgets.conversation.tool_call import ToolCallLine
from widgets.conversation.view import Conversation

__all__ = [
    "Absent",
    "AssistantMessage",
    "Block",
    "Conversation",
    "Notice",
    "Thinking",
    "ToolCallLine",
    "UserMessage",
]
