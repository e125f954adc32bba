"""What a server says went wrong, as one line without secrets and a kind of failure."""

from __future__ import annotations

import email.utils
import json
import math
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus

from app.providers.contract import Failure, ProviderError
from app.terminal.text import safe_line

ERROR_BODY_LIMIT = 64 * 1024
"""Bytes of an error's body that are read."""

_MESSAGE_LIMIT = 300
_REDACTED = "[key]"
_SHORTEST_KEY = 6  # a shorter one is a placeholder, and would be found in any word

_CONTEXT = re.compile(
    r"context (length|window|size|limit)|(prompt|input) is too long|too many tokens"
    r"|context_length_exceeded|exceed_context_size",
    re.IGNORECASE,
)
_KINDS: Mapping[str, Failure] = {
    "authentication_error": Failure.KEY,
    "permission_error": Failure.KEY,
    "invalid_api_key": Failure.KEY,
    "invalid_request_error": Failure.REQUEST,
    "not_found_error": Failure.REQUEST,
    "not_supported_error": Failure.REQUEST,
    "billing_error": Failure.REQUEST,
    "insufficient_quota": Failure.REQUEST,
    "request_too_large": Failure.CONTEXT,
    "rate_limit_error": Failure.BUSY,
    "rate_limit_exceeded": Failure.BUSY,
    "overloaded_error": Failure.BUSY,
    "unavailable_error": Failure.BUSY,
    "timeout_error": Failure.BUSY,
    "server_error": Failure.BUSY,
    "api_error": Failure.BUSY,
}
_NOT_TRANSIENT = frozenset({"billing_error", "insufficient_quota"})


def redact(text: str, keys: Iterable[str]) -> str:
    """The text with every key taken out; longer keys first, so that none survives as part of another."""
    for key in sorted((key.strip() for key in keys), key=len, reverse=True):
        if len(key) >= _SHORTEST_KEY:
            text = text.replace(key, _REDACTED)
    return text


def one_line(text: str, keys: Iterable[str] = (), limit: int = _MESSAGE_LIMIT) -> str:
    """Untrusted text made safe, one line, without keys, and cut.

    Args:
        text: Anything.
        keys: What must not be shown.
        limit: Most characters.
    """
    line = redact(" ".join(safe_line(text).split()), keys)
    return line if len(line) <= limit else f"{line[: limit - 1]}…"


@dataclass(frozen=True, slots=True)
class ServerErrors:
    """Makes the errors of one provider: they name it, say what to do, and never show its key."""

    name: str
    host: str
    keys: tuple[str, ...] = field(default=(), repr=False)

    def refused(
        self, status: int, payload: object, headers: Mapping[str, str] | None = None
    ) -> ProviderError:
        """The error of an answer with an error status.

        Args:
            status: The HTTP status.
            payload: The body: decoded JSON, or text.
            headers: Of the answer, names in lower case.
        """
        message, kind, _ = described(payload)
        failure = failure_of(status, kind, message)
        said = one_line(message, self.keys) or _phrase(status)
        text = f"{self._opening(failure, status)} (HTTP {status}): {said}{self._advice(failure, status)}"
        return ProviderError(text, failure, retry_after=retry_after(headers or {}), status=status)

    def reported(self, payload: object) -> ProviderError:
        """The error of an error event inside an answer."""
        message, kind, status = described(payload)
        failure = failure_of(status, kind, message)
        said = one_line(message, self.keys) or kind or "the server sent an error"
        text = f"{self._opening(failure, status or 0)}: {said}{self._advice(failure, status or 0)}"
        return ProviderError(text, failure, status=status)

    def unreachable(self, reason: str) -> ProviderError:
        """The error of a connection that could not be made, or was lost before an answer began."""
        said = one_line(reason, self.keys) or "no connection"
        return ProviderError(
            f"no answer from {self.name} at {self.host}: {said}; check the address and that the server runs",
            Failure.CONNECTION,
        )

    def broken(self, reason: str) -> ProviderError:
        """The error of an answer that broke off or made no sense."""
        said = one_line(reason, self.keys) or "the connection was lost"
        return ProviderError(f"the answer of {self.name} broke off: {said}", Failure.STREAM)

    def _opening(self, failure: Failure, status: int) -> str:
        match failure:
            case Failure.KEY:
                return f"{self.name} refused the key"
            case Failure.CONTEXT:
                return f"the conversation is too long for this model of {self.name}"
            case Failure.REQUEST:
                return f"{self.name} refused the request"
            case Failure.BUSY:
                return f"{self.name} {'failed' if status in (500, 502, 504) else 'is busy'}"
            case Failure.STREAM | Failure.CONNECTION:
                return f"the answer of {self.name} broke off"

    def _advice(self, failure: Failure, status: int) -> str:
        if failure is Failure.KEY:
            return f"; give another key for {self.name}"
        if failure is Failure.CONTEXT:
            return "; shorten the conversation or take a model with a larger context"
        if 300 <= status < 400 or status in (404, 405):
            return f"; check the model's name and the address {self.host}"
        return ""


def failure_of(status: int | None, kind: str, message: str) -> Failure:
    """What an error means for what to do next.

    Args:
        status: The HTTP status, None for an error event inside an answer.
        kind: The server's own name for the kind of error.
        message: The server's message.
    """
    if status not in (401, 429) and (_CONTEXT.search(kind) or _CONTEXT.search(message)):
        return Failure.CONTEXT
    if kind in _NOT_TRANSIENT:
        return Failure.REQUEST
    match status:
        case None:
            return _KINDS.get(kind, Failure.STREAM)
        case 401 | 403:
            return Failure.KEY
        case 413:
            return Failure.CONTEXT
        case 408 | 409 | 425 | 429:
            return Failure.BUSY
        case 501:
            return Failure.REQUEST
        case _:
            return Failure.BUSY if status >= 500 else Failure.REQUEST


def described(payload: object) -> tuple[str, str, int | None]:
    """Message, kind and status that an error body or error event names, in any of the usual shapes."""
    if isinstance(payload, list) and payload:
        payload = payload[0]
    if isinstance(payload, str):
        return ("" if payload.lstrip().startswith("<") else payload), "", None
    if not isinstance(payload, Mapping):
        return "", "", None
    error = payload.get("error") or payload
    if not isinstance(error, Mapping):
        return str(error), "", None
    code = error.get("code")
    kind = next((name for name in (error.get("type"), code) if isinstance(name, str) and name != "error"), "")
    if isinstance(code, str) and code in _NOT_TRANSIENT:
        kind = code
    status = code if isinstance(code, int) and 400 <= code < 600 else None
    message = error.get("message") or error.get("detail") or payload.get("detail") or ""
    return (message if isinstance(message, str) else json.dumps(message)), kind, status


def decoded(body: bytes) -> object:
    """A body as JSON, or as text where it is not."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return body.decode("utf-8", "replace")


def reason_of(error: BaseException) -> str:
    """Why a connection failed: what the system said where it is known, else what the client says."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, OSError) and seen.errno is not None and seen.strerror:
            # Name look-ups have negative numbers and their own words.
            return os.strerror(seen.errno) if seen.errno > 0 else seen.strerror
        seen = seen.__cause__ or seen.__context__
    return str(error) or "the connection was lost"


def retry_after(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """Seconds a server asks to wait, None where it does not.

    Args:
        headers: Of the answer, names in lower case.
        now: For a date; the current time unless given.
    """
    if "retry-after-ms" in headers:
        return _seconds(headers["retry-after-ms"], 0.001)
    value = headers.get("retry-after", "")
    if (seconds := _seconds(value, 1.0)) is not None:
        return seconds
    try:
        date = email.utils.parsedate_to_datetime(value)
    except (ValueError, TypeError):
        return None
    date = date if date.tzinfo else date.replace(tzinfo=UTC)
    return max(0.0, (date - (now or datetime.now(UTC))).total_seconds())


def _seconds(value: str, unit: float) -> float | None:
    try:
        seconds = float(value) * unit
    except ValueError:
        return None
    return max(0.0, seconds) if math.isfinite(seconds) else None


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "no message"
