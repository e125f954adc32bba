from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.providers.contract import Failure
from app.providers.errors import ServerErrors, decoded, failure_of, one_line, reason_of, redact, retry_after

ERRORS = ServerErrors("openai", "host:1", ("sk-secret-key",))
NOW = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "kind", "message", "failure"),
    [
        (401, "", "Invalid API Key", Failure.KEY),
        (403, "", "not allowed", Failure.KEY),
        (400, "", "messages is required", Failure.REQUEST),
        (402, "", "no credit", Failure.REQUEST),
        (404, "", "no such model", Failure.REQUEST),
        (301, "", "", Failure.REQUEST),
        (501, "", "does not support tools", Failure.REQUEST),
        (413, "", "", Failure.CONTEXT),
        (400, "", "prompt is too long: 210000 tokens > 200000 maximum", Failure.CONTEXT),
        (400, "", "This model's maximum context length is 8192 tokens", Failure.CONTEXT),
        (
            400,
            "",
            "input length and `max_tokens` exceed context limit: 199759 + 20000 > 200000",
            Failure.CONTEXT,
        ),
        (400, "exceed_context_size_error", "too big", Failure.CONTEXT),
        (400, "context_length_exceeded", "too big", Failure.CONTEXT),
        (500, "", "context size exceeded", Failure.CONTEXT),
        (400, "", "max_tokens: 99999 > 8192, the maximum allowed number of output tokens", Failure.REQUEST),
        (408, "", "", Failure.BUSY),
        (409, "", "", Failure.BUSY),
        (429, "", "context window of rate limits", Failure.BUSY),
        (429, "insufficient_quota", "You exceeded your current quota", Failure.REQUEST),
        (500, "", "", Failure.BUSY),
        (503, "", "Loading model", Failure.BUSY),
        (529, "", "Overloaded", Failure.BUSY),
        (None, "overloaded_error", "Overloaded", Failure.BUSY),
        (None, "authentication_error", "", Failure.KEY),
        (None, "", "", Failure.STREAM),
    ],
)
def test_a_failure_is_known_by_its_status_its_kind_or_its_words(
    status: int | None, kind: str, message: str, failure: Failure
) -> None:
    assert failure_of(status, kind, message) is failure


@pytest.mark.parametrize(
    ("status", "payload", "line"),
    [
        (
            401,
            {"error": {"message": "You gave sk-sk-secret-key, wrong"}},
            "openai refused the key (HTTP 401): You gave sk-[key], wrong; give another key for openai",
        ),
        (
            404,
            {"error": {"message": "none"}},
            "openai refused the request (HTTP 404): none; check the model's name and the address host:1",
        ),
        (400, {"detail": "bad"}, "openai refused the request (HTTP 400): bad"),
        (400, {"message": "bad"}, "openai refused the request (HTTP 400): bad"),
        (400, {"error": "bad"}, "openai refused the request (HTTP 400): bad"),
        (400, [{"error": {"message": "bad"}}], "openai refused the request (HTTP 400): bad"),
        (422, {"detail": [{"msg": "bad"}]}, 'openai refused the request (HTTP 422): [{"msg": "bad"}]'),
        (500, "plain\nwords\r\n", "openai failed (HTTP 500): plain words"),
        (502, "<html>\n<h1>Bad</h1>", "openai failed (HTTP 502): Bad Gateway"),
        (503, {}, "openai is busy (HTTP 503): Service Unavailable"),
        (529, {"error": {"message": ""}}, "openai is busy (HTTP 529): no message"),
        (
            400,
            {"error": {"message": "\x1b[31mred\x1b[0m \u202eback"}},
            "openai refused the request (HTTP 400): red back",
        ),
        (400, 5, "openai refused the request (HTTP 400): Bad Request"),
    ],
)
def test_a_refusal_is_one_line_that_says_what_to_do(status: int, payload: object, line: str) -> None:
    error = ERRORS.refused(status, payload)
    assert str(error) == line
    assert error.status == status


def test_a_long_message_is_cut_after_the_key_is_taken_out() -> None:
    error = ERRORS.refused(400, "x" * 295 + "sk-secret-key" + "y" * 1000)
    assert str(error).endswith("x" * 295 + "[key…")


def test_a_quota_that_is_used_up_is_known_by_its_code() -> None:
    payload = {"error": {"message": "quota", "type": "rate_limit_error", "code": "insufficient_quota"}}
    assert ERRORS.refused(429, payload).failure is Failure.REQUEST


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after": "-3"}, 0.0),
        ({"retry-after-ms": "1500", "retry-after": "9"}, 1.5),
        ({"retry-after": "Sun, 22 Nov 2026 12:01:30 GMT"}, 90.0),
        ({"retry-after": "Sun, 22 Nov 2026 11:00:00 GMT"}, 0.0),
        ({"retry-after": "Sun, 22 Nov 2026 12:00:05 -0000"}, 5.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "nan"}, None),
    ],
)
def test_how_long_a_server_asks_to_wait(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers, NOW) == seconds


def test_keys_are_taken_out_wherever_they_stand() -> None:
    assert (
        redact("a sk-long-key b sk-long-key-2 c", ["sk-long-key", "sk-long-key-2\n", ""])
        == "a [key] b [key] c"
    )


def test_placeholders_for_keys_are_no_secrets() -> None:
    assert redact("nothing in the box", ["in", "x", ""]) == "nothing in the box"


def test_any_text_becomes_one_line() -> None:
    assert one_line(" a\n\tb\x00\x1b]0;title\x07 c\u2028d ", limit=20) == "a b c d"
    assert one_line("x" * 30, limit=20) == "x" * 19 + "…"


@pytest.mark.parametrize("body", [b"not json", b"\xff\xfe", b"[" * 100_000])
def test_a_body_that_is_no_json_is_text(body: bytes) -> None:
    assert decoded(body) == body.decode("utf-8", "replace")


def test_the_reason_of_a_lost_connection_is_what_the_system_said() -> None:
    outer = RuntimeError("All connection attempts failed")
    outer.__cause__ = OSError(111, "Connect call failed ('127.0.0.1', 9)")
    assert reason_of(outer) == "Connection refused"
    assert reason_of(RuntimeError("why")) == "why"
    assert reason_of(RuntimeError()) == "the connection was lost"


def test_errors_do_not_show_their_key() -> None:
    assert "sk-secret-key" not in repr(ERRORS)
