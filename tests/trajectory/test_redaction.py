"""What is taken out of events before they are written, and what only looks like it and stays."""

from __future__ import annotations

import json
import random
import re
import string
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.trajectory.content import Text, ToolCall, Usage
from app.trajectory.effects import Effects
from app.trajectory.events import ModelResponse, Note, ToolFinished, ToolRequested
from app.trajectory.redaction import Redactor

LETTERS = string.ascii_letters + string.digits
HEX = string.hexdigits.lower()[:16]
PLAIN = Redactor()


def drawn(count: int, letters: str = LETTERS, seed: int = 7) -> str:
    """So many letters, drawn at random, and the same each time. No secret stands in this file as it is."""
    source = random.Random(f"{count} {letters} {seed}")
    return "".join(source.choices(letters, k=count - 2)) + "a7"[: min(2, count)].translate(
        {} if "a" in letters else {97: letters[0]}
    )


BODY = "\n".join(drawn(64, LETTERS + "+/", line) for line in range(12))
KEY = f"-----BEGIN RSA PRIVATE {'KEY'}-----\n{BODY}\n-----END RSA PRIVATE {'KEY'}-----"
ENCRYPTED = KEY.replace("KEY-----\n", "KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,0F1E\n\n", 1)

FAKES = {
    "private key": BODY,
    "age key": f"AGE-SECRET-KEY-1{drawn(58, string.digits + string.ascii_uppercase)}",
    "AWS access key id": f"AKIA{drawn(16, string.ascii_uppercase + string.digits)}",
    "AWS secret": drawn(40, LETTERS + "+/"),
    "GitHub token": f"ghp_{drawn(36)}",
    "GitHub app token": f"ghs_{drawn(36)}",
    "GitHub fine-grained token": f"github_pat_{drawn(22)}_{drawn(59)}",
    "GitLab token": f"glpat-{drawn(20)}",
    "Anthropic key": f"sk-ant-api03-{drawn(93)}-AA",
    "OpenRouter key": f"sk-or-v1-{drawn(64, HEX)}",
    "OpenAI key": f"sk-{drawn(20)}T3BlbkFJ{drawn(20)}",
    "OpenAI project key": f"sk-proj-{drawn(60)}_{drawn(40)}",
    "Google API key": f"AIza{drawn(35)}",
    "Google token": f"ya29.{drawn(120)}",
    "Slack token": f"xoxb-{drawn(12, string.digits)}-{drawn(24)}",
    "Slack webhook": f"hooks.slack.com/services/T{drawn(8)}/B{drawn(8)}/{drawn(24)}",
    "Stripe key": f"sk_live_{drawn(24)}",
    "SendGrid key": f"SG.{drawn(22)}.{drawn(43)}",
    "npm token": f"npm_{drawn(36)}",
    "PyPI token": f"pypi-AgEIcHlwaS5vcmc{drawn(120)}",
    "Hugging Face token": f"hf_{drawn(34)}",
    "Groq key": f"gsk_{drawn(52)}",
    "DigitalOcean token": f"dop_v1_{drawn(64, HEX)}",
    "Docker token": f"dckr_pat_{drawn(27)}",
    "Vault token": f"hvs.{drawn(90)}",
    "Databricks token": f"dapi{drawn(32, HEX)}",
    "Shopify token": f"shpat_{drawn(32, HEX)}",
    "JSON web token": f"eyJ{drawn(33)}.eyJ{drawn(120)}.{drawn(43)}",
    "Azure account key": f"{drawn(86, LETTERS + '+/')}==",
}
AROUND = {
    "private key": KEY.replace(BODY, "{}"),
    "AWS secret": "aws_secret_access_key = {}",
    "Azure account key": "DefaultEndpointsProtocol=https;AccountName=a;AccountKey={};EndpointSuffix=core",
}
PLACES = [
    "{}",
    "$ cat .env\n{}\n$ ",
    '{{"found": "{}"}}',
    "curl -H 'X: {}' http://127.0.0.1/",
    "+{}\n-old",
    "é ß İ {} ü",
    "({}), and so on.",
]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("kind", FAKES)
def test_a_secret_is_taken_out_wherever_it_stands(kind: str, place: str) -> None:
    fake = FAKES[kind]
    text = place.format(AROUND.get(kind, "{}").format(fake))
    redacted, count = PLAIN.text(text)
    assert fake not in redacted
    assert not any(line in redacted for line in fake.split("\n"))
    assert count == 1
    assert re.search(r"\[redacted: [A-Za-z ]+\]", redacted)
    before = place.partition("{}")[0]
    if before.isascii() and "{" not in before:
        assert redacted.startswith(before)
    assert PLAIN.text(redacted) == (redacted, 0), "once is enough"


@pytest.mark.parametrize(
    "key", [KEY, ENCRYPTED, KEY.replace("\n", "\\n"), KEY.replace("\n", "\n+"), KEY[:400]]
)
def test_a_private_key_is_taken_out_in_any_form(key: str) -> None:
    redacted, count = PLAIN.text(f"before\n{key}\nafter" if key.endswith("-----") else f"before\n{key}")
    assert count == 1
    assert redacted.startswith("before\n")
    for line in BODY.split("\n"):
        assert line[:20] not in redacted
    if key.endswith("-----"):
        assert redacted.endswith("\nafter")


PASSWORD = f"Tr0ub{drawn(6)}"


@pytest.mark.parametrize(
    "text",
    [
        f"DB_PASSWORD={PASSWORD}",
        f"export MY_API_KEY='{PASSWORD}'",
        f'password = "{PASSWORD}"',
        f'"clientSecret": "{PASSWORD}",',
        f'{{\\"password\\": \\"{PASSWORD}\\"}}',
        f"password: {PASSWORD}\n",
        f"api_key => '{PASSWORD}'",
        f"postgres://app:{PASSWORD}@db.internal:5432/app",
        f"https://me:{PASSWORD}@github.com/a/b.git",
        f"Authorization: Bearer {PASSWORD * 3}",
        f"authorization: Basic {PASSWORD * 3}=",
        f"curl -H 'Authorization: token {PASSWORD * 2}'",
        f"https://s3.amazonaws.com/b/k?X-Amz-Signature={drawn(64, HEX)}",
        f"https://a.blob.core.windows.net/c?sv=2024&sig={quote(drawn(43, LETTERS + '+/'), safe='')}%3D",
        f"--token={PASSWORD}",
        f"PGPASSWORD={PASSWORD} psql -h db",
    ],
)
def test_a_secret_is_known_by_what_stands_before_it(text: str) -> None:
    redacted, count = PLAIN.text(text)
    assert PASSWORD not in redacted
    assert "Signature=" not in text or "Signature=[redacted" in redacted
    assert "&sig=" not in text or "&sig=[redacted" in redacted
    assert count == 1
    assert PLAIN.text(redacted) == (redacted, 0)


@pytest.mark.parametrize(
    "text",
    [
        "commit 3f786850e387550fdab836ed7e6dc881de23001b",
        "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "id: 123e4567-e89b-12d3-a456-426614174000",
        "token = get_token()",
        "token = next_token_2",
        "password: str",
        "password = None",
        "password = os.environ['PASSWORD2']",
        "PASSWORD=$DB_PASSWORD_2",
        "PASSWORD=${DB_PASSWORD_2}",
        'api_key="<your-api-key-1>"',
        'api_key = "your-api-key-here"',
        "api_key = settings.providers.api_key2",
        '"max_tokens": 4096, "input_tokens": 1234567890',
        "tokens: 12345678",
        "secret_santa = Participant2(name)",
        "if token == expected_token1:",
        "sk-learn-pipeline-with-many-words-in-it",
        "risk-assessment-of-the-project-as-a-whole",
        "AKIAdem",
        "the sign -----BEGIN RSA PRIVATE KEY----- opens a key file; look for it",
        "if '-----BEGIN PRIVATE KEY-----' in text:\n    raise ValueError(text)",
        "-----BEGIN CERTIFICATE-----\nMIIDdzCCAl+gAwIBAgIEAgAAuTANBgkqhkiG9w0\n-----END CERTIFICATE-----",
        "-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA\n-----END PUBLIC KEY-----",
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJl3dIeudNqd0DPMRD6OIh65tjhSKPLgVZ5Zsl3L0kd1 me@host",
        "http://localhost:8080/a@b",
        "https://example.org:443/x",
        "git@github.com:owner/repository.git",
        "https://user:$PASSWORD@host/",
        "https://${USER}:${TOKEN}@host/",
        "Authorization: Bearer $TOKEN",
        "Authorization: Bearer <token>",
        "the bearer of this message is_not_a_token_at_all",
        "npm_config_registry=https://registry.npmjs.org/",
        "npm_lifecycle_event",
        "hf_hub_download_some_function_name_that_is_long",
        "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk",
        "eyJ is how a JSON web token begins",
        "xoxo-kisses",
        "SG.1",
        "def test_password_reset_2(client): ...",
        "docker run -u 1000:1000 image",
        "2026-11-23T03:27:00.123456Z",
        "toolu_01A09q90qw90lq917835lq9",
        "call_9pw1qnYScqvGrCH58HWCvFH6",
        "/usr/lib/python3.11/site-packages/token_utils-2.0.dist-info",
    ],
)
def test_what_only_looks_like_a_secret_stays(text: str) -> None:
    assert PLAIN.text(text) == (text, 0)


def test_a_password_of_words_is_known_where_a_variable_is_given_it() -> None:
    assert PLAIN.text("DB_PASSWORD=correcthorse make") == ("DB_PASSWORD=[redacted: secret variable] make", 1)
    assert PLAIN.text("password = correcthorse") == ("password = correcthorse", 0)


def test_the_value_of_a_secret_variable_is_taken_out_wherever_it_stands() -> None:
    redactor = Redactor(
        {"DEPLOY_TOKEN": "correct horse battery", "EDITOR": "correct horse", "A_KEY": "short"}
    )
    text = "it said: correct horse battery staple, short"
    assert redactor.text(text) == ("it said: [redacted: DEPLOY_TOKEN] staple, short", 1)


def test_a_value_that_is_a_part_of_another_leaves_nothing_of_it() -> None:
    redactor = Redactor({"A_TOKEN": "abcdefghijkl", "B_TOKEN": "abcdefghijklmnop"})
    assert redactor.text("x abcdefghijklmnop abcdefghijkl") == (
        "x [redacted: B_TOKEN] [redacted: A_TOKEN]",
        2,
    )
    overlapping = Redactor({"A_TOKEN": "abcdefghijkl", "B_TOKEN": "ghijklmnopqr"})
    assert overlapping.text("-abcdefghijklmnopqr-") == ("-[redacted: A_TOKEN]-", 1)


def test_keys_of_the_settings_are_secrets() -> None:
    assert Redactor(values={"providers.mine.api_key": "plain words"}).text("it is plain words!") == (
        "it is [redacted: providers.mine.api_key]!",
        1,
    )


def test_own_patterns_are_secrets() -> None:
    redactor = Redactor(patterns=[r"ACME-\d{4}", r"x*"])
    assert redactor.text("badge ACME-1234, not ACME-12") == ("badge [redacted: own pattern], not ACME-12", 1)
    assert redactor.text("xx") == ("[redacted: own pattern]", 1)
    with pytest.raises(re.error):
        Redactor(patterns=["("])


def test_an_event_is_redacted_in_all_its_parts_and_counted() -> None:
    token = FAKES["GitHub token"]
    request = ToolRequested(
        "1",
        1,
        "bash",
        {"command": f"echo {token}", "list": [token, 1, None], "api_key": PASSWORD, token: True},
        Effects(command=f"echo {token}", title=token),
    )
    event, count = PLAIN.redact(request)
    assert isinstance(event, ToolRequested)
    said = json.dumps(dict(event.arguments)) + repr(event.effects)
    assert token not in said
    assert PASSWORD not in said
    assert count == 6
    assert event.arguments["list"] == ["[redacted: GitHub token]", 1, None]
    assert event.arguments["api_key"] == "[redacted: secret]"
    blocks = Text(f"it is {token}"), ToolCall("2", "bash", {"command": token})
    answer, count = PLAIN.redact(
        ModelResponse(1, "m", blocks, "end", Usage(1, 2, 3, 4), 0.1, 0.2, 0.3, attempts=1)
    )
    assert isinstance(answer, ModelResponse)
    assert token not in repr(answer)
    assert count == 2


@pytest.mark.parametrize("kind", FAKES)
def test_an_event_is_looked_at_as_its_texts_are(kind: str) -> None:
    text = f'he said: "{AROUND.get(kind, "{}").format(FAKES[kind])}"'
    event, count = PLAIN.redact(Note(text))
    assert isinstance(event, Note)
    assert (event.text, count) == PLAIN.text(text)
    assert count == 1


VALUES = 'quo"ted and \\slashed', "two\nlines\tand a tab", "ünïcödé İstanbul", "PLAIN-WORDS-ONLY"


@pytest.mark.parametrize("value", VALUES)
def test_a_known_value_of_any_letters_is_found_in_an_event(value: str) -> None:
    event, count = Redactor({"MY_SECRET": value}).redact(Note(f"it is {value}!"))
    assert event == Note("it is [redacted: MY_SECRET]!")
    assert count == 1


NAMES = "api_key", "x-authKey", "SIGNINGKEY", "ANTHROPIC_X", "azure_openai_thing", "db_passwd"


@pytest.mark.parametrize("name", NAMES)
def test_an_argument_whose_name_says_so_is_a_secret(name: str) -> None:
    arguments = {"outer": {name: PASSWORD}}
    event, count = PLAIN.redact(ToolRequested("1", 1, "mcp", arguments, Effects(title="mcp")))
    assert count == 1
    assert PASSWORD not in repr(event)


def test_an_event_without_secrets_is_the_same_object() -> None:
    event = ToolFinished("1", "done", "a file\n" * 100, duration=0.5)
    assert PLAIN.redact(event) == (event, 0)
    assert PLAIN.redact(event)[0] is event


def test_what_is_nested_deep_is_not_recorded_rather_than_looked_over() -> None:
    nested: object = FAKES["GitHub token"]
    for _ in range(5000):
        nested = [nested]
    event, count = PLAIN.redact(ToolRequested("1", 1, "mcp", {"a": nested}, Effects(title="mcp")))
    assert count == 1
    assert "ghp_" not in repr(event)


@given(st.text(max_size=60), st.sampled_from(sorted(FAKES)), st.text(max_size=60))
def test_no_text_around_it_hides_a_known_value(before: str, kind: str, after: str) -> None:
    fake = FAKES[kind]
    redacted, count = Redactor({"MY_SECRET": fake}).text(before + fake + after)
    assert fake not in redacted
    assert count >= 1


def test_a_text_that_utf_8_cannot_hold_is_looked_at_too() -> None:
    token = FAKES["GitHub token"]
    assert PLAIN.text(f"\udce9 {token}") == ("\\udce9 [redacted: GitHub token]", 1)


LONG = {
    "names": "token" * 200_000,
    "names with values": "password=" * 100_000,
    "addresses": "://a:" * 200_000,
    "bearers": "bearer " * 150_000,
    "keys": "-----BEGIN RSA PRIVATE KEY-----AAAAAAAAAAAAAAAA" * 20_000,
    "a key without an end": "-----BEGIN RSA PRIVATE KEY-----AAAAAAAAAAAAAAAA " + "A" * 1_000_000,
    "web tokens": "eyJaaaaaaaa." * 80_000,
    "signs": "sk-" * 300_000,
    "a token without an end": "ghp_" + "a" * 1_000_000,
    "nothing": "a" * 1_000_000,
}


@pytest.mark.timeout(20)  # where a place is looked at more than once for each other, it would be minutes
@pytest.mark.parametrize("kind", LONG)
def test_a_megabyte_is_looked_at_in_bounded_time(kind: str) -> None:
    PLAIN.text(LONG[kind])


def test_a_note_is_as_safe_as_all_else() -> None:
    event, count = PLAIN.redact(Note(f"failed with Authorization: Bearer {PASSWORD * 3}"))
    assert count == 1
    assert isinstance(event, Note)
    assert event.text == "failed with Authorization: Bearer [redacted: authorization]"
