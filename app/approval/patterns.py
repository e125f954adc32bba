"""What the patterns of rules about domains and tools fit."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

from app.approval.path_pattern import PatternError

_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_NUMBER = re.compile(r"\d+|0x[0-9a-f]*")
_TOOL = re.compile(r"[\w*.:/-]+")
# A browser and a library may read another host from what holds a backslash, a blank or a foreign letter.
_CLEAR_URL = re.compile(r"[!#-\[\]_a-z~]+", re.IGNORECASE)


def check_domain(text: str) -> None:
    """Refuse what is no domain, no address and not `*`.

    Raises:
        PatternError: It says what to write.
    """
    if text != "*" and (not text or _host(text) != text):
        name = text.removeprefix("*.") if text.startswith("*.") else "example.com"
        raise PatternError(f"give a domain such as {name}: it stands for all below it, too")


def domain_fits(pattern: str, host: str) -> bool:
    """Whether a host is the domain of a pattern, or below it."""
    return pattern in ("*", host) or (host.endswith(f".{pattern}") and not _is_address(host))


def host_of(address: str) -> str:
    """The host of a web address, or a host by itself; empty where it is not clear which host that is."""
    if "://" not in address:
        return _host(address.lower())
    try:
        parts = urlsplit(address)
        clear = (
            _CLEAR_URL.fullmatch(address) and parts.scheme in ("http", "https") and "@" not in parts.netloc
        )
        return _host((parts.hostname or "").rstrip(".")) if clear else ""
    except ValueError:
        return ""


def tool_expression(text: str) -> re.Pattern[str]:
    """What a name of tools stands for, in which `*` stands for any letters.

    Raises:
        PatternError: It is no such name.
    """
    if not _TOOL.fullmatch(text):
        raise PatternError("give the name of a tool, such as mcp__github__*")
    return re.compile(".*".join(map(re.escape, text.split("*"))), re.DOTALL)


def _host(text: str) -> str:
    """A name in small letters or an IP address, as it is; empty if it is neither."""
    labels = text.split(".")
    # 127.1 and 0x7f000001 are addresses to some programs, and names to others.
    named = len(text) <= 253 and all(map(_LABEL.fullmatch, labels)) and not _NUMBER.fullmatch(labels[-1])
    return text if named or _is_address(text) else ""


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
