"""Texts that have a form, and what of them may be shown."""

from __future__ import annotations

import pytest

from app.settings.forms import has_form, has_secret, masked


@pytest.mark.parametrize(
    "name", ["", "ollama/qwen3", "openrouter/meta/llama:free", "scripted/~/my demo.json"]
)
def test_a_model_is_a_provider_and_a_name(name: str) -> None:
    assert has_form(name, "model")


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("", ""),
        ("http://127.0.0.1:8080/v1", "http://127.0.0.1:8080/v1"),
        ("https://host/", "https://host/"),
        ("http://[::1]:8080", "http://[::1]:8080"),
        ("http://u:p@host:1/v1", "http://***@host:1/v1"),
        ("http://p@host", "http://***@host"),
        ("http://u:p@ss@host", "http://***@host"),
        ("http://host/v1?key=p#p", "http://host/v1?***#***"),
        ("u:p@host", "(hidden)"),
    ],
)
def test_only_what_is_no_secret_in_an_address_is_shown(address: str, shown: str) -> None:
    assert masked(address) == shown
    assert has_secret(address) == ("***" in shown)
