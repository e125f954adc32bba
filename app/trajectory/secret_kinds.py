"""What secrets look like: each kind has signs that are cheap to look for, and a pattern that decides."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

_NAME = re.compile(r"(?:[A-Za-z]+\d{0,2}|\d{1,2})(?:[_.-]+(?:[A-Za-z]+\d{0,2}|\d{1,2}))*")
_NOT_A_VALUE = re.compile(r"[$<{%*]|\[redacted:|\.\.\.|x{4}|X{4}")


def _never(_secret: str) -> bool:
    return False


def is_plain(text: str) -> bool:
    """Whether a text is a word, a name or a placeholder rather than something drawn at random."""
    runs = re.findall(r"\d+|[A-Za-z]+", text)
    kinds = {run[0].isdigit() for run in runs}
    return len(kinds) < 2 or len(set(text)) < 6 or _is_a_reference(text)


def _is_a_name(text: str) -> bool:
    """Whether a text that stands without quotes is a name in a program, or plain."""
    return is_plain(text) or _NAME.fullmatch(text) is not None


def _is_a_reference(text: str) -> bool:
    """Whether a text stands for a value that is elsewhere, or for any."""
    return _NOT_A_VALUE.match(text) is not None


@dataclass(frozen=True, slots=True)
class SecretKind:
    """A kind of secret.

    Args:
        name: What is said in its place.
        signs: Texts that it may begin with; in lower case where `folded`.
        pattern: Fits from a sign on, within a bounded number of characters. Its group `secret` is the
            secret; without one, all that fits is.
        folded: Upper and lower case do not matter to the signs.
        harmless: Whether a text that fits is no secret after all.
    """

    name: str
    signs: tuple[str, ...]
    pattern: re.Pattern[str]
    folded: bool = False
    harmless: Callable[[str], bool] = _never


def _word(name: str, signs: str, rest: str, *, harmless: Callable[[str], bool] = _never) -> SecretKind:
    """A kind that is a word of its own, and begins with one of these signs."""
    head = "|".join(map(re.escape, signs.split()))
    pattern = re.compile(rf"(?<![A-Za-z0-9_-])(?:{head}){rest}(?![A-Za-z0-9_-])")
    return SecretKind(name, tuple(signs.split()), pattern, harmless=harmless)


def _after(name: str, signs: str, rest: str, *, harmless: Callable[[str], bool] = _never) -> SecretKind:
    """A kind that is known by what stands before it, in upper or lower case."""
    names = tuple(signs.split())
    pattern = re.compile(f"(?:{'|'.join(map(re.escape, names))}){rest}", re.IGNORECASE)
    return SecretKind(name, names, pattern, folded=True, harmless=harmless)


_GIVEN = r"[\w-]{0,40}\\?[\"']?\s{0,4}(?:=>|:=|[:=])\s{0,4}"
_SECRET_NAMES = (
    "password passwd passphrase secret token api_key api-key apikey access_key accesskey private_key "  # noqa: S105  # names, no secret
    "auth_key encryption_key signing_key account_key accountkey credential"
)
_KEY_BODY = r"(?:[A-Za-z0-9+/=:,.()<>@|\s-]|\\[nrt])"

KINDS: tuple[SecretKind, ...] = (
    SecretKind(
        "private key",
        ("-----BEGIN ",),
        re.compile(
            r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----"
            r"(?P<secret>(?:[\s+>|-]|\\[nrt]){0,12}(?:[A-Z][A-Za-z-]{3,20}: |[A-Za-z0-9+/=]{16})"
            rf"(?:(?!-----){_KEY_BODY}){{0,20000}})"
        ),
    ),
    _word("age key", "AGE-SECRET-KEY-1", r"[0-9A-Z]{40,70}"),
    _word("AWS access key id", "AKIA ASIA", r"[A-Z0-9]{16}"),
    _word("GitHub token", "ghp_ gho_ ghu_ ghs_ ghr_", r"[A-Za-z0-9]{36,255}"),
    _word("GitHub token", "github_pat_", r"[A-Za-z0-9_]{60,255}"),
    _word("GitLab token", "glpat- gldt- glrt- glcbt-", r"[A-Za-z0-9_-]{20,100}"),
    _word("Anthropic key", "sk-ant-", r"[A-Za-z0-9_-]{20,200}"),
    _word("OpenRouter key", "sk-or-", r"[A-Za-z0-9_-]{20,200}"),
    _word("OpenAI key", "sk-", r"[A-Za-z0-9_-]{20,250}", harmless=_is_a_name),
    _word("Google API key", "AIza", r"[A-Za-z0-9_-]{35}"),
    _word("Google token", "ya29.", r"[A-Za-z0-9_-]{20,500}"),
    _word("Google client secret", "GOCSPX-", r"[A-Za-z0-9_-]{20,60}"),
    _word("Slack token", "xoxb- xoxp- xoxa- xoxr- xoxs- xapp-", r"[A-Za-z0-9-]{10,250}"),
    _word("Slack webhook", "hooks.slack.com/services/", r"[A-Za-z0-9/]{20,100}"),
    _word("Discord webhook", "discord.com/api/webhooks/", r"\d{15,22}/[A-Za-z0-9_-]{40,100}"),
    _word("Stripe key", "sk_live_ sk_test_ rk_live_ rk_test_ whsec_", r"[A-Za-z0-9]{16,250}"),
    _word("SendGrid key", "SG.", r"[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{32,64}"),
    _word("npm token", "npm_", r"[A-Za-z0-9]{36}"),
    _word("PyPI token", "pypi-", r"[A-Za-z0-9_-]{50,500}"),
    _word("Hugging Face token", "hf_", r"[A-Za-z0-9]{30,60}", harmless=is_plain),
    _word("Groq key", "gsk_", r"[A-Za-z0-9]{40,80}"),
    _word("xAI key", "xai-", r"[A-Za-z0-9]{40,120}"),
    _word("Replicate token", "r8_", r"[A-Za-z0-9]{37,40}"),
    _word("DigitalOcean token", "dop_v1_ doo_v1_ dor_v1_", r"[a-f0-9]{64}"),
    _word("Docker token", "dckr_pat_", r"[A-Za-z0-9_-]{20,60}"),
    _word("Vault token", "hvs. hvb.", r"[A-Za-z0-9_-]{20,200}"),
    _word("Databricks token", "dapi", r"[a-f0-9]{32}(?:-\d)?"),
    _word("Shopify token", "shpat_ shpss_ shpca_ shppa_", r"[a-fA-F0-9]{32}"),
    _word("Linear key", "lin_api_", r"[A-Za-z0-9]{32,60}"),
    _word("Tailscale key", "tskey-", r"[A-Za-z0-9-]{20,100}"),
    _word("Sentry token", "sntrys_ sntryu_", r"[A-Za-z0-9_=+/]{30,300}"),
    _word("Postman key", "PMAK-", r"[a-f0-9]{24}-[a-f0-9]{34}"),
    _word("Atlassian token", "ATATT3", r"[A-Za-z0-9_=-]{50,300}"),
    _word("Supabase key", "sbp_ sb_secret_", r"[A-Za-z0-9_-]{20,60}"),
    _word("JSON web token", "eyJ", r"[A-Za-z0-9_-]{8,4000}\.eyJ[A-Za-z0-9_-]{8,8000}\.[A-Za-z0-9_-]{8,2000}"),
    SecretKind(
        "password in an address",
        ("://",),
        re.compile(r"://[^\s/:@\"'<>]{0,100}:(?P<secret>[^\s/@\"'<>]{3,200})@(?=[\w\[])"),
        harmless=_is_a_reference,
    ),
    _after(
        "authorization",
        "authorization",
        r"[\"']?\s{0,4}[:=]\s{0,4}[\"']?(?:bearer|basic|token|digest)?\s{0,4}(?P<secret>[\w.~+/=-]{8,4000})",
        harmless=is_plain,
    ),
    _after("bearer token", "bearer", r"\s{1,4}(?P<secret>[\w.~+/-]{20,4000}={0,2})", harmless=_is_a_name),
    _after("signed address", "x-amz-signature= &sig= ?sig=", r"(?P<secret>[\w%+/=-]{20,200})"),
    SecretKind(
        "secret variable",
        ("PASSWORD", "PASSWD", "PASSPHRASE", "SECRET"),
        re.compile(r"[A-Z0-9_]{5,60}=(?P<secret>[^\s\"'`$<{(&;|]{8,500})(?!\()"),
        harmless=_is_a_reference,
    ),
    _after(
        "secret in quotes",
        _SECRET_NAMES,
        _GIVEN + r"(?:[brfu]{0,2}\\?[\"'])(?P<secret>[^\s\"'\\]{8,500})(?=\\?[\"'])",
        harmless=is_plain,
    ),
    _after(
        "secret",
        _SECRET_NAMES,
        _GIVEN + r"(?P<secret>[A-Za-z0-9+/=_.~!@#%^&*-]{8,500})(?![\w(\[{<])",
        harmless=_is_a_name,
    ),
)  # fmt: skip
