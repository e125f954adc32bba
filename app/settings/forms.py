"""Texts that have a form: the name of a model, the address of a server, a pattern."""

from __future__ import annotations

import re
from typing import Literal
from urllib.parse import SplitResult, urlsplit

Form = Literal["any", "model", "address", "pattern", "theme"]
EXAMPLES: dict[Form, str] = {
    "any": "text",
    "model": "provider/model, such as ollama/qwen3",
    "address": "an address such as http://127.0.0.1:8080/v1",
    "pattern": "a regular expression",
    "theme": "the name of a theme",
}


def has_form(text: str, form: Form) -> bool:
    """Whether a text has a form. An empty one says nothing, and has any but that of a pattern."""
    match form:
        case "any" | "theme":
            return True
        case "model":
            provider, _, model = text.partition("/")
            return not text or (bool(provider.strip() and model.strip()) and text.isprintable())
        case "address":
            return not text or _parts(text) is not None
        case "pattern":
            return not pattern_problem(text)


def pattern_problem(text: str) -> str:
    """Why a text is no usable regular expression; empty if it is one."""
    try:
        pattern = re.compile(text)
    except (re.error, RecursionError, OverflowError) as error:
        return str(error)
    return "it matches where nothing is" if pattern.fullmatch("") else ""


def has_secret(address: str) -> bool:
    """Whether a usable address may hold a secret: a name, a password, a query or a fragment."""
    parts = _parts(address)
    return parts is not None and ("@" in parts.netloc or bool(parts.query or parts.fragment))


def masked(address: str) -> str:
    """An address without whatever in it may be a secret."""
    parts = _parts(address)
    if parts is None:
        return "(hidden)" if address else ""
    _, at, host = parts.netloc.rpartition("@")
    query, fragment = ("***" if part else "" for part in (parts.query, parts.fragment))
    return parts._replace(netloc=("***@" if at else "") + host, query=query, fragment=fragment).geturl()


def _parts(address: str) -> SplitResult | None:
    """The parts of a usable address."""
    if not address.isprintable() or " " in address:
        return None
    try:
        parts = urlsplit(address)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return None
    return parts if usable else None
