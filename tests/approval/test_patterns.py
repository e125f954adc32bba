"""Which domains and addresses a pattern fits."""

from __future__ import annotations

import pytest

from app.approval.path_pattern import PatternError
from app.approval.patterns import check_domain, domain_fits, host_of


@pytest.mark.parametrize(
    ("pattern", "host", "fits"),
    [
        ("example.com", "example.com", True),
        ("example.com", "docs.example.com", True),
        ("example.com", "notexample.com", False),
        ("example.com", "example.com.evil.org", False),
        ("example.com", "com", False),
        ("127.0.0.1", "127.0.0.1", True),
        ("0.1", "127.0.0.1", False),
        ("*", "anything.org", True),
    ],
)
def test_a_domain_stands_for_itself_and_all_below_it(pattern: str, host: str, fits: bool) -> None:
    assert domain_fits(pattern, host) is fits


@pytest.mark.parametrize(
    "text",
    ["", "*.example.com", "https://example.com", "example.com/x", "example.com:80", "Example.com", "a b"],
)
def test_what_is_no_domain_is_refused_with_what_to_write(text: str) -> None:
    with pytest.raises(PatternError, match="give a domain such as example"):
        check_domain(text)


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://docs.python.org/3/", "docs.python.org"),
        ("HTTP://Docs.Python.ORG.:443", "docs.python.org"),
        ("https://[::1]:8080/", "::1"),
        ("docs.python.org", "docs.python.org"),
        ("https://example.org\\@docs.python.org/", ""),
        ("https://docs.python.org@example.org/", ""),
        ("https://docs.python.org%2f@example.org/", ""),
        ("https://döcs.python.org/", ""),
        ("https://docs.python.org\t.example.org/", ""),
        ("ftp://docs.python.org/", ""),
        ("https:///x", ""),
        ("http://127.1/", ""),
        ("http://0x7f000001/", ""),
        ("http://2130706433/", ""),
        ("https://[/", ""),
    ],
)
def test_an_address_that_two_programs_may_read_in_two_ways_has_no_host(address: str, host: str) -> None:
    assert host_of(address) == host
