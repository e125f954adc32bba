"""Where a provider is reached, and with which key."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import urlsplit

CONNECT_SECONDS = 15.0
WRITE_SECONDS = 60.0
KEEP_SECONDS = 300.0
"""How long an idle connection is kept: longer than most tool calls, so the next request finds it open."""


class WireProtocol(StrEnum):
    """How a server is spoken to."""

    ANTHROPIC = "anthropic"
    OPENAI = "openai"


@dataclass(frozen=True, slots=True)
class Connection:
    """One provider's endpoint. Its `repr` never shows the key.

    Args:
        base_url: Address under which the protocol's paths lie, without a slash at its end.
        key: Sent with every request; empty where the server asks for none.
        protocol: How the server is spoken to.
        name: What a person calls the provider.
    """

    base_url: str
    key: str = field(repr=False)
    protocol: WireProtocol
    name: str = "the server"

    @property
    def host(self) -> str:
        """Host and port, for messages."""
        return urlsplit(self.base_url).netloc.rpartition("@")[2]
