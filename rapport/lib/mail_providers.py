"""Services that send mail over HTTP, as django-anymail knows them, and what the environment says of the one that is chosen."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Provider:
    """A service, by the names of its classes. ``tracks``: it would follow readers, unless told not to with each mail."""

    name: str
    backend: str
    webhook: str
    tracks: bool = True
    # What makes it keep the Message-ID that we gave.
    headers: tuple[tuple[str, str], ...] = ()


def named(
    name: str, module: str, *, view: str = "", tracks: bool = True, headers: tuple[tuple[str, str], ...] = ()
) -> Provider:
    view = view or f"{name}TrackingWebhookView"
    return Provider(
        name, f"anymail.backends.{module}.EmailBackend", f"anymail.webhooks.{module}.{view}", tracks, headers
    )


# Those that carry a mark of ours with each mail and bring it back in what they report; it is what they are believed by.
PROVIDERS = {
    "brevo": named("Brevo", "brevo", tracks=False),
    "mailgun": named("Mailgun", "mailgun"),
    "mailjet": named("Mailjet", "mailjet"),
    "mailtrap": named("Mailtrap", "mailtrap", tracks=False),
    "mandrill": named("Mandrill", "mandrill", view="MandrillCombinedWebhookView"),
    "postmark": named("Postmark", "postmark", headers=(("X-PM-KeepID", "true"),)),
    "sparkpost": named("SparkPost", "sparkpost"),
}
PREFIX, OF_FILE, SECRET = "ANYMAIL_", "_FILE", "WEBHOOK_SECRET"


def chosen(env: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """The provider, and what django-anymail is told; nothing where none is chosen. Raises ValueError."""
    name = env.get("RAPPORT_MAIL_PROVIDER", "").strip().lower()
    if not name:
        return "", {}
    if name not in PROVIDERS:
        message = f"RAPPORT_MAIL_PROVIDER must be one of {', '.join(PROVIDERS)}, not {name!r}"
        raise ValueError(message)
    told = {key.removeprefix(PREFIX): read(key, value) for key, value in env.items() if key.startswith(PREFIX)}
    told = {key.removesuffix(OF_FILE): value for key, value in told.items()}
    user, _colon, password = told.get(SECRET, "").partition(":")
    if not user or not password:
        message = f"With RAPPORT_MAIL_PROVIDER set, {PREFIX}{SECRET} is needed too: a user name, a colon and a password"
        raise ValueError(message)
    return name, told


def read(key: str, value: str) -> str:
    """A secret may lie in a file, so that it stands in no list of processes."""
    return Path(value).read_text(encoding="utf-8").strip() if key.endswith(OF_FILE) else value
